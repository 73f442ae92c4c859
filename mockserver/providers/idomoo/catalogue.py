"""What an account has: libraries, scenes, storyboards; fixtures, and made-up ones."""

from asyncio import to_thread
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.timeline import Phase
from mockserver.errors import NotFoundError
from mockserver.numbers import whole
from mockserver.providers import things
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.idomoo import wire
from mockserver.providers.idomoo.learning import joined, with_keys, with_uses
from mockserver.providers.idomoo.scenery import Scenery, scenery
from mockserver.providers.kinds import Thing

__all__ = [
    "account",
    "export_id",
    "find",
    "list_all",
    "new_id",
    "put",
    "remove",
    "scene_state",
    "scenes_of",
    "usable_scene",
    "usable_storyboard",
]

COUNTS: Final[Mapping[str, int]] = {"library": 24, "scene": 120, "storyboard": 120}
_FIRST_MADE_UP: Final = {"library": 5001, "scene": 20001, "storyboard": 50001}
_FIRST_NEW: Final = {"library": 502, "scene": 93001}


def account(call: Call) -> Mapping[str, Any]:
    """Return what is known about the account that calls.

    `{"email", "first_name", "last_name", "company", "credits", ...}`
    """
    own = call.world.account_of(call.space.id, call.provider.slug)
    return call.world.details("account", own)


async def find(call: Call, kind: str, thing_id: object) -> dict[str, Any]:
    """Return a library, scene or storyboard of the account.

    Raises:
        NotFoundError: Code `library`, `scene` or `storyboard`: this account has
            no such thing.
    """
    key = _key(thing_id)
    number = whole(key)
    is_missing = call.table(kind).get(key) is None
    if is_missing and number is not None and _is_made_up(call, kind, number):
        await _make_up(call)
    thing = things.find(call, kind, key)
    if thing is None:
        raise NotFoundError(kind, id=thing_id)
    if kind == "scene" and things.is_born(thing):
        # A scene lies in a library, which comes to be with it.
        things.find(call, "library", str(thing["library_id"]))
    return dict(thing)


def remove(call: Call, kind: str, thing_id: object) -> None:
    """Forget a library, scene or storyboard for good."""
    things.remove(call, kind, _key(thing_id))


async def list_all(call: Call, kind: str) -> list[dict[str, Any]]:
    """Return all things of one kind, by identifier."""
    await _make_up(call)
    every = [dict(thing) for thing in call.table(kind).values()]
    return sorted(every, key=lambda thing: int(thing[f"{kind}_id"]))


async def scenes_of(call: Call, library_id: int) -> list[dict[str, Any]]:
    """Return the scenes of a library, by identifier."""
    scenes = await list_all(call, "scene")
    return [scene for scene in scenes if scene["library_id"] == library_id]


async def usable_scene(
    call: Call, scene_id: object, uses: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a scene that can be rendered, with the placeholders that are used.

    Raises:
        NotFoundError: Code `scene`; it is unknown or not exported yet.
    """
    scene = await find(call, "scene", scene_id)
    if scene_state(call, scene) != "Done":
        call.note(f"scene {scene_id} is not Done yet: poll GET /scenes/{scene_id}")
        raise NotFoundError("scene", id=scene_id)
    return await _taught(call, "scene", scene, partial(with_uses, uses=[*uses]))


async def usable_storyboard(
    call: Call, storyboard_id: object, data: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a storyboard, with the placeholders that are filled in.

    Raises:
        NotFoundError: Code `storyboard`; it is unknown.
    """
    storyboard = await find(call, "storyboard", storyboard_id)
    change = partial(with_keys, data=[*data])
    return await _taught(call, "storyboard", storyboard, change)


def put(call: Call, kind: str, thing: Mapping[str, Any]) -> None:
    """Store a new or changed thing."""
    call.table(kind).put(str(thing[f"{kind}_id"]), dict(thing))


def new_id(call: Call, kind: str) -> int:
    """Return the identifier of a new library or scene."""
    table = call.table(kind)
    while True:
        number = _FIRST_NEW[kind] + table.number()
        if table.get(str(number)) is None and not _is_made_up(call, kind, number):
            return number


def export_id(call: Call, scene_id: int | str) -> str:
    """Return the job that exports a scene; no video's identifier looks like it."""
    return f"scene-{scene_id}@{call.space.id}"


def scene_state(call: Call, scene: Mapping[str, Any]) -> str:
    """Return how far the export of a scene is.

    Source: contract idomoo, section 3.5.
    """
    if scene.get("is_waiting"):
        return wire.WAITING_FOR_FILE
    job = call.jobs.find(export_id(call, scene["scene_id"]))
    if job is None:
        return "Done"
    moment = call.moment(job)
    return "Error" if moment.step.phase is Phase.FAILED else moment.step.state


def _key(thing_id: object) -> str:
    """Return an identifier as text; `1234.0` is 1234, as clients may send it."""
    is_whole = isinstance(thing_id, float) and thing_id.is_integer()
    text = str(int(thing_id) if is_whole else thing_id)  # type: ignore[call-overload]  # a float
    return (text.lstrip("0") or "0") if text.isdecimal() else text


async def _taught(
    call: Call, kind: str, thing: dict[str, Any], change: Callable[[Thing], Thing]
) -> dict[str, Any]:
    """Return a thing that has learned the placeholders of a request."""
    if call.setting("world") == "strict" or thing.get("takes_any_key"):
        return thing
    taught = await off_loop(len(await call.body()), change, thing)
    if taught != thing:
        key = str(thing[f"{kind}_id"])
        # Somebody else may have taught it meanwhile.
        things.learn(call, kind, key, lambda known: joined(known, taught))
    return dict(taught)


def _is_made_up(call: Call, kind: str, thing_id: int) -> bool:
    first = _first(call.chance, kind)
    return first <= thing_id < first + COUNTS[kind]


def _first(chance: Chance, kind: str) -> int:
    """Return the lowest identifier of an account's made-up things."""
    return _FIRST_MADE_UP[kind] + 1000 * chance.integer(f"first {kind}", 0, 3)


async def _make_up(call: Call) -> None:
    """Add things to page through, once, when they are first asked for."""
    done = call.table("made-up")
    if done.get("1"):
        return
    firsts = {kind: _first(call.chance, kind) for kind in COUNTS}
    made: Scenery = await to_thread(scenery, call.chance, firsts, COUNTS)
    if done.get("1"):
        return
    done.put("1", True)  # noqa: FBT003 - a value
    for kind, scenes in made.items():
        table = call.table(kind)
        for thing in scenes:
            table.put(str(thing[f"{kind}_id"]), {**thing, "is_scenery": True})
