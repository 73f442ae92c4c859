"""Instance: one server's parts, as its own pages and its owner see them."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from mockserver.config import Config
from mockserver.edge.destinations import Destinations
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import monotonic_s
from mockserver.providers.services import Services

__all__ = ["INSTANCE", "Instance"]


@dataclass(slots=True)
class Instance:
    """One server's parts.

    Attributes:
        config: Its settings.
        services: Its rooms.
        bugs: Our own mistakes so far.
        urls: Where it listens, once it does; the first is the main one.
        app: The application.
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
    started_s: float = field(default_factory=monotonic_s)


INSTANCE = web.AppKey("instance", Instance)
