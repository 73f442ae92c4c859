"""ready: exit code 0 when a server serves, 1 when not; for health checks."""

import sys
from collections.abc import Callable
from threading import Event
from typing import Any

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.client import (
    Client,
    RefusedError,
    UnreachableError,
    add_client_options,
)
from mockserver.cli.tools.output import print_json, print_line
from mockserver.config import parse_duration
from mockserver.engine.clock import monotonic_s

__all__ = ["patient", "run"]

TIMEOUT_S = 3.0
PAUSE_S = 0.1


def run(verb: str, given: list[str]) -> int:
    """Return 0 when a server is ready, else 1 with one line on stderr."""
    parser = Parser(verb, "Exit with 0 when a server is ready, with 1 when not.")
    parser.add_argument(
        "--wait", default="0", help="Wait so long for it, such as 30s; not at all."
    )
    add_client_options(parser, has_space=False)
    options = parser.parse(given)
    try:
        wait_s = parse_duration(options.wait)
    except ValueError as error:
        parser.error(f"--wait: {error}")
    try:
        client = Client.of(options, timeout_s=TIMEOUT_S)
        answer = patient(lambda: client.get("ready"), wait_s)
    except (RefusedError, UnreachableError) as error:
        sys.stderr.write(f"mockserver: not ready: {error}\n")
        return 1
    if options.json:
        print_json(answer)
    else:
        print_line("ready")
    return 0


def patient(
    ask: Callable[[], Any],
    wait_s: float,
    *,
    clock: Callable[[], float] = monotonic_s,
    pause: Callable[[float], object] | None = None,
) -> Any:
    """Ask until there is an answer, for so many real seconds at most.

    Raises:
        RefusedError: The server still says no.
        UnreachableError: It still does not answer.
    """
    pause = Event().wait if pause is None else pause
    until = clock() + wait_s
    while True:
        try:
            return ask()
        except (RefusedError, UnreachableError):
            left_s = until - clock()
            if left_s <= 0:
                raise
        pause(min(PAUSE_S, left_s))
