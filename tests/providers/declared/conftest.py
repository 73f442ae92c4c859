"""An invented provider in YAML, served and spoken to, and a receiver of webhooks."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers.conftest import Running, Serve
from tests.providers.inbox import Inbox

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


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    async with Inbox.opened() as opened:
        yield opened
