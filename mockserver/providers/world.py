"""A provider's world: what its spaces begin with, from fixtures and users' files."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.jobs import Job
from mockserver.engine.keyring import Grant
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ConfigError, FixtureError
from mockserver.providers.kinds import Kind, Thing
from mockserver.providers.plugin import AnyPlugin

__all__ = [
    "BORN",
    "Account",
    "World",
    "declare",
    "furnish",
    "laid_over",
    "read_section",
    "world_of",
]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
BORN: Final = "came_to_be"
"""Member that tells a thing which came to be because a request had named it."""
_GROWING: Final = frozenset({"keys", "jobs"})

Things = Mapping[str, Mapping[str, Thing]]


class Account(Struct, frozen=True):
    """One account of a world.

    Attributes:
        name: Its name; its space is `<slug>.<name>`.
        keys: Its credentials.
        jobs: Frozen jobs: `{"id", "operation", "state", "data", "error"?}`.
        things: What it has, by kind and id.
        details: Everything else about it, as in the file.
        settings: The provider's switches in its space.
    """

    name: str
    keys: tuple[Grant, ...]
    jobs: tuple[Mapping[str, Any], ...]
    things: Things
    details: Mapping[str, Any]
    settings: Mapping[str, Any]


class World(Struct, frozen=True):
    """All accounts of a provider, and the catalogue that every space has.

    Attributes:
        accounts: By name.
        catalogue: Things that every space has, by kind and id, and other details.
        own: Set when this is the world of one space: everything its accounts have
            is there.
    """

    accounts: Mapping[str, Account]
    catalogue: Account
    own: Account | None = None

    def account_of(self, space_id: str, slug: str) -> Account | None:
        """Return the account whose space that is, or None."""
        if self.own is not None:
            return self.own
        name = space_id.removeprefix(f"{slug}.")
        # A minted space may have any name, an account's too, but not its jobs.
        return None if name == space_id else self.accounts.get(name)

    def details(self, name: str, account: Account | None) -> dict[str, Any]:
        """Return what is said under a name: of all accounts, and of one."""
        of_all = self.catalogue.details.get(name) or {}
        return {**of_all, **((account.details.get(name) or {}) if account else {})}


def read_section(file: Traversable) -> Mapping[str, Any]:
    """Read a fixture file: one provider's section of a world; nothing if missing.

    All servers of a process have the same one, so nobody may change it in place.

    Raises:
        FixtureError: It is no mapping.
    """
    if not file.is_file():
        return _NOTHING
    try:
        raw = _parsed(file.read_text("utf-8"))
    except _yaml().YAMLError as error:
        raise FixtureError(f"{file}: not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise FixtureError(f"{file}: found {type(raw).__name__}, expected a mapping")
    return raw


@lru_cache(maxsize=32)
def _parsed(text: str) -> Any:
    """Return what a text says; programs start servers of the same worlds often."""
    yaml = _yaml()
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _yaml() -> Any:
    """Import what reads worlds with the first of them: it is a tenth of the start."""
    return import_module("yaml")


def laid_over(
    below: Mapping[str, Any], above: Mapping[str, Any], path: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Lay one section over another.

    Mappings are joined name by name, an account's keys and jobs are added, and
    anything else is replaced.
    """
    names = {str(name): value for name, value in below.items()}
    for raw, value in above.items():
        name = str(raw)
        old = names.get(name)
        is_account = len(path) == 2 and path[0] == "accounts"
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            names[name] = laid_over(old, value, (*path, name))
        elif is_account and name in _GROWING and old and value:
            names[name] = [*old, *value]
        elif value is not None or name not in names:
            names[name] = value
    return names


def world_of(
    provider: AnyPlugin,
    section: Mapping[str, Any],
    place: str,
    *,
    space: str | None = None,
) -> World:
    """Return the world that a section describes.

    Args:
        provider: Whose section it is.
        section: `{"catalogue"?: {...}, "accounts"?: {name: {...}}}`.
        place: Where it stands, for messages.
        space: The one space that it is for; if None, each account has its own.

    Raises:
        FixtureError: Something in it does not fit; names place and what would.
    """
    catalogue = _account(provider, "", section.get("catalogue") or {}, place)
    accounts = {
        str(name): _account(provider, str(name), value or {}, place, space)
        for name, value in (section.get("accounts") or {}).items()
    }
    own = None if space is None else _joined(space, accounts.values())
    return World(accounts, catalogue, own)


def declare(provider: AnyPlugin, world: World, space: Space) -> None:
    """Put what a space has from the start into its tables, and its switches."""
    account = world.account_of(space.id, provider.slug)
    for one in (world.catalogue, account):
        if one is None:
            continue
        for kind in provider.world.kinds:
            for key, thing in one.things.get(kind.name, _NOTHING).items():
                put_thing(provider.slug, space, kind, key, thing)
        for name, value in one.settings.items():
            space.settings.setdefault((provider.slug, name), value)


def put_thing(slug: str, space: Space, kind: Kind, key: str, thing: Thing) -> None:
    """Put a thing, and what is inside of it, into the tables of a space."""
    kept = dict(thing)
    for member, table in kind.parts.items():
        for name, part in (kept.pop(member, None) or {}).items():
            inside = {"name": str(name), **(part or {})}
            space.table(slug, table).put(f"{key}/{name}", inside)
    space.table(slug, kind.table).put(key, kept)
    # What came to be belongs to whoever names it, so nobody is sent to one space.
    if kind.is_public and BORN not in thing:
        space.store.publish(slug, kind.table, key, space.id)


def furnish(provider: AnyPlugin, world: World, space: Space) -> None:
    """Put the frozen jobs of an account into its space."""
    account = world.account_of(space.id, provider.slug)
    engine = space.jobs(provider.slug)
    for number, job in enumerate(account.jobs if account else ()):
        engine.put(_frozen(provider, space, job, number))


def _account(
    provider: AnyPlugin,
    name: str,
    value: Mapping[str, Any],
    place: str,
    space: str | None = None,
) -> Account:
    where = f"{place}: accounts/{name}" if name else f"{place}: catalogue"
    home = space or f"{provider.slug}.{name}"
    label = str(value.get("label") or "")
    keys = [
        _grant(provider, name, key, f"{where}/keys", (home, label))
        for key in value.get("keys") or ()
    ]
    jobs = tuple(value.get("jobs") or ())
    for number, job in enumerate(jobs):
        _check_job(provider, job, f"{where}/jobs/{number}")
    kinds = {kind.name: kind for kind in provider.world.kinds}
    things = {
        kind: {
            str(key): kinds[kind].complete(str(key), thing or {})
            for key, thing in (value[kind] or {}).items()
        }
        for kind in kinds
        if kind in value
    }
    settings = {
        key: provider.setting(key).parse(raw, place=f"{where}/settings/{key}")
        for key, raw in (value.get("settings") or {}).items()
    }
    known = {"keys", "jobs", "settings", "label", *kinds}
    details = {k: v for k, v in value.items() if k not in known}
    return Account(name, tuple(keys), jobs, things, details, settings)


def _grant(
    provider: AnyPlugin, account: str, key: Any, place: str, home: tuple[str, str]
) -> Grant:
    parts = key if isinstance(key, dict) else {"key": key}
    if not parts.get("key"):
        raise FixtureError(f"{place}: found {key!r}, no key")
    space, label = home
    secret = parts.get("secret")
    try:
        provider.check_key(str(parts["key"]), None if secret is None else str(secret))
    except ConfigError as error:
        raise FixtureError(f"{place}: {error}") from error
    return Grant(
        slug=provider.slug,
        key=str(parts["key"]),
        secret=None if secret is None else str(secret),
        account=account,
        space=space,
        kind=parts.get("kind", "key"),
        label=str(parts.get("label") or label),
    )


def _joined(space: str, accounts: Iterable[Account]) -> Account:
    """Return one account that has what several have."""
    every = [*accounts]
    things: dict[str, Any] = {}
    details: dict[str, Any] = {}
    for one in every:
        things = laid_over(things, one.things)
        details = laid_over(details, one.details)
    return Account(
        space,
        tuple(key for one in every for key in one.keys),
        tuple(job for one in every for job in one.jobs),
        things,
        details,
        {name: value for one in every for name, value in one.settings.items()},
    )


def _check_job(provider: AnyPlugin, job: Any, place: str) -> None:
    if not isinstance(job, dict) or {"id", "operation", "state"} - job.keys():
        raise FixtureError(f"{place}: found {job!r}, expected id, operation and state")
    if job["operation"] not in provider.timelines:
        known = ", ".join(provider.timelines)
        raise FixtureError(
            f"{place}/operation: found {job['operation']!r}, expected one of {known}"
        )
    if job["state"] not in provider.states:
        known = ", ".join(provider.states)
        raise FixtureError(
            f"{place}/state: found {job['state']!r}, expected one of {known}"
        )


def _frozen(
    provider: AnyPlugin, space: Space, job: Mapping[str, Any], number: int
) -> Job:
    """Return a job that has come to a state before the space began, and stays there."""
    timeline = provider.timelines[job["operation"]]
    at = timeline.index_of(job["state"])
    phase = provider.states[job["state"]]
    past = timeline.steps[:at] if at is not None else _started(timeline)
    last = timeline.steps[at] if at is not None else Step(job["state"], phase)
    progress = None if last.progress is None else (last.progress[0],) * 2
    error = job.get("error")
    last = replace(last, for_s=None, error=error, progress=progress)
    frozen = Timeline((*past, last)).shortened(space.clock.pace.job_s)
    chance = space.chance(provider.slug).fork("fixture", number)
    ends = frozen.ends(chance)
    return Job(
        id=str(job["id"]),
        space=space.id,
        ordinal=-1 - number,
        operation=job["operation"],
        created_at=space.clock.started_at_s - (ends[-1] if ends else 0.0),
        timeline=frozen,
        ends=ends,
        packed=pack(job.get("data") or {}),
    )


def _started(timeline: Timeline) -> tuple[Step, ...]:
    done = {Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELLED}
    return tuple(step for step in timeline.steps[:-1] if step.phase not in done)
