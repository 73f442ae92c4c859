"""fault: apply scenarios to a running server, see what acts, clear it."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.cli.firings import place_of, print_report, unfired
from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.output import print_error, print_json, print_line, print_table
from mockserver.scenarios.written.library import Library
from mockserver.scenarios.written.parameters import split, written

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Apply, list, report or clear.

    Raises:
        RefusedError: There is no such scenario or space.
        ScenarioError: The file is none.
        UnreachableError: There is no such server.
    """
    options = _options(verb, given)
    client = Client.of(options)
    answer = _ask(client, options)
    if options.json:
        print_json(answer)
    elif options.action == "report":
        print_report(answer["faults"])
    elif options.action == "clear":
        names = ", ".join(sorted({one["scenario"] for one in answer["faults"]}))
        print_line(f"cleared: {names or 'nothing'}")
    else:
        _print_faults(answer["faults"], options)
    for warning in answer.get("warnings", ()):
        print_error(f"warning: {warning['message']}")
    if options.fail_on is None:
        return 0
    # Where nothing acts, nothing has: the scenario was forgotten, or reset.
    return int(not answer["faults"] or bool(unfired(answer["faults"])))


def _ask(client: Client, options: Namespace) -> Any:
    space: str | None = options.space
    where = ["faults"] if space is None else ["spaces", space, "faults"]
    if options.action in {"list", "report"}:
        return client.get("faults", space=options.space)
    if options.action == "clear":
        return client.delete(*where, scenario=options.scenario)
    name, said = split(options.scenario)
    body: dict[str, Any] = {**_asked(name), "with": {**said, **options.given}}
    if options.ttl is not None:
        body["ttl"] = options.ttl
    if options.strict:
        body["strict"] = True
    return client.post(*where, body=body)


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "Let a scenario act on a running server (apply NAME or FILE), list what acts or"
        " has acted, report when each rule has and on what, or clear it.",
    )
    actions = ("apply", "list", "report", "clear")
    parser.add_argument("action", nargs="?", choices=actions, default="list")
    parser.add_argument("scenario", nargs="?", help="Its name, or the path of a file.")
    parser.add_argument(
        "--with",
        action="append",
        dest="given",
        default=[],
        metavar="NAME=VALUE",
        help="Choose the value of one of its parameters (apply); repeatable.",
    )
    parser.add_argument("--ttl", help="It heals after so long, such as 30s.")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="Refuse a scenario of which some rule does nothing (apply).",
    )
    parser.add_argument(
        "--fail-on",
        choices=("unfired",),
        help="Exit with 1 if some rule has never fired (report).",
    )
    add_client_options(parser)
    options = parser.parse(given)
    if options.action == "apply" and options.scenario is None:
        parser.error("apply needs the name of a scenario; see mockserver scenarios")
    if options.strict and options.action != "apply":
        parser.error(f"--strict belongs to apply, not to {options.action}")
    if options.given and options.action != "apply":
        parser.error(f"--with belongs to apply, not to {options.action}")
    options.given = dict(_choice(parser, one) for one in options.given)
    if options.fail_on is not None and options.action != "report":
        parser.error(f"--fail-on belongs to report, not to {options.action}")
    return options


def _choice(parser: Parser, text: str) -> tuple[str, str]:
    """Return name and value of `limit=3`."""
    name, sign, value = text.partition("=")
    if not (name and sign):
        parser.error(f"--with: found {text!r}, expected NAME=VALUE, such as limit=3")
    return name.strip(), value.strip()


def _asked(scenario: str) -> dict[str, str]:
    """Return a name for the server, or what a file on this machine says.

    Raises:
        ScenarioError: The file is none.
    """
    library = Library()
    is_file = "/" in scenario or Path(scenario).suffix in {".yaml", ".yml", ".json"}
    if not is_file:
        return {"scenario": scenario}
    library.source(scenario)
    return {"yaml": Path(scenario).read_text("utf-8"), "file": scenario}


def _print_faults(faults: list[Mapping[str, Any]], options: Namespace) -> None:
    if not faults:
        print_line(
            "no fault is active"
            if options.action == "list"
            else "no space is open yet; new ones get it"
        )
        return
    rows = (
        (written(one["scenario"], one["with"]), one["space"], one["source"],
         one["state"], one["until"], one["fired"], _last(one))
        for one in faults
    )  # fmt: skip
    names = ("SCENARIO", "SPACE", "FROM", "STATE", "UNTIL", "FIRED", "LAST")
    print_table(names, rows)


def _last(fault: Mapping[str, Any]) -> str | None:
    """Say when, and on which exchange or delivery, a scenario has acted last."""
    firings = [each for rule in fault["rules"] for each in rule["firings"]]
    if not firings:
        return None
    last = max(firings, key=lambda one: one["at"])
    return f"{last['at']} {place_of(last)}".rstrip()
