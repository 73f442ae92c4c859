"""Our own pages and control API, loaded when somebody first asks for them."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Final

from aiohttp import web

from mockserver.edge.house import House

__all__ = ["PATHS", "Own"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PATHS: Final = ("/", "/_mock{rest:(?:/.*)?}")


class Own:
    """What answers under `/_mock`; most servers are never asked, and start sooner.

    Args:
        house: The server that it is about.
        otherwise: Answers what is neither a page nor an endpoint.
    """

    def __init__(self, house: House, otherwise: Handler) -> None:
        self._house = house
        self._otherwise = otherwise
        self._handler: Handler | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for one of our own paths."""
        if self._handler is None:
            api = import_module("mockserver.edge.api")
            self._handler = api.handler(self._house, self._otherwise)
        return await self._handler(request)

    async def close(self, app: web.Application) -> None:
        """Let those who follow the events go."""
        del app
        self._house.stop.set()
        if self._house.control is not None:
            self._house.control.hub.close()
