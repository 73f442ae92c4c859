"""time: look at, move or stop the clocks of a running server."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["run"]

ACTIONS: Final = {
    "show": None,
    "advance": "by",
    "set": "to",
    "freeze": None,
    "resume": None,
    "scale": "rate",
    "pace": "pace",
    "next": None,
    "finish": "job",
}
"""Each verb about time, and the name of what it needs."""


def run(verb: str, given: list[str]) -> int:
    """Show or move clocks.

    Raises:
        RefusedError: The time would go back, or there is no such space or job.
        UnreachableError: There is no such server.
    """
    options = _options(verb, given)
    client = Client.of(options)
    if options.action == "finish":
        job = client.post("jobs", options.value, "finish", space=options.space)
        _print_job(job, options)
        return 0
    where = ("clock",) if options.space is None else ("spaces", options.space, "clock")
    if options.action == "show":
        answer = client.get(*where)
    else:
        answer = client.post(*where, options.action, body=_body(options))
    if options.json:
        print_json(answer)
    else:
        _print_clocks(answer.get("clocks", [answer]))
    return 0


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "Show all clocks, or move them: advance 2h, set 2030-01-01T12:00:00Z, scale"
        " 60, pace x60, freeze, resume, next (event), finish JOB. Forward only.",
    )
    parser.add_argument("action", nargs="?", choices=tuple(ACTIONS), default="show")
    parser.add_argument("value", nargs="?", help="How far, when, how fast, which job.")
    add_client_options(parser)
    options = parser.parse(given)
    needed = ACTIONS[options.action]
    if needed is not None and options.value is None:
        parser.error(f"{options.action} needs a value: {needed}")
    if needed is None and options.value is not None:
        parser.error(f"{options.action} takes no value, found {options.value!r}")
    return options


def _body(options: Namespace) -> dict[str, Any]:
    name = ACTIONS[options.action]
    return {} if name is None else {name: _number_or_text(options.value)}


def _number_or_text(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


def _print_clocks(clocks: list[Mapping[str, Any]]) -> None:
    if not clocks:
        print_line("no space is open")
        return
    rows = (
        (clock["space"], clock["now"], clock["pace"], _rate(clock),
         clock["next_event_at"])
        for clock in clocks
    )  # fmt: skip
    print_table(("SPACE", "TIME", "PACE", "RATE", "NEXT EVENT"), rows)


def _rate(clock: Mapping[str, Any]) -> str:
    return "frozen" if clock["is_frozen"] else f"x{clock['rate']:g}"


def _print_job(job: Mapping[str, Any], options: Namespace) -> None:
    if options.json:
        print_json(job)
    else:
        print_line(f"{job['id']}: {job['state']}")
