"""A provider's world: what fixtures/<slug>/world.yaml furnishes a space with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from mockserver.engine.jobs import Job
from mockserver.engine.keyring import Grant
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import FixtureError
from mockserver.providers.provider import Provider

__all__ = ["Account", "World", "furnish", "load_world"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a world.

    Attributes:
        name: Its name; its space is `<slug>.<name>`.
        keys: Its credentials.
        jobs: Frozen jobs: `{"id", "operation", "state", "data", "error"?}`.
        things: Everything else about it, as in the file.
    """

    name: str
    keys: tuple[Grant, ...]
    jobs: tuple[Mapping[str, Any], ...]
    things: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """All accounts of a provider, and the catalogue that every space has.

    Attributes:
        accounts: By name.
        catalogue: Templates, voices and the like, as in the file.
    """

    accounts: Mapping[str, Account]
    catalogue: Mapping[str, Any]

    def account_of(self, space_id: str, slug: str) -> Account | None:
        """Return the account whose space that is, or None."""
        name = space_id.removeprefix(f"{slug}.")
        # A minted space may have any name, an account's too, but not its jobs.
        return None if name == space_id else self.accounts.get(name)


def load_world(provider: Provider, folder: Traversable) -> World:
    """Read a provider's world; a provider without the file has an empty one.

    Raises:
        FixtureError: The file is not as it should be.
    """
    file = folder / "world.yaml"
    if not file.is_file():
        return World({}, {})
    try:
        raw = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise FixtureError(f"{file}: not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise FixtureError(f"{file}: found {type(raw).__name__}, expected a mapping")
    accounts = {
        str(name): _account(provider, str(name), value or {}, file)
        for name, value in (raw.get("accounts") or {}).items()
    }
    return World(accounts, raw.get("catalogue") or {})


def furnish(provider: Provider, world: World, space: Space) -> None:
    """Put the frozen jobs of an account into its space."""
    account = world.account_of(space.id, provider.slug)
    engine = space.jobs(provider.slug)
    for number, job in enumerate(account.jobs if account else ()):
        engine.put(_frozen(provider, space, job, number))


def _account(
    provider: Provider, name: str, value: Mapping[str, Any], file: Traversable
) -> Account:
    space = f"{provider.slug}.{name}"
    keys = []
    for key in value.get("keys") or ():
        parts = key if isinstance(key, dict) else {"key": key}
        if not parts.get("key"):
            raise FixtureError(f"{file}: accounts/{name}/keys: found {key!r}, no key")
        keys.append(
            Grant(
                slug=provider.slug,
                key=str(parts["key"]),
                secret=parts.get("secret"),
                account=name,
                space=space,
                kind=parts.get("kind", "key"),
            )
        )
    jobs = tuple(value.get("jobs") or ())
    for number, job in enumerate(jobs):
        _check_job(provider, job, f"{file}: accounts/{name}/jobs/{number}")
    things = {k: v for k, v in value.items() if k not in {"keys", "jobs"}}
    return Account(name, tuple(keys), jobs, things)


def _check_job(provider: Provider, job: Any, place: str) -> None:
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
    provider: Provider, space: Space, job: Mapping[str, Any], number: int
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
