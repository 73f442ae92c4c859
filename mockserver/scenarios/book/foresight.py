"""Foresight: what a rule would do to deliveries that are still to be made."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from mockserver.engine.jobs import Job
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.budgets import look
from mockserver.scenarios.book.counters import Counters, subject_of
from mockserver.scenarios.book.facts import Trial

__all__ = ["early", "foresee"]


def early(
    actives: Iterable[Active],
    slug: str,
    job: Job,
    notices: Sequence[tuple[str, ...]],
    now_s: float,
) -> list[bool]:
    """Say on which notices of a job any of some rules would act now.

    Args:
        actives: The rules.
        slug: The provider.
        job: The job.
        notices: What each of them tells, in their order.
        now_s: Virtual time.
    """
    trials = [
        (at, Trial(slug=slug, label=label, job=job))
        for at, labels in enumerate(notices)
        for label in labels or ("",)
    ]
    found = set[int]()
    for active in actives:
        acts = foresee(active, [trial for _, trial in trials], now_s)
        found |= {at for (at, _), act in zip(trials, acts, strict=True) if act}
    return [at in found for at in range(len(notices))]


def foresee(active: Active, trials: Sequence[Trial], now_s: float) -> list[bool]:
    """Say on which of some attempts a rule would act, one after the other.

    Nothing is counted: when they really are made, the rule does the same.

    Args:
        active: The rule.
        trials: The attempts, all about one job.
        now_s: Virtual time.
    """
    if not trials:
        return []
    twin, acts = _twin(active, trials[0]), []
    for trial in trials:
        look([twin], trial.slug, _subject(trial))
        acts.append(twin.tampers(trial, now_s))
    return acts


def _subject(trial: Trial) -> str:
    return subject_of(trial.slug, None if trial.job is None else trial.job.ordinal)


def _twin(active: Active, trial: Trial) -> Active:
    """Return a rule that has seen the same as far as one job is concerned."""
    subject = _subject(trial)
    scope = active.counted_with(trial.slug, subject)
    counters = active.counters
    return replace(
        active,
        counters=Counters(
            tallies={scope: structs.replace(counters.tally(scope))},
            draws={subject: counters.draws.get(subject, 0)},
        ),
        budgets=[one.twin(trial.slug, subject) for one in active.budgets],
        spent={*active.spent},
    )
