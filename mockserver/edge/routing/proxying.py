"""Proxying: what asks for a host of no provider is refused, or passed on if allowed."""

from collections.abc import AsyncIterator
from typing import Final

import aiohttp
from aiohttp import hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from mockserver.delivery.guard import GuardedResolver
from mockserver.edge.answering.respond import respond
from mockserver.edge.layers.recorder import Recorder
from mockserver.edge.routing.destinations import Destination, Destinations
from mockserver.errors import DeliveryError
from mockserver.providers.hints import Hint
from mockserver.providers.reply import Reply

__all__ = ["Proxying", "foreign", "host_and_port", "own_port"]

CONNECT_S: Final = 10.0
# They are about one connection and not for whoever is behind it (RFC 9110, 7.6.1).
_HOPS: Final = (
    hdrs.CONNECTION, hdrs.KEEP_ALIVE, hdrs.PROXY_AUTHENTICATE, hdrs.PROXY_AUTHORIZATION,
    "Proxy-Connection", hdrs.TE, hdrs.TRAILER, hdrs.TRANSFER_ENCODING, hdrs.UPGRADE,
)  # fmt: skip
_UNWANTED: Final = (hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.CONTENT_TYPE)


class Proxying:
    """Answers requests that came to us as to a proxy, for hosts that are not ours.

    Args:
        destinations: Who decides where requests go.
        recorder: Keeps the exchanges.
        idle_s: How long the other side may be silent.
    """

    def __init__(
        self, destinations: Destinations, recorder: Recorder, idle_s: float
    ) -> None:
        self._destinations = destinations
        self._recorder = recorder
        self._idle_s = idle_s
        self._session: aiohttp.ClientSession | None = None

    def is_ours(self, request: web.Request) -> bool:
        """Say whether a request for no provider's host is meant for us all the same."""
        return self._where(request) is Destination.HERE

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Pass a request on to its host, or refuse it."""
        host, port = _asked(request)
        if self._where(request) is Destination.NOWHERE:
            hint = self._destinations.refusal(host, port)
            return await self._refuse(request, 403, foreign(host, port), hint)
        try:
            return await self._pass_on(request)
        except (aiohttp.ClientError, DeliveryError, TimeoutError) as error:
            said = f"{host}:{port} cannot be reached: {error or type(error).__name__}"
            hint = Hint.of(f"an answer of {host}:{port}", "", (), "a host that answers")
            return await self._refuse(request, 502, said, hint)

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _where(self, request: web.Request) -> Destination:
        return self._destinations.of(*_asked(request), own_port(request))

    async def _refuse(
        self, request: web.Request, status: int, said: str, hint: Hint
    ) -> web.StreamResponse:
        started = self._recorder.start()
        reply = Reply.json({"error": said, "expected": hint.allow}, status)
        response = await respond(request, reply)
        response.force_close()
        self._recorder.record_unmatched(
            request, reply, response, started, hint, note=said
        )
        return response

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        """Let the host that was meant answer, and give on what it says as it comes."""
        started = self._recorder.start()
        url = URL(request.raw_path, encoded=True)
        async with self._client().request(
            request.method,
            url,
            headers=_kept(request.headers),
            data=_body(request),
            allow_redirects=False,
            skip_auto_headers=(*_UNWANTED, hdrs.USER_AGENT),
        ) as answer:
            response = web.StreamResponse(
                status=answer.status,
                reason=answer.reason,
                headers=_kept(answer.headers),
            )
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            await response.write_eof()
        passed = Reply.empty(answer.status)
        hint = Hint.of(f"{url.host}, as --pass-through allows", "", (), "nothing else")
        self._recorder.record_unmatched(
            request, passed, response, started, hint, note="passed on to its host"
        )
        return response

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            guarded = GuardedResolver(self._destinations.guard)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=guarded, use_dns_cache=False),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_S, sock_read=self._idle_s
                ),
                auto_decompress=False,
            )
        return self._session


def host_and_port(authority: str) -> tuple[str, int] | None:
    """Return the parts of `host:port`, without brackets; None if it is none."""
    host, _, digits = authority.rpartition(":")
    name = host.removeprefix("[").removesuffix("]")
    is_bare = name == host and ":" in name
    is_port = digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) < 65536
    if not is_port or not name or is_bare or "@" in name or "/" in name:
        return None
    return name.lower(), int(digits)


def own_port(request: web.BaseRequest) -> int:
    """Return the port that a request has come to."""
    transport = request.transport
    bound = None if transport is None else transport.get_extra_info("sockname")
    return int(bound[1]) if bound else 0


def foreign(host: str, port: int) -> str:
    """Say that a host is not reached."""
    return f"{host}:{port} is no provider's host, and nothing is passed on to it"


def _asked(request: web.Request) -> tuple[str, int]:
    """Return which host and port a request names."""
    url = request.url
    return (url.host or "").lower(), url.port or 80


def _kept(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """Return the headers that are for whoever is behind the connection."""
    kept = CIMultiDict(headers)
    named = kept.get(hdrs.CONNECTION, "").split(",")
    for name in (*_HOPS, *map(str.strip, named), hdrs.HOST):
        kept.popall(name, None)
    return kept


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    async for piece in request.content.iter_any():
        yield piece


def _body(request: web.Request) -> AsyncIterator[bytes] | None:
    return _pieces(request) if request.can_read_body else None
