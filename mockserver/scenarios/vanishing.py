"""Vanishing: jobs that rules have let vanish, and which rule it was."""

from collections.abc import Iterable, Mapping
from typing import Final

from mockserver.engine.spaces import Space
from mockserver.scenarios.active import Active
from mockserver.scenarios.effects import VANISHED
from mockserver.scenarios.reads import Member

__all__ = ["sweep"]

_KEPT_MAX: Final = 1000

Scopes = Mapping[str, Iterable[Member]]


def sweep(
    space: Space,
    slug: str,
    actives: Iterable[Active],
    scopes: Scopes,
    vanished: dict[str, str],
) -> None:
    """Forget the jobs that are to vanish and whose time has come.

    Args:
        space: Where.
        slug: Their provider.
        actives: The rules that change jobs.
        scopes: Which jobs each has changed.
        vanished: Gets the name of the rule, by the job's identifier; empty if that
            has been cleared.
    """
    engine, now = space.jobs(slug), space.clock.now()
    rules = [one for one in actives if one.rule.job is not None]
    gone = [job for job in engine.list_jobs() if job.at(now).step.error == VANISHED]
    for job in gone:
        vanished[job.id] = _blamed((slug, job.ordinal), rules, scopes)
        engine.delete(job, quietly=True)
    # Of jobs that went long ago, nobody asks.
    for job_id in [*vanished][:-_KEPT_MAX]:
        del vanished[job_id]


def _blamed(member: Member, rules: Iterable[Active], scopes: Scopes) -> str:
    for one in rules:
        is_meant = member in scopes.get(f"{one.load}/{one.rule.name}", ())
        if is_meant and one.rule.job is not None and one.rule.job.vanishes:
            return one.rule.name
    return ""
