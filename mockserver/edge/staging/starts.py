"""Starts: the scenarios that spaces begin with, those of other workers included."""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.clock import monotonic_s
from mockserver.engine.spaces import Spaces
from mockserver.errors import ScenarioError
from mockserver.scenarios.book.keeping import recall, recorded
from mockserver.scenarios.checks.known import Catalogue
from mockserver.scenarios.written.model import Scenario

__all__ = ["START", "Start", "Starts"]

START: Final = "start"
"""The source of what is said at the start of a server."""

_KEPT: Final = "start"
_log = logging.getLogger(__name__)


class Start(Struct, frozen=True):
    """A scenario that spaces begin with.

    Attributes:
        scenario: The scenario.
        source: Who has asked for it.
        until_s: Until when, on the monotonic clock; None for ever.
        name: What it is kept by for other workers, and later ones; empty if it is not.
    """

    scenario: Scenario
    source: str
    until_s: float | None = None
    name: str = ""

    @property
    def left_s(self) -> float | None:
        """How long spaces will begin with it; None for ever."""
        return None if self.until_s is None else self.until_s - monotonic_s()


class Starts:
    """All scenarios that spaces begin with.

    Args:
        spaces: The spaces; what is kept for others is kept with them.
        catalogue: What scenarios may speak of.
        on_heard: Called with each that another worker has been told.
    """

    def __init__(
        self,
        spaces: Spaces,
        catalogue: Catalogue,
        on_heard: Callable[[Scenario], None],
    ) -> None:
        self._standing, self._settings = spaces.standing, spaces.settings
        self._catalogue, self._on_heard = catalogue, on_heard
        self._starts: list[Start] = []
        self._standing.on_change(self._hear)

    def take_up(self) -> None:
        """Know what the store has kept."""
        for name, value in self._standing.said().items():
            self._hear(name, value)

    def __iter__(self) -> Iterator[Start]:
        """Return them in their order."""
        return iter(tuple(self._starts))

    def add(
        self, scenario: Scenario, source: str, ttl_s: float | None, name: str = ""
    ) -> None:
        """Let spaces begin with one more, for so many seconds; each name once."""
        until_s = None if ttl_s is None else monotonic_s() + ttl_s
        if not name or name not in {one.name for one in self._starts}:
            self._starts.append(Start(scenario, source, until_s, name))

    def keep(self, name: str) -> None:
        """Let spaces of other workers, and of later ones, begin with it as well."""
        for one in self._starts:
            if one.name == name:
                left_s = one.left_s
                until = None if left_s is None else self._settings.wall() + left_s
                written = [*recorded(one.scenario), one.source, until]
                self._standing.put(f"{_KEPT}/{name}", written)

    def forget(self, name: str | None = None, *, source: str | None = None) -> None:
        """Let spaces begin without a scenario, or without any of a source."""
        gone = [
            one
            for one in self._starts
            if name in {None, one.scenario.name} and source in {None, one.source}
        ]
        for one in gone:
            self._starts.remove(one)
            if one.name:
                self._standing.drop(f"{_KEPT}/{one.name}")

    def renew(self, renewed: Mapping[int, Scenario | None]) -> None:
        """Let spaces begin with what some scenarios, by `id`, have become."""
        self._starts = [
            replace(one, scenario=renewed.get(id(one.scenario)) or one.scenario)
            for one in self._starts
        ]

    def _hear(self, said: str, value: Any) -> None:
        """Know what another worker, or an earlier one, was told."""
        kind, _, name = said.partition("/")
        if kind != _KEPT:
            return
        if value is None:
            self._starts = [one for one in self._starts if one.name != name]
        elif name not in {one.name for one in self._starts}:
            *written, source, until = value
            try:
                scenario = recall(written, self._catalogue)
            except ScenarioError as error:
                _log.warning("a scenario for spaces to come fits no more: %s", error)
                return
            left_s = None if until is None else until - self._settings.wall()
            self.add(scenario, source, left_s, name)
            self._on_heard(scenario)
