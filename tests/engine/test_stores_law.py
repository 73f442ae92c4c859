"""Whatever is written, and wherever it breaks: a store holds what it has acknowledged.

A machine writes entries, breaks off in the middle, opens the store again, and lets
another worker take over. A store in dicts, fed with the entries that must count, says
what has to be there after each step.
"""

import asyncio
import errno
import os
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mockserver.engine.store import notes
from mockserver.engine.store.redis import RedisDirectory
from mockserver.engine.store.redis.scripts import ROLL
from mockserver.engine.store.shelf import Entry
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.errors import StoreError
from tests.engine.shelves import RecordingShelf, killed
from tests.redises import FlakyLine, RedisServer

V = TypeVar("V")
SPACES = ("pub", "{brace}", "ü")
PLACES = (b"begun", b"row\0a", b"row\0b", b"due\x001", b"")
LINKS = (b"job\0x", b"job\0y")
VALUES = st.binary(min_size=1, max_size=12)
ENTRIES = st.builds(
    Entry,
    st.sampled_from(SPACES),
    st.sampled_from([False, False, False, True]),
    st.lists(st.tuples(st.sampled_from(PLACES), st.none() | VALUES), max_size=4),
    st.lists(st.tuples(st.sampled_from(LINKS), st.booleans()), max_size=2),
)
BREAKS = st.lists(st.sampled_from(["before", "after"]), min_size=1, max_size=2)
Rows = Sequence[tuple[bytes, bytes]]


class Subject(Protocol):
    """A store as one who writes to it sees it."""

    def append(self, entries: Sequence[Entry]) -> None: ...

    def break_off(self, entries: Sequence[Entry], breaks: list[str]) -> bool:
        """Write while it breaks; say whether it has to be there nonetheless."""
        ...

    def reopen(self) -> None: ...

    def take_over(self, entries: Sequence[Entry]) -> None:
        """Let another one have it; what the one before writes then must not count."""
        ...

    def rows(self, space: str) -> Rows: ...

    def links(self, space: str) -> Sequence[bytes]: ...

    def close(self) -> None: ...


class OnSqlite:
    """Files; they break in the middle of a note, or once it is whole."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name, "mock.db")
        self._turn = 0
        self._shelf = SqliteShelf(self._file)

    def append(self, entries: Sequence[Entry]) -> None:
        self._shelf.append(entries)

    def break_off(self, entries: Sequence[Entry], breaks: list[str]) -> bool:
        if breaks[0] == "after":
            self._shelf.append(entries)
            self.reopen()
            return True
        # The disk is full in the middle of what is noted.
        with (
            patch.object(notes, "_write", _cut_short),
            pytest.raises(StoreError, match="No space left"),
        ):
            self._shelf.append(entries)
        if len(breaks) == 2:
            self.reopen()
        return False

    def reopen(self) -> None:
        """Begin again: after an end, or with what a kill leaves, folded or not."""
        self._turn += 1
        if self._turn % 3 == 1:
            self._shelf.tidy()
        copy = killed(self._file)
        self._shelf.close()
        if self._turn % 3:
            for file in self._file.parent.glob(f"{copy.name}*"):
                file.rename(file.with_name(file.name.removeprefix("copy-")))
        self._shelf = SqliteShelf(self._file)

    def take_over(self, entries: Sequence[Entry]) -> None:
        with pytest.raises(StoreError, match="another server has it"):
            SqliteShelf(self._file).append(entries)

    def rows(self, space: str) -> Rows:
        return self._shelf.rows(space)

    def links(self, space: str) -> Sequence[bytes]:
        return self._shelf.links(space)

    def close(self) -> None:
        self._shelf.close()
        self._folder.cleanup()


def _cut_short(file: int, data: bytes) -> None:
    os.write(file, data[: len(data) // 2])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class OnRedis:
    """A worker that has all spaces; its connection breaks, and others take over."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._runner = asyncio.Runner()
        self._joined: list[RedisDirectory] = []
        self._worker = self._join(is_first=True)

    def append(self, entries: Sequence[Entry]) -> None:
        assert self._do(self._worker.write(entries)) == set()

    def break_off(self, entries: Sequence[Entry], breaks: list[str]) -> bool:
        self._line.breaks = [*breaks]
        is_told = False
        with suppress(StoreError):
            is_told = self._do(self._worker.write(entries)) == set()
        is_used = not self._line.breaks
        self._line.breaks = []
        assert is_told or len(breaks) == 2
        self.reopen()
        return is_told or (is_used and "after" in breaks)

    def reopen(self) -> None:
        for space in SPACES:
            self._do(self._worker.leave(space))
            assert self._do(self._worker.enter(space)) is None

    def take_over(self, entries: Sequence[Entry]) -> None:
        late = self._worker
        self._do(self._line.ask("ZADD", ROLL, 1, late.me.id))
        self._worker = self._join()
        refused = self._do(late.write(entries))
        assert refused == {entry.space for entry in entries}

    def rows(self, space: str) -> Rows:
        state = self._do(
            self._line.ask("HGETALL", f"mock:space:{{{_named(space)}}}:state")
        )
        ordered = sorted(zip(state[1::2], state[::2], strict=True), key=_first_eight)
        return [(place, value[8:]) for value, place in ordered]

    def links(self, space: str) -> Sequence[bytes]:
        found = [self._do(self._line.ask("GET", b"mock:link:" + one)) for one in LINKS]
        both = zip(LINKS, found, strict=True)
        return [link for link, owner in both if owner == space.encode()]

    def close(self) -> None:
        for one in self._joined:
            self._do(one.close())
        self._runner.close()

    def _join(self, *, is_first: bool = False) -> RedisDirectory:
        self._line = FlakyLine(self._url)
        if is_first:
            self._do(self._line.ask("FLUSHALL"))
        worker = RedisDirectory(self._line, 600.0)
        self._joined.append(worker)
        self._do(worker.beat())
        for space in SPACES:
            assert self._do(worker.enter(space)) is None
        return worker

    def _do(self, work: Coroutine[Any, Any, V]) -> V:
        return self._runner.run(work)


def _named(space: str) -> str:
    return space.replace("{", "%7B").replace("}", "%7D")


def _first_eight(held: tuple[bytes, bytes]) -> bytes:
    return held[0][:8]


class Machine(RuleBasedStateMachine):
    """What is done to a store, and what has to be there."""

    subject: Subject

    def __init__(self, make: Callable[[], Subject]) -> None:
        super().__init__()
        self.subject = make()
        self.model = RecordingShelf()

    @rule(entries=st.lists(ENTRIES, min_size=1, max_size=3))
    def append(self, entries: list[Entry]) -> None:
        self.subject.append(entries)
        self.model.append(entries)

    @rule(entry=ENTRIES, breaks=BREAKS)
    def break_off(self, entry: Entry, breaks: list[str]) -> None:
        if self.subject.break_off([entry], breaks):
            self.model.append([entry])

    @rule()
    def reopen(self) -> None:
        self.subject.reopen()

    @rule(entry=ENTRIES)
    def take_over(self, entry: Entry) -> None:
        self.subject.take_over([entry])

    @invariant()
    def it_holds_what_must_be_there(self) -> None:
        for space in SPACES:
            assert [*self.subject.rows(space)] == self.model.rows(space)
            assert sorted(self.subject.links(space)) == sorted(self.model.links(space))

    def teardown(self) -> None:
        self.subject.close()


def how() -> settings:
    """Some for each run, many for a deep one; to shrink them would take minutes."""
    usual = settings()
    return settings(
        usual,
        max_examples=usual.max_examples // 10,
        stateful_step_count=15,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )


def test_sqlite_holds_what_it_has_acknowledged() -> None:
    run_state_machine_as_test(partial(Machine, OnSqlite), settings=how())  # type: ignore[arg-type]  # it only calls it


def test_redis_holds_what_it_has_acknowledged(redis_server: RedisServer) -> None:
    on_redis = partial(OnRedis, redis_server.url)
    run_state_machine_as_test(partial(Machine, on_redis), settings=how())  # type: ignore[arg-type]  # it only calls it
