"""An invented provider in YAML, served and spoken to, and a receiver of webhooks."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestServer

from tests.providers.conftest import Running, Serve

FILE = Path(__file__).parent / "acme.yaml"
KEY = {"Authorization": "Bearer acme-test-key"}


@dataclass(frozen=True, slots=True)
class Acme:
    """The calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.running.space("acme", "studio").clock.advance(seconds)

    async def settle(self) -> None:
        """Carry out everything that is due in the account's space."""
        await self.running.settle(self.running.space("acme", "studio"))

    async def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        headers: Mapping[str, str] = KEY,
    ) -> ClientResponse:
        """Send JSON, or nothing, below the provider's root."""
        return await self.running.client.request(
            method, f"/acme{path}", json=document, headers=headers
        )

    async def told(
        self, method: str, path: str, document: object = None
    ) -> tuple[int, Any]:
        """Return status and document of an answer; None for no body."""
        response = await self.ask(method, path, document)
        text = await response.text()
        return response.status, json.loads(text) if text else None

    async def shoot(self, **more: object) -> str:
        """Make a film; return its id."""
        status, told = await self.told("POST", "/v1/films", {"title": "Hello", **more})
        assert status == 201, told
        film_id: str = told["film"]["id"]
        return film_id

    async def film(self, film_id: str) -> Any:
        """Return a film as it is now."""
        return (await self.told("GET", f"/v1/films/{film_id}"))[1]


@pytest.fixture
async def acme(serve: Serve) -> Acme:
    return Acme(await serve(providers=(str(FILE),)))


@dataclass(frozen=True, slots=True)
class Inbox:
    """What has been received at one address."""

    url: str
    seen: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def documents(self) -> list[Any]:
        """What was said."""
        return [json.loads(body) for _, body in self.seen]


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    """A receiver that answers 200, unless statuses are put in."""
    seen: list[tuple[Mapping[str, str], bytes]] = []
    statuses: list[int] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append((request.headers.copy(), await request.read()))
        return web.Response(status=statuses.pop(0) if statuses else 200)

    application = web.Application()
    application.router.add_post("/hook", hook)
    server = TestServer(application)
    await server.start_server()
    yield Inbox(str(server.make_url("/hook")), seen, statuses)
    await server.close()
