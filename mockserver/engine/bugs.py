"""Bugs: errors of our own code, or of a plug-in's, that were caught and survived."""

import logging
import traceback
from collections.abc import Callable
from types import TracebackType

from mockserver.errors import MediaError

__all__ = ["Bugs", "Survived"]

_KEPT = 20

_log = logging.getLogger("mockserver")


class Bugs:
    """What went wrong in our own code; a test of a user fails on any of it.

    Args:
        hide: Hides what is secret in what is told: errors quote what they stumble over.

    Attributes:
        count: How many there were.
        latest: Where the latest happened, each with its traceback.
    """

    def __init__(self, hide: Callable[[str], str] = str) -> None:
        self._hide = hide
        self.count = 0
        self.latest: list[str] = []

    def add(self, error: BaseException, place: str) -> None:
        """Remember and log a bug."""
        place = self._hide(place)
        trace = self._hide("".join(traceback.format_exception(error)))
        self._keep(f"{place}\n{trace}")
        _log.error("bug in video-mockserver, please report it: %s\n%s", place, trace)

    def add_trouble(self, error: Exception, place: str) -> None:
        """Remember and log what this machine lacks, such as a working ffmpeg."""
        said = self._hide(f"{place}: {error}")
        self._keep(said)
        _log.error("%s (see `mockserver doctor`)", said)

    def survived(self, *place: str) -> "Survived":
        """Let no error of what is done inside reach whoever waits for the rest.

        Args:
            place: The words that say where it happened.
        """
        return Survived(self, place)

    def _keep(self, text: str) -> None:
        self.count += 1
        self.latest = [*self.latest[1 - _KEPT :], text]


class Survived:
    """A block that no `Exception` leaves; written for thousands a second."""

    __slots__ = ("_bugs", "_place")

    def __init__(self, bugs: Bugs, place: tuple[str, ...]) -> None:
        self._bugs = bugs
        self._place = place

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Keep an error; a cancellation goes on its way."""
        if isinstance(error, MediaError):
            self._bugs.add_trouble(error, " ".join(self._place))
        elif isinstance(error, Exception):
            self._bugs.add(error, " ".join(self._place))
        else:
            return False
        return True
