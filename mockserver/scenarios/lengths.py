"""Lengths: how long a scenario takes, for whoever would sit and wait for it."""

from collections.abc import Iterator

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Request
from mockserver.errors import ProviderError
from mockserver.scenarios.known import Catalogue, Known
from mockserver.scenarios.model import Scenario

__all__ = ["longest_s"]


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


def _lives_s(
    scenario: Scenario, known: Known, operation: str, job_s: float | None
) -> Iterator[float]:
    """Return the length of a job's life, unless no rule changes it."""
    own = Request(operation, {}, known.timelines[operation].shortened(job_s))
    request, chance = own, Chance("rehearsal")
    for rule in scenario.rules:
        if rule.job is None or operation not in rule.target.reach(known, "create"):
            continue
        try:
            request = rule.job.change(request, known, chance)
        except ProviderError:
            return
    if request is not own:
        ends = request.timeline.ends(chance)
        yield (ends[-1] if ends else 0.0) + request.media.lag_s
