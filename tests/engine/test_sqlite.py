"""One file, one process: what is in it, and what is refused."""

import sqlite3
from pathlib import Path

import pytest

from mockserver.engine.store.shelf import Entry
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.errors import StoreError
from tests.engine.shelves import killed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mock.db"


def entry(space: str, **changes: str | None) -> Entry:
    said = [
        (place.encode(), None if value is None else value.encode())
        for place, value in changes.items()
    ]
    return Entry(space, wipes=False, changes=said, links=[])


def test_what_was_written_is_there_when_it_is_opened_again(file: Path) -> None:
    """In its order; put again it keeps its position, gone and put again it is last."""
    shelf = SqliteShelf(file)
    shelf.append([entry("one", a="1", b="1", c="1"), entry("two", a="2")])
    shelf.append([entry("one", a=None, b="2"), entry("one", a="3")])
    shelf.close()

    again = SqliteShelf(file)

    assert again.rows("one") == [(b"b", b"2"), (b"c", b"1"), (b"a", b"3")]
    assert again.spaces() == ["one", "two"]
    again.close()


def test_a_wiped_space_keeps_only_what_came_with_the_wipe(file: Path) -> None:
    """With its public things."""
    shelf = SqliteShelf(file)
    shelf.append([Entry("one", False, [(b"a", b"1")], [(b"job", True)])])

    shelf.append([Entry("one", True, [(b"b", b"1")], [])])

    assert shelf.rows("one") == [(b"b", b"1")]
    assert shelf.owner(b"job") is None
    shelf.close()


def test_a_public_thing_leads_to_who_published_it_last(file: Path) -> None:
    """Retracting what is another's by now changes nothing."""
    shelf = SqliteShelf(file)
    shelf.append([Entry(name, False, [], [(b"job", True)]) for name in ("one", "two")])

    shelf.append([Entry("one", False, [], [(b"job", False)])])

    assert (shelf.owner(b"job"), shelf.links("two")) == ("two", [b"job"])
    shelf.close()


def test_spaces_are_found_by_what_they_hold(file: Path) -> None:
    """Those with something planned are opened first."""
    shelf = SqliteShelf(file)
    shelf.append([entry("one", row="1"), entry("two", due="1"), entry("three", dye="")])

    assert shelf.spaces(b"due") == ["two"]
    shelf.close()


def test_a_second_server_is_refused_naming_the_first(file: Path) -> None:
    """Two owners never both write."""
    shelf = SqliteShelf(file)

    with pytest.raises(
        StoreError, match=r"mock\.db: another server has it \(process \d"
    ):
        SqliteShelf(file)

    shelf.close()


def test_a_file_of_a_later_release_is_refused(file: Path) -> None:
    """It says which version was found."""
    SqliteShelf(file).close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 7")
    connection.close()

    with pytest.raises(StoreError, match="found version 7, expected at most 3"):
        SqliteShelf(file)


def test_what_is_no_store_is_refused(file: Path) -> None:
    """It is not overwritten."""
    file.write_text("my thesis" * 1000)

    with pytest.raises(StoreError, match=r"mock\.db: file is not a database; expected"):
        SqliteShelf(file)

    assert file.read_text().startswith("my thesis")


def test_a_tail_that_was_torn_off_costs_whole_entries_only(file: Path) -> None:
    """Half an entry at the end of the log counts as none."""
    shelf = SqliteShelf(file)
    shelf.append([entry("one", a="1")])
    copy = killed(file)
    whole = copy.with_name("copy-mock.db.noted").stat().st_size
    shelf.append([entry("one", a="2", b="2")])
    copy = killed(file)
    notes = copy.with_name("copy-mock.db.noted")
    notes.write_bytes(notes.read_bytes()[: (whole + notes.stat().st_size) // 2])

    again = SqliteShelf(copy)

    assert again.rows("one") == [(b"a", b"1")]
    again.close()
    shelf.close()


def test_entries_are_written_all_or_none(file: Path) -> None:
    """One that cannot be written takes those with it that were to be with it."""
    shelf = SqliteShelf(file, pages_max=40)
    shelf.append([entry("zero", a="1")])

    with pytest.raises(StoreError):
        shelf.append([entry("one", a="1"), entry("two", b="x" * 1_000_000)])

    assert shelf.spaces() == ["zero"]
    shelf.close()


def test_a_full_disk_is_told_and_what_was_there_stays(file: Path) -> None:
    """Reading goes on."""
    shelf = SqliteShelf(file, pages_max=20)
    shelf.append([entry("one", a="1")])

    with pytest.raises(
        StoreError, match=r"mock\.db: No space left on device; expected"
    ):
        shelf.append([entry("one", b="x" * 1_000_000)])

    assert shelf.rows("one") == [(b"a", b"1")]
    shelf.close()


def test_nobody_else_may_read_it(file: Path) -> None:
    """It holds what proves credentials."""
    SqliteShelf(file).close()

    assert file.stat().st_mode & 0o777 == 0o600


def test_compacting_gives_room_back(file: Path) -> None:
    """What has gone takes no room any more."""
    shelf = SqliteShelf(file)
    shelf.append([entry("one", a="x" * 1_000_000)])
    shelf.append([entry("one", a=None, b="1")])

    shelf.compact()

    assert file.stat().st_size < 100_000
    assert shelf.rows("one") == [(b"b", b"1")]
    shelf.close()
