"""Troubles: faults that a client has to survive, the mild ones first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from mockserver.strategies.sayings import can_happen, known_of
from mockserver.strategies.story import Story, Worded, drawn

__all__ = ["Trouble", "faults", "told_of", "troubles"]

_TIMES: Final = (1, 2, 3)
_LENGTHS: Final = ("1s", "30s", "10m")
_LINKS: Final = ("1h", "1m", "10s")
_MOST: Final = 3

Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One way for something to go wrong, which heals.

    Attributes:
        topic: What it is about; two of a topic would be in each other's way.
        about: A sentence, with the degree in it.
        degrees: How bad it may be, the mildest first.
        rule: What a scenario says of it.
    """

    topic: str
    about: str
    degrees: tuple[int, ...] | tuple[str, ...]
    rule: Callable[[Any], Rule]


Met = tuple[Trouble, int]
"""A trouble, and how bad it is."""


def faults(provider: str) -> st.SearchStrategy[Story]:
    """Return a strategy for bad days: stories of one to three faults that heal.

    Whatever counts calls goes wrong three times at most, so that no call fails more
    than nine times in a row. The simplest is one status read that is refused once.

    Args:
        provider: A slug, or the path of the file that describes a provider.

    Raises:
        ConfigError: There is no such provider.
    """
    slug = known_of(provider).slug
    return drawn(slug, troubles(provider).map(told_of))


def troubles(provider: str) -> st.SearchStrategy[list[Met]]:
    """Return a strategy for one to three troubles that the provider can have."""
    one = st.tuples(st.sampled_from(_possible(provider)), st.integers(0, 2))
    return st.lists(one, min_size=1, max_size=_MOST, unique_by=lambda met: met[0].topic)


def told_of(met: Sequence[Met]) -> Worded:
    """Return the rules of some troubles, and what they say in sentences."""
    worded = [(trouble, trouble.degrees[degree]) for trouble, degree in met]
    rules = [trouble.rule(degree) for trouble, degree in worded]
    return rules, [trouble.about.format(degree) for trouble, degree in worded]


@cache
def _possible(provider: str) -> tuple[Trouble, ...]:
    return tuple(
        one for one in _TROUBLES if can_happen(provider, one.rule(one.degrees[0]))
    )


def _wire(topic: str, operation: str, about: str, **fault: Any) -> Trouble:
    """Return what goes wrong with some calls of an operation."""

    def rule(times: int) -> Rule:
        return {"on": {"operation": operation, "times": times}, "fault": fault}

    return Trouble(topic, f"{about}, times: {{}}.", _TIMES, rule)


def _error(status: int, problem: str, **more: Any) -> Mapping[str, Any]:
    return {"kind": "error", "status": status, "problem": problem, **more}


_SOON: Final = {"retry_after": "2s"}
_DATED: Final = {"retry_after": "30s", "retry_after_as": "date"}
_TROUBLES: Final = (
    _wire("read-503-soon", "status", "A status read is refused with 503 and"
          " Retry-After", **_error(503, "unavailable", **_SOON)),
    _wire("read-429-soon", "status", "A status read is refused with 429 and"
          " Retry-After", **_error(429, "rate-limited", **_SOON)),
    _wire("read-429-date", "status", "A status read is refused with 429 and a date in"
          " Retry-After", **_error(429, "rate-limited", **_DATED)),
    _wire("read-429", "status", "A status read is refused with 429",
          **_error(429, "rate-limited")),
    _wire("read-503", "status", "A status read is refused with 503",
          **_error(503, "unavailable")),
    _wire("read-500", "status", "A status read fails with 500",
          **_error(500, "internal")),
    _wire("create-429-soon", "create", "The order is refused with 429 and Retry-After",
          **_error(429, "rate-limited", **_SOON)),
    _wire("create-503", "create", "The order is refused with 503",
          **_error(503, "unavailable")),
    _wire("file-503", "media", "The file is refused with 503", kind="error",
          status=503),
    Trouble("unknown-word", "The job is in a state that no documentation has, for {}.",
            _LENGTHS, lambda length: {"job": {"unknown_word": {
                "word": "ON_HOLD", "at": 50, "for": length}}}),
    Trouble("regress", "The job goes back into the queue half-way, for {}.", _LENGTHS,
            lambda length: {"job": {"regress": {
                "at": 50, "to": "waiting", "for": length}}}),
    Trouble("file-life", "The job has succeeded, and its file is there only after {}.",
            _LENGTHS, lambda length: {"media": {"late": length}}),
    Trouble("file-life", "Links to the file work for {} only.", _LINKS,
            lambda length: {"media": {"link_for": length}}),
    Trouble("notice", "What is told when the job is over comes again, times: {}.",
            _TIMES, lambda copies: {"delivery": {"copies": copies}}),
    Trouble("notice", "What is told when the job is over comes late, after {}.",
            _LENGTHS, lambda length: {"delivery": {"late": length}}),
    _wire("read-html-502", "status", "A gateway answers a status read with 502 and"
          " HTML", kind="html", status=502),
    _wire("read-html-200", "status", "A page of HTML comes with 200 in place of a"
          " status", kind="html", status=200),
    _wire("read-200", "status", "A status read answers 200, and its body is an error",
          **_error(200, "internal")),
    _wire("read-empty", "status", "The answer to a status read is empty",
          kind="empty-answer"),
    _wire("read-cut", "status", "The JSON of a status read ends in the middle",
          kind="truncated-json", at=0.5),
    _wire("read-malformed", "status", "The JSON of a status read is none",
          kind="malformed-json"),
    _wire("read-dropped", "status", "The connection breaks in the middle of a status"
          " read", kind="drop-mid-body", at=0.5),
    _wire("read-reset", "status", "The connection of a status read is reset",
          kind="reset"),
    _wire("file-reset", "media", "The connection breaks in the middle of the file",
          kind="reset-mid-download", at=0.5),
    _wire("file-cut", "media", "The file ends in the middle", kind="truncated-file",
          at=0.5),
    _wire("file-empty", "media", "The file is empty", kind="zero-bytes"),
    Trouble("create-lost", "The order is carried out, and the connection breaks before"
            " its answer, times: {}.", _TIMES, lambda times: {
                "on": {"operation": "create", "times": times},
                "fault": {"kind": "reset", "after": True}}),
)  # fmt: skip
