"""Foresight: what a rule would do to deliveries that are still to be made."""

from collections.abc import Sequence
from dataclasses import replace

from mockserver.scenarios.active import Active
from mockserver.scenarios.counters import Budget, Counters, subject_of
from mockserver.scenarios.facts import Trial

__all__ = ["foresee"]


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
    twin = _twin(active, trials[0])
    return [twin.tampers(trial, now_s) for trial in trials]


def _twin(active: Active, trial: Trial) -> Active:
    """Return a rule that has seen the same as far as one job is concerned."""
    ordinal = None if trial.job is None else trial.job.ordinal
    subject = subject_of(trial.slug, ordinal)
    scope = active.counted_with(trial.slug, subject)
    counters = active.counters
    return replace(
        active,
        counters=Counters(
            tallies={scope: replace(counters.tally(scope))},
            draws={subject: counters.draws.get(subject, 0)},
        ),
        budgets=[
            Budget(one.most, {subject: one.spent.get(subject, 0)})
            for one in active.budgets
        ],
        spent={*active.spent},
    )
