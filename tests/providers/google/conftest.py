"""Google's video APIs, spoken to as their clients do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.engine.spaces import Space
from tests.providers.conftest import Running, Serve

KEY = {"x-goog-api-key": "google-test-key"}
OTHER = {"x-goog-api-key": "google-other-key"}
TOKEN = {"Authorization": "Bearer google-test-token"}
MODEL = "veo-3.1-generate-preview"
PREDICT = f"/v1beta/models/{MODEL}:predictLongRunning"
CAT: Mapping[str, Any] = {"prompt": "A cat on a sofa"}


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, on a clock that stands still."""

    running: Running

    @property
    def space(self) -> Space:
        return self.running.space("google", "main")

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.space.clock.advance(seconds)

    async def settle(self) -> None:
        """Carry out everything that is due in the account's space."""
        await self.running.settle(self.space)

    async def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        headers: Mapping[str, str] = KEY,
    ) -> ClientResponse:
        """Send JSON, or nothing, below the provider's root."""
        return await self.running.client.request(
            method, f"/google{path}", json=document, headers=headers
        )

    async def get(self, path: str, headers: Mapping[str, str] = KEY) -> ClientResponse:
        return await self.ask("GET", path, headers=headers)

    async def made(self, path: str = PREDICT, **parameters: Any) -> str:
        """Return the name of an operation that has been started."""
        document = {"instances": [CAT], "parameters": parameters}
        response = await self.ask("POST", path, document)
        assert response.status == 200, await response.text()
        return str((await response.json())["name"])

    async def read(
        self, name: str, headers: Mapping[str, str] = KEY, version: str = "v1beta"
    ) -> dict[str, Any]:
        response = await self.get(f"/{version}/{name}", headers)
        assert response.status == 200, await response.text()
        document: dict[str, Any] = await response.json()
        return document

    async def ended(self, prompt: str = "x", **parameters: Any) -> dict[str, Any]:
        """Return an operation at its end."""
        document = {"instances": [{"prompt": prompt}], "parameters": parameters}
        response = await self.ask("POST", PREDICT, document)
        name = (await response.json())["name"]
        self.advance(800)
        return await self.read(name)

    async def error(
        self,
        document: object,
        path: str = PREDICT,
        method: str = "POST",
        headers: Mapping[str, str] = KEY,
    ) -> tuple[int, dict[str, Any]]:
        """Return status and error of a call that is refused."""
        response = await self.ask(method, path, document, headers)
        return response.status, (await response.json())["error"]


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve(providers=("google",)))
