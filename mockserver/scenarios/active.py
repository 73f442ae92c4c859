"""Active: one loaded rule, with what it has seen and how often it has acted."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, Request
from mockserver.engine.timeline import Moment
from mockserver.scenarios.facts import Facts
from mockserver.scenarios.firings import Firing, Firings, no_firings
from mockserver.scenarios.model import Rule

__all__ = ["HEADER", "Active"]

HEADER: Final = "x-mock-scenario"
PATIENCE_S: Final = 30.0
_CALLS_MAX: Final = 256
_FIRST_TRY: Final = (("x-stainless-retry-count", "0"), ("amz-sdk-request", "attempt=1"))


@dataclass(slots=True, eq=False)
class Active:
    """One rule at work in one space.

    Attributes:
        rule: The rule.
        chance: What its draws depend on.
        since_s: Virtual time at which it was loaded.
        operations: What it is about, as pairs of slug and operation.
        header: It only sees calls that carry this value, and the jobs made by them.
        scope: It only sees jobs that are members of this scope.
        until_s: Virtual time at which it heals, if any.
        seen: How often its conditions held.
        fired: How often it has acted.
        healed: It acts no more.
        firings: When it has acted, and on what: the latest times.
        revoked: Credentials that its fault has met and that are gone for good.
    """

    rule: Rule
    chance: Chance
    since_s: float
    operations: frozenset[tuple[str, str]]
    header: str | None = None
    scope: str | None = None
    until_s: float | None = None
    seen: int = 0
    fired: int = 0
    healed: bool = False
    firings: Firings = field(default_factory=no_firings)
    revoked: set[str] = field(default_factory=set)
    _calls: dict[Hashable, tuple[float, bool]] = field(default_factory=dict)

    def fires(self, facts: Facts, polls: int, wall_s: float) -> bool:
        """Say whether it acts on a call, and count that."""
        bounds = self.rule.bounds
        if self.is_over(facts.now):
            return False
        if bounds.until_gives_up and self._is_given_up(facts, wall_s):
            self.healed = True
            return False
        if facts.credential in self.revoked:
            return self._fire()
        if (facts.slug, facts.operation) not in self.operations:
            return False
        if not self.rule.match.applies(facts, polls):
            return False
        fires = (
            self._fires_for_call(facts, wall_s)
            if bounds.counts_calls
            else self._counts(facts.now)
        )
        if fires and self.rule.revokes and facts.credential is not None:
            self.revoked.add(facts.credential)
        return fires

    def waits_for_read(self, job: Job, moment: Moment, count: int) -> bool:
        """Say whether it is about a later read of a job in the state that it is in.

        Args:
            job: The job.
            moment: Where it is.
            count: How often it has been read there.
        """
        match = self.rule.match
        if match.poll is None or count >= match.poll.last:
            return False
        return match.names(job) and match.stands(moment)

    def changes(self, request: Request, ordinal: int, now_s: float) -> bool:
        """Say whether it changes a job that is being accepted, and count that."""
        match = self.rule.match
        if self.is_over(now_s) or match.job not in {None, ordinal + 1, request.job_id}:
            return False
        return match.takes(request.payload) and self._counts(now_s)

    def tampers(self, job: Job | None, number: int, now_s: float) -> bool:
        """Say whether it changes an attempt at a delivery, and count that."""
        match, attempt = self.rule.match, self.rule.target.attempt
        if self.is_over(now_s) or not (attempt is None or attempt.holds(number)):
            return False
        if match.needs_job and job is None:
            return False
        if job is not None:
            step = job.at(now_s).step
            if not match.names(job):
                return False
            if match.states and step.state not in match.states:
                return False
            if match.phases and step.phase.value not in match.phases:
                return False
        return self._counts(now_s)

    def note(self, firing: Firing) -> Firing:
        """Keep when it has acted, and on what."""
        self.firings.append(firing)
        return firing

    def is_over(self, now_s: float) -> bool:
        """Say whether it acts no more, by count or by time."""
        if self.until_s is not None and now_s >= self.until_s:
            self.healed = True
        return self.healed

    def _counts(self, now_s: float) -> bool:
        """Count a call that fits, and say whether it is one to act on."""
        bounds = self.rule.bounds
        if not (bounds.window is None or bounds.window.holds(now_s - self.since_s)):
            return False
        self.seen += 1
        number = self.seen - bounds.after
        if number < 1 or number % bounds.every:
            return False
        if not (bounds.nth is None or bounds.nth.holds(self.seen)):
            return False
        if bounds.probability < 1:
            drawn = self.chance.number(f"{self.rule.name}/{self.seen}")
            if drawn >= bounds.probability:
                return False
        return self._fire()

    def _fire(self) -> bool:
        bounds = self.rule.bounds
        self.fired += 1
        is_last = bounds.times is not None and self.fired >= bounds.times
        # A repeated call may still have to be answered like its first try.
        self.healed = is_last and not bounds.counts_calls
        return True

    def _fires_for_call(self, facts: Facts, wall_s: float) -> bool:
        call = _call(facts)
        at, decided = self._calls.get(call, (float("-inf"), False))
        is_new = wall_s - at > PATIENCE_S or _is_first_try(facts)
        if is_new:
            times = self.rule.bounds.times
            is_spent = times is not None and self.fired >= times
            decided = not is_spent and self._counts(facts.now)
        if len(self._calls) >= _CALLS_MAX:
            self._calls.clear()
        self._calls[call] = (wall_s, decided)
        return decided

    def _is_given_up(self, facts: Facts, wall_s: float) -> bool:
        """Say whether the client has let go of the call that it was refused."""
        if not self._calls:
            return False
        (call, (at, _)), *_ = self._calls.items()
        if wall_s - at > PATIENCE_S:
            return True
        other = _call(facts)
        mine, theirs = _job_of(call), _job_of(other)
        return other != call and (mine is None or theirs is None or mine == theirs)


def _call(facts: Facts) -> tuple[Hashable, ...]:
    job = None if facts.job is None else facts.job.id
    query = tuple(sorted(facts.query.items()))
    return (job, facts.operation, facts.method, query, facts.body or b"")


def _job_of(call: Hashable) -> object:
    return call[0] if isinstance(call, tuple) else None


def _is_first_try(facts: Facts) -> bool:
    return any(
        facts.headers.get(name, "").startswith(value) for name, value in _FIRST_TRY
    )
