"""Idomoo, spoken to with plain HTTP on a clock that stands still."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse
from multidict import MultiDict

from tests.providers.conftest import Running, Serve

V2 = "/idomoo/api/v2"
MP4: dict[str, Any] = {"video_type": "mp4", "height": 720}
STORYBOARD: dict[str, Any] = {
    "storyboard_id": "1234",
    "output": {"video": [MP4]},
    "data": [],
}
SCENE: dict[str, Any] = {"scene_id": 1234, "media": [], "text": [], "audio": []}


def basic(account: str, secret: str) -> dict[str, str]:
    """Return the header that proves an account."""
    coded = b64encode(f"{account}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {coded}"}


MAIN = basic("1234", "test-secret")
OTHER = basic("5678", "other-secret")


def texts(document: Any) -> list[str]:
    """Return the descriptions of an error's entries."""
    return [entry["error_description"] for entry in document["errors"]]


@dataclass(frozen=True, slots=True)
class Api:
    """The calls of version 2."""

    running: Running

    def advance(self, seconds: float, account: str = "1234") -> None:
        """Let time pass for an account."""
        self.running.space("idomoo", account).clock.advance(seconds)

    async def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] = MAIN,
        **more: Any,
    ) -> ClientResponse:
        """Send a request below version 2's path."""
        return await self.running.client.request(
            method, V2 + path, headers=headers, **more
        )

    async def read(self, path: str, *query: tuple[str, str]) -> Any:
        """Return what a GET answers."""
        response = await self.ask("GET", path, params=MultiDict(query))
        assert response.status == 200, await response.text()
        return await response.json()

    async def fetch(self, path: str, **more: Any) -> ClientResponse:
        """Get a path below the provider's root without credentials."""
        return await self.running.client.get(f"/idomoo{path}", **more)

    async def storyboard(self, **changes: Any) -> ClientResponse:
        """Send a storyboard's generate call."""
        document = {**STORYBOARD, **changes}
        return await self.ask("POST", "/storyboards/generate", json=document)

    async def scenes(self, *scenes: dict[str, Any], **changes: Any) -> ClientResponse:
        """Send a scenes' generate call; changes go into the timeline."""
        document = {
            "output": {"video": [MP4]},
            "timeline": {"scenes": [{**SCENE, **scene} for scene in scenes], **changes},
        }
        return await self.ask("POST", "/scenes/generate", json=document)

    async def rendered(self, **changes: Any) -> Any:
        """Render a storyboard to its end and return what the call answered."""
        response = await self.storyboard(**changes)
        assert response.status == 200, await response.text()
        self.advance(60)
        return await response.json()

    async def file(self, url: str, **more: Any) -> ClientResponse:
        """Get a file by the absolute link of an answer."""
        assert url.startswith(self.running.origin)
        return await self.running.client.get(
            url.removeprefix(self.running.origin), **more
        )


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve(providers=("idomoo",)))
