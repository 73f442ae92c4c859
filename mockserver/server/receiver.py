"""Receiver: an HTTP server for what providers send, so that nobody has to write one."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.engine.clock import pause, wall_s
from mockserver.server.sockets.listener import bind

__all__ = ["Answer", "Receiver", "Webhook"]

BODY_MAX = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a webhook.

    Attributes:
        status: HTTP status.
        body: The answer's body.
        headers: Its headers.
        delay_s: Real seconds until it is given.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request of a provider to its customer, as it came.

    Attributes:
        method: HTTP method.
        path: Below the receiver's URL, percent-decoded, such as `/done`.
        query: The raw query.
        headers: As received; names in any case.
        body: As received.
        at: The space's time of arrival in seconds since 1970; real time if it came
            to no space.
        wall_at: Real time of arrival.
        number: Its number among those that came to the same place, from 1.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    wall_at: float
    number: int = 0

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; of a name that comes twice, the last."""
        return dict(parse_qsl(self.text, keep_blank_values=True))

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            AssertionError: It is none; the message shows its beginning.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise AssertionError(
                f"webhook {self.number}: found {self.text[:200]!r}, expected JSON"
            ) from error

    def mentions(self, text: str) -> bool:
        """Say whether a text, such as a job's identifier, stands anywhere in it."""
        return any(text in part for part in (self.text, self.path, unquote(self.query)))


class Receiver:
    """Listens, hands over what arrives, and answers as it is told.

    Args:
        take: Takes the name that stands first in the path, and what has arrived;
            returns the answer. Called on the receiver's loop; it must not wait.
    """

    def __init__(self, take: Callable[[str, Webhook], Answer]) -> None:
        self._take = take
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Begin to listen.

        Raises:
            StartError: The port is in use.
        """
        sockets = bind(host, port)
        self._runner = web.ServerRunner(
            web.Server(self._serve, access_log=None), shutdown_timeout=0.2
        )
        await self._runner.setup()
        for bound in sockets:
            await web.SockSite(self._runner, bound).start()
        name, number = sockets[0].getsockname()[:2]
        self.url = f"http://{f'[{name}]' if ':' in name else name}:{number}"

    async def close(self) -> None:
        """Stop to listen."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        _, name, *rest = request.rel_url.raw_path.split("/", 2)
        now_s = wall_s()
        webhook = Webhook(
            request.method,
            f"/{unquote(rest[0])}" if rest else "/",
            request.rel_url.raw_query_string,
            CIMultiDictProxy(CIMultiDict(request.headers)),
            body,
            now_s,
            now_s,
        )
        answer = self._take(unquote(name), webhook)
        if answer.delay_s > 0:
            await pause(answer.delay_s)
        return web.Response(
            status=answer.status, body=answer.body, headers=answer.headers
        )


async def _read(request: web.BaseRequest) -> bytes | None:
    """Return a body of a bounded length, or None."""
    pieces = bytearray()
    with suppress(web.RequestPayloadError):
        async for piece in request.content.iter_chunked(64 * 1024):
            pieces += piece
            if len(pieces) > BODY_MAX:
                return None
    return bytes(pieces)
