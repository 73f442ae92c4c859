"""spaces, reset: the private worlds of a running server."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["run"]


def run(verb: str, given: list[str]) -> int:
    """List, make or reset spaces.

    Raises:
        RefusedError: There is no such space, or its name is taken.
        UnreachableError: There is no such server.
    """
    if verb == "reset":
        return _reset(_reset_options(given))
    options = _options(verb, given)
    if options.action == "reset":
        options.space, options.only = options.name, None
        return _reset(options)
    client = Client.of(options)
    if options.action == "list":
        answer = client.get("spaces")
    else:
        answer = client.post("spaces", body=_wanted(options))
    if options.json:
        print_json(answer)
    elif options.action == "list":
        _print_list(answer)
    else:
        _print_one(answer)
    return 0


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(verb, "List, make or reset the spaces of a running server.")
    parser.add_argument(
        "action", nargs="?", choices=("list", "mint", "reset"), default="list"
    )
    parser.add_argument("name", nargs="?", help="Its name; a new one gets a number.")
    parser.add_argument("--pace", help="How the time of a new one passes.")
    parser.add_argument("--seed", type=int, help="What its draws depend on.")
    parser.add_argument(
        "--provider",
        metavar="SLUG",
        action="append",
        help="Make a credential for this provider only; repeatable.",
    )
    add_client_options(parser, has_space=False)
    return parser.parse(given)


def _reset_options(given: list[str]) -> Namespace:
    parser = Parser("reset", "Make all spaces as new: no jobs, time as at the start.")
    parser.add_argument(
        "--only",
        metavar="PART",
        action="append",
        help="Only jobs, journal, deliveries, settings or quotas; repeatable.",
    )
    add_client_options(parser)
    return parser.parse(given)


def _wanted(options: Namespace) -> dict[str, Any]:
    wanted = {
        "name": options.name,
        "pace": options.pace,
        "seed": options.seed,
        "providers": options.provider,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _reset(options: Namespace) -> int:
    client = Client.of(options)
    body = {"what": options.only} if options.only else {}
    if options.space is None:
        answer = client.post("reset", body=body)
        names = answer["spaces"]
    else:
        answer = client.post("spaces", options.space, "reset", body=body)
        names = [answer["id"]]
    if options.json:
        print_json(answer)
    else:
        print_line(f"reset: {', '.join(names) or 'no space was open'}")
    return 0


def _print_list(answer: Mapping[str, Any]) -> None:
    rows = (
        (space["id"], space["name"], space["jobs"], space["clock"]["now"],
         space["clock"]["pace"], space["seed"], ", ".join(space["providers"]))
        for space in answer["spaces"]
    )  # fmt: skip
    print_table(("SPACE", "NAME", "JOBS", "TIME", "PACE", "SEED", "PROVIDERS"), rows)


def _print_one(space: Mapping[str, Any]) -> None:
    print_line(f"space {space['id']}, seed {space['seed']}")
    for credential in space["credentials"]:
        for name, value in credential["fields"].items():
            print_line(f"{credential['provider']}  {name}  {value}")
