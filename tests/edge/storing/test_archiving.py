"""A server that is started again on its file shows what it was asked before."""

from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from mockserver.app import build

API = "/_mock/api"
SPACE = "digitalcarbon.main"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
PATH = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


def started(folder: Path, **settings: Any) -> TestClient[Any, Any]:
    store = f"sqlite:{folder}/mock.db"
    instance = build(store=store, pace="manual", checks_replies=True, **settings)
    return TestClient(TestServer(instance.app))


async def read(client: TestClient[Any, Any], path: str) -> Any:
    async with client.get(API + path) as response:
        assert response.status == 200
        return await response.json()


async def test_exchanges_are_there_after_a_restart(tmp_path: Path) -> None:
    """With numbers, jobs, states and bodies; secrets are hidden as before."""
    async with started(tmp_path) as client:
        made = await (await client.post(PATH, json=ORDER, headers=KEY)).json()
        await client.get(f"{PATH}/{made['job_id']}/status", headers=KEY)
        before = await read(client, "/exchanges")

    async with started(tmp_path) as client:
        after = await read(client, f"/exchanges?space={SPACE}")
        await client.get(f"{PATH}/{made['job_id']}/status", headers=KEY)
        listed = await read(client, "/exchanges")
        shown = await read(client, f"/jobs/{made['job_id']}")

    assert len(before["exchanges"]) == 2
    assert after == before
    assert [one["number"] for one in listed["exchanges"]] == [3, 2, 1]
    assert len(shown["exchanges"]) == 3
    assert "digitalcarbon-test-key" not in str(after)


async def test_a_reset_is_for_good(tmp_path: Path) -> None:
    async with started(tmp_path) as client:
        await client.post(PATH, json=ORDER, headers=KEY)

    async with started(tmp_path) as client:
        await client.post(f"{API}/spaces/{SPACE}/reset", json={})

    async with started(tmp_path) as client:
        assert (await read(client, f"/exchanges?space={SPACE}"))["exchanges"] == []


def taken_away(folder: Path) -> None:
    for file in folder.glob("mock.db.exchanges*"):
        file.unlink()


async def test_the_file_of_exchanges_may_be_taken_away(tmp_path: Path) -> None:
    """Jobs are in the store's own."""
    async with started(tmp_path) as client:
        made = await (await client.post(PATH, json=ORDER, headers=KEY)).json()

    taken_away(tmp_path)
    async with started(tmp_path) as client:
        status = await client.get(f"{PATH}/{made['job_id']}/status", headers=KEY)
        listed = await read(client, f"/exchanges?space={SPACE}")

    assert status.status == 200
    assert [one["number"] for one in listed["exchanges"]] == [1]


async def test_a_space_that_was_put_away_has_its_exchanges_when_it_is_back(
    tmp_path: Path,
) -> None:
    """Those of who was pushed out are in the file before they are needed."""
    async with started(tmp_path, spaces_max=1) as client:
        for key in ("one", "two", "one"):
            await client.post(PATH, json=ORDER, headers={"X-API-Key": key})
            await read(client, "/exchanges")
        spaces = (await read(client, "/spaces"))["spaces"]
        listed = await read(client, f"/exchanges?space={spaces[0]['id']}")

    assert len(spaces) == 1
    assert [one["number"] for one in listed["exchanges"]] == [3, 1]
