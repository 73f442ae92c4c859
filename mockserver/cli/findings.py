"""findings: what the clients of a running server do that will hurt them."""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import Client, RefusedError, add_client_options
from mockserver.cli.tools.output import print_error, print_json, print_line
from mockserver.verdict.finding import Severity
from mockserver.verdict.reports import FORMATS, is_as_bad, text
from mockserver.verdict.rules.registry import RULES
from mockserver.version import __version__

__all__ = ["run", "write"]

_NEVER: Final = "never"
_SUFFIXES: Final[Mapping[str, str]] = {
    ".json": "json",
    ".sarif": "sarif",
    ".txt": "text",
    ".xml": "junit",
}


def run(verb: str, given: list[str]) -> int:
    """Print or write findings; return 1 if one is as bad as `--fail-on` says.

    Raises:
        RefusedError: There is no such space, provider or rule, or no such file.
        UnreachableError: There is no such server.
    """
    options = _options(verb, given)
    if options.action == "rules":
        _print_rules(is_json=options.json)
        return 0
    query = {
        "space": options.space,
        "provider": options.provider,
        "job": options.job,
        "least": options.least,
        "ignore": ",".join(options.ignore) or None,
    }
    asked = {name: value for name, value in query.items() if value is not None}
    client = Client.of(options)
    found = client.get("findings", **asked)["findings"]
    if not found and not _is_any(client, asked):
        print_error("nothing was judged: no such request has come here")
    if options.output is not None:
        write(Path(options.output), found, options.format)
    elif options.format is None and not options.json:
        print_line(text(found, colours=sys.stdout.isatty()))
    else:
        kind = options.format or "json"
        sys.stdout.write(FORMATS[kind](found, RULES, __version__))
    least = options.fail_on
    return int(least != _NEVER and any(is_as_bad(one, least) for one in found))


def _is_any(client: Client, asked: Mapping[str, str]) -> bool:
    """Say whether there were requests to judge."""
    names = ("space", "provider", "job")
    wanted = {name: asked[name] for name in names if name in asked}
    count: int = client.post("exchanges", "count", body=wanted)["count"]
    return count > 0


def write(
    file: Path, findings: Sequence[Mapping[str, Any]], kind: str | None = None
) -> None:
    """Write findings into a file, in the format that its name's end says.

    Raises:
        RefusedError: The end says nothing, or the file cannot be written.
    """
    kind = kind or _SUFFIXES.get(file.suffix.lower())
    if kind is None:
        raise RefusedError(
            f"{file}: found the end {file.suffix!r}, expected one of"
            f" {', '.join(_SUFFIXES)}, or --format"
        )
    try:
        file.write_text(FORMATS[kind](findings, RULES, __version__), "utf-8")
    except OSError as error:
        raise RefusedError(f"{file}: cannot be written: {error.strerror}") from error


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "Judge what clients did at a running server (list), or list the rules (rules)."
        " The exit code is 1 if there is a finding as bad as --fail-on says.",
    )
    severities = [one.value for one in Severity]
    parser.add_argument("action", nargs="?", choices=("list", "rules"), default="list")
    parser.add_argument("--provider", metavar="SLUG", help="Only of this provider.")
    parser.add_argument("--job", metavar="ID", help="Only about this job.")
    parser.add_argument(
        "--least", choices=severities, help="Only what is at least that bad."
    )
    parser.add_argument(
        "--ignore",
        metavar="RULE",
        action="append",
        default=[],
        help="A rule that is not asked; repeatable.",
    )
    parser.add_argument("--format", choices=[*FORMATS], help="How they are written.")
    parser.add_argument(
        "--output",
        "-o",
        metavar="FILE",
        help="Write them there; .xml is JUnit, .sarif SARIF, .json and .txt.",
    )
    parser.add_argument(
        "--fail-on",
        choices=[*severities, _NEVER],
        default="warning",
        help="How bad a finding ends with 1; warning if missing.",
    )
    add_client_options(parser)
    return parser.parse(given)


def _print_rules(*, is_json: bool) -> None:
    if is_json:
        print_json(
            [
                {"rule": one.id, "severity": one.severity.value, "about": one.about}
                for one in RULES.values()
            ]
        )
        return
    for rule in RULES.values():
        print_line(f"{rule.severity.value:<8} {rule.id}: {rule.about}")
