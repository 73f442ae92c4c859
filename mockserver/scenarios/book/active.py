"""Active: one loaded rule, with what it has seen and how often it has acted."""

from collections.abc import Callable, Collection, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, Request
from mockserver.engine.timeline import Moment
from mockserver.scenarios.book.budgets import Budget
from mockserver.scenarios.book.counters import Counters, Tally, scope_of, subject_of
from mockserver.scenarios.book.credits import Paid
from mockserver.scenarios.book.facts import Facts, Trial
from mockserver.scenarios.book.firings import Firing, Firings, no_firings
from mockserver.scenarios.book.past import Past
from mockserver.scenarios.written.model import Rule

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
        load: Number of the scenario that it came with.
        header: It only sees calls that carry this value, and the jobs made by them.
        scope: It only sees jobs that are members of this scope.
        until_s: Virtual time at which it heals, if any.
        counters: What it remembers.
        budgets: How often it may still act, together with others.
        seen: How often its conditions held.
        fired: How often it has acted.
        spent: Providers for which it has acted as often as it may.
        used: Which providers are used in its space.
        past: What has happened to its space's jobs, for a rule that asks for it.
        healed: It acts no more.
        firings: When it has acted, and on what: the latest times.
        revoked: Credentials that its fault has met and that are gone for good.
        needs_body: It looks at, or shows, something of a request's body. Worked out
            once: each of some hundred operations asks.
        paid: The jobs that were paid from its balance, if that may be given back.
    """

    rule: Rule
    chance: Chance
    since_s: float
    operations: frozenset[tuple[str, str]]
    load: str = ""
    header: str | None = None
    scope: str | None = None
    until_s: float | None = None
    counters: Counters = field(default_factory=Counters)
    budgets: list[Budget] = field(default_factory=list)
    seen: int = 0
    fired: int = 0
    spent: set[str] = field(default_factory=set)
    used: Callable[[], Iterable[str]] = tuple
    past: Past | None = None
    healed: bool = False
    firings: Firings = field(default_factory=no_firings)
    revoked: set[str] = field(default_factory=set)
    needs_body: bool = field(init=False)
    paid: Paid = field(default_factory=Paid)
    _calls: dict[Hashable, tuple[float, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.needs_body = self.rule.needs_body

    def fires(self, facts: Facts, polls: int, wall_s: float) -> bool:
        """Say whether it acts on a call, and count that.

        A rule about statuses acts once the provider has answered, all others before.
        """
        bounds, subject = self.rule.bounds, self.subject(facts)
        if self._is_off(facts.now):
            return False
        if bounds.until_gives_up and self._is_given_up(facts, wall_s):
            self.healed = True
            return False
        if facts.status is None and facts.credential in self.revoked:
            return self._fire(facts.slug, subject)
        if (facts.status is None) is bool(self.rule.match.statuses):
            return False
        is_meant = (facts.slug, facts.operation) in self.operations
        if not (is_meant and self.rule.match.applies(facts, polls)):
            return False
        fires = (
            self._fires_for_call(facts, wall_s)
            if bounds.counts_calls
            else self._counts(facts.now, facts.slug, subject, facts.job)
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

    def changes(self, slug: str, request: Request, ordinal: int, now_s: float) -> bool:
        """Say whether it changes a job that is being accepted, and count that."""
        match = self.rule.match
        if self._is_off(now_s) or match.job not in {None, ordinal + 1, request.job_id}:
            return False
        if not match.takes(request.payload):
            return False
        # Until it is a job, it is one with all orders that ask for the same.
        order = repr(request.payload).encode() if self.tells_orders_apart else b""
        return self._counts(now_s, slug, subject_of(slug, None, order), of=ordinal)

    def repay(self, slug: str, ordinal: int) -> None:
        """Give back what a job has cost whose call is undone."""
        scope = self.paid.take(slug, ordinal)
        job = self.rule.job
        if scope is not None and job is not None and job.credits is not None:
            self.counters.tally(scope).credits -= job.credits.price

    def tampers(self, trial: Trial, now_s: float) -> bool:
        """Say whether it changes an attempt at a delivery, and count that."""
        match, attempt = self.rule.match, self.rule.target.attempt
        if self._is_off(now_s) or not self.rule.tells(trial.label):
            return False
        if not (attempt is None or attempt.holds(trial.number)):
            return False
        if not match.answers(trial.status):
            return False
        job = trial.job
        if job is None:
            is_meant = not match.needs_job
        else:
            is_meant = match.names(job) and match.stands(job.at(now_s))
        subject = subject_of(trial.slug, None if job is None else job.ordinal)
        return is_meant and self._counts(now_s, trial.slug, subject, job)

    @property
    def is_hasty(self) -> bool:
        """Whether it lets notices leave before the call that has made their job."""
        delivery = self.rule.delivery
        return delivery is not None and delivery.before_answer

    def subject(self, facts: Facts) -> str:
        """Return the name of the job, or the order, that a call is about."""
        ordinal = None if facts.job is None else facts.job.ordinal
        order = facts.body if self.tells_orders_apart else None
        return subject_of(facts.slug, ordinal, order or b"")

    def state(self) -> tuple[Any, ...]:
        """Return what it has seen, for a log; `restore` takes that."""
        return (
            self.seen,
            self.fired,
            self.healed,
            tuple(sorted(self.spent)),
            tuple(sorted(self.revoked)),
            tuple(firing.told() for firing in self.firings),
            tuple(self._calls.items()),
        )

    def restore(self, state: tuple[Any, ...]) -> None:
        """Have seen what `state` has told."""
        self.seen, self.fired, self.healed, spent, revoked, firings, calls = state
        self.spent, self.revoked = set(spent), set(revoked)
        self.firings.extend(Firing(*told) for told in firings)
        self._calls = dict(calls)

    def counted_with(self, slug: str, subject: str) -> str:
        """Return what counts together with a subject of a provider."""
        return scope_of(self.rule.bounds.per, slug, subject)

    def note(self, firing: Firing) -> Firing:
        """Keep when it has acted, and on what."""
        self.firings.append(firing)
        return firing

    def end_by(self, at_s: float | None) -> None:
        """Heal at a virtual time, if not earlier."""
        if at_s is not None and (self.until_s is None or at_s < self.until_s):
            self.until_s = at_s

    def is_over(self, now_s: float) -> bool:
        """Say whether it acts no more on whoever is here, by count or by time.

        A provider that comes to the space later may still meet it.
        """
        if self._is_off(now_s):
            return True
        return bool(self.spent) and self.spent.issuperset(self.used())

    def _is_off(self, now_s: float) -> bool:
        if self.until_s is not None and now_s >= self.until_s:
            self.healed = True
        return self.healed

    def is_quiet(self, now_s: float, used: Collection[str]) -> bool:
        """Say whether it acts no more on the providers that are used.

        What is bound to so many times for each provider may still act on others.
        """
        mine = {slug for slug, _ in self.operations}.intersection(used)
        return self.is_over(now_s) or (bool(self.spent) and self.spent >= mine)

    @property
    def tells_orders_apart(self) -> bool:
        """Whether it counts something for each order, and has to see its body."""
        return self._is_per_job or bool(self.budgets)

    @property
    def _is_per_job(self) -> bool:
        return self.rule.bounds.per == "job"

    def _counts(
        self,
        now_s: float,
        slug: str,
        subject: str,
        job: Job | None = None,
        *,
        of: int | None = None,
    ) -> bool:
        """Count what fits, and say whether it is one to act on.

        Args:
            now_s: Virtual time.
            slug: The provider.
            subject: The job or the order that it is about.
            job: The job, if it is one.
            of: Ordinal of the job that is being made.
        """
        bounds = self.rule.bounds
        if not self._is_time(slug, job, now_s):
            return False
        tally = self.counters.tally(self.counted_with(slug, subject))
        if self._is_done(tally, now_s, slug):
            return False
        self.seen += 1
        tally.seen += 1
        if not bounds.meets(tally.seen):
            return False
        drawn = subject if of is None else subject_of(slug, of)
        if bounds.probability < 1 and not self._is_drawn(drawn):
            return False
        if of is not None and self._pays(slug, of, self.counted_with(slug, subject)):
            return False
        return self._affords(slug, drawn) and self._fire(slug, subject)

    def _is_drawn(self, subject: str) -> bool:
        """Draw for a job's next call, and say whether it is met."""
        number = self.counters.draw(subject)
        share = self.chance.fork(self.rule.name, subject, number).number("acts")
        return share < self.rule.bounds.probability

    def _pays(self, slug: str, ordinal: int, scope: str) -> bool:
        """Say whether there is a balance that a job is paid from, and pay it."""
        there_is = None if self.rule.job is None else self.rule.job.credits
        tally = self.counters.tally(scope)
        if there_is is None or not there_is.pays(tally.credits):
            return False
        tally.credits += there_is.price
        self.paid.note(slug, ordinal, scope)
        return True

    def _affords(self, slug: str, subject: str) -> bool:
        """Say whether it may act on a job once more, and count that it does."""
        if not all(budget.allows(slug, subject) for budget in self.budgets):
            return False
        for budget in self.budgets:
            budget.spend(slug, subject)
        return True

    def _is_time(self, slug: str, job: Job | None, now_s: float) -> bool:
        """Say whether its window is open, and what it follows on has happened."""
        window, since = self.rule.bounds.window, self.rule.bounds.since
        if not (window is None or window.holds(now_s - self.since_s)):
            return False
        if since is None or self.past is None:
            return since is None
        return self.past.holds(since, slug, job, now_s)

    def _fire(self, slug: str, subject: str) -> bool:
        bounds = self.rule.bounds
        tally = self.counters.tally(self.counted_with(slug, subject))
        self.fired += 1
        tally.fired += 1
        is_last = bounds.times is not None and tally.fired >= bounds.times
        # A repeated call may still have to be answered like its first try.
        if is_last and not bounds.counts_calls:
            self._spend(slug)
        return True

    def take_back(self, slug: str, subject: str, firing: Firing) -> None:
        """Have not acted after all: what was to happen had no effect on a call."""
        self.fired -= 1
        self.counters.tally(self.counted_with(slug, subject)).fired -= 1
        for budget in self.budgets:
            budget.give_back(slug, subject)
        with suppress(ValueError):
            self.firings.remove(firing)
        if self.rule.bounds.times is not None and not self.rule.bounds.counts_calls:
            self.spent.discard(slug)
            self.healed = False

    def _spend(self, slug: str) -> None:
        """Act no more on a provider; on jobs one may, as there may be another one."""
        if self._is_per_job:
            return
        self.spent.add(slug)
        is_everywhere = self.rule.bounds.per != "provider"
        self.healed = is_everywhere or self.spent >= {s for s, _ in self.operations}

    def _is_done(self, tally: Tally, now_s: float, slug: str) -> bool:
        """Say whether it has acted as often, or for as long, as it may on these."""
        bounds = self.rule.bounds
        if bounds.quiet_s is not None and tally.calms(now_s, bounds.quiet_s):
            self._spend(slug)
            return True
        return bounds.times is not None and tally.fired >= bounds.times

    def quiet_from(self, slug: str, ordinal: int) -> float | None:
        """Return since when there was no call that counts with a job's, if any."""
        subject = subject_of(slug, ordinal)
        return self.counters.tally(self.counted_with(slug, subject)).last_at

    def _fires_for_call(self, facts: Facts, wall_s: float) -> bool:
        call = _call(facts)
        at, decided = self._calls.get(call, (float("-inf"), False))
        is_new = wall_s - at > PATIENCE_S or _is_first_try(facts)
        if is_new:
            subject = self.subject(facts)
            decided = self._counts(facts.now, facts.slug, subject, facts.job)
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
    body = blake2b(facts.body or b"", digest_size=16).digest()
    return (job, facts.operation, facts.method, query, body)


def _job_of(call: Hashable) -> object:
    return call[0] if isinstance(call, tuple) else None


def _is_first_try(facts: Facts) -> bool:
    return any(
        facts.headers.get(name, "").startswith(value) for name, value in _FIRST_TRY
    )
