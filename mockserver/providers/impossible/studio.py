"""Projects and movies by name: an account's own, and those that come to be."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.hints import Hint
from mockserver.providers.impossible.wire import SLUG
from mockserver.providers.impossible.world import NO_MOVIE
from mockserver.providers.kinds import Thing

__all__ = ["movie", "project"]

FRAMES: Final = 250
NAMES_MAX: Final = 500


def project(call: Call, uid: str) -> Thing:
    """Return a project of the call's space; an unknown one may come to be.

    Raises:
        NotFoundError: Code `project`; it is unknown, or another account's.
    """
    known: Thing | None = call.table("project").get(uid)
    if known is not None:
        return known
    owner = call.services.owner(SLUG, "project", uid)
    if owner is not None and owner.id != call.space.id:
        allow = f"the credentials of the space {owner.id}, or another project"
        call.hint(Hint(f"project {uid!r}, which is another account's", (), (), allow))
        raise NotFoundError("project")
    found = things.find(call, "project", uid)
    if found is None:
        raise NotFoundError("project")
    return found


def movie(
    call: Call, uid: str, name: str, params: Iterable[str] = (), code: str = "movie"
) -> Thing:
    """Return a movie of a project; an unknown one may come to be.

    One that has come to be learns its variables from what it is rendered with.

    Raises:
        NotFoundError: The project is unknown, or, with the given code, the movie.
    """
    home = project(call, uid)
    key, table = f"{uid}/{name}", call.table("sdl")
    known: Thing | None = table.get(key)
    if known is None:
        if _is_refused(call, home, name):
            _hint(call, uid, name)
            raise NotFoundError(code)
        known = {"name": name, "variables": [], things.BORN: True}
        if not things.is_full(call, "sdl"):
            table.put(key, known)
    names = set(params)
    if not names or not things.is_born(known):
        return known
    return things.learn(call, "sdl", key, lambda old: _with(old, names))


def learned(params: Iterable[str]) -> list[str]:
    """Return the names of variables, as many as a movie learns: never very many."""
    some = islice(params, 20 * NAMES_MAX)
    return sorted({str(one) for one in some})[:NAMES_MAX]


def _is_refused(call: Call, home: Thing, name: str) -> bool:
    uid = home["uid"]
    if name == NO_MOVIE or things.is_gone(call, "sdl", f"{uid}/{name}"):
        return True
    if call.setting("world") != "strict" and not home.get("closed"):
        return False
    # One without any movies has them where we cannot see them.
    return any(True for key in _movies(call, uid))


def _movies(call: Call, uid: str) -> list[str]:
    prefix = f"{uid}/"
    near = call.table("sdl").after(prefix, 1000)
    return [key.removeprefix(prefix) for key, _ in near if key.startswith(prefix)]


def _with(old: Thing, names: set[str]) -> Thing:
    """Return a movie with more variables; their order does not depend on who came."""
    every = sorted({one["name"] for one in old["variables"]} | names)[:NAMES_MAX]
    variables: list[dict[str, Any]] = [
        {"name": name, "type": "text", "offset": 0, "numframes": FRAMES}
        for name in every
    ]
    return {**old, "variables": variables}


def _hint(call: Call, uid: str, name: str) -> None:
    allow = (
        f"declare it under {SLUG}: projects: {uid}: movies in a world file (--world"
        f" FILE), or, if the project is not closed: --set {SLUG}.world=lenient"
    )
    if name == NO_MOVIE:
        allow = "any other name: this one is always unknown"
    sought = f"movie {name!r} of project {uid!r}"
    call.hint(Hint.of(sought, name, _movies(call, uid), allow))
