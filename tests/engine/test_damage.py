"""A store's files that were torn or damaged: whole entries, or a clear refusal."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.store.shelf import Entry
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.errors import StoreError
from tests.engine.shelves import killed

ENTRIES: Final = 6
# After each entry both places hold its number, many times.
STATES: Final = [
    [],
    *([(b"a", str(n).encode() * 300), (b"b", str(n).encode() * 300)] for n in range(6)),
]

Files = tuple[bytes, bytes]


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    """A store and its notes as they are after a `kill -9`."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "mock.db")
        shelf = SqliteShelf(path)
        for number in range(ENTRIES):
            value = str(number).encode() * 300
            shelf.append([Entry("one", False, [(b"a", value), (b"b", value)], [])])
        copy = killed(path)
        yield copy.read_bytes(), copy.with_name("copy-mock.db.noted").read_bytes()
        shelf.close()


@pytest.fixture(scope="module")
def closed(files: Files) -> bytes:
    """The same store as it is after an orderly end, without notes."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "mock.db")
        path.write_bytes(files[0])
        path.with_name("mock.db.noted").write_bytes(files[1])
        SqliteShelf(path).close()
        return path.read_bytes()


def reopened(main: bytes, notes: bytes) -> object:
    """Return what a store of these bytes holds, or what it says that is wrong."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "mock.db")
        path.write_bytes(main)
        path.with_name("mock.db.noted").write_bytes(notes)
        try:
            shelf = SqliteShelf(path)
        except StoreError as error:
            return str(error)
        try:
            return shelf.rows("one")
        except StoreError as error:
            return str(error)
        finally:
            shelf.close()


@given(share=st.floats(0, 1))
def test_notes_that_were_torn_off_anywhere_have_their_first_entries(
    files: Files, share: float
) -> None:
    """Never half an entry, never an error, and the more bytes the more entries."""
    main, notes = files

    assert reopened(main, notes[: int(len(notes) * share)]) in STATES


@given(
    share=st.floats(0, 1, exclude_max=True), noise=st.binary(min_size=1, max_size=64)
)
def test_noise_in_the_notes_costs_what_comes_after_it(
    files: Files, share: float, noise: bytes
) -> None:
    main, notes = files
    at = int(len(notes) * share)

    assert reopened(main, notes[:at] + noise + notes[at + len(noise) :]) in STATES


@given(
    share=st.floats(0, 1, exclude_max=True), noise=st.binary(min_size=1, max_size=64)
)
def test_noise_in_the_file_is_told_if_it_is_seen(
    closed: bytes, share: float, noise: bytes
) -> None:
    """The start or the read is refused, naming the file; the process goes on."""
    at = int(len(closed) * share)

    found = reopened(closed[:at] + noise + closed[at + len(noise) :], b"")

    assert isinstance(found, list) or "mock.db: " in str(found)
