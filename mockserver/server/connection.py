"""Connections: whatever arrives on a socket is answered in our words, and told once."""

import asyncio
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawRequestMessage

from mockserver.edge.hops import HOP
from mockserver.edge.instance import Instance
from mockserver.edge.own import HANDLER
from mockserver.edge.refusals import broken, failed, malformed
from mockserver.server.entrance import Entrance
from mockserver.server.frames import Ending, Framed
from mockserver.server.inner import InnerDoor, taken_off
from mockserver.server.whole import is_whole, send_whole

__all__ = ["PATIENCE_S", "Runner"]

# How long a client that will send nothing more is still taken to be listening. One that
# has hung up looks the same, and what works for it has to end.
PATIENCE_S: Final = 2.0
_HEADERS_MAX: Final = 128  # aiohttp's own


class Runner(web.AppRunner):
    """Serves an instance on connections of our own, which pass by the router.

    All paths lead to one handler, and looking for it would cost each of them a tenth.

    Args:
        instance: What to serve.
        settings: As `web.AppRunner` has them.
    """

    __slots__ = ("_instance",)

    def __init__(self, instance: Instance, **settings: Any) -> None:
        super().__init__(instance.app, **settings)
        self._instance = instance

    def secure(self) -> asyncio.Protocol:
        """Return what a new connection begins with on a port that speaks TLS."""
        server = self.server
        assert isinstance(server, _Server)  # noqa: S101 - it is ours
        return server.entrance.secure()

    def inner(self, secret: str) -> asyncio.Protocol:
        """Return what a new connection begins with where other workers come in."""
        server = self.server
        assert isinstance(server, _Server)  # noqa: S101 - it is ours
        return InnerDoor(secret, server.inner_connection)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(self._instance, made, **self._kwargs)


class _Server(web.Server):
    """Makes the connections; its requests are those that another one was to make."""

    def __init__(self, instance: Instance, served: web.Server, **settings: Any) -> None:
        factory = served.request_factory
        handler: Any = instance.app[HANDLER]  # of requests as `factory` makes them
        super().__init__(handler, request_factory=factory, **settings)
        self.instance = instance
        self.settings = settings
        settings.pop("handler_cancellation", None)
        self.entrance = Entrance(instance, self.connection)

    def __call__(self) -> asyncio.Protocol:  # type: ignore[override]  # it becomes one
        return self.entrance.plain()

    def connection(self) -> web.RequestHandler:
        """Return what speaks HTTP on a connection."""
        loop = asyncio.get_running_loop()
        return _Connection(self, self.instance, loop=loop, **self.settings)

    def inner_connection(self) -> web.RequestHandler:
        """Return what speaks HTTP on a connection of another worker."""
        loop = asyncio.get_running_loop()
        # How a request has come is one header more.
        settings = {"max_headers": _HEADERS_MAX + 1, **self.settings}
        return _InnerConnection(self, self.instance, loop=loop, **settings)

    def pre_shutdown(self) -> None:
        """Let idle connections go, and those that have not said anything."""
        self.entrance.close()
        super().pre_shutdown()


class _Connection(web.RequestHandler):
    """One connection: no traceback and no answer of aiohttp's own leaves it."""

    __slots__ = ("_has_ended", "_instance")

    def __init__(
        self, manager: web.Server, instance: Instance, **settings: Any
    ) -> None:
        super().__init__(manager, **settings)
        self._instance = instance
        self._has_ended = False

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own allows it
        """Say whether answers to what has been asked may still be sent."""
        if self.ssl_context is not None:
            return False  # TLS has no half-closed connections
        if self._has_ended:
            return True
        asked = self._current_request
        is_waiting = self._waiter is not None and not self._waiter.done()
        is_part = asked is not None and not asked.content.is_eof()
        if (is_waiting and not self._messages) or is_part:
            return False
        self._has_ended = True
        self._loop.call_later(PATIENCE_S, self._give_up)
        return True

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read, or what has failed on our side.

        Raises:
            ConnectionError: Nobody is there any more who could be answered.
        """
        del message
        if isinstance(exc, ConnectionError):
            raise exc
        if status == 400 and isinstance(exc, HttpProcessingError):
            return malformed(self._instance, exc)
        error = exc or TimeoutError(f"status {status}")
        if request.writer.output_size > 0:
            self._instance.bugs.add(error, f"{request.method} {request.raw_path}")
            raise ConnectionError("a part of the answer has been sent already")
        return failed(self._instance, request, error)

    async def finish_response(
        self,
        request: web.BaseRequest,
        resp: web.StreamResponse,
        start_time: float | None,
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer; the last one that was asked for ends the connection."""
        if isinstance(resp, web.HTTPException):
            resp = broken(self._instance, request, resp)
        if is_whole(resp, request) and not self._upgraded:
            is_gone = not await send_whole(resp, request)
        else:
            resp, is_gone = await super().finish_response(request, resp, start_time)
        if self._has_ended and not self._messages:
            self.close()
        return resp, is_gone

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Say nothing of what only this client can have broken, such as its body."""
        error = kw.get("exc_info")
        if not isinstance(error, (web.RequestPayloadError, OSError)):
            self._instance.bugs.add(error or RuntimeError(*args), "connection")

    def _give_up(self) -> None:
        self.force_close()


class _InnerConnection(_Connection):
    """A connection of another worker, with requests of clients of that one."""

    __slots__ = ("_make",)

    def __init__(
        self, manager: web.Server, instance: Instance, **settings: Any
    ) -> None:
        super().__init__(manager, instance, **settings)
        self._make = manager.request_factory
        self._request_factory = self._made

    async def finish_response(
        self,
        request: web.BaseRequest,
        resp: web.StreamResponse,
        start_time: float | None,
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer, and tell how it ends."""
        resp, is_gone = await super().finish_response(request, resp, start_time)
        if isinstance(self.transport, Framed):
            stays = resp.keep_alive and not self._has_ended and not is_gone
            self.transport.end(Ending.KEEP if stays else Ending.CLOSE)
        return resp, is_gone

    def _made(self, message: RawRequestMessage, *args: Any) -> web.BaseRequest:
        """Return a request as it would be if its client had come here."""
        assert isinstance(self.transport, Framed)  # noqa: S101 - it is ours
        if not message.raw_headers:
            return self._make(message, *args)  # of what is no request
        message, hop = taken_off(message)
        self.transport.begin({"peername": hop.peer, "sockname": hop.here})
        request = self._make(message, *args)
        own = request.clone(scheme=hop.scheme)
        own[HOP] = hop
        return own
