"""The one outgoing HTTP client."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from msgspec import Struct

from mockserver.delivery.body import FileLike, Form, size_of
from mockserver.delivery.files import check_files, read_pieces
from mockserver.delivery.framing import unframed
from mockserver.delivery.guard import Guard, GuardedResolver, read_address
from mockserver.delivery.message import Answer, Message
from mockserver.delivery.target import Target, follow, read_target
from mockserver.engine.clock import monotonic_s
from mockserver.errors import DeliveryError
from mockserver.version import __version__

__all__ = ["Client"]

# These two keep method and body; the others would turn a POST into a GET.
_FOLLOWED = frozenset({307, 308})
_FOLLOWED_ALL = frozenset({301, 302, 303, 307, 308})
_PRIVATE = frozenset({"authorization", "cookie"})
_UNWANTED = ("Accept-Encoding", "Content-Type", "User-Agent")
_AGENT = f"video-mockserver/{__version__}"


class _Policy(Struct, frozen=True):
    """How long to wait and which redirects to follow."""

    connect_s: float
    total_s: float
    redirects_max: int
    followed: frozenset[int]

    def follows(self, status: int) -> bool:
        return self.redirects_max > 0 and status in self.followed


class Client:
    """Sends messages, wherever the guard lets it.

    It reads no proxy settings and no `.netrc`, keeps no cookies, follows no
    redirect by itself and, unless told to, opens a connection for each request, as
    most senders of webhooks do: a kept one that the other side has just closed would
    look like a failed delivery.

    Args:
        guard: Who may be reached.
        tls: How servers' certificates are checked; the system's way if None.
        body_max_bytes: How much of an answer's body is read.
        keeps: Connections stay for what is sent next.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        tls: ssl.SSLContext | None = None,
        body_max_bytes: int = 16 * 1024,
        keeps: bool = False,
    ) -> None:
        self.guard = guard
        self._keeps = keeps
        self._tls = tls
        self._body_max_bytes = body_max_bytes
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        message: Message,
        *,
        connect_timeout_s: float = 10.0,
        timeout_s: float = 30.0,
        redirects: int = 0,
        follows_all: bool = False,
    ) -> Answer:
        """Send a message and return what its destination answers, any status.

        Args:
            message: What is sent.
            connect_timeout_s: Real seconds until a connection stands.
            timeout_s: Real seconds in all: names, connections, redirects, sending
                and the beginning of the answer.
            redirects: How many answers 307 and 308 are followed, each with method
                and body; 0 returns such an answer as it is.
            follows_all: Follows 301, 302 and 303, too, for GET and HEAD; other
                methods never follow these.

        Raises:
            DeliveryError: Kind `refused` (by the guard), `invalid` (nobody could
                send it), `connect` (name, connection, TLS, broken answer), `timeout`
                or `redirects` (more than that many).
            MediaError: A file that is to be sent is gone.
        """
        await check_files(message.pieces)
        followed = _FOLLOWED
        if follows_all and message.method in {"GET", "HEAD"}:
            followed = _FOLLOWED_ALL
        policy = _Policy(connect_timeout_s, timeout_s, redirects, followed)
        with _delivery_errors(message, policy):
            async with asyncio.timeout(timeout_s):
                return await self._send(message, policy)

    async def close(self) -> None:
        """Close all connections; the next `send` opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(self, message: Message, policy: _Policy) -> Answer:
        started_s = monotonic_s()
        target = read_target(message.url)
        followed = 0
        while True:
            self._check(target)
            async with self._request(message, target, policy) as response:
                further = response.headers.get("Location")
                if further is None or not policy.follows(response.status):
                    return await self._answer(response, started_s, followed)
            if followed == policy.redirects_max:
                raise DeliveryError(
                    "redirects", f"{message.url}: more than {followed} redirects"
                )
            followed += 1
            target = follow(target, further)

    def _check(self, target: Target) -> None:
        """Check an address that stands in the URL: no resolver is asked for it."""
        host = target.url.raw_host or ""
        if read_address(host) is not None:
            self.guard.check(host, target.url.port or 0, host)

    def _request(
        self, message: Message, target: Target, policy: _Policy
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        pieces = message.pieces
        return self._opened().request(
            message.method,
            target.url,
            headers=_headers(message, target),
            data=_Body(pieces) if pieces else None,
            allow_redirects=False,
            skip_auto_headers=_UNWANTED,
            timeout=aiohttp.ClientTimeout(connect=policy.connect_s),
        )

    async def _answer(
        self, response: aiohttp.ClientResponse, started_s: float, followed: int
    ) -> Answer:
        body = await _prefix(response, self._body_max_bytes + 1)
        return Answer(
            status=response.status,
            headers=response.headers,
            body=body[: self._body_max_bytes],
            is_cut=len(body) > self._body_max_bytes,
            elapsed_s=monotonic_s() - started_s,
            url=str(response.url),
            redirects=followed,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=GuardedResolver(self.guard),
                limit=0,
                force_close=not self._keeps,
                ssl=self._tls or True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                # What a customer answers is logged as it came, and a small body that
                # unpacks to a large one stays small.
                auto_decompress=False,
                trust_env=False,
                middlewares=(_try_once,),
            )
        return self._session


class _Body(Payload):
    """A body of known length, written piece by piece."""

    def __init__(self, pieces: tuple[bytes | FileLike, ...]) -> None:
        super().__init__(pieces)
        self._pieces = pieces
        self._size = size_of(pieces)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write everything."""
        async for data in read_pieces(self._pieces):
            await writer.write(data)

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Write everything; the length is our own."""
        del content_length
        await self.write(writer)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse; nobody asks for a body as text."""
        raise TypeError(encoding, errors)


async def _try_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending GET, PUT, ... again when a connection breaks."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _BrokenError(str(error) or type(error).__name__) from error


class _BrokenError(Exception):
    """A broken connection, under a name that aiohttp takes no action on."""


async def _prefix(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read the beginning of a body; an answer that breaks off keeps its status."""
    found = bytearray()
    with suppress(aiohttp.ClientError, ConnectionError):
        async for data in response.content.iter_any():
            found += data
            if len(found) >= limit:
                break
    return bytes(found[:limit])


def _headers(message: Message, target: Target) -> list[tuple[str, str]]:
    hidden = _PRIVATE if target.is_foreign else ()
    own = unframed(message.header_pairs)
    headers = [pair for pair in own if pair[0].lower() not in hidden]
    if isinstance(message.body, Form) and message.header("Content-Type") is None:
        headers.append(("Content-Type", message.body.content_type))
    if message.header("User-Agent") is None:
        headers.append(("User-Agent", _AGENT))
    if target.authorization is not None and message.header("Authorization") is None:
        headers.append(("Authorization", target.authorization))
    return headers


@contextmanager
def _delivery_errors(message: Message, policy: _Policy) -> Iterator[None]:
    """Turn what the network and aiohttp raise into our own error."""
    called = f"{message.method} {message.url}"
    try:
        yield
    except TimeoutError as error:
        text = f"{called}: no answer within {policy.total_s:g} s"
        raise DeliveryError("timeout", text) from error
    except (aiohttp.InvalidURL, ValueError) as error:
        raise DeliveryError("invalid", f"{called}: cannot be sent: {error}") from error
    except (_BrokenError, aiohttp.ClientError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise DeliveryError("connect", f"{called}: {reason}") from error
