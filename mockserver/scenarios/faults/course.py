"""Course: what becomes of one call; faults write it, the edge carries it out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, nextafter
from typing import Any

from msgspec import Struct

from mockserver.engine.chance import Chance
from mockserver.engine.quotas import Quotas
from mockserver.scenarios.written.templates import Scene, Template

__all__ = ["Amount", "Course", "Edit", "Ending", "Instead", "Memory", "Occasion",
           "Sending"]  # fmt: skip

Edit = Callable[[bytes], bytes]


class Ending(StrEnum):
    """How a connection ends that does not end as it should."""

    CLOSE = "close"
    RESET = "reset"


class Amount(Struct, frozen=True):
    """A part of something: so many bytes, or a share of it."""

    share: float
    size_bytes: int | None = None

    def of(self, size_bytes: int) -> int:
        """Return how many bytes of `size_bytes` that is."""
        if self.size_bytes is None:
            return int(size_bytes * self.share)
        return min(self.size_bytes, size_bytes)


class Instead(Struct, frozen=True, kw_only=True):
    """An answer that is given in place of the route's.

    Attributes:
        status: HTTP status; None for what the problem has.
        problem: Canonical name of the provider's own error; empty for `body`.
        body: The whole body, if it is not the provider's own error.
        content_type: Its type.
        headers: Headers that are set.
        retry_after_s: When the client is asked to come back, in virtual seconds.
    """

    status: int | None = None
    problem: str = ""
    body: bytes | None = None
    content_type: str = ""
    headers: Mapping[str, str] = {}
    retry_after_s: float | None = None


class Sending(Struct, kw_only=True):
    """How an answer goes out, if not as a whole and at once.

    Attributes:
        first_byte_wait_s: Real seconds between the headers and the body.
        rate_bytes_per_s: Bound of the body's speed.
        pieces: In how many pieces the body goes out.
        piece_wait_s: Real seconds after each piece but the last.
        raw: What is sent in place of all of it; may be empty.
        stops_at: How much of the body is sent before the connection ends.
        bad_chunk: What follows the first half of the body, which is chunked.
        length_factor: What `Content-Length` says, in parts of the truth.
        hangs_s: Real seconds before the connection ends; infinite for as long as
            the client stays.
        ending: How the connection ends; None if it is kept.
        releases: What is to be done once the answer has gone out.
        says_close: The headers say that the connection will close.
        tells_length: The headers say how long the body is.
        piece_max_bytes: Most that goes out at once.
        lines: Lines that are shared with other answers; each returns how many real
            seconds so many bytes have to wait.
    """

    first_byte_wait_s: float = 0.0
    rate_bytes_per_s: float | None = None
    pieces: int | None = None
    piece_wait_s: float = 0.0
    raw: bytes | None = None
    stops_at: Amount | None = None
    bad_chunk: bytes | None = None
    length_factor: float | None = None
    hangs_s: float = 0.0
    ending: Ending | None = None
    releases: Sequence[Callable[[], None]] = ()
    says_close: bool = False
    tells_length: bool = True
    piece_max_bytes: int | None = None
    lines: tuple[Callable[[int], float], ...] = ()

    def slow_to(self, rate_bytes_per_s: float) -> None:
        """Bound the speed; the lowest bound counts."""
        known = self.rate_bytes_per_s
        slower = rate_bytes_per_s if known is None else min(known, rate_bytes_per_s)
        self.rate_bytes_per_s = slower


@dataclass(slots=True)
class Course:
    """What becomes of one call; several faults may write on it.

    Of what ends or replaces the answer, the first one counts; delays add up.

    Attributes:
        is_lost: The request never reaches the route.
        instead: What is answered in place of the route's answer.
        wait_s: Real seconds before the answer begins.
        status: The status instead.
        content_type: The type instead.
        edits: Changes to the whole body.
        remakes: Changes that make another file of the one that is served, with a tag of
            its own.
        headers: Headers that are set; those that are None are taken away.
        size: How much of the file there is.
        ignores_range: The whole file is sent, whatever part was asked for.
        sending: How the answer goes out; None as usual.
        skew_s: By how many seconds the clock is off that the answer is dated by.
        releases: What is to be done once the answer has gone out.
        turns_at: Virtual time at which a fault will act otherwise than now, if time
            decides.
    """

    is_lost: bool = False
    instead: Instead | None = None
    wait_s: float = 0.0
    status: int | None = None
    content_type: str | None = None
    edits: list[Edit] = field(default_factory=list)
    remakes: list[Edit] = field(default_factory=list)
    headers: dict[str, str | None] = field(default_factory=dict)
    size: Amount | None = None
    ignores_range: bool = False
    sending: Sending | None = None
    skew_s: float = 0.0
    releases: list[Callable[[], None]] = field(default_factory=list)
    turns_at: float | None = field(default=None, compare=False)

    def answer(self, instead: Instead, *, runs: bool = False) -> None:
        """Answer something else; the route is run all the same if `runs`."""
        if self.instead is None:
            self.instead = instead
            self.is_lost = self.is_lost or not runs

    def turn(self, at_s: float) -> None:
        """Say when a fault will act otherwise; the soonest counts."""
        # In spite of rounding, all of the time has passed then.
        at_s = nextafter(at_s, inf)
        self.turns_at = at_s if self.turns_at is None else min(at_s, self.turns_at)

    def send(self) -> Sending:
        """Return how the answer goes out, for changes."""
        if self.sending is None:
            self.sending = Sending()
        return self.sending

    def break_off(
        self, ending: Ending, *, raw: bytes | None = None, hangs_s: float = 0.0
    ) -> Sending | None:
        """End the connection; return None if another fault has done so."""
        sending = self.send()
        if sending.ending is not None:
            return None
        sending.ending, sending.raw, sending.hangs_s = ending, raw, hangs_s
        return sending


class Memory(Struct, frozen=True):
    """What a fault remembers of one scope between its calls.

    Attributes:
        began_at: Virtual time of its first call.
        active: How many of its calls are being served.
        free_at: When the line that they share is free, on a monotonic clock.
    """

    began_at: float
    active: int = 0
    free_at: float = float("-inf")


class Occasion(Struct, frozen=True, kw_only=True):
    """What a fault may look at.

    Attributes:
        rule: Name of the rule that fired.
        number: How often it has, from 1.
        chance: What to draw from; another one each time.
        now: The space's time in seconds since 1970.
        today: The time that dates in answers count from.
        scope: What the rule counts apart this call for.
        memory: What the fault remembered when its rule fired.
        remember: Replaces what it remembers by what is made of that; returns it.
        quotas: The scenario's rate windows.
        running_jobs: Returns when the provider's jobs in the space that are not over
            next change; None of one that never does.
        elsewhere: The request's URL at another name of this server; empty if it
            has come to that already. Takes the origin or URL to go to, or nothing.
        fill: Puts the call's values into what templates have been compiled to.
        fill_headers: The same for headers, which no value may break.
    """

    rule: str
    number: int
    chance: Chance
    now: float
    today: float
    scope: str
    memory: Memory
    remember: Callable[[Callable[[Memory], Memory]], Memory]
    quotas: Quotas
    running_jobs: Callable[[], Sequence[float | None]]
    elsewhere: Callable[[str | Template[Scene]], str]
    fill: Callable[[Any], Any]
    fill_headers: Callable[[Mapping[str, Any]], dict[str, str]]

    @property
    def elapsed_s(self) -> float:
        """Virtual seconds since the fault's first call; never less than 0."""
        return max(0.0, self.now - self.memory.began_at)
