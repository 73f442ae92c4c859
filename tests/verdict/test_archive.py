"""A journal is written behind, and comes back with its spaces; nobody waits for it."""

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from mockserver.engine.clock import pause
from mockserver.engine.jobs import Job
from mockserver.engine.store.archive import Tail
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import StoreError
from mockserver.verdict.archive import BODY_MAX, Archivist, pack, unpack
from mockserver.verdict.journal import Exchange, Journal

TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
TIMELINE = Timeline((Step("queued", Phase.WAITING, 5.0), Step("done", Phase.SUCCEEDED)))


class FakeArchive:
    """An archive in memory.

    Attributes:
        logs: What it holds.
        trouble: Why nothing can be written just now.
        asked: Whose logs were read.
    """

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self.logs: dict[str, list[tuple[int, bytes]]] = {}
        self.trouble = ""
        self.is_closed = False
        self.asked: list[str] = []

    async def write(self, tails: Mapping[str, Tail]) -> None:
        if self.trouble:
            raise StoreError(self.trouble)
        for space, (items, most) in tails.items():
            self.logs[space] = [*self.logs.get(space, ()), *items][-most:]

    async def read(self, space: str) -> list[bytes]:
        self.asked.append(space)
        return [value for _, value in self.logs.get(space, ())]

    async def clear(self, spaces: Sequence[str] | None) -> None:
        for space in [*self.logs] if spaces is None else spaces:
            self.logs.pop(space, None)

    async def close(self) -> None:
        self.is_closed = True


def job(name: str, created_at: float = 0.0) -> Job:
    return Job(name, "a", 0, "draw", created_at, TIMELINE, (5.0,), b"{}")


def exchange(space: str = "a", target: str = "/x", **more: Any) -> Exchange:
    return Exchange(
        "GET", target, {"A": "b"}, 200, {"C": "d"}, b"told", 4, 1.0, 0.5,
        space=space, slug="sketch", operation="draw", **more,
    )  # fmt: skip


def targets(journal: Journal, space: str | None = None) -> list[str]:
    return [one.target for one in journal.exchanges(space)]


def restored(space: str) -> Any:
    return SimpleNamespace(id=space, is_restored=True)


def told(one: Exchange) -> dict[str, Any]:
    names = (
        "number", "method", "target", "status", "response_body", "size_bytes",
        "wall_at", "elapsed_s", "request_body", "request_bytes", "slug", "operation",
        "space", "at", "asked_at", "origin", "version", "job", "jobs", "state",
        "is_poll", "fault", "hint", "role",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "asked": [*one.request_headers],
        "told": [*one.response_headers],
        "notes": [*one.notes],
    }


@given(
    target=st.text(max_size=8),
    headers=st.lists(st.tuples(st.sampled_from(["A", "a", "Set-Cookie"]), st.text())),
    body=st.none() | st.binary(max_size=20),
    at=st.floats(0, 10),
    names=st.lists(st.sampled_from(["one", "two", "three"]), unique=True),
    notes=st.lists(st.text(max_size=5), max_size=3),
    is_poll=st.booleans(),
)
def test_an_exchange_comes_back_as_it_was(
    target: str,
    headers: list[tuple[str, str]],
    body: bytes | None,
    at: float,
    names: list[str],
    notes: list[str],
    is_poll: bool,
) -> None:
    """Its jobs in the states that they had then, all headers of one name."""
    jobs = [job(name, created_at=float(n)) for n, name in enumerate(names)]
    first = jobs[0] if jobs else None
    one = Exchange(
        "POST", target, CIMultiDict(headers), 201, CIMultiDict(headers), body, 7, 3.0,
        0.25, body, "sketch", "draw", "a", at, first, jobs, is_poll,
        "slow", notes, "?", "submit", at / 2, "https", (1, 0),
    )  # fmt: skip
    one.number = 12

    back = unpack("a", pack(one))

    assert back is not None
    assert told(back) == told(one)
    assert [back.state_of(name) for name in names] == [
        one.state_of(name) for name in names
    ]


@given(TEXT)
def test_bytes_that_are_no_text_are_kept_as_escapes(target: str) -> None:
    back = unpack("a", pack(exchange(target=target)))

    assert back is not None
    assert back.target == target.encode("utf-8", "backslashreplace").decode()


def test_of_a_long_body_the_beginning_is_kept() -> None:
    body = b"x" * (BODY_MAX + 5)
    one = Exchange("GET", "/", {}, 200, {}, body, len(body), 0, 0, body)

    back = unpack("a", pack(one))

    assert back is not None
    assert (len(back.request_body or b""), back.request_bytes) == (
        BODY_MAX,
        BODY_MAX + 5,
    )
    assert (len(back.response_body or b""), back.size_bytes) == (BODY_MAX, BODY_MAX + 5)


@given(st.binary(max_size=30))
def test_what_is_no_exchange_is_left_out(raw: bytes) -> None:
    assert unpack("a", raw) is None


async def test_what_is_new_is_written_once_and_no_more_than_is_kept() -> None:
    journal, archive = Journal(per_space=2), FakeArchive()
    archivist = Archivist(journal, archive)
    for number in range(3):
        journal.add(exchange(target=f"/{number}"))

    await archivist.flush()
    await archivist.flush()
    journal.add(exchange(target="/3"))
    await archivist.flush()

    assert [number for number, _ in archive.logs["a"]] == [3, 4]


async def test_under_load_the_latest_are_written_and_all_when_a_space_leaves() -> None:
    """What nobody would look at costs nothing."""
    journal, archive = Journal(), FakeArchive()
    archivist = Archivist(journal, archive)
    for space in ("a", "b"):
        for _ in range(300):
            journal.add(exchange(space))

    await archivist.flush("b")
    await archivist.flush()

    assert [number for number, _ in archive.logs["a"]] == [*range(101, 301)]
    assert [number for number, _ in archive.logs["b"]] == [*range(301, 601)]


async def test_requests_for_nobody_are_not_kept() -> None:
    journal, archive = Journal(), FakeArchive()
    journal.add(exchange(space=""))

    await Archivist(journal, archive).flush()

    assert archive.logs == {}


async def test_a_space_brings_its_exchanges_before_what_has_come_meanwhile() -> None:
    """Their numbers stay; what comes gets greater ones."""
    archive = FakeArchive()
    before = Journal()
    first = Archivist(before, archive)
    before.add(exchange(target="/1"))
    before.add(exchange(target="/2"))
    await first.close()
    archive.last = 2
    journal = Journal()
    archivist = Archivist(journal, archive)

    archivist.opened(restored("a"))
    journal.add(exchange(target="/3"))
    await archivist.loaded()
    await archivist.flush()

    assert archive.is_closed
    assert targets(journal, "a") == ["/1", "/2", "/3"]
    assert [one.number for one in journal.exchanges()] == [1, 2, 3]
    assert [number for number, _ in archive.logs["a"]] == [1, 2, 3]
    assert len(journal) == 3


async def test_a_space_that_comes_when_the_archive_was_let_go_asks_nothing() -> None:
    """A worker that stops may adopt what another one has left just now."""
    archive = FakeArchive()
    archivist = Archivist(Journal(), archive)
    await archivist.close()

    archivist.opened(restored("a"))
    await pause(0)
    await pause(0)

    assert archive.asked == []


async def test_a_space_that_is_new_brings_nothing() -> None:
    journal, archive = Journal(), FakeArchive()
    archive.logs["a"] = [(1, pack(exchange()))]
    archivist = Archivist(journal, archive)

    archivist.opened(SimpleNamespace(id="a", is_restored=False))  # type: ignore[arg-type]  # all that is asked
    await archivist.loaded()

    assert targets(journal) == []


async def test_no_more_is_brought_than_there_is_room_for() -> None:
    """The latest of them."""
    journal, archive = Journal(per_space=3), FakeArchive(last=9)
    one = exchange()
    for number in range(1, 10):
        one.number = number
        archive.logs.setdefault("a", []).append((number, pack(one)))
    archivist = Archivist(journal, archive)
    journal.add(exchange(target="/new"))

    archivist.opened(restored("a"))
    await archivist.loaded()

    assert [one.number for one in journal.exchanges("a")] == [8, 9, 10]
    assert journal.held_bytes == sum(one.kept_bytes for one in journal.exchanges())


async def test_what_leaves_the_memory_is_written_unless_it_is_lost() -> None:
    journal, archive = Journal(), FakeArchive()
    archivist = Archivist(journal, archive)
    journal.add(exchange("a"))
    journal.add(exchange("b"))

    archivist.dropped("a", is_lost=False)
    archivist.dropped("b", is_lost=True)
    await archivist.flush()

    assert targets(journal) == []
    assert [*archive.logs] == ["a"]


async def test_what_is_forgotten_is_forgotten_there_too() -> None:
    """Of one space, or of all: those as well of which only the archive knows."""
    journal, archive = Journal(), FakeArchive()
    archivist = Archivist(journal, archive)
    for space in ("a", "b"):
        journal.add(exchange(space))
    archive.logs["asleep"] = [(1, b"")]
    await archivist.flush()

    journal.clear("a")
    journal.add(exchange("a", target="/later"))
    await archivist.flush()
    of_one = sorted(archive.logs)
    journal.clear()
    await archivist.flush()

    assert of_one == ["a", "asleep", "b"]
    assert archive.logs == {}


async def test_an_archive_in_trouble_hurts_nobody_and_gets_all_later() -> None:
    journal, archive = Journal(), FakeArchive()
    archivist = Archivist(journal, archive)
    journal.add(exchange())
    archive.trouble = "the disk is full"

    await archivist.flush()
    archive.trouble = ""
    await archivist.flush()

    assert [number for number, _ in archive.logs["a"]] == [1]


async def test_it_goes_on_until_it_is_cancelled() -> None:
    journal, archive = Journal(), FakeArchive()
    journal.add(exchange())
    running = asyncio.create_task(Archivist(journal, archive).run())

    async with asyncio.timeout(20):
        while not archive.logs:
            await pause(0.001)
    running.cancel()

    assert [*archive.logs] == ["a"]
