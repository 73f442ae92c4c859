"""Connections: whatever arrives on a socket is answered in our words, and told once."""

import asyncio
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD

from mockserver.edge.answering.remembered import Memory
from mockserver.edge.answering.respond import Whole
from mockserver.edge.instance import Instance
from mockserver.edge.own import HANDLER
from mockserver.edge.routing.hops import HOP
from mockserver.edge.routing.refusals import broken, failed, malformed
from mockserver.server.fleet.frames import Ending, Framed
from mockserver.server.fleet.handover import HandedOver, HandOver, part_with
from mockserver.server.fleet.inner import InnerDoor, taken_off
from mockserver.server.fleet.relaying import Relaying
from mockserver.server.fleet.relays import Relays
from mockserver.server.sockets.entrance import Entrance
from mockserver.server.sockets.whole import is_whole, send_whole

__all__ = ["PATIENCE_S", "Runner"]

# How long a client that will send nothing more is still taken to be listening. One that
# has hung up looks the same, and what works for it has to end.
PATIENCE_S: Final = 2.0
_GET: Final = b"GET "
_END: Final = b"\r\n\r\n"
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

    def clients(self) -> int:
        """Return how many connections of clients there are.

        Who has said nothing yet is about to: the request may be on its way.
        """
        server = self.server
        if not isinstance(server, _Server):
            return 0
        known = server.connections
        speaking = sum(not isinstance(one, _InnerConnection) for one in known)
        return speaking + server.entrance.waiting

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
        self.is_over = False
        # How a request has come decides where the links of its answer lead. What
        # another worker says of that is in the request, where no client must say it.
        self.memories = {False: Memory(), True: Memory()}
        self.inner_memory = Memory()

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
        self.is_over = True
        self.entrance.close()
        super().pre_shutdown()


class _Connection(Relaying):
    """One connection: no traceback and no answer of aiohttp's own leaves it."""

    __slots__ = ("_asked", "_instance", "_is_between", "_memory")

    def __init__(
        self, manager: web.Server, instance: Instance, **settings: Any
    ) -> None:
        super().__init__(manager, **settings)
        self._instance = instance
        # What has come so far is whole requests; the latest one, if it came alone.
        self._is_between, self._asked = True, b""
        self._memory: Memory | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to speak HTTP."""
        super().connection_made(transport)
        server = self._manager
        if not isinstance(server, _Server):
            return
        if server.is_over:
            # Taken a moment before the end: by what it asks, the store may be closed.
            self.force_close()
        else:
            self._memory = self._recall(server)

    def data_received(self, data: bytes) -> None:
        """Answer at once what has been answered before; take in everything else."""
        if self._relay is not None and self.holds(data):
            return
        is_asked = data[:4] == _GET and data.find(_END) == len(data) - len(_END)
        was_between, self._asked = self._is_between, b""
        if not is_asked:
            self._is_between = False
            super().data_received(data)
            return
        if was_between and self._memory is not None and self._is_idle():
            told = self._memory.answer(data)
            if told is not None:
                self._say(told)
                return
            relays = self._relays
            if relays is not None and self.relays_to(relays, data):
                return
            self._asked = data
        count = self._request_count
        super().data_received(data)
        # Whatever came before: the head of a request without a body ends here.
        is_one = self._request_count == count + 1 and not self._upgraded
        if self._messages and is_one and self._messages[-1][1] is EMPTY_PAYLOAD:
            self._is_between = True
        else:
            self._is_between, self._asked = False, b""

    def _recall(self, server: _Server) -> Memory:
        """Return the answers that may be given again on connections of this kind."""
        return server.memories[self.ssl_context is not None]

    @property
    def _relays(self) -> Relays | None:
        """Where requests may go on to other workers unread."""
        hand_over = self._instance.hand_over
        return hand_over.relays if isinstance(hand_over, HandOver) else None

    def _is_idle(self) -> bool:
        """Say whether all that was asked is answered, and the client is listening.

        Who is about to be told that the connection ends is not.
        """
        waiter = self._waiter
        is_waiting = waiter is not None and not waiter.done()
        return (
            (is_waiting or self._request_count == 0)
            and not (self._messages or self._close or self._force_close)
            and not (self._has_ended or self._paused or self._upgraded)
            and not self._instance.is_leaving
            and self.transport is not None
        )

    def _say(self, told: bytes) -> None:
        """Send an answer, and count it."""
        transport = self.transport
        assert transport is not None  # noqa: S101 - it is idle
        self._count()
        transport.write(told)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own allows it
        """Say whether answers to what has been asked may still be sent."""
        if self.ssl_context is not None:
            return False  # TLS has no half-closed connections
        if self._has_ended:
            return True
        asked = self._current_request
        if self._relay is not None:
            self._has_ended = True
            self._loop.call_later(PATIENCE_S, self._give_up)
            return True
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
        if self._instance.is_leaving and HOP not in request:
            part_with(resp)
        if is_whole(resp, request) and not self._upgraded:
            is_gone = not await send_whole(resp, request)
            self._remember(resp)
        else:
            resp, is_gone = await super().finish_response(request, resp, start_time)
            if type(resp) is HandedOver and self._asked and self._relays is not None:
                self._relays.learn(self._asked, resp.worker)
        if self._has_ended and not self._messages:
            self.close()
        return resp, is_gone

    def _remember(self, answer: Whole) -> None:
        """Keep an answer for whoever asks exactly the same again."""
        asked, memory = self._asked, self._memory
        if answer.keepsake is not None and asked and memory and memory.wants(asked):
            memory.keep(asked, answer.keepsake())

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

    def _recall(self, server: _Server) -> Memory:
        return server.inner_memory

    @property
    def _relays(self) -> Relays | None:
        """None: whom another worker has sent here is to be answered, or looked for."""
        return None

    def _say(self, told: bytes) -> None:
        """Send an answer, and tell that it has ended."""
        assert isinstance(self.transport, Framed)  # noqa: S101 - it is ours
        self._count()
        self.transport.say(told)

    def force_close(self) -> None:
        """End the connection; a worker that leaves does not end the client's, too."""
        if self._instance.is_leaving and isinstance(self.transport, Framed):
            self.transport.leave()
        super().force_close()

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
