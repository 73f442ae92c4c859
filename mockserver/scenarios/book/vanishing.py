"""Vanishing: jobs that rules have let vanish, and which rule it was."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from mockserver.engine.spaces import Space
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.effects import VANISHED
from mockserver.scenarios.book.reads import Member

__all__ = ["Lost", "remember", "sweep"]

_KEPT_MAX: Final = 1000


class Scopes(Protocol):
    """Which jobs each rule has changed."""

    def get(self, scope: str, missing: Iterable[Member], /) -> Iterable[Member]:
        """Return the members of a scope."""
        ...


class Lost:
    """Jobs that have vanished, of all spaces: nobody knows whose a public one was."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Space, str]] = {}

    def add(self, space: Space, gone: Mapping[str, str]) -> None:
        """Remember jobs of a space, with their rules; of many, the latest."""
        self._kept.update({job_id: (space, rule) for job_id, rule in gone.items()})
        _forget_oldest(self._kept)

    def rule_of(self, job_id: str) -> str | None:
        """Return which rule it was; empty if that was cleared, None of no such job.

        What was in a space that has been begun anew has never been.
        """
        space, rule = self._kept.get(job_id, (None, ""))
        return rule if space is not None and space.is_open else None


def sweep(
    space: Space, slug: str, actives: Iterable[Active], scopes: Scopes
) -> dict[str, str]:
    """Forget the jobs that are to vanish and whose time has come.

    Args:
        space: Where.
        slug: Their provider.
        actives: The rules that change jobs.
        scopes: Which jobs each has changed.

    Returns:
        The name of the rule, by the job's identifier; empty if that was cleared.
    """
    engine, now = space.jobs(slug), space.clock.now()
    rules = [one for one in actives if one.rule.job is not None]
    gone = [job for job in engine.list_jobs() if job.at(now).step.error == VANISHED]
    for job in gone:
        engine.delete(job, quietly=True)
    return {job.id: _blamed((slug, job.ordinal), rules, scopes) for job in gone}


def remember(vanished: dict[str, str], gone: Mapping[str, str]) -> None:
    """Keep what `sweep` has returned; of jobs that went long ago, nobody asks."""
    vanished.update(gone)
    _forget_oldest(vanished)


def _forget_oldest(kept: dict[str, Any]) -> None:
    for job_id in [*kept][:-_KEPT_MAX]:
        del kept[job_id]


def _blamed(member: Member, rules: Iterable[Active], scopes: Scopes) -> str:
    for one in rules:
        is_meant = member in scopes.get(f"{one.load}/{one.rule.name}", ())
        if is_meant and one.rule.job is not None and one.rule.job.vanishes:
            return one.rule.name
    return ""
