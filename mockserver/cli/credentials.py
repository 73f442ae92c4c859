"""credentials: register, name, list and revoke those of a running server."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, add_client_options
from mockserver.cli.tools.output import print_json, print_line, print_table

__all__ = ["run"]

_PATHS: Final = {
    "add": ("credentials",),
    "name": ("credentials", "label"),
    "revoke": ("credentials", "revoke"),
}


def run(verb: str, given: list[str]) -> int:
    """List credentials, or change one.

    Raises:
        UsageError: Provider or key are missing.
        RefusedError: The server says no.
        UnreachableError: There is no such server.
    """
    parser = _parser(verb)
    options = parser.parse(given)
    client = Client.of(options)
    if options.action == "list":
        answer = client.get(
            "credentials", space=options.space, provider=options.provider
        )
        if options.json:
            print_json(answer)
        else:
            _print_list(answer)
        return 0
    if options.provider is None or options.key is None:
        parser.error(f"{options.action} needs a provider and a key")
    if options.action == "name" and options.label is None:
        parser.error("name needs --label")
    answer = client.post(*_PATHS[options.action], body=_wanted(options))
    if options.json:
        print_json(answer)
    else:
        print_line(_said(options.action, answer))
    return 0


def _parser(verb: str) -> Parser:
    parser = Parser(verb, "Register, name, list or revoke credentials.")
    parser.add_argument("action", nargs="?", choices=("list", *_PATHS), default="list")
    parser.add_argument("provider", nargs="?", metavar="SLUG", help="The provider.")
    parser.add_argument("key", nargs="?", metavar="KEY", help="What names it.")
    parser.add_argument("--secret", help="What proves it, where that is asked for.")
    parser.add_argument("--kind", help="Which kind: key, or the provider's others.")
    parser.add_argument("--label", metavar="NAME", help="What people call it.")
    add_client_options(parser)
    return parser


def _wanted(options: Namespace) -> dict[str, Any]:
    wanted = {"provider": options.provider, "key": options.key, "kind": options.kind}
    if options.action == "add":
        wanted |= {"secret": options.secret, "space": options.space}
    if options.action != "revoke":
        wanted["label"] = options.label
    return {name: value for name, value in wanted.items() if value is not None}


def _said(action: str, credential: Mapping[str, Any]) -> str:
    done = {"add": "registered", "name": "named", "revoke": "revoked"}[action]
    label = f" ({credential['label']})" if credential["label"] else ""
    return f"{done} {credential['shown']}{label}: space {credential['space']}"


def _print_list(answer: Mapping[str, Any]) -> None:
    rows = (
        (one["provider"], one["shown"], one["kind"], one["label"], one["space"],
         one["origin"], "revoked" if one["is_revoked"] else "")
        for one in answer["credentials"]
    )  # fmt: skip
    print_table(("PROVIDER", "KEY", "KIND", "NAME", "SPACE", "FROM", ""), rows)
