"""Of lines that come too often some are written, and the others counted."""

import io
import logging
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic

import pytest
import requests

from mockserver.cli.tools.floods import LINES_MAX, WINDOW_S, Lines
from tests.cradle import Child

Start = Callable[..., Child]

WARNING, INFO = logging.WARNING, logging.INFO


def record(
    at_s: float, message: str = "no %s", *arguments: object, level: int = WARNING
) -> logging.LogRecord:
    made = logging.LogRecord("x", level, "", 0, message, arguments, None)
    made.created = at_s
    return made


def written(*records: logging.LogRecord, closes: bool = False) -> list[str]:
    stream = io.StringIO()
    lines = Lines(stream)
    for one in records:
        lines.handle(one)
    if closes:
        lines.close()
    return stream.getvalue().splitlines()


def test_few_lines_of_a_kind_are_all_written() -> None:
    assert written(*(record(0, "no %s", n) for n in range(LINES_MAX))) == [
        f"no {n}" for n in range(LINES_MAX)
    ]


def test_the_rest_of_many_is_counted_with_the_next_line_of_any_kind() -> None:
    flood = [record(0, "no %s", n) for n in range(LINES_MAX + 812)]

    lines = written(*flood, record(WINDOW_S, "well", level=INFO))

    assert lines[LINES_MAX:] == [
        "left out 812 more lines of this kind: no %s",
        "well",
    ]


def test_the_rest_of_many_is_counted_at_the_end() -> None:
    flood = [record(0, "no %s", n) for n in range(LINES_MAX + 1)]

    lines = written(*flood, closes=True)

    assert lines[LINES_MAX:] == ["left out 1 more lines of this kind: no %s"]


def test_another_kind_is_written_in_the_midst_of_a_flood() -> None:
    flood = [record(0, "no %s", n) for n in range(LINES_MAX + 1)]

    assert written(*flood, record(0, "fire"))[-1] == "fire"


def test_what_varies_below_the_first_line_is_no_kind_of_its_own() -> None:
    flood = [record(0, f"lost\n<Task {n}>") for n in range(LINES_MAX + 1)]

    assert len(written(*flood)) == 2 * LINES_MAX


def test_after_a_while_lines_are_written_again() -> None:
    early = [record(0, "no") for _ in range(LINES_MAX)]
    late = [record(WINDOW_S, "no") for _ in range(LINES_MAX)]

    assert written(*early, *late) == ["no"] * 2 * LINES_MAX


def test_lines_that_are_no_warnings_are_all_written() -> None:
    flood = [record(0, "yes", level=INFO) for _ in range(1000)]

    assert len(written(*flood)) == 1000


def test_many_kinds_take_bounded_memory() -> None:
    lines = Lines(io.StringIO())

    for n in range(5000):
        lines.handle(record(0, f"kind {n}"))

    assert len(lines._kinds) <= 1000


@pytest.mark.slow
def test_running_out_of_descriptors_is_a_few_lines_and_heals(start: Start) -> None:
    """120 connections where 64 descriptors are allowed.

    However slow the machine is, each window of time has its few lines and one that
    counts the others.
    """
    # uvloop closes such connections, and says nothing of it.
    process = start(
        "serve", "--port=0", "--quiet", "--log-format=text", "--loop=asyncio"
    )
    assert process.stdout is not None
    assert process.stderr is not None
    url = process.stdout.readline().strip()
    # Which asks all providers: from then on, none of them has a file to read.
    requests.get(f"{url}/_mock/api/providers", timeout=40)
    began_s = monotonic()
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (64, 64))
    with ExitStack() as opened:
        for _ in range(120):
            address = "127.0.0.1", int(url.rpartition(":")[2])
            opened.enter_context(socket.create_connection(address))
        first = process.stderr.readline()

    health = requests.get(f"{url}/_mock/api/health", timeout=40)
    process.send_signal(signal.SIGTERM)
    rest = process.stderr.read()

    assert health.json() == {"status": "ok"}
    assert first[8:] == (
        " warn: socket.accept() out of system resource: Too many open files\n"
    )
    assert "Traceback" not in rest
    windows = 1 + (monotonic() - began_s) // WINDOW_S
    assert len(rest.splitlines()) <= windows * (LINES_MAX + 1)
