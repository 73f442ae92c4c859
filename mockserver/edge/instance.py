"""Instance: one server's parts, as its own pages and its owner see them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from mockserver.config import Config
from mockserver.edge.destinations import Destinations
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.directory import Worker
from mockserver.providers.services import Services

__all__ = ["INSTANCE", "HandOver", "Instance"]

HandOver = Callable[
    [web.Request, Worker, bytes | None], Awaitable[web.StreamResponse | None]
]
"""Answers a request as another worker does; None if that one cannot be reached.

Nothing has been sent to the client then. The last argument is the request's body as it
was sent, if that has been read.
"""


@dataclass(slots=True)
class Instance:
    """One server's parts.

    Attributes:
        config: Its settings.
        services: Its rooms.
        bugs: Our own mistakes so far.
        urls: Where it listens, once it does; the first is the main one.
        app: The application.
        inner: `secret@host:port` where other workers hand requests over, if they can.
        hand_over: Lets another worker answer a request, if there may be others.
        destinations: Where the proxy door leads.
        tls_port: Where it listens for TLS, once it does; None for nowhere.
        stop: Set when somebody has asked for the end.
        control: The control API's own state, once somebody has used it.
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
    inner: str = ""
    started_s: float = field(default_factory=monotonic_s)


INSTANCE = web.AppKey("instance", Instance)
