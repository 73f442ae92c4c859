"""exchanges: what clients have asked of a running server, and what it answered."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.lines import printable, printable_lines, shown_status
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["line_of", "run"]

Exchange = Mapping[str, Any]

_ACTIONS: Final = ("list", "show", "find", "unmatched")
_FILTERS: Final[Mapping[str, tuple[str, str]]] = {
    "provider": ("SLUG", "Only of this provider."),
    "operation": ("NAME", "Only of this operation."),
    "method": ("METHOD", "Only with this method."),
    "status": ("STATUS", "Only with this status, such as 404 or 4xx."),
    "job": ("ID", "Only about this job."),
    "state": ("STATE", "Only while the job was in this state."),
    "since": ("TIME", "Only from then on, such as 2030-01-01T00:00:00Z."),
    "until": ("TIME", "Only until then."),
    "target": ("TEXT", "Only if this stands in path or query."),
    "body": ("TEXT", "Only if this stands in the request's body."),
    "answer": ("TEXT", "Only if this stands in the answer's body."),
}
_WIRE: Final = {
    "target": "target_contains",
    "body": "body_contains",
    "answer": "answer_contains",
}
_NAMES: Final = ("NO", "AT", "METHOD", "PATH", "STATUS", "MS", "JOB", "STATE", "RULE")


def run(verb: str, given: list[str]) -> int:
    """Print exchanges, the oldest first, or one with its bodies.

    Raises:
        RefusedError: There is no such exchange, space or provider.
        UnreachableError: There is no such server.
    """
    options = _options(verb, given)
    client = Client.of(options)
    if options.action == "show":
        _show(client.get("exchanges", options.number), is_json=options.json)
    elif options.follow:
        _follow(client, options)
    else:
        answer = client.post("exchanges", "find", body=_wanted(options))
        if options.json:
            print_json(answer)
        else:
            _print_list(reversed(answer["exchanges"]))
    return 0


def line_of(exchange: Exchange) -> str:
    """Return an exchange as one line."""
    parts = [
        f"#{exchange['number']}",
        exchange["at"] or exchange["wall_at"],
        f"{exchange['method']} {_path(exchange)}",
        shown_status(exchange["status"]),
        f"{exchange['elapsed_s'] * 1000:.1f} ms",
    ]
    named = {
        "space": exchange["space"],
        "job": exchange["job"],
        "state": exchange["state"],
        "rule": exchange["fault"],
    }
    parts += [f"{name}={printable(value)}" for name, value in named.items() if value]
    notes = "; ".join(exchange["notes"])
    return "  ".join([*parts, *([f"({printable(notes)})"] if notes else [])])


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "List what clients asked and what was answered (list, or find with filters),"
        " show one with its bodies (show NUMBER), or list what no provider knew"
        " (unmatched).",
    )
    parser.add_argument("action", nargs="?", choices=_ACTIONS, default="list")
    parser.add_argument("number", nargs="?", help="Which one to show.")
    _add_filters(parser)
    parser.add_argument("--limit", type=int, help="How many at most; 100 if missing.")
    parser.add_argument(
        "--follow", "-f", action="store_true", help="Go on with those to come."
    )
    add_client_options(parser)
    options = parser.parse(given)
    if (options.action == "show") != (options.number is not None):
        parser.error("expected list, find or unmatched, or show and a number")
    if options.action == "find" and not _filters(options):
        parser.error(f"find needs one of --{', --'.join(_FILTERS)}")
    return options


def _add_filters(parser: ArgumentParser) -> None:
    for name, (metavar, about) in _FILTERS.items():
        parser.add_argument(f"--{name}", metavar=metavar, help=about)


def _filters(options: Namespace) -> dict[str, Any]:
    given = ((name, getattr(options, name)) for name in _FILTERS)
    return {_WIRE.get(name, name): value for name, value in given if value is not None}


def _wanted(options: Namespace) -> dict[str, Any]:
    wanted = _filters(options)
    if options.action == "unmatched":
        wanted["unmatched"] = True
    for name in ("space", "limit"):
        if getattr(options, name) is not None:
            wanted[name] = getattr(options, name)
    return wanted


def _follow(client: Client, options: Namespace) -> None:
    """Print what there is, and then whatever comes."""
    last = 0
    for _ in client.events("exchange", options.space):
        wanted = {**_wanted(options), **({"after": last} if last else {})}
        found = client.post("exchanges", "find", body=wanted)["exchanges"]
        for exchange in reversed(found):
            last = exchange["number"]
            line = json.dumps(exchange) if options.json else line_of(exchange)
            print_line(line, flush=True)


def _print_list(exchanges: Iterable[Exchange]) -> None:
    print_table(_NAMES, (_row(one) for one in exchanges))


def _row(one: Exchange) -> tuple[object, ...]:
    return (
        one["number"],
        one["at"] or one["wall_at"],
        one["method"],
        _path(one),
        one["status"],
        f"{one['elapsed_s'] * 1000:.1f}",
        one["job"],
        one["state"],
        one["fault"],
    )


def _show(exchange: Exchange, *, is_json: bool) -> None:
    if is_json:
        print_json(exchange)
        return
    print_line(line_of(exchange))
    if exchange["operation"]:
        print_line(f"{exchange['provider']}: {exchange['operation']}")
    print_line()
    print_line(f"{exchange['method']} {printable(exchange['target'])}")
    _print_side(exchange["request"])
    print_line()
    print_line(shown_status(exchange["status"]))
    _print_side(exchange["response"])


def _print_side(side: Mapping[str, Any]) -> None:
    for name, value in side["headers"]:
        print_line(f"{printable(name)}: {printable(value)}")
    for line in _body(side["body"]):
        print_line(line)


def _body(body: Mapping[str, Any] | None) -> Iterator[str]:
    if body is None or not body["size_bytes"]:
        return
    yield ""
    if body["text"] is None:
        yield f"({body['size_bytes']} bytes that are no text)"
        return
    yield printable_lines(body["text"])
    if body["is_cut"]:
        yield f"... ({body['size_bytes']} bytes in all)"


def _path(exchange: Exchange) -> str:
    return printable(exchange["target"].partition("?")[0])
