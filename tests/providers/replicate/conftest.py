"""Replicate, spoken to as its clients do."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers import inbox as inbox_of_all
from tests.providers.conftest import Running, Serve

TOKEN = {"Authorization": "Bearer r8_driver"}
OTHER = {"Authorization": "Bearer r8_other"}
VEO = "/v1/models/google/veo-3.1/predictions"
FROZEN = "0000000000rmw0c0000000000"
PROMPT: Mapping[str, Any] = {"prompt": "A lighthouse at dusk", "seed": 7}


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, on a clock that stands still."""

    running: Running

    def advance(self, seconds: float) -> None:
        """Let time pass for the account."""
        self.running.space("replicate", "main").clock.advance(seconds)

    async def settle(self) -> None:
        """Carry out everything that is due in the account's space."""
        await self.running.settle(self.running.space("replicate", "main"))

    async def get(
        self, path: str, headers: Mapping[str, str] = TOKEN
    ) -> ClientResponse:
        """Get something below the provider's root, or at an absolute link."""
        url = path.removeprefix(self.running.origin)
        path = url if url.startswith("/replicate/") else f"/replicate{path}"
        return await self.running.client.get(path, headers=headers)

    async def post(
        self, path: str, document: object = None, headers: Mapping[str, str] = TOKEN
    ) -> ClientResponse:
        """Post JSON below the provider's root."""
        return await self.running.client.post(
            f"/replicate{path}", json=document, headers=headers
        )

    async def submit(self, path: str = VEO, **more: Any) -> dict[str, Any]:
        """Start a prediction and return it; more goes into the body."""
        response = await self.post(path, {"input": PROMPT, **more})
        assert response.status == 201, await response.text()
        made: dict[str, Any] = await response.json()
        return made

    async def read(self, prediction_id: str) -> dict[str, Any]:
        """Return a prediction as it is now."""
        response = await self.get(f"/v1/predictions/{prediction_id}")
        assert response.status == 200, await response.text()
        read: dict[str, Any] = await response.json()
        return read


@pytest.fixture
async def api(serve: Serve) -> Api:
    return Api(
        await serve(providers_settings={"replicate": {"result_delivery": "link"}})
    )


@dataclass(slots=True)
class Inbox(inbox_of_all.Inbox):
    """A client's webhook address."""

    @property
    def steps(self) -> list[tuple[str, str, bool]]:
        """Return status, logs and whether there was an output, of each that came."""
        return [
            (one["status"], one["logs"], one["output"] is not None) for one in self.told
        ]


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    async with Inbox.opened() as opened:
        yield opened
