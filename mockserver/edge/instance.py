"""Instance: one server's parts, as its own pages and its owner see them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web
from msgspec import Struct, field

from mockserver.config import Config
from mockserver.edge.routing.destinations import Destinations
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.directory import Worker
from mockserver.providers.services import Services

if TYPE_CHECKING:
    from mockserver.verdict.archive import Archivist

__all__ = ["INSTANCE", "Answered", "HandOver", "Instance", "Neighbours", "Part"]

Part = Mapping[str, Any]
"""Which part of an answer another worker wants, JSON-able; see `edge/api/parts.py`."""

HandOver = Callable[
    [web.Request, Worker, bytes | None], Awaitable[web.StreamResponse | None]
]
"""Answers a request as another worker does; None if that one cannot be reached.

Nothing has been sent to the client then. The last argument is the request's body as it
was sent, if that has been read.
"""


class Answered(Struct, frozen=True):
    """What another worker has answered.

    Attributes:
        status: The status.
        body: The body.
    """

    status: int
    body: bytes


class Neighbours(Protocol):
    """Asks other workers what a client has asked this one."""

    async def ask(
        self, request: web.Request, worker: Worker, part: Part, sent: bytes | None
    ) -> Answered | None:
        """Return another worker's answer to a part of a request.

        Args:
            request: What a client has asked.
            worker: Who is asked for a part of the answer.
            part: Which part.
            sent: The body of the request as it was sent.

        Returns:
            None if it lives no more; then others may have its spaces.

        Raises:
            StoreError: It lives and does not answer; the message says who.
        """
        ...

    def follow(
        self, request: web.Request, worker: Worker, part: Part
    ) -> AsyncIterator[bytes]:
        """Yield the body of an answer that goes on and on, as it comes.

        Raises:
            OSError: There is nobody.
        """
        ...


class Instance(Struct):
    """One server's parts.

    Attributes:
        config: Its settings.
        services: Its rooms.
        bugs: Our own mistakes so far.
        urls: Where it listens, once it does; the first is the main one.
        app: The application.
        inner: `secret@host:port` where other workers hand requests over, if they can.
        hand_over: Lets another worker answer a request, if there may be others.
        archivist: Keeps the journal where everything is kept, if something is.
        neighbours: Asks other workers for parts of answers, if there may be any.
        destinations: Where the proxy door leads.
        tls_port: Where it listens for TLS, once it does; None for nowhere.
        stop: Set when somebody has asked for the end.
        control: The control API's own state, once somebody has used it.
        is_leaving: It is a worker that gives its spaces to others, and then ends.
        started_s: When it was put together, on the monotonic clock.
    """

    config: Config
    services: Services
    bugs: Bugs
    app: web.Application
    destinations: Destinations
    urls: list[str] = field(default_factory=list)
    tls_port: int | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    control: Any = None
    hand_over: HandOver | None = None
    archivist: "Archivist | None" = None
    neighbours: Neighbours | None = None
    inner: str = ""
    is_leaving: bool = False
    started_s: float = field(default_factory=monotonic_s)


INSTANCE = web.AppKey("instance", Instance)
