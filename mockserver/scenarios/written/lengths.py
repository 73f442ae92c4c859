"""Lengths: how long a scenario takes, for whoever would sit and wait for it."""

from collections.abc import Iterator
from math import inf
from typing import Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Request
from mockserver.engine.timeline import Step
from mockserver.errors import ProviderError
from mockserver.scenarios.checks.known import Catalogue, Known
from mockserver.scenarios.written.model import Scenario

__all__ = ["life_s", "longest_s"]

_CHANCE: Final = Chance("rehearsal")


def longest_s(scenario: Scenario, catalogue: Catalogue, job_s: float | None) -> float:
    """Return how long the longest job, and what comes after it, takes.

    A job that never ends counts until it stands still for good.

    Args:
        scenario: The scenario.
        catalogue: The providers that it may meet.
        job_s: Total that the providers' own timelines are shortened to, if they are.

    Returns:
        Seconds on the space's clock; 0 for one that changes no job and no delivery.
    """
    late_s = (rule.delivery.late_s for rule in scenario.rules if rule.delivery)
    lives_s = (
        length_s
        for known in catalogue.values()
        for operation in known.timelines
        for length_s in _lives_s(scenario, known, operation, job_s)
    )
    return max((*lives_s, *late_s), default=0.0)


def life_s(scenario: Scenario, known: Known) -> float:
    """Return when the last of a provider's jobs is at its end, in seconds.

    Lives are those that the provider documents, as far as the scenario leaves them;
    infinite if it lets some job never end.
    """
    ends = (_end_s(scenario, known, operation) for operation in known.timelines)
    return max(ends, default=0.0)


def _end_s(scenario: Scenario, known: Known, operation: str) -> float:
    timeline = known.timelines[operation]
    request = _changed(scenario, known, Request(operation, {}, timeline))
    steps = (timeline if request is None else request.timeline).steps
    if not steps[-1].phase.is_terminal:
        return inf
    return sum(map(_longest_s, steps[:-1]))


def _longest_s(step: Step) -> float:
    length = step.for_s
    return max(length) if isinstance(length, tuple) else float(length or 0.0)


def _lives_s(
    scenario: Scenario, known: Known, operation: str, job_s: float | None
) -> Iterator[float]:
    """Return the length of a job's life, unless no rule changes it."""
    own = Request(operation, {}, known.timelines[operation].shortened(job_s))
    request = _changed(scenario, known, own)
    if request is not None and request is not own:
        ends = request.timeline.ends(_CHANCE)
        yield (ends[-1] if ends else 0.0) + request.media.lag_s


def _changed(scenario: Scenario, known: Known, own: Request) -> Request | None:
    """Return a request as all rules of a scenario have it; None if one refuses it."""
    request, operation = own, own.operation
    for rule in scenario.rules:
        if rule.job is None or operation not in rule.target.reach(known, "create"):
            continue
        try:
            request = rule.job.change(request, known, _CHANCE)
        except ProviderError:
            return None
    return request
