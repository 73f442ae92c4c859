"""Judgements: what rules have found in spaces, kept while nothing happens there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from operator import is_
from typing import Any, Self

from mockserver.edge.judging import asked_rules, case_of, outside_case, timing_of
from mockserver.engine.clock import pause
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.verdict.case import Case
from mockserver.verdict.finding import Finding, Rule, Severity

__all__ = ["Judgements", "Key", "Placed"]

Key = list[Any]
Placed = tuple[Key, Finding]
Found = list[Finding]


class Judgements:
    """Judges anew only where something has happened since it was done last.

    Args:
        services: The server's rooms.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._outside: tuple[object, dict[str, Found]] = (None, {})
        self._parts: list[Found] = []
        self._placed: list[Placed] = []

    async def found(
        self,
        spaces: Iterable[Space],
        *,
        ignored: Collection[str] = (),
        least: Severity = Severity.NOTE,
        outside: bool = False,
    ) -> Sequence[Placed]:
        """Return what is found, the worst first, each with the key of its place.

        To judge many exchanges takes seconds, which others need not wait for: what is
        seen of a space is seen of it at one moment, whatever happens meanwhile.

        Args:
            spaces: Where to look.
            ignored: Names of rules that are not asked.
            least: Only what is at least that bad.
            outside: Look also at requests that no space was found for.
        """
        rules, parts = asked_rules(ignored, least), []
        for space in spaces:
            found = self._known(space)
            missing = [rule for rule in rules if rule.id not in found]
            if missing:
                await _judge(case_of(self._services, space), missing, found)
            parts += [found[rule.id] for rule in rules]
        if outside:
            found = self._known_outside()
            missing = [rule for rule in rules if rule.id not in found]
            if missing:
                await _judge(outside_case(self._services), missing, found)
            parts += [found[rule.id] for rule in rules]
        return self._in_order([part for part in parts if part])

    def _known(self, space: Space) -> dict[str, Found]:
        """Return what rules have found in a space as it is now, by their names."""
        kept: _Kept | None = space.annexes.get(self)
        seen = _Seen.of(self._services, space)
        if kept is None or not kept.is_of(seen):
            kept = space.annexes[self] = _Kept(seen)
        return kept.found

    def _known_outside(self) -> dict[str, Found]:
        services = self._services
        seen = (services.journal.extent(""), services.renewals)
        if self._outside[0] != seen:
            self._outside = (seen, {})
        return self._outside[1]

    def _in_order(self, parts: list[Found]) -> Sequence[Placed]:
        if not _are_same(parts, self._parts):
            found = [one for part in parts for one in part]
            self._parts, self._placed = parts, [*_placed(found)]
        return self._placed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """All that rules look at in a space; values that do not change in place.

    Attributes:
        jobs: Its jobs.
        records: Its deliveries.
        worlds: What its providers have there: their price lists.
        others: Which exchanges are kept, and what else is compared by value.
        now: Its time.
    """

    jobs: list[Job]
    records: list[Any]
    worlds: list[Any]
    others: tuple[Any, ...]
    now: float

    @classmethod
    def of(cls, services: Services, space: Space) -> Self:
        """Return what is seen of a space now."""
        return cls(
            jobs=[job for _, job in space.all_jobs()],
            records=[*services.outbox.records(space)],
            worlds=[services.world_in(slug, space) for slug in space.slugs()],
            others=(
                services.journal.extent(space.id),
                timing_of(space.clock),
                services.renewals,
                dict(space.settings),
            ),
            now=space.clock.now(),
        )


class _Kept:
    """What was found in a space.

    Args:
        seen: What was seen of it then.

    Attributes:
        found: By the names of the rules that were asked.
    """

    def __init__(self, seen: _Seen) -> None:
        self.found: dict[str, Found] = {}
        self._seen = seen
        # All that time alone changes is where the jobs are.
        changes = (job.next_change_at(seen.now) for job in seen.jobs)
        self._until = min((at for at in changes if at is not None), default=inf)

    def is_of(self, seen: _Seen) -> bool:
        """Say whether the same would be found in what is seen now."""
        was = self._seen
        return (
            was.now <= seen.now < self._until
            and was.others == seen.others
            and _are_same(was.worlds, seen.worlds)
            and _are_same(was.jobs, seen.jobs)
            and _are_same(was.records, seen.records)
        )


async def _judge(case: Case, rules: Iterable[Rule], found: dict[str, Found]) -> None:
    for rule in rules:
        found[rule.id] = [*rule.findings(case)]
        await pause(0)


def _are_same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


def _placed(found: Sequence[Finding]) -> Iterator[Placed]:
    """Yield findings in their order; those in one place are told apart by number."""
    place: Key = []
    count = 0
    for at, one in sorted(((_place(one), one) for one in found), key=_key):
        count = count + 1 if at == place else 0
        place = at
        yield [*place, count], one


def _key(placed: Placed) -> Key:
    return placed[0]


def _place(finding: Finding) -> Key:
    seen = finding.seen
    delivery = seen.deliveries[0] if seen.deliveries else ""
    return [*finding.order, finding.space, seen.slug, delivery]
