"""tail: what happens on a running server, printed while it does."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from mockserver.cli import deliveries, exchanges
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.lines import printable
from mockserver.cli.tools.output import print_line

__all__ = ["run"]

Document = Mapping[str, Any]


def run(verb: str, given: list[str]) -> int:
    """Print one line for each thing that happens, until the server ends.

    Raises:
        RefusedError: There is no such space or kind.
        UnreachableError: There is no such server.
    """
    parser = Parser(verb, "Print what happens on a running server: one line each.")
    parser.add_argument(
        "--kinds",
        default=",".join(_LINES),
        help=f"Only these, parted by commas: {', '.join(_LINES)}.",
    )
    add_client_options(parser)
    options = parser.parse(given)
    client = Client.of(options)
    for kind, document in client.events(options.kinds, options.space):
        if not kind:
            # Not on stdout: that holds what happens, and nothing else.
            sys.stderr.write("mockserver: listening\n")
        elif options.json:
            line = json.dumps({"kind": kind, **document}, ensure_ascii=False)
            print_line(line, flush=True)
        else:
            tell = _LINES.get(kind, _lost)
            print_line(tell(document), flush=True)
    return 0


def _job(job: Document) -> str:
    error = f"  error={printable(job['error'])}" if job["error"] else ""
    progress = "" if job["progress"] is None else f" {job['progress']:.0f} %"
    return (
        f"job {printable(job['id'])} of {job['provider']}: {job['state']}{progress}"
        f"  space={job['space']}{error}"
    )


def _clock(clock: Document) -> str:
    stands = ", stands still" if clock["is_frozen"] else ""
    return f"clock {clock['now']}  space={clock['space']}{stands}"


def _space(space: Document) -> str:
    return f"space {space['id']} opened, seed {space['seed']}"


def _forgotten(told: Document) -> str:
    what = "exchanges" if told["is_open"] or not told["space"] else "space"
    return f"{what} forgotten  space={told['space']}"


def _lost(document: Document) -> str:
    return f"{document['events']} events came too fast and were left out"


_LINES: Final[Mapping[str, Callable[[Document], str]]] = {
    "exchange": exchanges.line_of,
    "job": _job,
    "delivery": deliveries.line_of,
    "clock": _clock,
    "space": _space,
    "forgotten": _forgotten,
}
