"""DigitalCarbon, spoken to as its documentation's snippets do."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestServer

from tests.providers.conftest import Running, Serve

KEY = {"X-API-Key": "digitalcarbon-test-key"}
OTHER_KEY = {"X-API-Key": "digitalcarbon-other-key"}
JOBS = "/digitalcarbon/v1-beta/generate-video"
FROZEN = "00000000-0000-4000-8000-00000000000"
LISTING: dict[str, Any] = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


@dataclass(frozen=True, slots=True)
class Api:
    """The four calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float, account: str = "main") -> None:
        """Let time pass for an account."""
        self.running.space("digitalcarbon", account).clock.advance(seconds)

    async def post(
        self, path: str, document: object, headers: dict[str, str] = KEY
    ) -> ClientResponse:
        """Post JSON below the jobs' path."""
        return await self.running.client.post(
            JOBS + path, json=document, headers=headers
        )

    async def get(self, path: str, headers: dict[str, str] = KEY) -> ClientResponse:
        """Get something below the jobs' path."""
        return await self.running.client.get(JOBS + path, headers=headers)

    async def submit(self, **changes: Any) -> str:
        """Start a job and return its identifier; changes go into `template_params`."""
        files = changes.pop("files", LISTING["files"])
        params = {**LISTING["template_params"], **changes}
        document = {"files": files, "template_params": params}
        response = await self.post("", document)
        assert response.status == 200, await response.text()
        job_id: str = (await response.json())["job_id"]
        return job_id

    async def finished(self, **changes: Any) -> str:
        """Start a job, let it finish, and return its identifier."""
        job = await self.submit(**changes)
        self.advance(1200)
        return job


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve())


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a client lets its videos be uploaded to; remembers what it saw."""

    url: str
    seen: list[tuple[str, str, dict[str, str], bytes]]


Receive = Callable[[web.Request], Awaitable[web.Response]]
MakeDestination = Callable[..., Awaitable[Destination]]


@pytest.fixture
async def destination() -> AsyncIterator[MakeDestination]:
    servers: list[TestServer] = []

    async def make(
        status: int = 200, headers: dict[str, str] | None = None
    ) -> Destination:
        seen: list[tuple[str, str, dict[str, str], bytes]] = []

        async def receive(request: web.Request) -> web.Response:
            body = await request.read()
            seen.append((request.method, request.raw_path, dict(request.headers), body))
            return web.Response(status=status, headers=headers)

        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", receive)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        return Destination(str(server.make_url("")).rstrip("/"), seen)

    yield make
    for server in servers:
        await server.close()
