"""A store can be written as lines, and filled from them again."""

from collections.abc import Iterable

import pytest

from mockserver.engine.store.moving import export, fill
from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError
from tests.engine.shelves import RecordingShelf


def full() -> RecordingShelf:
    """Return a store with a space, what belongs to the server, and a public thing."""
    places = [(b"b", b"\xff\0"), (b"a\0\xed\xa0\x80", b"1")]
    return RecordingShelf(
        [
            [
                Entry("one", wipes=False, changes=places, links=[(b"job", True)]),
                Entry("", wipes=False, changes=[(b"grant", b"2")], links=[]),
            ]
        ]
    )


def test_what_was_exported_and_imported_is_the_same_in_the_same_order() -> None:
    """Whatever bytes are in it."""
    was, now = full(), RecordingShelf()

    count = fill(now, export(was))

    assert count == 4
    assert (now.spaces(), now.links("one")) == (["one", ""], [b"job"])
    assert [now.rows(name) for name in now.spaces()] == [
        was.rows(name) for name in was.spaces()
    ]


def test_only_an_empty_store_is_imported_into() -> None:
    """Two servers' spaces are not mixed."""
    with pytest.raises(StoreError, match="found spaces in it, expected an empty store"):
        fill(full(), export(full()))


@pytest.mark.parametrize(
    "lines",
    [
        ["no JSON"],
        ['{"format": "mockserver store 9"}'],
        ['{"format": "mockserver store 1"}', '{"space": "one"}'],
        ['{"format": "mockserver store 1"}', '{"space": "one", "link": "?"}'],
    ],
)
def test_what_is_no_export_is_refused_naming_the_line(lines: Iterable[str]) -> None:
    """The message shows what was found."""
    with pytest.raises(StoreError, match=r"line [12]: found .*, expected a line of an"):
        fill(RecordingShelf(), lines)
