"""House: one server's parts, as its own pages and its owner see them."""

from dataclasses import dataclass, field

from aiohttp import web

from mockserver.config import Config
from mockserver.edge.envelope import Bugs
from mockserver.providers.services import Services

__all__ = ["HOUSE", "House"]


@dataclass(slots=True)
class House:
    """One server's parts.

    Attributes:
        config: Its settings.
        services: Its rooms.
        bugs: Our own mistakes so far.
        urls: Where it listens, once it does; the first is the main one.
        app: The application.
    """

    config: Config
    services: Services
    bugs: Bugs
    app: web.Application
    urls: list[str] = field(default_factory=list)


HOUSE = web.AppKey("house", House)
