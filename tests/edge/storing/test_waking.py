"""A start waits for few spaces; of the others, nothing is missing for that."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mockserver.app import build

API = "/_mock/api"
PATH = "/replicate/v1/models/minimax/video-01/predictions"
SPACES = 4


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Before it is set, only the first two of the spaces are opened."""
    gate = asyncio.Event()

    async def held(_: float) -> None:
        await gate.wait()

    monkeypatch.setattr("mockserver.engine.waking.AT_ONCE", 1)
    monkeypatch.setattr("mockserver.engine.spaces.AT_ONCE", 1)
    monkeypatch.setattr("mockserver.engine.waking.pause", held)
    return gate


def started(folder: Path) -> TestClient[Any, Any]:
    instance = build(store=f"sqlite:{folder}/mock.db", pace="manual")
    return TestClient(TestServer(instance.app))


async def ordered(client: TestClient[Any, Any], hook: str) -> list[str]:
    made = []
    for number in range(SPACES):
        answer = await client.post(
            PATH,
            json={
                "input": {"prompt": "a kitchen"},
                "webhook": hook,
                "webhook_events_filter": ["completed"],
            },
            headers={"Authorization": f"Bearer r8_waking{number}"},
        )
        made.append((await answer.json())["id"])
    return made


async def meanwhile(
    client: TestClient[Any, Any], gate: asyncio.Event, *asked: str, **more: Any
) -> Any:
    """Ask while spaces are still to be opened, and let them be opened then."""
    asking = asyncio.ensure_future(client.request(*asked, **more))
    async with client.get(API + "/ready") as answer:
        assert answer.status == 200
    gate.set()
    async with await asking as answer:
        assert answer.status == 200
        return await answer.json()


async def test_lists_tell_of_all(tmp_path: Path, gate: asyncio.Event) -> None:
    """Who asks for a list waits for those that are still to be opened."""
    async with started(tmp_path) as client:
        made = await ordered(client, "http://127.0.0.1:9/")

    async with started(tmp_path) as client:
        told = await meanwhile(client, gate, "GET", API + "/jobs")

    assert sorted(job["id"] for job in told["jobs"]) == sorted(made)


async def test_who_needs_a_space_has_it_at_once(
    tmp_path: Path, gate: asyncio.Event
) -> None:
    """It does not wait for its turn."""
    async with started(tmp_path) as client:
        made = await ordered(client, "http://127.0.0.1:9/")

    async with started(tmp_path) as client:
        answers = [
            await client.get(
                f"/replicate/v1/predictions/{job}",
                headers={"Authorization": f"Bearer r8_waking{number}"},
            )
            for number, job in enumerate(made)
        ]
        gate.set()

    assert [answer.status for answer in answers] == [200] * SPACES


async def test_what_falls_due_happens_where_nobody_asks(
    tmp_path: Path, gate: asyncio.Event
) -> None:
    """A webhook of each space goes out."""
    told = list[str]()

    async def hook(request: web.Request) -> web.Response:
        told.append((await request.json())["id"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hook)
    async with TestServer(app) as receiver:
        async with started(tmp_path) as client:
            made = await ordered(client, str(receiver.make_url("/")))

        async with started(tmp_path) as client:
            moved = API + "/clock/advance"
            await meanwhile(client, gate, "POST", moved, json={"by": "2h"})

    assert sorted(told) == sorted(made)
