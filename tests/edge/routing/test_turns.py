"""A request is answered where its space is: here, elsewhere, or nowhere."""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.routing.hops import HOP, Hop
from mockserver.edge.routing.turns import Turns
from mockserver.edge.staging.stage import HANDSHAKES
from mockserver.edge.storing.stores import codec
from mockserver.engine.store.directory import Worker
from mockserver.engine.store.log import Ledger
from mockserver.errors import SpaceElsewhereError
from tests.engine.directories import FakeDirectory, Fleet, SlowDirectory

API = "/_mock/api"
OTHER = Worker("other", "127.0.0.1:1", 0.0)
SPACE = "digitalcarbon.main"
PATH = "/digitalcarbon/v1-beta/generate-video"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "1 Main St", "price": "$5"},
    },
}


def worker(fleet: Fleet, name: str, **settings: Any) -> tuple[Instance, FakeDirectory]:
    directory = fleet.directory(name)
    ledger = Ledger(fleet.shelf, codec(), directory, local=(HANDSHAKES,))
    return build(ledger=ledger, checks_replies=True, **settings), directory


def client(instance: Instance) -> TestClient[Any, Any]:
    return TestClient(TestServer(instance.app))


async def test_a_space_that_nobody_has_is_taken_and_the_request_answered() -> None:
    """The body is read once, the request served once."""
    instance, directory = worker(Fleet(), "one")

    async with client(instance) as one:
        created = await one.post(PATH, json=ORDER, headers=KEY)

    assert created.status == 200
    assert SPACE in directory.asked
    assert len(instance.services.journal) == 1


async def test_a_job_that_one_worker_made_is_shown_by_the_next_one() -> None:
    """Once the first one has given its space up."""
    fleet = Fleet()
    first, _ = worker(fleet, "one")
    second, _ = worker(fleet, "two")
    async with client(first) as one, client(second) as two:
        created = await (await one.post(PATH, json=ORDER, headers=KEY)).json()
        await first.services.spaces.give_up(SPACE)
        status = f"{PATH}/{created['job_id']}/status"

        shown = await two.get(status, headers=KEY)

        assert shown.status == 200
    assert first.services.spaces.find_here(SPACE) is None


async def test_what_another_worker_has_is_handed_over_with_what_was_read() -> None:
    """With the body as it was sent."""
    fleet = Fleet(owners={SPACE: OTHER})
    instance, _ = worker(fleet, "one")
    handed = list[tuple[str, Worker, bytes | None]]()

    async def hand_over(
        request: web.Request, to: Worker, sent: bytes | None
    ) -> web.StreamResponse:
        handed.append((request.path, to, sent))
        answer = web.Response(status=299)
        await answer.prepare(request)
        return answer

    instance.hand_over = hand_over
    async with client(instance) as one:
        answered = await one.post(PATH, json=ORDER, headers=KEY)
        told = await one.post(f"{API}/spaces/{SPACE}/reset", data=b"{}")

    assert (answered.status, told.status) == (299, 299)
    assert handed == [
        (PATH, OTHER, None),
        (f"{API}/spaces/{SPACE}/reset", OTHER, b"{}"),
    ]
    assert len(instance.services.journal) == 0


async def test_with_nobody_to_hand_it_to_it_is_the_providers_refusal() -> None:
    """Marked as ours, and told by the control API as well."""
    instance, _ = worker(Fleet(owners={SPACE: OTHER}), "one")

    async with client(instance) as one:
        refused = await one.post(PATH, json=ORDER, headers=KEY)
        told = await one.get(f"{API}/spaces/{SPACE}")
        said = await told.json()

    assert refused.status == 500
    assert "worker other" in refused.headers["X-Mock-Trouble"]
    assert (told.status, said["error"].partition(":")[0]) == (503, "store")


async def test_an_owner_that_is_gone_by_then_is_asked_for_again() -> None:
    """Nothing was sent: the request begins anew, here."""
    fleet = Fleet(owners={SPACE: OTHER})
    instance, _ = worker(fleet, "one")

    async def hand_over(
        request: web.Request, to: Worker, sent: bytes | None
    ) -> web.StreamResponse | None:
        del fleet.owners[SPACE]
        return None

    instance.hand_over = hand_over
    async with client(instance) as one:
        created = await one.post(PATH, json=ORDER, headers=KEY)

    assert created.status == 200


async def test_an_unknown_public_thing_is_looked_up_once() -> None:
    """The fixtures' own are known by then; it is nobody's."""
    instance, directory = worker(Fleet(), "one")

    async with client(instance) as one:
        gone = await one.get("/digitalcarbon/media/nothing.mp4")

    links = [one for one in directory.asked if isinstance(one, bytes)]
    assert gone.status == 404
    assert len(links) == len({*links})


async def test_a_key_that_is_not_known_is_looked_for_once_more() -> None:
    """Another worker may have made it a moment ago."""
    instance, directory = worker(Fleet(), "one", auth="strict")
    asked = list[str]()

    async def refresh() -> bool:
        asked.append("refresh")
        instance.services.register("digitalcarbon", "fresh-key")
        return True

    directory.refresh = refresh  # type: ignore[method-assign]  # a fake one
    async with client(instance) as one:
        created = await one.post(PATH, json=ORDER, headers={"X-API-Key": "fresh-key"})

    assert (created.status, asked) == (200, ["refresh"])


async def test_handshakes_are_each_workers_own() -> None:
    """Whose they are does not show; nothing of them is in the store."""
    fleet = Fleet()
    instance, _ = worker(fleet, "one")

    space = instance.services.spaces.open(HANDSHAKES)
    space.table("digitalcarbon", "thing").put("a", 1)
    instance.services.spaces.reset(HANDSHAKES)
    ledger = instance.services.spaces.ledger

    assert ledger is not None
    await ledger.settle()
    assert HANDSHAKES not in fleet.shelf.spaces()


async def test_a_request_that_comes_from_another_worker_asks_the_store_anew() -> None:
    """Who has handed it over knows better than what was so a moment ago."""
    fleet = Fleet(owners={SPACE: OTHER})
    instance, directory = worker(fleet, "one")
    forgotten = list[str]()

    def forget(space: str) -> None:
        forgotten.append(space)
        del fleet.owners[space]

    directory.forget = forget  # type: ignore[method-assign]  # a fake one
    turns = Turns(directory, instance)
    request = make_mocked_request("GET", "/")
    request[HOP] = Hop("http", None, None, 1)

    async def serve(sent: bytes | None) -> web.StreamResponse:
        assert sent is None
        if not directory.holds(SPACE):
            raise SpaceElsewhereError(SPACE)
        return web.Response(status=298)

    answered = await turns.answer(request, serve)

    assert (answered.status, forgotten) == (298, [SPACE])


async def test_who_waits_while_a_space_is_given_up_is_not_served_twice() -> None:
    """What was asked is done and written; to do it again would make a second job."""
    fleet = Fleet()
    directory = SlowDirectory(fleet, "one")
    ledger = Ledger(fleet.shelf, codec(), directory, local=(HANDSHAKES,))
    instance = build(ledger=ledger, checks_replies=True)
    async with client(instance) as one:
        asked = list[asyncio.Task[Any]]()
        await one.post(PATH, json=ORDER, headers=KEY)
        jobs = instance.services.spaces.open(SPACE).jobs("digitalcarbon")
        before = count = len([*jobs.list_jobs()])
        directory.gate.clear()

        async def ask() -> None:
            nonlocal count
            asked.append(asyncio.create_task(one.post(PATH, json=ORDER, headers=KEY)))
            count += 1
            while len([*jobs.list_jobs()]) < count:  # noqa: ASYNC110 - a turn is what it takes
                await asyncio.sleep(0)

        await ask()  # is being written
        await ask()  # comes next
        leaving = asyncio.create_task(instance.services.spaces.give_up(SPACE))
        for _ in range(20):
            await asyncio.sleep(0)
        await ask()  # comes with it, and waits after who gives the space up
        directory.gate.set()
        answers = await asyncio.gather(*asked)
        await leaving

        assert [answer.status for answer in answers] == [200] * 3
        kept = instance.services.spaces
        await directory.enter(SPACE)
        made = [*kept.open(SPACE).jobs("digitalcarbon").list_jobs()]
        assert len(made) == before + 3
