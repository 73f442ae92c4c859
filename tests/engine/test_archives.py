"""Both archives keep the ends of logs, and let go what is too much."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from mockserver.engine.store.archive import Archive, Item, Tail
from mockserver.engine.store.redis.archive import KEPT_S, RedisArchive
from mockserver.engine.store.redis.line import Line
from mockserver.engine.store.redis.scripts import exchanges_key
from mockserver.engine.store.sqlite_archive import SqliteArchive
from mockserver.errors import StoreError

Open = Callable[[], Awaitable[Archive]]


@pytest.fixture(params=["sqlite", "redis"])
async def opened(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Archive]:
    if request.param == "sqlite":
        archive: Archive = SqliteArchive(tmp_path / "a.exchanges", 1 << 20)
    else:
        line = Line(request.getfixturevalue("redis_server").url)
        await line.ask("FLUSHALL")
        archive = RedisArchive(line)
    yield archive
    await archive.close()


def tail(*numbers: int, most: int = 10) -> Tail:
    return Tail([Item(number, b"%d" % number) for number in numbers], most)


async def test_logs_are_apart_and_read_back(opened: Archive) -> None:
    await opened.write({"a": tail(1, 3), "{b}": tail(2)})
    await opened.write({"a": tail(4)})

    assert sorted(await opened.read("a")) == [b"1", b"3", b"4"]
    assert await opened.read("{b}") == [b"2"]
    assert await opened.read("c") == []


async def test_only_the_latest_are_kept(opened: Archive) -> None:
    await opened.write({"a": tail(1, 2, 3, most=5)})
    await opened.write({"b": tail(4)})
    await opened.write({"a": tail(5, 6, most=2)})

    assert sorted(await opened.read("a")) == [b"5", b"6"]
    assert await opened.read("b") == [b"4"]


async def test_logs_of_some_spaces_are_forgotten(opened: Archive) -> None:
    await opened.write({"a": tail(1), "b": tail(2), "c": tail(3)})

    await opened.clear(["a", "c", "never"])

    assert [await opened.read(one) for one in "abc"] == [[], [b"2"], []]


async def test_a_long_log_is_written_in_pieces(opened: Archive) -> None:
    items = [Item(number, b"%d" % number + b"x" * 20_000) for number in range(40)]

    await opened.write({"a": Tail(items, 40)})

    assert len(await opened.read("a")) == 40


async def test_a_file_goes_on_after_its_greatest_number(tmp_path: Path) -> None:
    """Another process has it then; `clear` without names is of all."""
    archive = SqliteArchive(tmp_path / "a.exchanges", 1 << 20)
    await archive.write({"a": tail(7, 41), "b": tail(40)})
    await archive.close()

    again = SqliteArchive(tmp_path / "a.exchanges", 1 << 20)
    await again.clear(None)

    assert again.last == 41
    assert await again.read("a") == []
    await again.close()


async def test_a_file_that_is_long_loses_its_oldest(tmp_path: Path) -> None:
    """Of whatever space."""
    archive = SqliteArchive(tmp_path / "a.exchanges", 300_000)
    for number in range(100):
        items = [Item(number, b"x" * 10_000)]
        await archive.write({f"space-{number % 7}": Tail(items, 1000)})

    kept = [len(await archive.read(f"space-{one}")) for one in range(7)]

    assert 15 <= sum(kept) <= 30
    await archive.close()


async def test_a_file_that_is_damaged_is_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing depends on it: no start fails for it."""
    path = tmp_path / "a.exchanges"
    path.write_bytes(b"no database at all" * 100)

    archive = SqliteArchive(path, 1 << 20)
    await archive.write({"a": tail(1)})

    assert await archive.read("a") == [b"1"]
    assert "is begun anew" in caplog.text
    await archive.close()


async def test_what_is_closed_says_so(tmp_path: Path) -> None:
    archive = SqliteArchive(tmp_path / "a.exchanges", 1 << 20)
    await archive.close()

    with pytest.raises(StoreError, match=r"a\.exchanges"):
        await archive.write({"a": tail(1)})


async def test_in_a_redis_logs_go_a_day_after_the_last_was_added(
    redis_url: str,
) -> None:
    line = Line(redis_url)
    archive = RedisArchive(line)

    await archive.write({"a": tail(1)})

    assert 0 < await line.ask("TTL", exchanges_key("a")) <= KEPT_S
    await archive.close()
