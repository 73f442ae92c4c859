"""The OpenAI videos dialect, spoken to as its clients do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData

from tests.providers.conftest import Running, Serve

KEY = {"Authorization": "Bearer openai-test-key"}
OTHER = {"Authorization": "Bearer openai-other-key"}
FROZEN = "video_6ab13b80000{0}8190000000000000000{0}000000000000000{0}"
ORDER: Mapping[str, Any] = {
    "prompt": "A cat on a sofa",
    "seconds": "8",
    "size": "1280x720",
}


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.running.space("openai", "main").clock.advance(seconds)

    async def settle(self) -> None:
        """Carry out everything that is due in the account's space."""
        await self.running.settle(self.running.space("openai", "main"))

    async def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        headers: Mapping[str, str] = KEY,
    ) -> ClientResponse:
        """Send JSON, or nothing, below the provider's root."""
        return await self.running.client.request(
            method, f"/openai{path}", json=document, headers=headers
        )

    async def get(self, path: str, headers: Mapping[str, str] = KEY) -> ClientResponse:
        return await self.ask("GET", path, headers=headers)

    async def form(self, path: str, form: FormData) -> ClientResponse:
        return await self.running.client.post(f"/openai{path}", data=form, headers=KEY)

    async def made(self, path: str = "/v1/videos", **changes: Any) -> dict[str, Any]:
        """Return what a create is answered with."""
        response = await self.ask("POST", path, {**ORDER, **changes})
        assert response.status == 200, await response.text()
        video: dict[str, Any] = await response.json()
        return video

    async def read(self, video_id: str) -> dict[str, Any]:
        response = await self.get(f"/v1/videos/{video_id}")
        assert response.status == 200, await response.text()
        video: dict[str, Any] = await response.json()
        return video

    async def error(
        self, document: object, path: str = "/v1/videos", method: str = "POST"
    ) -> tuple[int, dict[str, Any]]:
        """Return status and error of a call that is refused."""
        response = await self.ask(method, path, document)
        return response.status, (await response.json())["error"]


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve())
