"""Case: what clients did in one space, job by job; what rules and assertions read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from mockserver.engine.jobs import Job, LinkState, MediaState
from mockserver.engine.timeline import Phase
from mockserver.verdict.bill import Charge
from mockserver.verdict.journal import Exchange

__all__ = ["Case", "Expected", "Sent", "Story", "Timing", "is_good", "is_refusal",
           "pauses"]  # fmt: skip

_GONE = 499


class Timing(StrEnum):
    """How far the waits of a client can be told from a space's clock."""

    RUNS = "runs"  # time runs as at the provider, perhaps faster
    SHORTENED = "shortened"  # jobs take a few seconds: nobody can wait as documented
    STANDS = "stands"  # only a client whose sleep moves the clock shows its waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a provider expects of its clients.

    Attributes:
        poll_s: Least seconds between two reads of a job's state.
        states: All words for states that it has.
        hosts: Its real host names; `*` stands for one or more characters.
        queries: Query parameters in which its credentials may be, lower case.
        is_signing: Its webhooks are signed.
        poll_header: Of its answers, the header that says in how many milliseconds to
            ask again, lower case; empty if there is none.
    """

    poll_s: float
    states: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    queries: frozenset[str] = frozenset()
    is_signing: bool = False
    poll_header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One attempt at a delivery.

    Attributes:
        delivery: The delivery's name.
        label: What it tells.
        slug: The provider.
        job: The job that it is about; may be empty.
        number: Of the attempt, from 1; a copy has its original's.
        at: Virtual time in seconds since 1970.
        status: What was answered; None if nothing was.
        error: `connect`, `timeout` or such; None if there was none.
        elapsed_s: Real seconds that it took.
        is_done: It has been taken.
        is_copy: A fault has added it.
        is_tampered: A fault has changed what was sent.
        is_missigned: That was the signature alone.
    """

    delivery: str
    label: str
    slug: str
    job: str
    number: int
    at: float
    status: int | None
    error: str | None
    elapsed_s: float
    is_done: bool
    is_copy: bool = False
    is_tampered: bool = False
    is_missigned: bool = False


@dataclass(frozen=True)
class Story:
    """What a client did about one job.

    Attributes:
        slug: The provider.
        job: The job, as it is now.
        exchanges: All that are about it, oldest first.
        sent: Attempts at the webhooks about it, oldest first.
        expected: What the provider expects.
        timing: How far waits can be told.
        now: The space's time.
        orders: All that ask for the same work as what has made it, oldest first,
            also those that were refused; empty where nobody asks for them.
        charge: What it costs; None where nobody asks for that.
    """

    slug: str
    job: Job
    exchanges: Sequence[Exchange]
    sent: Sequence[Sent]
    expected: Expected
    timing: Timing
    now: float
    orders: Sequence[Exchange] = ()
    charge: Charge | None = None

    @property
    def id(self) -> str:
        """The job's identifier."""
        return self.job.id

    @property
    def now_in(self) -> Phase:
        """What its state means now."""
        return self.job.at(self.now).step.phase

    @property
    def submits(self) -> list[Exchange]:
        """The orders that were accepted, also those whose answer was lost."""
        return [one for one in self.orders if one.job]

    @cached_property
    def polls(self) -> list[Exchange]:
        """The reads of its state, whoever has answered them."""
        return [one for one in self.exchanges if one.is_poll]

    @cached_property
    def downloads(self) -> list[Exchange]:
        """The requests for its files; those that only ask for headers are none."""
        asked = (one for one in self.exchanges if one.role == "download")
        return [one for one in asked if one.method != "HEAD"]

    @cached_property
    def cancels(self) -> list[Exchange]:
        """The requests to give the job up, whatever was answered."""
        asked = (one for one in self.exchanges if not (one.is_poll or one.role))
        return [
            one
            for one in asked
            if one.method == "DELETE"
            or (one.method not in {"GET", "HEAD"} and "cancel" in one.operation)
        ]

    def phase_told(self, exchange: Exchange) -> Phase | None:
        """Return what a read has told of the job; None if it told nothing for sure."""
        life = exchange.life_of(self.id)
        if life is None or not is_good(exchange):
            return None
        return life.at(exchange.at).step.phase

    def wait_told_s(self, exchange: Exchange) -> float | None:
        """Return in how many real seconds an answer bids to ask again, if it does."""
        name = self.expected.poll_header
        said = (value for known, value in exchange.response_headers
                if known.lower() == name)  # fmt: skip
        told = next(said, "") if name else ""
        return int(told) / 1000 if told.isdecimal() else None

    def media_at(self, exchange: Exchange) -> tuple[MediaState, LinkState]:
        """Return whether its file was there, and its link valid, at an exchange."""
        life = exchange.life_of(self.id) or self.job
        return life.media_state(exchange.at), life.link_state(exchange.at)

    @cached_property
    def end_told(self) -> int | None:
        """Which of the polls was the first to tell the end, from 0; None if none."""
        for number, poll in enumerate(self.polls):
            phase = self.phase_told(poll)
            if phase is not None and phase.is_terminal:
                return number
        return None


@dataclass(frozen=True)
class Case:
    """What clients did in one space.

    Attributes:
        space: Its name.
        now: Its time.
        stories: Of each of its jobs, in their order.
        exchanges: All that are kept, oldest first.
        sent: All attempts at webhooks that are kept, oldest first.
        expected: What its providers expect, by slug.
        timing: How far waits can be told.
    """

    space: str
    now: float
    stories: Sequence[Story]
    exchanges: Sequence[Exchange]
    sent: Sequence[Sent]
    expected: Mapping[str, Expected]
    timing: Timing


def is_good(exchange: Exchange) -> bool:
    """Say whether the provider itself has answered with success."""
    return 200 <= exchange.status < 300 and not exchange.fault


def is_refusal(exchange: Exchange) -> bool:
    """Say whether a client may try again: it was told so, or told nothing."""
    status = exchange.status
    return status in {0, 408, 425, 429, _GONE} or status >= 500


def pauses(exchanges: Sequence[Exchange], timing: Timing) -> list[float]:
    """Return the virtual seconds between each answer and the next request.

    Where time stands still they are known only of a client whose waits move the
    clock, which then all do; of others, and where jobs are shortened, it is empty.
    """
    if timing is Timing.SHORTENED:
        return []
    found = [max(0.0, after.asked_at - one.at) for one, after in pairwise(exchanges)]
    is_unknown = timing is Timing.STANDS and min(found, default=0.0) <= 0.0
    return [] if is_unknown else found
