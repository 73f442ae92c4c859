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
from mockserver.engine.store.sqlite import FOLDED, UNTIDY, SqliteShelf
from mockserver.errors import StoreError
from tests.engine.shelves import RecordingShelf, killed

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

NOTED = "CREATE TABLE noted (id INTEGER PRIMARY KEY, entries BLOB NOT NULL)"


@given(
    st.lists(st.lists(ENTRY, min_size=1, max_size=4), max_size=12),
    st.lists(st.sampled_from(["go on", "read", "fold", "settle"]), min_size=12),
)
def test_it_comes_to_the_same_whenever_it_is_folded(
    groups: list[list[Entry]], then: list[str]
) -> None:
    """In order; also where some of it is folded before more comes, or put for good."""
    with TemporaryDirectory() as folder:
        shelf = SqliteShelf(Path(folder, "mock.db"))
        for group, now in zip(groups, then, strict=False):
            shelf.append(group)
            if now == "read":
                shelf.has("one")
            if now in ("fold", "settle"):
                shelf._untidy = UNTIDY if now == "settle" else 0
                shelf.tidy()
        again = SqliteShelf(killed(shelf.path))

        for one in (shelf, again):
            assert held(one) == held(RecordingShelf(groups))
            one.close()


def held(shelf: SqliteShelf | RecordingShelf) -> object:
    """Return all that a store tells."""
    return (
        [shelf.rows(name) for name in SPACES],
        [sorted(shelf.links(name)) for name in SPACES],
        [shelf.owner(link) for link in (b"j", b"k")],
    )


def entry(number: int) -> Entry:
    return Entry("one", False, [(b"%d" % number, b"1")], [])


def test_many_are_folded_at_once_in_their_order(tmp_path: Path) -> None:
    """SQLite is told of 128 rows in one statement, of 64 then, and so on."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    places = [b"%d" % (one * 7919 % 300) for one in range(300)]
    for place in places:
        shelf.append([Entry("one", False, [(place, place)], [(place, True)])])
    for place in places[:255]:
        shelf.append([Entry("one", False, [(place, None)], [(place, False)])])
    shelf.tidy()

    assert shelf.rows("one") == [(place, place) for place in places[255:]]
    assert sorted(shelf.links("one")) == sorted(places[255:])
    shelf.close()


def test_what_a_killed_process_has_noted_is_there(tmp_path: Path) -> None:
    """However often it is killed; what was folded already is not folded again."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([entry(0)])
    shelf.append([Entry("one", False, [(b"0", None), (b"x", b"1"), (b"0", b"2")], [])])
    shelf.rows("one")
    shelf.append([entry(3)])

    again = SqliteShelf(killed(shelf.path))
    again.append([entry(4)])
    once_more = SqliteShelf(killed(again.path))

    rows = [(b"x", b"1"), (b"0", b"2"), (b"3", b"1")]
    assert shelf.rows("one") == rows
    assert again.rows("one") == [*rows, (b"4", b"1")] == once_more.rows("one")
    for one in (shelf, again, once_more):
        one.close()


def killed_with(file: Path, *endings: str) -> Path:
    """Return a copy as a kill leaves it, with some of its files from elsewhere."""
    copy = killed(file)
    for ending in endings:
        beside = file.with_name(f"saved{ending}")
        copy.with_name(copy.name + ending).write_bytes(beside.read_bytes())
    return copy


def test_what_is_in_its_place_but_not_dropped_yet_does_not_count_twice(
    tmp_path: Path,
) -> None:
    """Killed after the fold, and before the notes went."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([entry(0)])
    shelf.append([Entry("one", False, [(b"0", None), (b"x", b"1"), (b"0", b"2")], [])])
    notes = shelf.path.with_name("mock.db.noted").read_bytes()
    shelf.path.with_name("saved.folding").write_bytes(notes)
    shelf._untidy = UNTIDY
    shelf.tidy()
    shelf.append([entry(3)])

    again = SqliteShelf(killed_with(shelf.path, ".folding"))

    assert again.rows("one") == [(b"x", b"1"), (b"0", b"2"), (b"3", b"1")]
    again.close()
    shelf.close()


def test_a_probe_is_no_gap(tmp_path: Path) -> None:
    """It has a number of its own, and leads to nothing."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([])
    shelf._untidy = UNTIDY
    shelf.tidy()
    shelf.append([entry(1)])

    again = SqliteShelf(killed(shelf.path))

    assert again.rows("one") == [(b"1", b"1")]
    again.close()
    shelf.close()


def test_after_an_end_there_is_one_file(tmp_path: Path) -> None:
    """It can be copied as it is."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([entry(0)])
    shelf.close()

    assert [one.name for one in tmp_path.iterdir()] == ["mock.db"]


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_before_is_taken_over(tmp_path: Path, version: int) -> None:
    """Version 2 has what is noted in a table, version 1 nowhere."""
    file = tmp_path / "mock.db"
    shelf = SqliteShelf(file)
    shelf.append([entry(0)])
    shelf.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE folded")
        if version == 2:
            connection.execute(NOTED)
            noted = b"\x91\x94\xa3one\xc2\x91\x92\xc4\x011\xc4\x011\x90"
            connection.execute("INSERT INTO noted (entries) VALUES (?)", (noted,))
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()

    again = SqliteShelf(file)

    again.append([entry(2)])
    assert again.rows("one") == [
        (b"0", b"1"),
        *[(b"1", b"1")] * (version == 2),
        (b"2", b"1"),
    ]
    again.close()
    SqliteShelf(file).close()  # and is not taken over again


def test_damaged_bytes_of_version_2_are_told(tmp_path: Path) -> None:
    file = tmp_path / "mock.db"
    SqliteShelf(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(NOTED)
        connection.execute("INSERT INTO noted (entries) VALUES (?)", (b"\xc1",))
        connection.commit()

    with pytest.raises(StoreError, match=r"mock\.db: found damaged bytes: .*put this"):
        SqliteShelf(file)

    assert not file.with_name("mock.db.pid").exists()


def test_what_cannot_be_folded_is_told_and_stays_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To whoever reads, and to whoever writes then; it is folded once it can be."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([entry(0)])

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "fold", full)
        for asked in (shelf.tidy, lambda: shelf.rows("one")):
            with pytest.raises(StoreError, match=r"mock\.db: .*disk is full; expected"):
                asked()
        was_quick = shelf.is_quick
        with pytest.raises(StoreError, match=r"mock\.db: .*disk is full; expected"):
            shelf.append([entry(1)])
        killed_then = killed(shelf.path)

    shelf.append([entry(2)])
    assert (was_quick, shelf.is_quick) == (False, True)
    assert shelf.rows("one") == [(b"0", b"1"), (b"2", b"1")]
    shelf.close()
    again = SqliteShelf(killed_then)
    assert again.rows("one") == [(b"0", b"1")]
    again.close()


def test_who_reads_of_one_space_waits_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what it holds itself is folded first, or everything to ask for all."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    shelf.append([entry(0)])
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "fold", None)
        elsewhere = shelf.has("two"), shelf.rows("two"), shelf.links("two")

    assert elsewhere == (False, [], [])
    assert (shelf.has("one"), shelf.spaces()) == (True, ["one"])
    shelf.close()


def test_what_is_not_there_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with each connection, until it is there; also of many that are not."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    before = [shelf.has(name) for name in ("one", "two", *map(str, range(1000)), "one")]
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "_connection", None)
        again = shelf.has("one")
    shelf.append([entry(0)])
    noted = shelf.has("one")
    shelf.append([Entry("one", True, [], [])])

    assert (any(before), again, noted, shelf.has("one")) == (False, False, True, False)
    shelf.append([entry(0)])
    assert shelf.has("one")
    shelf.close()


def test_who_is_far_behind_lets_others_wait(tmp_path: Path) -> None:
    """What waits to be folded does not grow without end: it is folded first then."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    changes = [(b"%d" % one, b"1") for one in range(FOLDED)]
    seen = []
    for _ in range(21):
        shelf.append([Entry("one", False, changes, [])])
        seen.append(shelf.is_quick)

    assert seen == [*[True] * 19, False, True]
    assert len(shelf._waiting) == 1
    shelf.close()
