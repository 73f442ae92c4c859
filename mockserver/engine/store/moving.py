"""Moving: everything that a store holds as lines of JSON, and back."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mockserver.engine.store.shelf import Entry, Shelf
from mockserver.errors import StoreError

__all__ = ["FORMAT", "export", "fill"]

FORMAT: Final = "mockserver store 1"
_AT_ONCE: Final = 1000


def export(shelf: Shelf) -> Iterator[str]:
    """Yield a line that names the form, and one for each place and public thing.

    Places and values are as the store has them, in Base64: of a table's row, the place
    has the key of a client, which need not be text.
    """
    yield json.dumps({"format": FORMAT})
    for space in shelf.spaces():
        for place, value in shelf.rows(space):
            yield _line(space, place=place, value=value)
        for link in shelf.links(space):
            yield _line(space, link=link)


def fill(shelf: Shelf, lines: Iterable[str]) -> int:
    """Fill an empty store with what another one was exported to.

    Returns:
        How many lines that were.

    Raises:
        StoreError: There is something in it, or a line is not of an export.
    """
    if shelf.spaces():
        raise StoreError("found spaces in it, expected an empty store to import into")
    entries: list[Entry] = []
    count = 0
    for number, line in enumerate(lines, 1):
        read = _read(number, line)
        if read is None:
            continue
        entries.append(read)
        count += 1
        if len(entries) == _AT_ONCE:
            shelf.append(entries)
            entries = []
    shelf.append(entries)
    return count


def _line(space: str, **parts: bytes) -> str:
    texts = {name: b64encode(part).decode() for name, part in parts.items()}
    return json.dumps({"space": space, **texts})


def _read(number: int, line: str) -> Entry | None:
    """Return a line as an entry; None of the first one, which names the form."""
    try:
        said: Any = json.loads(line)
        if number == 1 and said["format"] == FORMAT:
            return None
        if "link" in said:
            return Entry(
                said["space"],
                wipes=False,
                changes=(),
                links=[(_bytes(said["link"]), True)],
            )
        place, value = _bytes(said["place"]), _bytes(said["value"])
    except (ValueError, TypeError, LookupError) as error:
        shown = line.strip()[:60]
        raise StoreError(
            f"line {number}: found {shown!r}, expected a line of an export of the form"
            f" {FORMAT!r}"
        ) from error
    return Entry(said["space"], wipes=False, changes=[(place, value)], links=())


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)
