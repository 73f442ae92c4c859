"""Outcomes: what a prompt asks for by its ending, beside what all providers have."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import RateLimitError, UnavailableError

__all__ = ["Outcome", "asked"]

_ENDING: Final = re.compile(
    r"__(rai-audio|rai-some|rai|blocked|fail:\d{1,2}|slow|429|503|late-file|file-failed"
    r"|incomplete)$"
)
_LATE_S: Final = 30.0
_SLOW: Final = 10
_AGAIN_S: Final = 34.074824224


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an order.

    Attributes:
        error: Why it fails; empty if it does not.
        ends_in: The state of one that does.
        slow: How many times as long it takes.
        lag_s: How long after its end its file can be had.
        filtered: How many of its videos are filtered.
        has_no_file: Its file cannot be had at all.
    """

    error: str = ""
    ends_in: str = "failed"
    slow: int = 1
    lag_s: float = 0.0
    filtered: int = 0
    has_no_file: bool = False

    def life(self, make: Callable[[float], Timeline], seconds: float) -> Timeline:
        """Return the life of a job that would take so long."""
        life = make(seconds * self.slow)
        if not self.error:
            return life
        return Timeline(
            (*life.steps[:-1], Step(self.ends_in, Phase.FAILED, error=self.error))
        )


_USUAL: Final = Outcome()
_KNOWN: Final = {
    "rai": Outcome(error="filtered"),
    "rai-audio": Outcome(error="filtered-audio"),
    "rai-some": Outcome(filtered=1),
    "blocked": Outcome(error="blocked"),
    "slow": Outcome(slow=_SLOW),
    "late-file": Outcome(lag_s=_LATE_S),
    "file-failed": Outcome(has_no_file=True),
    "incomplete": Outcome(error="incomplete", ends_in="incomplete"),
}


def asked(prompt: str, model: str) -> Outcome:
    """Return what the ending of a prompt asks for.

    Raises:
        RateLimitError: That is to be refused as too much.
        UnavailableError: That is to be refused as too busy.

    Source: contract google, appendix D.
    """
    found = _ENDING.search(prompt)
    if found is None:
        return _USUAL
    ending = found[1]
    if ending == "429":
        error = RateLimitError(_AGAIN_S)
        error.detail = {"model": model}
        raise error
    if ending == "503":
        raise UnavailableError("overloaded")
    if ending.startswith("fail:"):
        return Outcome(error=f"code-{int(ending.removeprefix('fail:'))}")
    return _KNOWN[ending]
