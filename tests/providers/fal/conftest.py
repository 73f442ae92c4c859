"""fal, spoken to as its clients do."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers.conftest import Running, Serve
from tests.providers.inbox import Inbox

KEY: Mapping[str, str] = {"Authorization": "Key driver-id:driver-secret"}
OTHER: Mapping[str, str] = {"Authorization": "Key other-id:other-secret"}
NOBODY: Mapping[str, str] = {}
VEO = "/queue.fal.run/fal-ai/veo3.1"
RUN = "/fal.run/fal-ai/veo3.1"
FROZEN = "00000000-0000-7000-8000-00000000000"
PROMPT: Mapping[str, Any] = {"prompt": "A lighthouse at dusk, slow pan", "seed": 7}


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.running.space("fal", "main").clock.advance(seconds)

    async def settle(self) -> None:
        """Carry out everything that is due in the account's space."""
        await self.running.settle(self.running.space("fal", "main"))

    async def call(
        self,
        method: str,
        path: str,
        document: Any = None,
        headers: Mapping[str, str] = KEY,
        **more: Any,
    ) -> ClientResponse:
        """Call a path below the provider's root, or an absolute link."""
        url = path.removeprefix(self.running.origin)
        path = url if url.startswith("/fal/") else f"/fal{path}"
        if document is not None:
            more["json"] = document
        return await self.running.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, headers: Mapping[str, str] = KEY) -> ClientResponse:
        """Get something."""
        return await self.call("GET", path, headers=headers)

    async def submit(
        self,
        path: str = VEO,
        document: Mapping[str, Any] = PROMPT,
        headers: Mapping[str, str] = KEY,
    ) -> dict[str, Any]:
        """Submit a request and return what is answered."""
        response = await self.call("POST", path, document, headers)
        assert response.status == 200, await response.text()
        made: dict[str, Any] = await response.json()
        return made

    async def status(self, made: Mapping[str, Any], query: str = "") -> dict[str, Any]:
        """Return where a request stands."""
        response = await self.get(made["status_url"] + query)
        told: dict[str, Any] = await response.json()
        return told

    async def done(self, path: str = VEO, **document: Any) -> dict[str, Any]:
        """Run a request to its end, and return what its submit has answered."""
        made = await self.submit(path, document or PROMPT)
        self.advance(600)
        return made


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve())


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    async with Inbox.opened() as opened:
        yield opened
