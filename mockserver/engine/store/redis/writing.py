"""Writing: entries as commands, and what came of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from mockserver.engine.store.redis.line import Command, Line, evaluate
from mockserver.engine.store.redis.scripts import (
    ANYBODY,
    APPEND,
    DUES,
    LOG,
    SPACES,
    UNLINK,
    keys_of,
    link_key,
)
from mockserver.engine.store.shelf import SERVER, Entry

__all__ = ["DUE", "Lease", "write"]

DUE: Final = b"due\0"
"""What the places of planned things begin with."""

_LOST, _OUT_OF_TURN = -1, -2


@dataclass(slots=True)
class Lease:
    """A space that is a worker's.

    Attributes:
        fence: What its entries have to name; nobody else ever has the same.
        number: How many entries there have been.
        since_ms: When it was taken, in milliseconds since 1970.
        is_listed: The space is among those that the store knows.
        is_due: It is among those in which something is planned.
    """

    fence: str
    number: int
    since_ms: int
    is_listed: bool
    is_due: bool = False


async def write(
    line: Line, leases: Mapping[str, Lease], entries: Iterable[Entry], me: str
) -> set[str]:
    """Append entries; return the spaces that are another worker's by now.

    Of those, nothing is written. What was not answered may be written; to do it once
    more with the same leases changes nothing then.

    Args:
        line: Leads to the store.
        leases: The spaces that are this worker's, with what the store knows of them.
        entries: What has changed.
        me: This worker's name.

    Raises:
        StoreError: The store cannot be reached, or refuses it.
    """
    lost: set[str] = set()
    for batch in _batches(entries):
        lost |= await _write(line, leases, batch, me)
    return lost


async def _write(
    line: Line, leases: Mapping[str, Lease], merged: Mapping[str, Entry], me: str
) -> set[str]:
    lost = {space for space in merged if space != SERVER and space not in leases}
    mine = [(one, leases[space]) for space, one in merged.items() if space in leases]
    before: list[Command] = []
    for entry, lease in mine:
        before += _before(entry, lease)
        if line.is_cluster:
            before += _linked(entry)
    appends = [
        _append(entry, lease, is_cluster=line.is_cluster) for entry, lease in mine
    ]
    if SERVER in merged:
        appends.append(_anybodys(merged[SERVER], me))
    replies = await line.run(before, appends)
    after: list[Command] = []
    for (entry, lease), reply in zip(mine, replies[len(before) :], strict=False):
        if reply[0] in {_LOST, _OUT_OF_TURN}:
            lost.add(entry.space)
            continue
        lease.number += 1
        lease.is_listed, lease.is_due = True, lease.is_due or _plans(entry)
        after += _after(entry, lease)
        if line.is_cluster:
            after += _unlinked(entry, reply[1] if len(reply) > 1 else ())
    await line.run(after)
    return lost


def _batches(entries: Iterable[Entry]) -> Iterator[dict[str, Entry]]:
    """Yield entries with those of one space as one, which costs a script each.

    A thing that two spaces have published, one after the other, is in two batches; so
    is one that was published in a space before that was wiped.
    """
    merged: dict[str, Entry] = {}
    leads: dict[bytes, str] = {}
    for entry in entries:
        is_wiped = entry.wipes and entry.space in leads.values()
        if is_wiped or any(
            leads.get(link, entry.space) != entry.space for link, _ in entry.links
        ):
            yield merged
            merged, leads = {}, {}
        leads |= dict.fromkeys((link for link, _ in entry.links), entry.space)
        known = merged.get(entry.space)
        if known is not None and not entry.wipes:
            changes = [*known.changes, *entry.changes]
            links = [*known.links, *entry.links]
            entry = Entry(entry.space, known.wipes, changes, links)  # noqa: PLW2901 - the two are one from here on
        merged[entry.space] = entry
    yield merged


def _before(entry: Entry, lease: Lease) -> Iterable[Command]:
    """Yield what others must find once the entry is there, and may find before."""
    if not lease.is_listed:
        yield "ZADD", SPACES, "NX", lease.since_ms, entry.space
    if not lease.is_due and _plans(entry):
        yield "SADD", DUES, entry.space


def _linked(entry: Entry) -> Iterable[Command]:
    # In a cluster, what leads to a thing cannot be written with it, nor be too late.
    for link, is_mine in entry.links:
        if is_mine:
            yield "SET", link_key(link), entry.space


def _append(entry: Entry, lease: Lease, *, is_cluster: bool) -> Command:
    name = "" if is_cluster else entry.space
    head = (lease.fence, lease.number + 1, int(entry.wipes), name)
    return evaluate(APPEND, keys_of(entry.space), *head, *_flat(entry))


def _anybodys(entry: Entry, me: str) -> Command:
    what = msgspec.msgpack.encode([*entry.changes])
    return evaluate(ANYBODY, [*keys_of(SERVER), LOG], me, what, *_flat(entry))


def _unlinked(entry: Entry, gone: Sequence[bytes]) -> Iterable[Command]:
    """Yield what takes away what leads to things that are gone, in a cluster."""
    last = dict.fromkeys(gone, False) | dict(entry.links)
    for link in sorted(link for link, is_mine in last.items() if not is_mine):
        yield evaluate(UNLINK, [link_key(link)], entry.space)


def _after(entry: Entry, lease: Lease) -> Iterable[Command]:
    """Yield what takes away what leads to a space that is gone."""
    if entry.wipes and not _plans(entry):
        lease.is_due = False
        yield "SREM", DUES, entry.space
    if entry.wipes and not entry.changes:
        lease.is_listed = False
        yield "ZREM", SPACES, entry.space


def _plans(entry: Entry) -> bool:
    return any(place.startswith(DUE) and value for place, value in entry.changes)


def _flat(entry: Entry) -> list[Any]:
    flat: list[Any] = [len(entry.changes)]
    for place, value in entry.changes:
        flat += (place, b"" if value is None else value)
    flat.append(len(entry.links))
    for link, is_mine in entry.links:
        flat += (link, b"1" if is_mine else b"")
    return flat
