"""What is noted is there after a kill: whole, in order, and of this store."""

import errno
import os
from pathlib import Path

import pytest

from mockserver.engine.store.notes import Notes, noted
from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError


def entry(value: bytes) -> Entry:
    return Entry("one", False, [(b"a", value)], [(b"job", True)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mock.db"


@pytest.fixture
def file(path: Path) -> Path:
    return path.with_name("mock.db.noted")


def test_what_is_noted_is_read_in_order(path: Path) -> None:
    """From the file before as well; what has its place already is passed over."""
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])
    notes.append(2, [entry(b"2"), entry(b"3")])
    notes.turn()
    notes.append(3, [entry(b"4")])

    all_of_them = [entry(value) for value in (b"1", b"2", b"3", b"4")]
    assert noted(path, "m", after=0) == (3, all_of_them)
    assert noted(path, "m", after=2) == (3, [entry(b"4")])
    assert noted(path, "m", after=3) == (3, [])


def test_what_was_folded_is_dropped(path: Path) -> None:
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])
    notes.turn()
    notes.append(2, [entry(b"2")])

    notes.drop()

    assert noted(path, "m", after=1) == (2, [entry(b"2")])
    assert sorted(one.name for one in path.parent.iterdir()) == ["mock.db.noted"]


def test_what_could_not_be_folded_is_kept_by_the_next_turn(path: Path) -> None:
    """There is one file that waits, and it is not overwritten."""
    notes = Notes(path, "m")
    for number, value in ((1, b"1"), (2, b"2")):
        notes.append(number, [entry(value)])
        notes.turn()

    assert noted(path, "m", after=0) == (2, [entry(b"1"), entry(b"2")])


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_half_a_note_counts_as_none(
    path: Path, file: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])
    whole = file.stat().st_size
    notes.append(2, [entry(b"2")])
    os.truncate(file, whole + cut)

    assert noted(path, "m", after=0) == (1, [entry(b"1")])
    assert f"mock.db.noted: left out from byte {whole} on: no whole note" in caplog.text


def test_nothing_counts_before_which_something_is_missing(
    path: Path, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a loss of power: what is later may be on the disk before it."""
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])
    notes.append(2, [entry(b"2")])
    notes.turn()
    notes.append(3, [entry(b"3")])
    folding = file.with_name("mock.db.folding")
    os.truncate(folding, folding.stat().st_size - 1)

    assert noted(path, "m", after=0) == (1, [entry(b"1")])
    assert "mock.db.noted: left out, as what was before it is missing" in caplog.text


def test_notes_of_another_store_are_left_out(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has put its file aside, and not the notes."""
    Notes(path, "other").append(1, [entry(b"1")])

    assert noted(path, "mark", after=0) == (0, [])
    assert "mock.db.noted: left out, as it does not belong to the file" in caplog.text


def test_notes_of_a_later_release_are_refused(path: Path, file: Path) -> None:
    file.write_bytes(b"video-mockserver notes 2 m\nsomething")

    with pytest.raises(
        StoreError, match=r"mock\.db\.noted: found version 2, expected 1: a later"
    ):
        noted(path, "m", after=0)


def test_a_note_that_says_nothing_is_told_with_its_place(
    path: Path, file: Path
) -> None:
    """Its sum is right, so nobody has cut it short."""
    Notes(path, "m")
    at = file.stat().st_size
    with file.open("ab") as opened:
        opened.write(b"\x01\0\0\0" + b"\xab\x1da>" + b"\xc1")

    with pytest.raises(
        StoreError, match=rf"mock\.db\.noted: found a damaged note at byte {at}: .*put"
    ):
        noted(path, "m", after=0)


def test_a_write_that_was_cut_short_leaves_no_half_of_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the middle; once it is not, all goes on."""
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])
    write = os.write

    def cut(file: int, data: bytes) -> int:
        return write(file, data[:9])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", cut)
        with pytest.raises(OSError, match="No space left"):
            notes.append(2, [entry(b"x")])
    notes.append(2, [entry(b"2")])

    assert noted(path, "m", after=0) == (2, [entry(b"1"), entry(b"2")])


def test_half_a_note_that_cannot_be_taken_back_is_taken_back_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written after it before."""
    notes = Notes(path, "m")
    write = os.write

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, data: write(file, data[:9]))
        patch.setattr(os, "ftruncate", broken)
        with pytest.raises(OSError, match="Input/output error"):
            notes.append(1, [entry(b"x")])
        with pytest.raises(OSError, match="Input/output error"):
            notes.append(1, [entry(b"x")])
    notes.append(1, [entry(b"1")])

    assert noted(path, "m", after=0) == (1, [entry(b"1")])


def test_a_turn_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left"):
            notes.turn()
    notes.append(2, [entry(b"2")])

    assert noted(path, "m", after=0) == (2, [entry(b"1"), entry(b"2")])


@pytest.mark.parametrize("is_folded", [True, False])
def test_an_end_leaves_files_only_with_something_in_them(
    path: Path, is_folded: bool
) -> None:
    notes = Notes(path, "m")
    notes.append(1, [entry(b"1")])
    notes.turn()

    notes.close(is_folded=is_folded)

    left = [] if is_folded else ["mock.db.folding", "mock.db.noted"]
    assert sorted(one.name for one in path.parent.iterdir()) == left


def test_nobody_else_may_read_them(path: Path, file: Path) -> None:
    """They hold what proves credentials."""
    Notes(path, "m")

    assert file.stat().st_mode & 0o777 == 0o600
