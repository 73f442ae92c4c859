"""Tests that last: a plain run leaves most of them out; `.ci/run` tries each of them.

    make test ARGS="--deep --note-long"

writes their list anew, by what the cases of each took on average: on a quiet machine,
because a busy one makes all of them last.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

__all__ = ["LIST", "LONG_S", "Watch", "lasting", "left_out", "name_of", "written"]

LIST: Final = Path(__file__).with_name("lasting.txt")
LONG_S: Final = 0.1
VERY_LONG_S: Final = 0.2
_ABOUT: Final = (
    "# Written by --note-long: how many seconds a case of each test takes that lasts.\n"
)


def name_of(nodeid: str) -> str:
    """Return the name of a test, without that of its case."""
    return nodeid.partition("[")[0]


@cache
def lasting() -> dict[str, float]:
    """Return the names of the tests that last, and how many seconds each takes."""
    lines = LIST.read_text("utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(seconds) for seconds, name in pairs}


def left_out(seconds: dict[str, float], collected: Iterable[str]) -> set[str]:
    """Return which tests a plain run leaves out: those that last.

    Of each file the shortest of them stays, so that something of each is tried, unless
    even that lasts very long.
    """
    of_files: dict[str, list[str]] = defaultdict(list)
    for name in sorted({*collected} & {*seconds}):
        of_files[name.partition("::")[0]].append(name)
    out = set()
    for names in of_files.values():
        shortest = min(names, key=lambda name: seconds[name])
        is_short = seconds[shortest] < VERY_LONG_S
        out |= {*names} - ({shortest} if is_short else set())
    return out


def written(taken: dict[str, dict[str, float]]) -> str:
    """Return the list's text, of the seconds that each case of each test has taken."""
    means = {name: sum(one.values()) / len(one) for name, one in taken.items()}
    lines = [f"{s:.2f} {name}\n" for name, s in sorted(means.items()) if s >= LONG_S]
    return _ABOUT + "".join(lines)


class Watch:
    """Looks how long each test takes, and writes the list at the end of a run."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[str, float]] = defaultdict(
            lambda: defaultdict(float)
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a case took, with what was made for it."""
        self._seconds[name_of(report.nodeid)][report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Write what lasts."""
        LIST.write_text(written(self._seconds), "utf-8")
