"""Hour One, spoken to as its reference says, on a clock that stands still."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.engine.spaces import Space
from tests.providers.conftest import Running, Serve
from tests.providers.inbox import Inbox

KEY = {"api-key": "hourone-test-key"}
OTHER_KEY = {"api-key": "hourone-other-key"}
STATES_KEY = {"api-key": "hourone-states-key"}
TOKEN = {"Authorization": "Bearer hourone-test-token"}
OTHER_TOKEN = {"Authorization": "Bearer hourone-other-token"}
ROOT = "/hourone/api/v1"
FROZEN = "a000000000000000000000000000000"
DRAFT = "64f0c0de00000000000000d1"
BROKEN_DRAFT = "64f0c0de00000000000000df"
NOWHERE = "0" * 24
OVERRIDE: dict[str, Any] = {
    "type": "override",
    "name": "Spring offer",
    "source_draft_id": DRAFT,
    "scenes": [
        {"name": "Intro", "texts": ["Hello"], "transcript": "Welcome."},
        {"name": "Outro", "transcript": "Bye."},
    ],
}
CREATE: dict[str, Any] = {
    "type": "create",
    "template_id": "64f0c0de00000000000000a1",
    "character_id": "character-studio-a",
    "voice_id": "voice-en-us-1",
    "scenes": [
        {
            "name": "Food",
            "layout_id": "64669fd265d3927ea592dd25",
            "media_elements": [
                {"id": "USER-VISUAL-001", "url": "https://example.com/pet.jpg"}
            ],
            "texts_elements": [{"id": "TEXT-001", "text": "Fresh"}],
            "transcript": "Fresh food.",
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, its headers and what it says."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, with credentials and a base path."""

    running: Running

    def space(self, account: str = "main") -> Space:
        """Return an account's space."""
        return self.running.space("hourone", account)

    async def advance(self, seconds: float, account: str = "main") -> None:
        """Let time pass for an account, and everything happen that falls due."""
        space = self.space(account)
        space.clock.advance(seconds)
        await self.running.settle(space)

    async def call(
        self,
        method: str,
        path: str,
        document: object = None,
        *,
        headers: dict[str, str] = KEY,
        body: bytes | None = None,
        root: str = ROOT,
    ) -> Answer:
        """Send JSON, or bytes, and return what comes back."""
        data = json.dumps(document).encode() if document is not None else body
        response = await self.running.client.request(
            method, root + path, data=data, headers=headers, allow_redirects=False
        )
        return await self._answer(response)

    async def get(self, path: str, headers: dict[str, str] = KEY) -> Answer:
        """Get something."""
        return await self.call("GET", path, headers=headers)

    async def post(
        self, path: str, document: object, headers: dict[str, str] = KEY
    ) -> Answer:
        """Post JSON."""
        return await self.call("POST", path, document, headers=headers)

    async def put(
        self, path: str, document: object = None, headers: dict[str, str] = TOKEN
    ) -> Answer:
        """Put JSON or nothing."""
        return await self.call("PUT", path, document, headers=headers)

    async def delete(self, path: str, headers: dict[str, str] = KEY) -> Answer:
        """Delete something."""
        return await self.call("DELETE", path, headers=headers)

    async def start(self, headers: dict[str, str] = KEY, **changes: Any) -> Any:
        """Start a video, with changes to the usual body; return what is answered."""
        answer = await self.post("/videos", {**OVERRIDE, **changes}, headers)
        assert answer.status == 201, answer.body
        return answer.body

    async def finish(self, **changes: Any) -> Any:
        """Start a video and let it finish; return what is read then."""
        video = await self.start(**changes)
        await self.advance(200)
        return (await self.get(f"/videos/{video['id']}")).body

    async def errors(self, path: str, document: object, **more: Any) -> Any:
        """Post what has to be refused; return the list of what is wrong."""
        answer = await self.call("POST", path, document, **more)
        assert answer.status == 422, answer.body
        assert list(answer.body) == ["detail"]
        return answer.body["detail"]

    async def file(self, url: str, **headers: str) -> ClientResponse:
        """Get an absolute address without credentials."""
        return await self.running.client.session.get(url, headers=headers)

    async def _answer(self, response: ClientResponse) -> Answer:
        text = await response.text()
        is_json = response.headers.get("Content-Type") == "application/json"
        body = json.loads(text) if is_json and text else text
        return Answer(response.status, dict(response.headers), body)


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(await serve())


MakeApi = Callable[..., Awaitable[Api]]


@pytest.fixture
def api_with(serve: Serve) -> MakeApi:
    """Return a function that starts a server with other settings of the provider."""

    async def make(**settings: object) -> Api:
        return Api(await serve(providers_settings={"hourone": settings}))

    return make


@dataclass(slots=True)
class Listener(Inbox):
    """A client's webhook address; remembers what it got and answers as it is told."""

    @property
    def bodies(self) -> list[Any]:
        """Return the bodies that came, read as JSON."""
        return self.told


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """Return an address that answers 200, or the next of its `statuses`."""
    async with Listener.opened() as heard:
        yield heard
