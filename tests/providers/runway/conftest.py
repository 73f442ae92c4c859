"""Runway, spoken to as its clients do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse
from yarl import URL

from tests.providers.conftest import Running, Serve

MAIN = f"key_{'0123456789abcdef' * 8}"
OTHER = f"key_{'fedcba9876543210' * 8}"
VERSION = {"X-Runway-Version": "2024-11-06"}
HEADERS = {"Authorization": f"Bearer {MAIN}", **VERSION}
OTHERS = {"Authorization": f"Bearer {OTHER}", **VERSION}
FROZEN = "00000000-0000-4000-8000-00000000000"
DOCS = "https://docs.dev.runwayml.com/api"
BOAT: Mapping[str, Any] = {
    "model": "gen4.5",
    "promptText": "A paper boat",
    "ratio": "1280:720",
    "duration": 5,
}
TURBO: Mapping[str, Any] = {
    "model": "gen4_turbo",
    "promptImage": "https://example.com/a.png",
    "ratio": "960:960",
    "duration": 5,
}


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.running.space("runway", "main").clock.advance(seconds)

    async def get(
        self, path: str, headers: Mapping[str, str] = HEADERS
    ) -> ClientResponse:
        """Get something below the provider's root, or at an absolute link."""
        url = path.removeprefix(self.running.origin)
        path = url if url.startswith("/runway/") else f"/runway{path}"
        return await self.running.client.get(
            URL(path, encoded=True), headers=headers, allow_redirects=False
        )

    async def post(
        self, path: str, document: object = None, headers: Mapping[str, str] = HEADERS
    ) -> ClientResponse:
        """Post JSON below the provider's root."""
        return await self.running.client.post(
            f"/runway{path}", json=document, headers=headers
        )

    async def delete(
        self, task_id: str, headers: Mapping[str, str] = HEADERS
    ) -> ClientResponse:
        """Delete a task."""
        return await self.running.client.delete(
            f"/runway/v1/tasks/{task_id}", headers=headers
        )

    async def submit(
        self,
        path: str = "/v1/text_to_video",
        body: Mapping[str, Any] = BOAT,
        **more: Any,
    ) -> str:
        """Start a task and return its id; more goes into the body."""
        response = await self.post(path, {**body, **more})
        assert response.status == 200, await response.text()
        made: dict[str, Any] = await response.json()
        return str(made["id"])

    async def read(self, task_id: str) -> dict[str, Any]:
        """Return a task as it is now."""
        response = await self.get(f"/v1/tasks/{task_id}")
        assert response.status == 200, await response.text()
        read: dict[str, Any] = await response.json()
        return read

    async def status(self, task_id: str) -> str:
        """Return the word for where a task is now."""
        return str((await self.read(task_id))["status"])

    async def credits(self) -> int:
        """Return what is left to spend."""
        told = await (await self.get("/v1/organization")).json()
        return int(told["creditBalance"])

    async def refusal(self, path: str, document: object) -> tuple[int, Any]:
        """Return how a create is refused."""
        response = await self.post(path, document)
        return response.status, await response.json()

    async def issues(self, path: str, document: object) -> list[dict[str, Any]]:
        """Return what is wrong with a body."""
        status, told = await self.refusal(path, document)
        assert (status, told["error"]) == (400, "Validation of body failed")
        assert told["docUrl"] == DOCS
        found: list[dict[str, Any]] = told["issues"]
        return found


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve())
