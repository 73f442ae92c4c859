"""store: what is in a store, while no server has it; smaller, out of it, into it."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from mockserver.cli.tools.arguments import Parser, UsageError
from mockserver.cli.tools.output import print_json, print_line, print_table
from mockserver.config.values import SQLITE, is_shared
from mockserver.edge.storing.stores import LookedInto, codec, open_shelf
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
        StoreError: It is no store, a server has its file, or it cannot be reached.
    """
    options = _options(verb, given)
    path = Path(options.store.removeprefix(SQLITE))
    is_file = not is_shared(options.store)
    if is_file and options.action != "import" and not path.is_file():
        raise UsageError(f"{verb}: found no file {path}, expected that of a store")
    with closing(open_shelf(options.store)) as shelf:
        _ACTIONS[options.action](shelf, options)
    return 0


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(verb, "Look into a store: a file that no server has, or a Redis.")
    parser.add_argument("action", choices=tuple(_ACTIONS))
    parser.add_argument("store", help="sqlite:PATH, only the path, or redis://HOST.")
    parser.add_argument("--json", action="store_true", help="info: for programs.")
    return parser.parse(given)


def _info(shelf: LookedInto, options: Namespace) -> None:
    spaces = [
        {"space": space, **_counted(shelf, space)} for space in shelf.spaces() if space
    ]
    if options.json:
        found = {"path": shelf.name, "size_bytes": shelf.size_bytes, **_about(shelf)}
        print_json({**found, "spaces": spaces})
        return
    print_line(f"{shelf.name}: {shelf.size_bytes} bytes, {len(spaces)} spaces")
    for name, said in _about(shelf).items():
        for one in [said] if isinstance(said, str) else said:
            print_line(f"{name}: {one}")
    if spaces:
        print_table(_COLUMNS, ([one[name] for name in _COLUMNS] for one in spaces))


def _about(shelf: LookedInto) -> Mapping[str, str | list[str]]:
    """Return what only a store that is shared has to tell."""
    if isinstance(shelf, SqliteShelf):
        return {}
    return {
        "server": shelf.server,
        "worker": shelf.workers(),
        "warning": shelf.warnings,
    }


def _counted(shelf: LookedInto, space: str) -> Mapping[str, int]:
    read = codec().read_place
    places = [read(place) for place, _ in shelf.rows(space)]
    parts = Counter(place[0] for place in places)
    jobs = sum(place[0] == "row" and place[2] == _JOB for place in places)
    return {"jobs": jobs, "planned": parts["due"], "places": len(places)}


def _compact(shelf: LookedInto, options: Namespace) -> None:
    del options
    if not isinstance(shelf, SqliteShelf):
        print_line(f"{shelf.name}: nothing to do: what has gone takes no room there")
        return
    before = shelf.size_bytes
    shelf.compact()
    print_line(f"{shelf.name}: {before} bytes before, {shelf.size_bytes} now")


def _export(shelf: LookedInto, options: Namespace) -> None:
    del options
    for line in export(shelf):
        print_line(line)


def _import(shelf: LookedInto, options: Namespace) -> None:
    del options
    try:
        count = fill(shelf, sys.stdin)
    except StoreError as error:
        raise StoreError(f"{shelf.name}: {error}") from error
    print_line(f"{shelf.name}: {count} places and links imported")


_ACTIONS: Final[Mapping[str, Callable[[LookedInto, Namespace], None]]] = {
    "info": _info,
    "compact": _compact,
    "export": _export,
    "import": _import,
}
