"""Entries that are folded at once come to the same as one after another."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.store import sqlite
from mockserver.engine.store.shelf import Entry
from mockserver.engine.store.sqlite import FOLDED, SqliteShelf
from mockserver.errors import StoreError
from tests.engine.shelves import RecordingShelf

SPACES = ("one", "two", "three")
PLACES = (b"a", b"b", b"due/1", b"row/x")
VALUES = st.none() | st.sampled_from([b"1", b"2", b"3"])
ENTRY = st.builds(
    Entry,
    st.sampled_from(SPACES),
    st.sampled_from([False, False, False, True]),
    st.lists(st.tuples(st.sampled_from(PLACES), VALUES), max_size=4),
    st.lists(st.tuples(st.sampled_from([b"j", b"k"]), st.booleans()), max_size=3),
)


@given(st.lists(st.lists(ENTRY, min_size=1, max_size=4), max_size=12), st.data())
def test_it_comes_to_the_same_whenever_it_is_read(
    groups: list[list[Entry]], data: st.DataObject
) -> None:
    """In order, also where some of it is folded before more comes."""
    with TemporaryDirectory() as folder:
        shelf = SqliteShelf(Path(folder, "mock.db"))
        for group in groups:
            shelf.append(group)
            if data.draw(st.booleans()):
                shelf.has("one")
        by_hand = RecordingShelf(groups)

        for name in SPACES:
            assert shelf.rows(name) == by_hand.rows(name)
            assert sorted(shelf.links(name)) == sorted(by_hand.links(name))
        for link in (b"j", b"k"):
            assert shelf.owner(link) == by_hand.owner(link)
        shelf.close()


def noted_in(file: Path) -> int:
    """Return how many groups of a file are not folded; nobody has it open."""
    with closing(sqlite3.connect(file)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM noted").fetchone()
    return int(count)


def entry(number: int) -> Entry:
    return Entry("one", False, [(b"%d" % number, b"1")], [])


def copied(file: Path) -> Path:
    """Return a copy of a file, and its log, as a `kill -9` leaves them."""
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    copy.with_name("copy.db-wal").write_bytes(
        file.with_name(f"{file.name}-wal").read_bytes()
    )
    return copy


def test_what_a_killed_process_has_noted_is_there(tmp_path: Path) -> None:
    shelf = SqliteShelf(tmp_path / "mock.db")
    for number in range(3):
        shelf.append([entry(number)])
    copy = copied(shelf.path)
    assert noted_in(copied(shelf.path)) == 3

    again = SqliteShelf(copy)

    assert again.rows("one") == [(b"0", b"1"), (b"1", b"1"), (b"2", b"1")]
    again.close()
    assert noted_in(copy) == 0
    shelf.close()


def test_not_more_is_noted_than_is_folded_in_a_moment(tmp_path: Path) -> None:
    """However much is written, and never read."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    seen = []
    for number in range(2 * FOLDED):
        shelf.append([entry(number)])
        seen.append(shelf._noted)
    rows = shelf.rows("one")

    assert max(seen) < FOLDED
    assert len(rows) == 2 * FOLDED
    shelf.close()


def test_a_file_of_before_is_taken_over(tmp_path: Path) -> None:
    """It has no table of what is noted, and one version less."""
    file = tmp_path / "mock.db"
    shelf = SqliteShelf(file)
    shelf.append([entry(0)])
    shelf.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE noted")
        connection.execute("PRAGMA user_version = 1")

    again = SqliteShelf(file)

    again.append([entry(1)])
    assert again.rows("one") == [(b"0", b"1"), (b"1", b"1")]
    again.close()


def test_noted_bytes_that_are_damaged_are_told(tmp_path: Path) -> None:
    file = tmp_path / "mock.db"
    SqliteShelf(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO noted (entries) VALUES (?)", (b"\xc1",))
        connection.commit()

    shelf = SqliteShelf(file)

    with pytest.raises(StoreError, match=r"mock\.db: found damaged bytes: .*put this"):
        shelf.rows("one")
    shelf.close()


def test_what_cannot_be_folded_stays_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is folded once that can be done."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([entry(0)])

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "fold", full)
        with pytest.raises(StoreError, match="disk is full; expected"):
            shelf.rows("one")
        shelf.append([entry(1)])

    assert shelf.rows("one") == [(b"0", b"1"), (b"1", b"1")]
    shelf.close()
