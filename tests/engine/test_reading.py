"""A large space of a file is read piece by piece; nobody else waits for that."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.slices import AT_ONCE, LARGE
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.errors import StoreError

JOBS = "/digitalcarbon/v1-beta/generate-video"
KEY = {"X-API-Key": "somebody"}
PLACES = LARGE + AT_ONCE + 7


class Watchful(SqliteShelf):
    """A file that tells what is read of it, and in how large pieces."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.pieces: list[int] = []
        self.whole: list[str] = []
        self.trouble = ""

    def numbered(self, numbers: Any) -> Any:
        self.pieces.append(len(numbers))
        if self.trouble:
            raise StoreError(self.trouble)
        return super().numbered(numbers)

    def rows(self, space: str) -> Any:
        self.whole.append(space)
        return super().rows(space)


@pytest.fixture
def shelf(tmp_path: Path) -> Watchful:
    return Watchful(tmp_path / "mock.db")


async def filled(shelf: SqliteShelf, space: str, count: int) -> None:
    """Let a store have so many places of a space, among those of another one."""
    ledger = Ledger(shelf, codec())
    for number in range(count):
        ledger.begin(space).note(("row", "a", "b", f"{number:06}"), number)
        ledger.begin("other").note(("row", "a", "b", f"{number:06}"), -number)
    ledger.begin(space).note(("row", "a", "b", "000000"), "changed")
    ledger.begin(space).link(("a", "dish", "soup"), is_mine=True)
    await ledger.settle()


async def test_it_is_what_would_be_read_at_once(shelf: Watchful) -> None:
    """In the same order; nothing that is asked of the store is long."""
    await filled(shelf, "large", PLACES)
    ledger = Ledger(shelf, codec(), sliced=shelf)
    assert ledger.reading is not None
    whole, links = ledger.rows("large"), ledger.links("large")

    with ledger.reading.awaited():
        assert not ledger.is_here("large")
    await ledger.reading.read("large")

    with ledger.reading.awaited():
        assert ledger.is_here("large")
    shelf.whole.clear()
    assert (ledger.rows("large"), ledger.links("large")) == (whole, links)
    assert links == [("a", "dish", "soup")]
    assert whole[0] == (("row", "a", "b", "000000"), "changed")
    assert len(whole) == PLACES
    assert max(shelf.pieces) == AT_ONCE
    assert shelf.whole == []


async def test_others_are_served_meanwhile(shelf: Watchful) -> None:
    """What they note is written between two pieces."""
    await filled(shelf, "large", PLACES)
    ledger = Ledger(shelf, codec(), sliced=shelf)
    assert ledger.reading is not None
    reading = asyncio.create_task(ledger.reading.read("large"))
    again = asyncio.create_task(ledger.reading.read("large"))
    written = 0
    while not reading.done():
        ledger.begin("busy").note(("row", "a", "b", "c"), written)
        await ledger.settle()
        written += 1
        await asyncio.sleep(0)
    await again

    assert written > 3
    assert sum(shelf.pieces) == PLACES


async def test_a_small_space_is_read_at_once(shelf: Watchful) -> None:
    """Reading it twice would take longer."""
    await filled(shelf, "small", LARGE)
    ledger = Ledger(shelf, codec(), sliced=shelf)
    assert ledger.reading is not None

    with ledger.reading.awaited():
        assert ledger.is_here("small")
    await ledger.reading.read("small")

    assert shelf.pieces == []


@pytest.mark.parametrize("renews", [False, True])
async def test_what_was_read_of_a_space_that_has_changed_is_not_taken(
    shelf: Watchful, renews: bool
) -> None:
    """Somebody who could not wait has opened it meanwhile, or has begun it anew."""
    await filled(shelf, "large", PLACES)
    ledger = Ledger(shelf, codec(), sliced=shelf)
    assert ledger.reading is not None
    reading = asyncio.create_task(ledger.reading.read("large"))
    await asyncio.sleep(0)
    ledger.renew("large") if renews else ledger.begin("large").note(("x",), 1)
    await ledger.settle()
    await reading
    ledger.put_away("large")

    found = dict(ledger.rows("large"))

    assert ("x",) in found or renews
    assert len(found) == (0 if renews else PLACES + 1)


async def test_what_cannot_be_read_is_told(shelf: Watchful) -> None:
    """The next one tries again."""
    await filled(shelf, "large", PLACES)
    ledger = Ledger(shelf, codec(), sliced=shelf)
    assert ledger.reading is not None
    shelf.trouble = "the disk is gone"

    with pytest.raises(StoreError, match="the disk is gone"):
        await ledger.reading.read("large")

    shelf.trouble = ""
    await ledger.reading.read("large")
    assert len(ledger.rows("large")) == PLACES


@pytest.fixture
async def kept(shelf: Watchful) -> AsyncIterator[tuple[TestClient[Any, Any], Instance]]:
    """A server with one job in a space that is put away, and many places more."""
    ledger = Ledger(shelf, codec(), sliced=shelf)
    instance = build(ledger=ledger, checks_replies=True, pace="manual")
    async with TestClient(TestServer(instance.app)) as client:
        yield client, instance


async def test_a_request_waits_for_its_space_and_is_answered(
    kept: tuple[TestClient[Any, Any], Instance], shelf: Watchful
) -> None:
    """By its key, by a public link, and over the control API: never read at once."""
    client, instance = kept
    spaces, ledger = instance.services.spaces, instance.services.spaces.ledger
    assert ledger is not None
    order = {
        "files": [{"url": "https://example.com/1.jpg"}],
        "template_params": {
            "template_id": "ActiveListing1",
            "property_details": {"address": "1 Main St", "price": "$5"},
        },
    }
    answer = await client.post(JOBS, json=order, headers=KEY)
    job = (await answer.json())["job_id"]
    (space,) = (one for one in spaces if one.jobs("digitalcarbon").find(job))
    table = space.table("digitalcarbon", "notes")
    for number in range(PLACES):
        table.put(str(number), number)

    async def away() -> None:
        await ledger.settle()
        ledger.put_away(space.id)
        spaces.drop(space.id)
        shelf.pieces.clear()
        shelf.whole.clear()

    asked = {
        f"{JOBS}/{job}/status": 200,
        f"/digitalcarbon/media/{job}.mp4": 404,
        f"/_mock/api/jobs?space={space.id}": 200,
    }
    bodies = []
    for path, status in asked.items():
        await away()
        said = await client.get(path, headers=KEY)
        bodies.append(await said.text())
        assert said.status == status, bodies[-1]
        assert spaces.has(space.id), path
        assert shelf.whole == [], path
        assert sum(shelf.pieces) > PLACES, path
    listed = json.loads(bodies[-1])["jobs"]
    assert [one["id"] for one in listed] == [job]
