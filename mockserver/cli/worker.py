"""One worker of several: `python -m mockserver.cli.worker PLAN`, for `serve`."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mockserver.cli import CANNOT_START, CLI_ERROR, logs
from mockserver.cli.serve import News, serve, settings
from mockserver.cli.workers import Plan
from mockserver.errors import MockserverError, StartError

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Serve on sockets that another process has bound; return the exit code."""
    plan = Plan.parse(arguments[0])
    threading.Thread(target=_outlive_nobody, name="parent", daemon=True).start()
    try:
        said = settings(plan.verb, plan.given, os.environ, Path.cwd())
        config = replace(said, seed=plan.seed, control_token=plan.token, port_file=None)
        lines = logs.configure(config.log_level, config.log_format)
        new = News(is_seed=plan.is_seed_new, is_token=plan.is_token_new)
        sockets, secure = _opened(plan.sockets), _opened(plan.secure)
        return serve(config, sockets, secure, lines, new, plan.name)
    except MockserverError as error:
        sys.stderr.write(f"mockserver: {' '.join(str(error).split())}\n")
        return CANNOT_START if isinstance(error, StartError) else CLI_ERROR


def _outlive_nobody() -> None:
    """End once the process that has started this one has, which holds its stdin."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _opened(descriptors: Sequence[int]) -> list[socket.socket]:
    found = [socket.socket(fileno=number) for number in descriptors]
    for one in found:
        one.settimeout(0)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
