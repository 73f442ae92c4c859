"""store: what is in a store, while no server has it; smaller, out of it, into it."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from mockserver.cli.arguments import Parser, UsageError
from mockserver.cli.output import print_json, print_line, print_table
from mockserver.config.values import SQLITE
from mockserver.edge.stores import codec
from mockserver.engine.store.moving import export, fill
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.errors import StoreError

__all__ = ["run"]

_JOB: Final = "job"
_COLUMNS: Final = ("space", "jobs", "planned", "places")


def run(verb: str, given: list[str]) -> int:
    """Look into a store, make its file smaller, or move what is in it.

    Raises:
        UsageError: There is no such file.
        StoreError: It is no store, or a server has it.
    """
    options = _options(verb, given)
    path = Path(options.store.removeprefix(SQLITE))
    if options.action != "import" and not path.is_file():
        raise UsageError(f"{verb}: found no file {path}, expected that of a store")
    with closing(SqliteShelf(path)) as shelf:
        _ACTIONS[options.action](shelf, options)
    return 0


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(verb, "Look into a store that no server has just now.")
    parser.add_argument("action", choices=tuple(_ACTIONS))
    parser.add_argument("store", help="sqlite:PATH, or only the path.")
    parser.add_argument("--json", action="store_true", help="info: for programs.")
    return parser.parse(given)


def _info(shelf: SqliteShelf, options: Namespace) -> None:
    spaces = [
        {"space": space, **_counted(shelf, space)} for space in shelf.spaces() if space
    ]
    size = shelf.path.stat().st_size
    if options.json:
        print_json({"path": str(shelf.path), "size_bytes": size, "spaces": spaces})
        return
    print_line(f"{shelf.path}: {size} bytes, {len(spaces)} spaces")
    if spaces:
        print_table(_COLUMNS, ([one[name] for name in _COLUMNS] for one in spaces))


def _counted(shelf: SqliteShelf, space: str) -> Mapping[str, int]:
    read = codec().read_place
    places = [read(place) for place, _ in shelf.rows(space)]
    parts = Counter(place[0] for place in places)
    jobs = sum(place[0] == "row" and place[2] == _JOB for place in places)
    return {"jobs": jobs, "planned": parts["due"], "places": len(places)}


def _compact(shelf: SqliteShelf, options: Namespace) -> None:
    del options
    before = shelf.path.stat().st_size
    shelf.compact()
    print_line(f"{shelf.path}: {before} bytes before, {shelf.path.stat().st_size} now")


def _export(shelf: SqliteShelf, options: Namespace) -> None:
    del options
    for line in export(shelf):
        print_line(line)


def _import(shelf: SqliteShelf, options: Namespace) -> None:
    del options
    try:
        count = fill(shelf, sys.stdin)
    except StoreError as error:
        raise StoreError(f"{shelf.path}: {error}") from error
    print_line(f"{shelf.path}: {count} places and links imported")


_ACTIONS: Final[Mapping[str, Callable[[SqliteShelf, Namespace], None]]] = {
    "info": _info,
    "compact": _compact,
    "export": _export,
    "import": _import,
}
