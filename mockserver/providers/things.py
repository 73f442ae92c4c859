"""Things: what a request names by an id: declared, made by a client, or come to be."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mockserver.engine.store.protocol import Table
from mockserver.providers.call import Call
from mockserver.providers.hints import Hint
from mockserver.providers.kinds import Kind, Thing
from mockserver.providers.world import BORN, put_thing

__all__ = ["BORN", "find", "is_born", "is_full", "is_gone", "learn", "remove"]

MOST: Final = 10_000
"""How many things of a kind a space keeps; more come to be, but are not kept."""


def find(call: Call, table: str, key: str) -> Thing | None:
    """Return a thing of the call's space.

    What nobody has declared comes to be now, unless the provider's setting `world`
    is `strict`, it is the id that is always unknown, or somebody has deleted it; then
    None is returned, and the call has a hint that says why.
    """
    known: Thing | None = call.table(table).get(key)
    if known is not None:
        return known
    kind = call.provider.world.kind(table)
    if (
        call.setting("world") == "strict"
        or key == kind.nowhere
        or re.fullmatch(kind.ids, key) is None
        or is_gone(call, table, key)
        or _is_anothers(call, kind, key)
    ):
        call.hint(_hint(call, kind, key))
        return None
    born = {**kind.complete(key, {}), BORN: True}
    call.note(f"{kind.table} {key!r} was not declared, so it came to be")
    if is_full(call, table):
        return born
    put_thing(call.provider.slug, call.space, kind, key, born)
    return call.table(table).get(key)


def is_born(thing: Mapping[str, Any]) -> bool:
    """Say whether a thing came to be because a request had named it."""
    return BORN in thing


def is_full(call: Call, table: str) -> bool:
    """Say whether a space has so many things of a kind that no more are kept."""
    return len(call.table(table)) >= MOST


def learn(call: Call, table: str, key: str, change: Callable[[Thing], Thing]) -> Thing:
    """Let a thing learn from a request, and return it as it is then.

    Args:
        call: The request.
        table: Where the thing is kept.
        key: Its id.
        change: Returns the thing with what it learns; of several, the order must not
            matter.
    """
    known = call.table(table).get(key)
    if known is None:
        return change(call.provider.world.kind(table).complete(key, {}))
    changed = change(known)
    if changed != known:
        call.table(table).put(key, changed)
    return changed


def remove(call: Call, table: str, key: str) -> None:
    """Forget a thing; naming it again does not bring it back."""
    call.table(table).delete(key)
    _gone(call, table).put(key, value=True)


def is_gone(call: Call, table: str, key: str) -> bool:
    """Say whether somebody has deleted a thing."""
    return _gone(call, table).get(key) is not None


def _is_anothers(call: Call, kind: Kind, key: str) -> bool:
    """Say whether another account of the world has it."""
    slug = call.provider.slug
    others = call.services.world(slug).accounts.values()
    return any(key in one.things.get(kind.name, ()) for one in others)


def _gone(call: Call, table: str) -> Table[bool]:
    return call.table(f"gone {table}")


def _hint(call: Call, kind: Kind, key: str) -> Hint:
    known = [name for name, _ in call.table(kind.table).after("", _SHOWN_MAX)]
    slug = call.provider.slug
    allow = (
        f"declare it under {slug}: catalogue: {kind.name} in a world file (--world"
        f" FILE), or let unknown ones come to be: --set {slug}.world=lenient"
    )
    if key == kind.nowhere:
        allow = "any other id: this one is always unknown, so that the error can be had"
    elif is_gone(call, kind.table, key):
        allow = "an id that nobody has deleted: this one was"
    elif _is_anothers(call, kind, key):
        allow = "the credentials of the account that has it: it is not this one's"
    elif re.fullmatch(kind.ids, key) is None:
        allow = f"an id such as the provider has: {kind.ids}"
    return Hint.of(f"{kind.table} {key!r}", key, known, allow)


_SHOWN_MAX: Final = 200
