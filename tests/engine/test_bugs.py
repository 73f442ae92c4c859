"""Errors of our own code are counted and survived; a cancellation is not."""

import asyncio

import pytest

from mockserver.engine.bugs import Bugs
from mockserver.errors import MediaError


@pytest.fixture
def bugs() -> Bugs:
    return Bugs()


def test_an_error_is_kept_with_its_place_and_its_traceback(
    bugs: Bugs, caplog: pytest.LogCaptureFixture
) -> None:
    with bugs.survived("event", "of", "acme"):
        raise LookupError("no such thing")

    assert bugs.count == 1
    assert bugs.latest[0].startswith("event of acme\nTraceback")
    assert "LookupError: no such thing" in bugs.latest[0]
    assert "please report it: event of acme" in caplog.text


def test_what_this_machine_lacks_is_told_apart(
    bugs: Bugs, caplog: pytest.LogCaptureFixture
) -> None:
    with bugs.survived("event"):
        raise MediaError("no ffmpeg")

    assert (bugs.count, bugs.latest) == (1, ["event: no ffmpeg"])
    assert "mockserver doctor" in caplog.text


def test_a_cancellation_goes_on_its_way(bugs: Bugs) -> None:
    with pytest.raises(asyncio.CancelledError), bugs.survived("event"):
        raise asyncio.CancelledError

    assert bugs.count == 0


def test_what_goes_well_leaves_nothing(bugs: Bugs) -> None:
    with bugs.survived("event"):
        pass

    assert (bugs.count, bugs.latest) == (0, [])


def test_the_latest_twenty_are_kept(bugs: Bugs) -> None:
    for number in range(30):
        bugs.add_trouble(MediaError("x"), str(number))

    assert bugs.count == 30
    assert [text.partition(":")[0] for text in bugs.latest] == [
        str(number) for number in range(10, 30)
    ]
