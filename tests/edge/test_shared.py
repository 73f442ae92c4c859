"""Servers on one Redis are one: what one has begun, another one goes on with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.engine.sharing import Sharing
from mockserver.engine.store.directory import Worker
from mockserver.engine.store.redis import RedisDirectory
from mockserver.engine.store.redis.scripts import ROLL
from tests.redises import FlakyLine, RedisServer

API = "/_mock/api"
SPACE = "digitalcarbon.main"
PATH = "/digitalcarbon/v1-beta/generate-video"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
H1 = {"api-key": "hourone-test-key"}
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "1 Main St", "price": "$5"},
    },
}


class Server:
    """One worker and its client."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.client: TestClient[Any, Any] = TestClient(TestServer(instance.app))
        directory = instance.services.spaces.directory
        assert isinstance(directory, RedisDirectory)
        self.directory = directory
        sharing = Sharing.of(instance.services.spaces)
        assert sharing is not None
        self.beat = sharing.beat

    async def ask(
        self, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        method = "GET" if body is None else "POST"
        sent = self.client.request(method, path, json=body, headers=headers)
        async with await sent as response:
            return response.status, await response.json()

    async def create(self) -> str:
        status, said = await self.ask(PATH, ORDER, **KEY)
        assert status == 200
        return str(said["job_id"])

    async def status(self, job: str) -> tuple[int, dict[str, Any]]:
        return await self.ask(f"{PATH}/{job}/status", **KEY)

    async def die(self) -> None:
        """Be dead for all others, and know nothing of it."""
        await self.directory._line.ask("ZADD", ROLL, 1, self.directory.me.id)

    def hands_to(self, other: "Server") -> None:
        """Let the other one answer what is its own, as if by a hand-over."""

        async def hand_over(
            request: web.Request, to: Worker, sent: bytes | None
        ) -> web.StreamResponse:
            assert to.id == other.directory.me.id
            body = await request.read() if sent is None else sent
            asked = other.client.request(
                request.method, request.path_qs, data=body, headers=request.headers
            )
            async with await asked as answered:
                return web.Response(
                    status=answered.status,
                    body=await answered.read(),
                    content_type=answered.content_type,
                )

        self.instance.hand_over = hand_over


Start = Callable[..., Awaitable[Server]]


@pytest.fixture
async def start(redis_url: str) -> AsyncIterator[Start]:
    """Return what starts servers on one store; their leases outlast every test."""
    started: list[Server] = []

    async def make(**settings: Any) -> Server:
        settings = {"store": redis_url, "lease_s": 600.0, **settings}
        server = Server(build(checks_replies=True, **settings))
        server.directory._register.me = Worker(server.directory.me.id, "somewhere", 0)
        server.instance.inner = "somewhere"
        started.append(server)
        await server.client.start_server()
        return server

    yield make
    for one in started:
        await one.client.close()


async def test_a_job_goes_on_in_the_next_server(start: Start) -> None:
    """The first one was killed; nobody has put anything away."""
    first = await start(pace="manual")
    job = await first.create()
    await first.ask(f"{API}/spaces/{SPACE}/clock/advance", {"by": "1h"})
    before = await first.status(job)
    await first.die()
    second = await start(pace="manual")

    after = await second.status(job)

    assert after == before


async def test_what_another_server_has_is_answered_by_it(start: Start) -> None:
    """Which one is asked does not show."""
    first, second = await start(), await start()
    first.hands_to(second)
    second.hands_to(first)
    job = await first.create()

    shown = await second.status(job)
    listed = await second.ask(f"{API}/spaces/{SPACE}")

    assert shown[0] == 200
    assert (listed[0], listed[1]["id"]) == (200, SPACE)
    assert len(second.instance.services.spaces) == 0


async def test_a_public_thing_is_found_whoever_is_asked(start: Start) -> None:
    """By the link that its space has published."""
    first, second = await start(pace="manual"), await start(pace="manual")
    second.hands_to(first)
    job = await first.create()

    gone = await second.ask(
        "/digitalcarbon/media/00000000-0000-4000-8000-00000000beef.mp4"
    )
    early = await second.client.get(f"/digitalcarbon/media/{job}.mp4")

    assert (
        early.status
        == (await first.client.get(f"/digitalcarbon/media/{job}.mp4")).status
    )
    assert gone[0] == 404


async def test_a_lease_that_is_lost_amid_a_request_costs_no_error(start: Start) -> None:
    """The fence refuses what the late owner writes; the new owner answers."""
    first, second = await start(pace="manual"), await start(pace="manual")
    first.hands_to(second)
    job = await first.create()
    await first.die()
    await second.status(job)

    created = await first.create()

    shown = await second.status(created)
    assert shown[0] == 200
    assert not first.directory.holds(SPACE)


async def test_a_lease_that_is_lost_amid_a_command_costs_no_error(start: Start) -> None:
    """The control API's answer is the new owner's, too."""
    first, second = await start(pace="manual"), await start(pace="manual")
    first.hands_to(second)
    job = await first.create()
    await first.die()
    await second.status(job)

    told = await first.ask(f"{API}/spaces/{SPACE}/clock/advance", {"by": "1h"})

    here = await second.ask(f"{API}/spaces/{SPACE}/clock")
    assert (told[0], told[1]["now"]) == (200, here[1]["now"])


async def test_a_server_that_was_suspended_tells_nothing_of_the_past(
    start: Start,
) -> None:
    """It looks whose the space is before it answers anything."""
    first, second = await start(pace="manual"), await start(pace="manual")
    first.hands_to(second)
    job = await first.create()
    await first.die()
    await second.ask(f"{API}/jobs/{job}/state?space={SPACE}", {"state": "completed"})
    later = await second.status(job)
    first.directory._register._until_s = 0.0

    told = await first.status(job)

    assert told == later


async def test_a_key_made_at_one_server_opens_its_space_at_all(start: Start) -> None:
    """At once, though it has not heard of it."""
    first, second = await start(auth="strict"), await start(auth="strict")
    second.hands_to(first)
    made = await first.ask(f"{API}/spaces", {"providers": ["digitalcarbon"]})
    key = made[1]["credentials"][0]["fields"]["api_key"]

    created = await second.ask(PATH, ORDER, **{"X-API-Key": key})

    assert created[0] == 200


async def test_what_is_planned_in_a_space_of_a_dead_server_happens(
    start: Start,
) -> None:
    """Another one opens the space without being asked."""
    first = await start(pace="manual")
    scenes = [{"name": "Intro", "transcript": "Welcome."}] * 2
    draft = "64f0c0de00000000000000d1"
    made = {"type": "override", "source_draft_id": draft, "scenes": scenes}
    hook = {"url": "http://127.0.0.1:9", "events": ["video.ready"], "name": "nobody"}
    bearer = {"Authorization": "Bearer hourone-test-token"}
    told = await first.ask("/hourone/api/v1/webhooks", hook, **bearer)
    done = await first.ask("/hourone/api/v1/videos", made, **H1)
    assert (told[0], done[0]) == (201, 201)
    second = await start(pace="manual")
    await first.die()

    await second.beat()

    assert [one.id for one in second.instance.services.spaces] == ["hourone.main"]


async def test_a_space_that_was_only_asked_for_is_given_back(start: Start) -> None:
    """What is here, but not in memory, is somebody's who needs it."""
    first = await start()
    missing = await first.ask(f"{API}/spaces/guessed")

    await first.beat()
    await first.beat()

    assert missing[0] == 404
    assert "guessed" not in first.directory.held()


async def test_two_servers_never_mint_the_same_space(start: Start) -> None:
    """Whether or not one has heard of what the other has made."""
    first, second = await start(), await start()

    made = [
        (await one.ask(f"{API}/spaces", {}))[1]["id"]
        for one in (first, second, first, second)
    ]

    assert sorted(made) == ["space-1", "space-2", "space-3", "space-4"]


async def test_a_store_that_went_away_is_told_and_all_goes_on_once_it_is_back(
    tmp_path: Path,
) -> None:
    """Nothing that was acknowledged is lost, nothing hangs."""
    redis = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always")
    server = Server(build(store=redis.url, lease_s=600.0, pace="manual"))
    async with server.client:
        job = await server.create()
        redis.kill()
        refused = await server.ask(PATH, ORDER, **KEY)
        not_ready = await server.ask(f"{API}/ready")
        redis.start()
        await server.beat()
        ready = await server.ask(f"{API}/ready")
        shown = await server.status(job)
        again = await server.create()

    redis.kill()
    assert (refused[0], not_ready[0]) == (500, 503)
    assert not_ready[1]["error"].startswith("ready: the store: redis+unix:/")
    assert (ready[0], shown[0]) == (200, 200)
    assert again != job


async def test_what_breaks_inside_an_append_is_told_or_done_but_never_both(
    start: Start, redis_url: str
) -> None:
    """One lost answer costs nothing; two are the provider's error, and all goes on."""
    server = await start(pace="manual")
    usual = server.directory._line
    server.directory._line = line = FlakyLine(redis_url)
    told = [await server.create()]
    line.breaks = ["after"]
    told.append(await server.create())
    line.breaks = ["before", "before"]

    refused = await server.ask(PATH, ORDER, **KEY)

    told.append(await server.create())
    listed = await server.ask(f"{API}/jobs?space={SPACE}&limit=1000")
    server.directory._line = usual
    await line.close()
    made = {one["id"] for one in listed[1]["jobs"]}
    fixtures = {one for one in made if one.startswith("0000") or "_" in one}
    assert refused[0] == 500
    assert made - fixtures == {*told}
