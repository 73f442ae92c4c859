"""ready: exit code 0 when a server serves, 1 when not; for health checks."""

import sys

from mockserver.cli.arguments import Parser
from mockserver.cli.client import (
    Client,
    RefusedError,
    UnreachableError,
    add_client_options,
)
from mockserver.cli.output import print_json, print_line

__all__ = ["run"]

TIMEOUT_S = 3.0


def run(verb: str, given: list[str]) -> int:
    """Return 0 when a server is ready, else 1 with one line on stderr."""
    parser = Parser(verb, "Exit with 0 when a server is ready, with 1 when not.")
    add_client_options(parser, has_space=False)
    options = parser.parse(given)
    try:
        answer = Client.of(options, timeout_s=TIMEOUT_S).get("ready")
    except (RefusedError, UnreachableError) as error:
        sys.stderr.write(f"mockserver: not ready: {error}\n")
        return 1
    if options.json:
        print_json(answer)
    else:
        print_line("ready")
    return 0
