"""Face: what a test does with a server, or with one space of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockserver.delivery.delivery import Record
from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import STAGE, Asked, Given
from mockserver.engine.clock import Clock
from mockserver.engine.spaces import Space
from mockserver.errors import ClockError, ConfigError
from mockserver.providers.services import Services
from mockserver.server.durations import Duration, seconds
from mockserver.server.faults import Faults
from mockserver.server.handles import JobHandle
from mockserver.server.inboxes import Inbox
from mockserver.server.jobs import Jobs
from mockserver.server.receiver import Webhook
from mockserver.server.sockets.loops import OnLoop
from mockserver.server.waiting import request_in
from mockserver.server.webhooks import Webhooks
from mockserver.verdict.journal import Exchange

if TYPE_CHECKING:
    from mockserver.server.bills import Amount
    from mockserver.verdict.bill import Bill
    from mockserver.verdict.finding import Finding

__all__ = ["Face", "timestamp"]

__tracebackhide__ = True

Time = str | float | datetime


class Face(ABC):
    """What a server and a space of it have in common.

    Times move in every space that this face shows: in all that are open, or in one.
    """

    # Where it is

    @property
    def url(self) -> str:
        """Where the server listens, such as `http://127.0.0.1:41234`."""
        external = self._instance.config.external_url
        return external or self._instance.urls[0]

    def url_for(self, slug: str) -> str:
        """Return what stands before a provider's own paths.

        Raises:
            ConfigError: No such provider is served.
        """
        known = list(self._instance.services.providers)
        if slug not in known:
            raise ConfigError(f"provider: found {slug!r}, expected one of {known}")
        return f"{self.url}/{slug}"

    # What happened

    @property
    def jobs(self) -> Jobs:
        """The jobs that clients have made."""
        return Jobs(self._instance, self._loop, self._spaces)

    @property
    def exchanges(self) -> list[Exchange]:
        """What was asked and answered, oldest first."""
        return self._loop.do(self._exchanges)

    @property
    def deliveries(self) -> list[Record]:
        """What providers have sent, or will send, to their customers."""
        outbox = self._instance.services.outbox
        return self._loop.do(
            lambda: [
                record
                for space in self._spaces()
                for record in outbox.deliveries(space)
            ]
        )

    @property
    def webhooks(self) -> Webhooks:
        """What arrives at a URL of this space's own, on loopback."""
        return Webhooks(self._instance, self._loop, self._inbox(), self._spaces)

    @property
    def received(self) -> list[Webhook]:
        """The webhooks that have arrived; asking for them opens no port."""
        inbox = self._known_inbox()
        return [] if inbox is None else inbox.all()

    @property
    def findings(self) -> "list[Finding]":
        """What clients have done that will hurt them, the worst first."""
        return self.judge()

    def judge(
        self, *, least: str = "note", ignore: Collection[str] = ()
    ) -> "list[Finding]":
        """Return the findings that are at least so bad, but not those of some rules.

        Args:
            least: `note`, `warning` or `error`.
            ignore: Names of rules that are not asked.

        Raises:
            ConfigError: There is no such rule.
        """
        verdicts = import_module("mockserver.server.verdicts")
        found: list[Finding] = self._loop.do(
            lambda: verdicts.found(
                self._instance, self._spaces(), least, ignore, outside=self._is_whole
            )
        )
        return found

    def assert_no_findings(
        self, *, least: str = "warning", ignore: Collection[str] = ()
    ) -> None:
        """Check that clients have no habits that will hurt them.

        Raises:
            AssertionError: They have; it says which.
            ConfigError: There is no such rule.
        """
        __tracebackhide__ = True
        found = self.judge(least=least, ignore=ignore)
        if found:
            verdicts = import_module("mockserver.server.verdicts")
            raise AssertionError(verdicts.told(self._instance, found))

    @property
    def bill(self) -> "Bill":
        """What the jobs cost, also those that are there no more."""
        bills = import_module("mockserver.server.bills")
        found: Bill = self._loop.do(
            lambda: bills.bill_of(self._instance, self._spaces())
        )
        return found

    def assert_cost(
        self,
        *,
        at_most: "Amount",
        currency: str | None = None,
        provider: str | None = None,
    ) -> None:
        """Check that the jobs cost no more than that, with what is still pending.

        Args:
            at_most: The budget: a text such as `"1.50"`, or a number.
            currency: Of that, such as `USD`; needed if there are several.
            provider: Only the jobs of this one.

        Raises:
            AssertionError: They cost more, or nobody says what they cost.
            ConfigError: No such provider is served, or that is no amount.
        """
        __tracebackhide__ = True
        bills = import_module("mockserver.server.bills")
        bill = self.bill
        if provider is not None:
            self.url_for(provider)
            bill = bill.of(provider)
        wrong = bills.broken(bill, at_most, currency)
        if wrong:
            raise AssertionError("\n".join(wrong))

    @property
    def services(self) -> Services:
        """The server's rooms; not a stable interface."""
        return self._instance.services

    @property
    def bugs(self) -> list[str]:
        """Our own mistakes: tracebacks, latest last; always empty, we hope."""
        return [*self._instance.bugs.latest]

    @property
    def bug_count(self) -> int:
        """How many mistakes of ours there were; `bugs` has the latest."""
        return self._instance.bugs.count

    # Time

    def advance(self, duration: Duration) -> None:
        """Let time jump: by `2h`, by seconds, or by a `timedelta`.

        What falls due begins to happen, in order; `settle` waits for it.

        Raises:
            ClockError: It would go back.
        """
        ahead_s = seconds(duration)
        self._move(lambda clock: clock.advance(ahead_s))

    def set(self, at: Time) -> None:
        """Let time jump to a moment: ISO text, seconds since 1970, or a `datetime`.

        Raises:
            ClockError: That moment has passed.
        """
        at_s = timestamp(at)
        self._move(lambda clock: clock.set(at_s))

    def freeze(self) -> None:
        """Let time stand still."""
        self._move(Clock.freeze)

    def resume(self) -> None:
        """Let time run on."""
        self._move(Clock.resume)

    def scale(self, rate: float) -> None:
        """Let time run that many times as fast as real time.

        Raises:
            ClockError: The rate is negative or too large.
        """
        self._move(lambda clock: clock.scale(rate))

    def next(self) -> None:
        """Let time jump to the next event, in each space for itself."""
        self._loop.do(lambda: [space.next() for space in self._spaces()])

    def finish(self, job: JobHandle | str) -> None:
        """Let time jump to the end of a job.

        Raises:
            NotFoundError: There is no such job.
            ConflictError: It never ends.
        """
        (self.jobs.get(job) if isinstance(job, str) else job).finish()

    def settle(self) -> None:
        """Wait until everything that is due by now has been sent.

        Who receives it must not be waiting for this: in an asyncio test, call
        `await asyncio.to_thread(mockserver.settle)`.

        Raises:
            RuntimeError: The server is on the running loop.
        """
        self._loop.wait(self._settle())

    # Waiting

    def wait_for(
        self, job: JobHandle | str, state: str, timeout: Duration = "10s"
    ) -> JobHandle:
        """Wait in real time until a job is in a state or a phase; return the job.

        The clock is not moved for it. In an asyncio test, call
        `await asyncio.to_thread(mockserver.wait_for, job, "completed")`.

        Raises:
            AssertionError: It is not in time, or cannot be any more.
            ConfigError: Its provider has no such state.
            NotFoundError: There is no such job.
            RuntimeError: The server is on the running loop.
        """
        __tracebackhide__ = True
        found = self.jobs.get(job) if isinstance(job, str) else job
        found.wait_for(state, seconds(timeout, "timeout"))
        return found

    def wait_for_request(
        self,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        status: int | None = None,
        job: JobHandle | str | None = None,
        timeout: Duration = "10s",
    ) -> Exchange:
        """Return the oldest request that fits, waiting in real time until one came.

        Raises:
            AssertionError: None comes in time; it says what came.
            RuntimeError: The server is on the running loop.
        """
        __tracebackhide__ = True
        wanted = {
            "slug": provider,
            "operation": operation,
            "method": method and method.upper(),
            "status": status,
            "about": job.id if isinstance(job, JobHandle) else job,
        }
        timeout_s = seconds(timeout, "timeout")
        return request_in(
            self._loop, self._instance, self._exchanges, wanted, timeout_s
        )

    # Circumstances

    def use(
        self,
        scenario: str | Mapping[str, Any],
        *,
        ttl: Duration | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        """Let a scenario act: one that ships, one of a file, or one written here.

        Args:
            scenario: Its name, the path of its file, both also with values as in
                `rate-limited; limit=3`; or the scenario as a dict.
            parameters: Values of its parameters, by name.
            ttl: When it heals by itself, on the space's clock.

        Raises:
            ScenarioError: There is none, or something in it is wrong; nothing has
                changed then.
        """
        ttl_s = None if ttl is None else seconds(ttl)
        given = parameters or {}
        self._loop.do(lambda: self._use(scenario, given, ttl_s))

    @property
    def faults(self) -> Faults:
        """The scenarios that act or have acted, and when their rules have."""
        return Faults(self._loop, self._spaces)

    def clear_faults(self, scenario: str | None = None) -> None:
        """Let a scenario, by name, or all act no more."""
        self._loop.do(lambda: self._clear_faults(scenario))

    def reset(self) -> None:
        """Forget all jobs, moves of the clock, and exchanges; keep the keys."""
        self._loop.do(self._reset)

    # What the two differ in

    _instance: Instance
    _loop: OnLoop
    _is_whole = True
    """It is a whole server, with the requests that no space was found for."""

    @abstractmethod
    def _spaces(self) -> list[Space]:
        """Return the spaces that are shown."""

    @abstractmethod
    def _inbox(self) -> Inbox:
        """Return where webhooks for it arrive; it begins to listen now."""

    @abstractmethod
    def _known_inbox(self) -> Inbox | None:
        """Return the same if it listens already, else None."""

    @abstractmethod
    def _exchanges(self) -> list[Exchange]:
        """Return their exchanges, oldest first."""

    @abstractmethod
    def _reset(self) -> None:
        """Begin them anew."""

    def _use(self, scenario: Asked, given: Given, ttl_s: float | None) -> None:
        stage = self._instance.app[STAGE]
        stage.use(self._spaces(), scenario, given, source="test", ttl_s=ttl_s)

    def _clear_faults(self, scenario: str | None) -> None:
        self._instance.app[STAGE].clear(self._spaces(), scenario)

    async def _settle(self) -> None:
        for space in self._spaces():
            await self._instance.services.scheduler.settle(space)

    def _move(self, move: Callable[[Clock], float]) -> None:
        self._loop.do(lambda: [move(space.clock) for space in self._spaces()])


def timestamp(at: Time) -> float:
    """Return a moment in seconds since 1970; UTC unless it says otherwise.

    Raises:
        ClockError: It is none.
    """
    if not isinstance(at, str | datetime):
        return float(at)
    try:
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    except ValueError as error:
        raise ClockError(
            f"set: found {at!r}, expected a time such as 2030-01-01T00:00:00Z"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
