"""ready --wait: asks until a server answers, or until the time is over."""

from collections.abc import Callable, Iterator

import pytest

from mockserver.cli.ready import patient
from mockserver.cli.tools.client import UnreachableError
from tests.cli.conftest import Tell


def says(*answers: Exception | str) -> Callable[[], object]:
    """Return what gives one answer after the other, and raises errors."""
    left: Iterator[Exception | str] = iter(answers)

    def ask() -> object:
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask


def test_it_asks_again_until_there_is_an_answer() -> None:
    pauses: list[float] = []
    asked = says(UnreachableError("no"), UnreachableError("no"), "ready")

    answer = patient(asked, 30, clock=lambda: 0.0, pause=pauses.append)

    assert answer == "ready"
    assert pauses == [0.1, 0.1]


def test_it_gives_up_when_the_time_is_over() -> None:
    times = iter([0.0, 0.95, 1.0])
    pauses: list[float] = []
    asked = says(UnreachableError("first"), UnreachableError("last"))

    with pytest.raises(UnreachableError, match="last"):
        patient(asked, 1, clock=lambda: next(times), pause=pauses.append)

    assert pauses == [pytest.approx(0.05)]


def test_a_wait_without_unit_is_refused(tell: Tell) -> None:
    said = tell("ready", "--wait", "30")

    assert said.code == 2
    assert "--wait: found '30', expected a duration" in said.err
