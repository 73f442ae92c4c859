"""Endpoints about spaces: mint, list, show, delete, reset, settings."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from typing import Any, Final

from msgspec.structs import replace

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints, mistaken
from mockserver.edge.api.parts import Reach, Row, Rows, opened
from mockserver.edge.api.views import Views
from mockserver.edge.billing import forget_bill
from mockserver.engine.clock import Pace, pause
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.store.directory import Directory
from mockserver.errors import ConfigError
from mockserver.providers.provider import Credential, Provider
from mockserver.providers.services import Services
from mockserver.providers.worldfile import WorldFile, read_world

__all__ = ["table"]

table: Final = Endpoints()
AT_ONCE: Final = 50
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_SPACE: Final = shapes.ref("space")


@table.get(
    "/spaces",
    "list-spaces",
    about="List the open spaces, the newest first.",
    query={"limit": shapes.integer("How many at most; all if missing.")},
    answer=shapes.record({"spaces": shapes.array(_SPACE)}),
    reach=Reach.LATEST,
)
async def list_spaces(ask: Ask) -> Rows:
    """Return `{"spaces": [...]}`."""
    views, limit = Views(ask.services), ask.query.get("limit")
    newest_first = reversed(ask.every())
    rows = [
        Row(opened(space), space.id, views.space(space))
        for space in islice(newest_first, limit)
    ]
    return Rows(name="spaces", rows=rows, newest_first=True, limit=limit)


@table.post(
    "/spaces",
    "mint-space",
    about="Open a new space with a credential for each provider; equal seeds and"
    " names give equal credentials.",
    body=shapes.record(
        {
            "name": shapes.text("Letters, digits, dots, dashes; numbered if missing."),
            "seed": shapes.seed("The server's, if missing."),
            "pace": shapes.text("The server's, if missing."),
            "providers": shapes.array(shapes.text(), "All, if missing."),
            "label": shapes.text("What people call it."),
            "world": shapes.mapping({}, "What it has of its own, as in a world file."),
        },
        optional=("name", "seed", "pace", "providers", "label", "world"),
    ),
    answer=_SPACE,
    status=201,
    errors=(409,),
)
async def mint_space(ask: Ask) -> dict[str, Any]:
    """Return the new space."""
    slugs = ask.body.get("providers", [*ask.services.providers])
    providers = [
        ask.provider(slug, f"body/providers/{at}") for at, slug in enumerate(slugs)
    ]
    pace = _pace(ask.body)
    seed = int(ask.body["seed"]) if "seed" in ask.body else None
    world = _world(ask)
    try:
        name = await _new_name(ask)
        space = ask.services.open_with(name, world, seed=seed, pace=pace)
    except ConfigError as error:
        raise ApiError(409, f"body/world: {error}") from error
    label = ask.body.get("label", "")
    for provider in dict.fromkeys(provider.slug for provider in providers):
        _mint(ask.services, space, ask.services.providers[provider], label)
    return Views(ask.services).space(space)


@table.get(
    "/spaces/{space}",
    "show-space",
    about="Show one space.",
    answer=_SPACE,
    errors=(404,),
)
async def show_space(ask: Ask) -> dict[str, Any]:
    """Return one space."""
    return Views(ask.services).space(ask.space)


@table.add(
    "DELETE",
    "/spaces/{space}",
    "delete-space",
    about="Forget a space with its minted credentials and its exchanges; fixtures'"
    " and configured credentials open it anew.",
    answer=shapes.record({"deleted": shapes.text("Its name.")}),
    errors=(404,),
)
async def delete_space(ask: Ask) -> dict[str, Any]:
    """Return `{"deleted": str}`."""
    space = ask.space
    ask.services.spaces.delete(space.id)
    ask.services.journal.clear(space.id)
    return {"deleted": space.id}


_RESET_BODY: Final = shapes.record(
    {
        "what": shapes.array(
            shapes.choice(["jobs", "journal", "deliveries", "settings", "quotas"]),
            "Only these; everything, the clock and what clients made too, if missing.",
        )
    },
    optional=("what",),
)


@table.post(
    "/spaces/{space}/reset",
    "reset-space",
    about="Begin a space anew, or only parts of it; seed, pace and credentials stay.",
    body=_RESET_BODY,
    answer=_SPACE,
    errors=(404,),
)
async def reset_space(ask: Ask) -> dict[str, Any]:
    """Return the space as it is now."""
    space = _reset(ask.services, ask.space, ask.body.get("what"))
    return Views(ask.services).space(space)


@table.post(
    "/reset",
    "reset",
    about="Begin all spaces anew, or only parts of them.",
    body=_RESET_BODY,
    answer=shapes.record({"spaces": shapes.array(shapes.text(), "Their names.")}),
    reach=Reach.ALL,
)
async def reset(ask: Ask) -> Rows:
    """Return `{"spaces": [name]}`."""
    what, rows = ask.body.get("what"), list[Row]()
    for number, space in enumerate(ask.every(), 1):
        # Others want to be answered while thousands begin anew.
        if number % AT_ONCE == 0:
            await pause(0)
        if space.is_open:
            row = Row(opened(space), space.id, space.id)
            _reset(ask.services, space, what)
            rows.append(row)
    if not ask.is_begun and (what is None or "journal" in what):
        ask.services.journal.clear()
    return Rows(name="spaces", rows=rows)


_SETTINGS: Final = shapes.mapping(
    shapes.mapping({}, "By name of the setting."), "By slug of the provider."
)


@table.get(
    "/spaces/{space}/settings",
    "show-settings",
    about="Show the providers' switches as a space has them.",
    answer=_SETTINGS,
    errors=(404,),
)
async def show_settings(ask: Ask) -> dict[str, Any]:
    """Return `{slug: {name: value}}`."""
    return _settings(ask.services, ask.space)


@table.add(
    "PATCH",
    "/spaces/{space}/settings",
    "change-settings",
    about="Change some of the providers' switches in one space; null takes back the"
    " server's own value.",
    body=_SETTINGS,
    answer=_SETTINGS,
    errors=(404,),
)
async def change_settings(ask: Ask) -> dict[str, Any]:
    """Return `{slug: {name: value}}`, after all changes or none."""
    space = ask.space
    changed = dict(space.settings)
    for slug, values in ask.body.items():
        provider = ask.provider(slug, "body")
        for name, raw in values.items():
            place = f"body/{slug}"
            if raw is None:
                _known(provider, name, place)
                changed.pop((slug, name), None)
            else:
                setting = _known(provider, name, place)
                parsed = setting.parse(raw, place=f"{place}/{name}")
                changed[slug, name] = parsed
    space.settings.clear()
    space.settings.update(changed)
    return _settings(ask.services, space)


def _known(provider: Provider, name: str, place: str) -> Any:
    try:
        return provider.setting(name)
    except ConfigError as error:
        names = [setting.name for setting in provider.settings]
        is_old = any(name in setting.formerly for setting in provider.settings)
        said = str(error) if is_old else mistaken(name, names)
        raise ApiError(400, f"{place}: {said}") from error


def _settings(services: Services, space: Space) -> dict[str, Any]:
    return {
        slug: {
            setting.name: services.setting(slug, setting.name, space)
            for setting in provider.settings
        }
        for slug, provider in services.providers.items()
    }


def _pace(body: Mapping[str, Any]) -> Pace | None:
    if "pace" not in body:
        return None
    try:
        return Pace.parse(body["pace"])
    except ConfigError as error:
        raise ApiError(400, f"body/{error}") from error


def _world(ask: Ask) -> WorldFile:
    try:
        return read_world(
            ask.body.get("world", {}), ask.services.providers, name="body/world"
        )
    except ConfigError as error:
        raise ApiError(400, str(error)) from error


async def _first_taken(
    spaces: Spaces, directory: Directory, names: Iterator[str]
) -> str:
    """Return the first name that no other worker has: it is this one's from now on."""
    for name in names:
        if await directory.enter(name) is None and spaces.find(name) is None:
            return name
    raise AssertionError("names have no end")


async def _new_name(ask: Ask) -> str:
    """Return the name that was asked for, or the first free number."""
    spaces = ask.services.spaces
    if spaces.directory is not None:
        await spaces.directory.refresh()
    taken = {grant.space for grant in spaces.keyring.grants()}
    taken |= {space.id for space in spaces}
    name = ask.body.get("name")
    if name is None:
        free = (n for n in (f"space-{i}" for i in count(1)) if n not in taken)
        if spaces.directory is None:
            return next(free)
        return await _first_taken(spaces, spaces.directory, free)
    if _NAME.fullmatch(name) is None:
        raise ApiError(
            400,
            f"body/name: found {name!r}, expected up to 80 letters, digits, dots,"
            " dashes and underscores, and no dot or dash at the start",
        )
    slug, dot, _ = name.partition(".")
    if dot and slug in ask.services.providers:
        raise ApiError(
            400,
            f"body/name: found {name!r}, expected a name without {slug!r} and a dot in"
            " front, which the provider's own accounts have",
        )
    if name in taken or spaces.find(name) is not None:
        raise ApiError(
            409,
            f"body/name: found {name!r}, which is taken; expected another name, or"
            f" POST /_mock/api/spaces/{name}/reset to begin that space anew",
        )
    return str(name)


def _mint(services: Services, space: Space, provider: Provider, label: str) -> None:
    services.learn_keys(provider.slug)
    made = _unused(services, space, provider)
    secret = None if made.secret is None else made.fields[made.secret]
    grant = services.register(
        provider.slug,
        made.fields[made.key],
        secret=secret,
        space=space.id,
        origin="minted",
    )
    services.spaces.keyring.add(replace(grant, label=label))


def _unused(services: Services, space: Space, provider: Provider) -> Credential:
    """Draw a credential that depends on seed, space and provider, and is new."""
    chance, keyring = space.chance(provider.slug), services.spaces.keyring
    drawn = (provider.credential(chance.fork("credential", n)) for n in count())
    return next(
        made
        for made in drawn
        if keyring.find(provider.slug, made.fields[made.key]) is None
    )


def _reset(services: Services, space: Space, what: list[str] | None) -> Space:
    if what is None:
        services.journal.clear(space.id)
        return services.spaces.reset(space.id)
    for part in what:
        _PARTS[part](services, space)
    return space


def _reset_jobs(services: Services, space: Space) -> None:
    """Forget all jobs; those of the fixtures are as they were at the start."""
    for slug in space.slugs():
        engine = space.jobs(slug)
        for job in [*engine.list_jobs()]:
            engine.delete(job, quietly=True)
        forget_bill(space, slug)
        services.bring_jobs(space, slug)


def _reset_journal(services: Services, space: Space) -> None:
    services.journal.clear(space.id)


def _reset_deliveries(services: Services, space: Space) -> None:
    services.outbox.clear(space)


def _reset_settings(services: Services, space: Space) -> None:  # noqa: ARG001 - a part
    space.settings.clear()


def _reset_quotas(services: Services, space: Space) -> None:  # noqa: ARG001 - a part
    space.quotas.clear()


_PARTS: Final[Mapping[str, Callable[[Services, Space], None]]] = {
    "jobs": _reset_jobs,
    "journal": _reset_journal,
    "deliveries": _reset_deliveries,
    "settings": _reset_settings,
    "quotas": _reset_quotas,
}
