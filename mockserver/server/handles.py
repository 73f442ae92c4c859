"""JobHandle: a job as a test sees it, and what its client did about it."""

from functools import partial
from typing import Any

from msgspec.structs import replace

from mockserver.edge.billing import Till
from mockserver.edge.instance import Instance
from mockserver.edge.judging import story_of
from mockserver.edge.redactors import Redactors
from mockserver.edge.staging.failing import error_of
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Moment, Phase, Step
from mockserver.errors import ConflictError
from mockserver.scenarios.book.firings import Firing
from mockserver.server.bills import Amount, amount_of
from mockserver.server.claims import checked_count, checked_counts, checked_wait
from mockserver.server.durations import Duration
from mockserver.server.faults import Faults
from mockserver.server.sockets.loops import OnLoop
from mockserver.server.waiting import Watched, job_in
from mockserver.verdict.assertions import (
    Check,
    backed_off,
    cancelled,
    costs,
    downloaded,
    honoured_retry_after,
    polled,
    signature_checked,
    stopped_after_end,
    submitted_once,
    webhook_acknowledged,
)
from mockserver.verdict.bill import Charge
from mockserver.verdict.case import Story
from mockserver.verdict.drawing import drawn
from mockserver.verdict.journal import Exchange

__all__ = ["JobHandle"]

__tracebackhide__ = True


class JobHandle:
    """One job; its attributes are read anew each time.

    Attributes:
        id: The provider's identifier.
        slug: The provider.
    """

    def __init__(self, instance: Instance, loop: OnLoop, slug: str, job: Job) -> None:
        self.id = job.id
        self.slug = slug
        self._instance, self._loop, self._space = instance, loop, job.space
        self._operation, self._known = job.operation, job

    def __repr__(self) -> str:
        return f"<job {self.id} of {self.slug}: {self.state}>"

    @property
    def operation(self) -> str:
        """The operation that made it."""
        return self._operation

    @property
    def state(self) -> str:
        """The provider's word for where it is now."""
        return self._moment().step.state

    @property
    def phase(self) -> Phase:
        """What that word means."""
        return self._moment().step.phase

    @property
    def progress(self) -> float | None:
        """Percent, 0 to 100; None when the provider tells none."""
        return self._moment().progress

    @property
    def is_terminal(self) -> bool:
        """Whether it has come to its end."""
        return self.phase.is_terminal

    @property
    def data(self) -> dict[str, Any]:
        """What the provider keeps of the request."""
        return self._loop.do(lambda: self._job().data)

    @property
    def timeline(self) -> list[tuple[Step, float]]:
        """Its steps, each with the virtual seconds from acceptance to its begin."""
        return self._loop.do(self._steps)

    @property
    def created_at(self) -> float:
        """The space's time of its acceptance, in seconds since 1970."""
        return self._loop.do(lambda: self._job().created_at)

    @property
    def exchanges(self) -> list[Exchange]:
        """What was said about it, oldest first."""
        journal = self._instance.services.journal
        return self._loop.do(
            lambda: list(journal.find(self._space, slug=self.slug, about=self.id))
        )

    @property
    def submits(self) -> list[Exchange]:
        """Every accepted request that asked for the same work as this job's."""
        return self._loop.do(lambda: self._story().submits)

    @property
    def polls(self) -> list[Exchange]:
        """Every read of its state, whether we answered it or a fault."""
        return [one for one in self.exchanges if one.is_poll]

    @property
    def firings(self) -> list[Firing]:
        """When rules have acted on it, or on calls and deliveries about it."""
        faults = Faults(self._loop, lambda: [self._open()])
        told = [one for fault in faults for one in fault.firings]
        mine = [one for one in told if (one.slug, one.job) == (self.slug, self.id)]
        return sorted(mine, key=lambda one: one.at)

    def finish(self) -> None:
        """Move the space's clock to the end of the job.

        Raises:
            ConflictError: It never ends.
        """
        self._loop.do(lambda: self._engine().finish(self._job()))

    def fail(self, error: str | None = None) -> None:
        """Let it fail, now.

        Args:
            error: A failure that the provider knows by name, or words in double
                quotes; the provider's usual one if missing.

        Raises:
            ConfigError: It is neither.
            ConflictError: The job has ended.
        """
        self._loop.do(lambda: self._fail_with(error))

    def wait_for(self, state: str, timeout_s: float = 10.0) -> None:
        """Do what `wait_for` of its space does."""
        __tracebackhide__ = True
        watched = Watched(self._loop.do(self._open), self.slug, self.id)
        job_in(self._loop, self._instance, watched, state, timeout_s)

    @property
    def story(self) -> list[str]:
        """What happened about it, drawn as lines in virtual time."""
        return self._hidden(drawn(self._loop.do(self._story)))

    def assert_submitted_once(self) -> None:
        """Check that the client asked for this work once.

        Raises:
            AssertionError: It did so never, or several times.
        """
        __tracebackhide__ = True
        self._check(submitted_once)

    def assert_polled(
        self,
        *,
        at_most: int | None = None,
        at_least: int | None = None,
        every: Duration | None = None,
    ) -> None:
        """Check how often the client has asked for the job.

        Args:
            at_most: How often it may.
            at_least: How often it has to; once if neither bound is said.
            every: Least virtual time between an answer and the next read.

        Raises:
            AssertionError: It did so more or less often, or sooner; or its waits
                cannot be told.
            ConfigError: A number is none, or nothing fits both of them.
            ClockError: `every` is no duration.
        """
        __tracebackhide__ = True
        checked_counts(at_least, at_most)
        every_s = checked_wait(every, "every")
        check = partial(polled, at_most=at_most, at_least=at_least, every_s=every_s)
        self._check(check)

    def assert_backed_off(self) -> None:
        """Check that the waits between the reads of its state grew.

        Raises:
            AssertionError: They did not, or cannot be told.
        """
        __tracebackhide__ = True
        self._check(backed_off)

    def assert_honoured_retry_after(self) -> None:
        """Check that each call came as late as the answer before had asked for.

        Raises:
            AssertionError: One came earlier, none was told to wait, or the waits
                cannot be told.
        """
        __tracebackhide__ = True
        self._check(honoured_retry_after)

    def assert_stopped_after_end(self) -> None:
        """Check that the state was not read again once the client knew the end.

        Raises:
            AssertionError: It was, or the client was never told.
        """
        __tracebackhide__ = True
        self._check(stopped_after_end)

    def assert_downloaded(
        self,
        times: int | None = None,
        *,
        before_expiry: bool = True,
        whole: bool = True,
    ) -> None:
        """Check that its files have been fetched.

        Args:
            times: How often all of each file has to have come; at least once if None.
            before_expiry: None was asked for when it, or its link, had expired.
            whole: Of none there is but a part; parts may make a whole.

        Raises:
            AssertionError: They have not, or not so.
            ConfigError: `times` is no number of times.
        """
        __tracebackhide__ = True
        checked_count(times, "times")
        check = partial(
            downloaded, times=times, before_expiry=before_expiry, whole=whole
        )
        self._check(check)

    def assert_webhook_acknowledged(self, within: Duration | None = None) -> None:
        """Check that webhooks about it were sent, and taken.

        Args:
            within: Real time in which each has to be answered; as long as the
                provider waits if None.

        Raises:
            AssertionError: None was sent, or one was not taken, or late.
            ClockError: `within` is no duration.
        """
        __tracebackhide__ = True
        within_s = checked_wait(within, "within")
        self._check(partial(webhook_acknowledged, within_s=within_s))

    def assert_signature_checked(self) -> None:
        """Check that a wrongly signed webhook about it was refused.

        Raises:
            AssertionError: It was taken, or none was sent.
        """
        __tracebackhide__ = True
        self._check(signature_checked)

    def assert_cancelled(self) -> None:
        """Check that the client has given it up before it ended.

        Raises:
            AssertionError: It has not asked to, was refused, or came too late.
        """
        __tracebackhide__ = True
        self._check(cancelled)

    @property
    def charge(self) -> Charge:
        """What it costs by now."""
        return self._loop.do(
            lambda: Till(self._instance.services, self._open()).charge(
                self.slug, self._engine().find(self.id) or self._known
            )
        )

    def assert_cost(self, *, at_most: Amount, currency: str | None = None) -> None:
        """Check that it costs no more than that, also if it is still to be charged.

        Raises:
            AssertionError: It costs more, or nobody says what it costs.
            ConfigError: That is no amount.
        """
        __tracebackhide__ = True
        most = amount_of(at_most)
        self._check(partial(costs, at_most=most, currency=currency))

    def _check(self, check: Check) -> None:
        __tracebackhide__ = True
        story = self._loop.do(self._story)
        broken = [*check(story)]
        if broken:
            said = "; ".join(one.said for one in broken)
            lines = [f"job {self.id}: {said}", *drawn(story, broken)]
            raise AssertionError("\n".join(self._hidden(lines)))

    def _hidden(self, lines: list[str]) -> list[str]:
        """Return lines that a failing test may show: secrets are hidden."""
        redactors = Redactors(self._instance.services)
        hide = redactors.get(self.slug, self._space).text
        return self._loop.do(lambda: [*map(hide, lines)])

    def _story(self) -> Story:
        # A job that its client has deleted still has a story.
        self._known = self._engine().find(self.id) or self._known
        return story_of(self._instance.services, self._open(), self.slug, self._known)

    def _steps(self) -> list[tuple[Step, float]]:
        job = self._job()
        return [(step, at - job.created_at) for at, step in job.entries()]

    def _moment(self) -> Moment:
        return self._loop.do(lambda: self._moment_of(self._job()))

    def _moment_of(self, job: Job) -> Moment:
        return job.at(self._open().clock.now())

    def _fail_with(self, error: str | None) -> None:
        provider, job = self._instance.services.providers[self.slug], self._job()
        state = self._moment_of(job).step
        if state.phase.is_terminal:
            raise ConflictError(f"job {self.id} has ended: {state.state}")
        step = replace(provider.failure, error=error_of(provider, error))
        self._engine().force(job, step)

    def _open(self) -> Space:
        return self._instance.services.spaces.open(self._space)

    def _engine(self) -> Any:
        return self._open().jobs(self.slug)

    def _job(self) -> Job:
        job: Job = self._engine().get(self.id)
        return job
