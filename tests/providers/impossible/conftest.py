"""ImpossibleFX, spoken to as its three generations of clients do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, encode_basic_auth, web
from aiohttp.test_utils import TestServer

from mockserver.delivery.delivery import Record
from mockserver.engine.spaces import Space
from tests.providers.conftest import Running, Serve

BASE = "/impossible"
FROZEN = "v2:us-east-1:00000000-0000-4000-8000-00000000000"
LAUNCH = "00000000-0000-4000-8000-0000000000a1"
SECRET = "00000000-0000-4000-8000-0000000000a2"
PAIR = {
    "Authorization": encode_basic_auth("impossible-test-key", "impossible-test-secret")
}
OTHER_PAIR = {
    "Authorization": encode_basic_auth(
        "impossible-other-key", "impossible-other-secret"
    )
}
BEARER = {"Authorization": "Bearer impossible-test-key"}
OTHER_BEARER = {"Authorization": "Bearer impossible-other-key"}
DEFAULTS: dict[str, Any] = {"auth": "open", "providers": ("impossible",)}
# A movie of no scenes, 64 by 36 px: what every movie has to say.
MOVIE = b"\x7a\x06\x0a\x04\x08\x40\x10\x24"
GO = {"User-Agent": "Go-http-client/2.0"}


@dataclass(frozen=True, slots=True)
class Api:
    """Calls below the provider's root, on a clock that stands still."""

    running: Running

    def space(self, account: str = "public") -> Space:
        """Return an account's space; without a key or project it is `public`."""
        return self.running.space("impossible", account)

    def advance(self, seconds: float, account: str = "public") -> None:
        """Let time pass for an account."""
        self.space(account).clock.advance(seconds)

    async def call(self, method: str, path: str, **options: Any) -> ClientResponse:
        """Send a request and read its whole answer."""
        response = await self.running.client.request(method, BASE + path, **options)
        await response.read()
        return response

    async def get(self, path: str, **options: Any) -> ClientResponse:
        return await self.call("GET", path, **options)

    async def post(
        self, path: str, document: object = None, **options: Any
    ) -> ClientResponse:
        body = {} if document is None else {"json": document}
        return await self.call("POST", path, **body, **options)

    async def begin(self, method: str, path: str, **options: Any) -> Any:
        """Send a request that will wait; return its task once it does so."""
        task = asyncio.create_task(self.call(method, path, **options))
        await self.running.let_wait(task)
        return task

    async def token(self, document: object = None, **options: Any) -> str:
        """Create a token that nobody has fetched yet."""
        wanted = document or {"movie": "welcome", "params": {"title": "Hi"}}
        response = await self.post("/v2/token/demo-project", wanted, **options)
        assert response.status == 200
        return str((await response.json())["token"])

    async def rendering(self, document: object = None) -> str:
        """Submit an asynchronous render; return its token."""
        wanted = document or {"movie": "welcome", "async": True}
        response = await self.post("/v2/render/demo-project", wanted)
        assert response.status in {201, 202}
        return str((await response.json())["token"])

    async def deliveries(self, account: str = "public") -> list[Record]:
        """Carry out what is due, and return what was sent or recorded."""
        space = self.space(account)
        await self.running.settle(space)
        return self.running.instance.services.outbox.deliveries(space)


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve(**DEFAULTS))


@pytest.fixture
def start(serve: Serve) -> Callable[..., Awaitable[Api]]:
    """Return a function that starts a server with settings of its own."""

    async def begin(settings: dict[str, Any] | None = None, **config: Any) -> Api:
        provider = {"providers_settings": {"impossible": settings}} if settings else {}
        return Api(await serve(**{**DEFAULTS, **config, **provider}))

    return begin


@dataclass(frozen=True, slots=True)
class Received:
    """One request that a customer's server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's own server: everything is kept; `/status/N` answers N."""

    origin: str
    received: list[Received]


@pytest.fixture
async def customer() -> AsyncIterator[Customer]:
    received: list[Received] = []

    async def keep(request: web.Request) -> web.Response:
        body = await request.read()
        path = request.raw_path
        received.append(Received(request.method, path, dict(request.headers), body))
        word = path.removeprefix("/status/")
        return web.Response(status=int(word) if word.isdigit() else 200)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", keep)
    server = TestServer(app)
    await server.start_server()
    yield Customer(str(server.make_url("/")).rstrip("/"), received)
    await server.close()
