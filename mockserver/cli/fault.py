"""fault: apply scenarios to a running server, see what acts, clear it."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.cli.arguments import Parser
from mockserver.cli.client import Client, add_client_options
from mockserver.cli.output import print_json, print_line, print_table
from mockserver.scenarios.library import Library

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """Apply, list or clear.

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
    elif options.action == "clear":
        names = ", ".join(sorted({one["scenario"] for one in answer["faults"]}))
        print_line(f"cleared: {names or 'nothing'}")
    else:
        _print_faults(answer["faults"], options)
    return 0


def _ask(client: Client, options: Namespace) -> Any:
    space: str | None = options.space
    where = ["faults"] if space is None else ["spaces", space, "faults"]
    if options.action == "list":
        return client.get("faults", space=options.space)
    if options.action == "clear":
        return client.delete(*where, scenario=options.scenario)
    body: dict[str, Any] = {"scenario": _asked(options.scenario)}
    if options.ttl is not None:
        body["ttl"] = options.ttl
    return client.post(*where, body=body)


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "Let a scenario act on a running server (apply NAME or FILE), list what acts"
        " and how often it has, or clear it.",
    )
    actions = ("apply", "list", "clear")
    parser.add_argument("action", nargs="?", choices=actions, default="list")
    parser.add_argument("scenario", nargs="?", help="Its name, or the path of a file.")
    parser.add_argument("--ttl", help="It heals after so long, such as 30s.")
    add_client_options(parser)
    options = parser.parse(given)
    if options.action == "apply" and options.scenario is None:
        parser.error("apply needs the name of a scenario; see mockserver scenarios")
    return options


def _asked(scenario: str) -> Any:
    """Return a name for the server, or what a file on this machine says."""
    is_file = "/" in scenario or Path(scenario).suffix in {".yaml", ".yml", ".json"}
    return Library().source(scenario).document if is_file else scenario


def _print_faults(faults: list[Mapping[str, Any]], options: Namespace) -> None:
    if not faults:
        said = "no space is open" if options.action == "apply" else "no fault is active"
        print_line(said if options.action == "list" else f"{said} yet; new ones get it")
        return
    rows = (
        (one["scenario"], one["space"], one["source"], one["until"], one["fired"])
        for one in faults
    )
    print_table(("SCENARIO", "SPACE", "FROM", "UNTIL", "FIRED"), rows)
