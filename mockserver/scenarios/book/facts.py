"""Facts: what a rule may look at when a call comes in, or a delivery is tried."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Moment

__all__ = ["Facts", "Trial"]


class Facts(Struct, frozen=True):
    """One call as rules see it.

    Attributes:
        slug: The provider.
        operation: The operation's name.
        kinds: What sort of operation it is, in words that all providers share:
            `create` (makes jobs), `status` (reads a job's state), `media` (serves a
            file); none for the others.
        method: HTTP method.
        headers: Request headers; names are looked up in lower case.
        query: Query parameters.
        body: Raw body; None unless some rule for the operation asks for it.
        document: The body as JSON, or None.
        job: The job that the call is about, if it exists already.
        moment: Where that job is, as the answer will show it.
        is_poll: It reads the state of that job.
        now: The space's time in seconds since 1970.
        issued_at: When the link that is followed was issued, if it says so.
        credential: Names the credential; None if the operation needs none.
        texts: Texts of the request that a magic suffix may stand in.
        status: What the provider has answered; None before it has.
    """

    slug: str
    operation: str
    kinds: frozenset[str]
    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    now: float
    body: bytes | None = None
    document: Any = None
    job: Job | None = None
    moment: Moment | None = None
    is_poll: bool = False
    issued_at: float | None = None
    credential: str | None = None
    texts: tuple[str, ...] = field(default=())
    status: int | None = None


class Trial(Struct, frozen=True, kw_only=True):
    """One attempt at a delivery as rules see it.

    Attributes:
        slug: The provider that sends it.
        label: What it tells.
        job: The job that it is about, if any.
        number: Which attempt it is, from 1.
        delivery: The delivery's identifier.
        status: What the attempt before was answered, if it was.
    """

    slug: str
    label: str = ""
    job: Job | None = None
    number: int = 1
    delivery: str = ""
    status: int | None = None
