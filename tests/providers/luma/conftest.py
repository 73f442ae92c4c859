"""Luma's Dream Machine, spoken to as its clients do."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers import inbox as inbox_of_all
from tests.providers.conftest import Running, Serve

KEY = {"Authorization": "Bearer luma-test-key"}
OTHER = {"Authorization": "Bearer luma-other-key"}
ROOT = "/dream-machine/v1"
VIDEO = f"{ROOT}/generations/video"
FROZEN = "00000000-0000-4000-8000-00000000000"
ORDER: Mapping[str, Any] = {
    "model": "ray-2",
    "prompt": "A tiger walking in snow",
    "aspect_ratio": "16:9",
    "duration": "5s",
    "resolution": "720p",
}
LONG_S = 1000


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.running.space("luma", "main").clock.advance(seconds)

    async def settle(self) -> None:
        """Carry out everything that is due in the account's space."""
        await self.running.settle(self.running.space("luma", "main"))

    async def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        headers: Mapping[str, str] = KEY,
    ) -> ClientResponse:
        """Send JSON, or nothing, below the provider's root, or to a link of ours."""
        url = path.removeprefix(self.running.origin)
        path = url if url.startswith("/luma/") else f"/luma{path}"
        return await self.running.client.request(
            method, path, json=document, headers=headers
        )

    async def get(self, path: str, headers: Mapping[str, str] = KEY) -> ClientResponse:
        return await self.ask("GET", path, headers=headers)

    async def made(
        self, document: object = ORDER, path: str = "/video", **changes: Any
    ) -> dict[str, Any]:
        """Return what a create is answered with."""
        body = {**document, **changes} if isinstance(document, Mapping) else document
        response = await self.ask("POST", f"{ROOT}/generations{path}", body)
        assert response.status == 201, await response.text()
        made: dict[str, Any] = await response.json()
        return made

    async def read(self, generation_id: str) -> dict[str, Any]:
        response = await self.get(f"{ROOT}/generations/{generation_id}")
        assert response.status == 200, await response.text()
        read: dict[str, Any] = await response.json()
        return read

    async def finished(
        self, document: object = ORDER, path: str = "/video", **changes: Any
    ) -> dict[str, Any]:
        """Return what has become of a create, long after it."""
        made = await self.made(document, path, **changes)
        self.advance(LONG_S)
        return await self.read(made["id"])

    async def refused(self, document: object, path: str = "/video") -> tuple[int, Any]:
        """Return status and detail of a create that is refused."""
        response = await self.ask("POST", f"{ROOT}/generations{path}", document)
        return response.status, (await response.json())["detail"]

    async def file(self, link: str) -> bytes:
        """Return what a link leads to; no key is sent."""
        response = await self.get(link, {})
        assert response.status == 200, await response.text()
        return await response.read()


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve())


@dataclass(slots=True)
class Inbox(inbox_of_all.Inbox):
    """A client's callback address."""

    @property
    def states(self) -> list[str]:
        return [one["state"] for one in self.told]


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    async with Inbox.opened() as opened:
        yield opened
