"""Our own pages and control API, loaded when somebody first asks for them."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Final

from aiohttp import web

from mockserver.edge.instance import Instance
from mockserver.edge.routing.refusals import broken

__all__ = ["HANDLER", "Own"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HANDLER: Final[web.AppKey[Handler]] = web.AppKey("handler")
"""What answers each request of an application, whatever its path."""

_OWN: Final = frozenset({"/", "/_mock"})


class Own:
    """What answers under `/_mock`; most servers are never asked, and start sooner.

    Args:
        instance: The server that it is about.
        otherwise: Answers what is neither a page nor an endpoint.
    """

    def __init__(self, instance: Instance, otherwise: Handler) -> None:
        self._instance = instance
        self._otherwise = otherwise
        self._handler: Handler | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request that is for no provider."""
        path = request.path
        if not path.startswith("/"):
            return broken(self._instance, request, web.HTTPNotFound())
        if path not in _OWN and not path.startswith("/_mock/"):
            return await self._otherwise(request)
        if self._handler is None:
            api = import_module("mockserver.edge.api")
            self._handler = api.handler(self._instance, self._otherwise)
        return await self._handler(request)

    async def close(self, app: web.Application) -> None:
        """Let those who follow the events go."""
        del app
        self._instance.stop.set()
        if self._instance.control is not None:
            self._instance.control.hub.close()
