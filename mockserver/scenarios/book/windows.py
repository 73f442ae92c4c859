"""Windows: the times, counted from its loading, at which a rule acts."""

from collections.abc import Mapping
from math import floor, inf
from typing import Any, Final

from msgspec import Struct

from mockserver.scenarios.written.shapes import DURATION, Comparison, Record, Shape
from mockserver.scenarios.written.source import Place

__all__ = ["WINDOW", "Window"]

_NEVER: Final = Comparison(inf, inf)


class Window(Struct, frozen=True):
    """One span of time, or one that comes again and again.

    Attributes:
        low: When it first begins.
        high: When nothing of it begins any more; of a single one, its end.
        every_s: From one beginning to the next, if it comes again.
        for_s: How long each lasts then.
    """

    low: float = 0.0
    high: float = inf
    every_s: float | None = None
    for_s: float = inf

    def span(self, elapsed_s: float) -> Comparison:
        """Return the span that there is at a time, or else the next one."""
        if self.every_s is None:
            return Comparison(self.low, self.high)
        number = max(0, floor((elapsed_s - self.low) / self.every_s))
        begins = self.low + number * self.every_s
        if elapsed_s > begins + self.for_s:
            begins += self.every_s
        return Comparison(begins, begins + self.for_s) if begins < self.high else _NEVER

    def holds(self, elapsed_s: float) -> bool:
        """Say whether it is open at a time."""
        return self.span(elapsed_s).holds(elapsed_s)


_SAID: Final = Record(
    {
        "from": (DURATION, "From so long after the loading."),
        "to": (DURATION, "Until so long after the loading."),
        "every": (DURATION, "Again and again: from one beginning to the next."),
        "for": (DURATION, "How long each lasts, then."),
    },
    least=1,
)


def _window(raw: Any, place: Place) -> Window:
    said = _SAID.read(raw, place)
    begins, ends = said.get("from", 0.0), said.get("to", inf)
    if begins >= ends:
        place.fail(raw, "'from' earlier than 'to'")
    every_s, for_s = said.get("every"), said.get("for")
    if (every_s is None) is not (for_s is None):
        place.fail(raw, "'every' and 'for' together, such as {every: 10m, for: 30s}")
    if every_s is None or for_s is None:
        return Window(begins, ends)
    _check(raw, every_s, for_s, place)
    return Window(begins, ends, every_s, for_s)


def _check(raw: Mapping[str, Any], every_s: float, for_s: float, place: Place) -> None:
    if not for_s:
        place.at("for").fail(raw["for"], "longer than 0s")
    if every_s <= for_s:
        place.at("every").fail(raw["every"], "longer than 'for'")


WINDOW: Final = Shape(_SAID.shape.schema, _window)
