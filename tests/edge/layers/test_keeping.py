"""Whatever happened, and whenever the process ended: a store brings it all back."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from tests.deep import examples
from tests.engine.shelves import RecordingShelf

API = "/_mock/api"
NOBODY = "http://127.0.0.1:9/nobody-listens"
EPOCH_S = 1_800_000_000.0
MOVIE = (
    '<movie service="craftsman-1.0"><body><effect type="none"><image color="#336699"/>'
    "</effect></body></movie>"
)
DC = {"X-API-Key": "digitalcarbon-test-key"}
H1 = {"api-key": "hourone-test-key"}
CREATES: Mapping[str, tuple[str, Mapping[str, str], Any]] = {
    "digitalcarbon": (
        "/digitalcarbon/v1-beta/generate-video",
        DC,
        {
            "files": [{"url": "https://example.com/1.jpg"}],
            "template_params": {
                "template_id": "ActiveListing1",
                "property_details": {"address": "1 Main St", "price": "$5"},
            },
        },
    ),
    "hourone": (
        "/hourone/api/v1/videos",
        H1,
        {
            "type": "override",
            "source_draft_id": "64f0c0de00000000000000d1",
            "scenes": [
                {"name": "Intro", "transcript": "Welcome."},
                {"name": "Outro", "transcript": "Goodbye."},
            ],
        },
    ),
    "idomoo": (
        "/idomoo/api/v2/storyboards/generate",
        {"Authorization": "Basic MTIzNDp0ZXN0LXNlY3JldA=="},
        {
            "storyboard_id": "1234",
            "output": {"video": [{"video_type": "mp4", "height": 720}]},
            "data": [{"key": "name", "val": "My Name"}],
        },
    ),
    "impossible": (
        "/impossible/v2/render/demo-project",
        {"Authorization": "Bearer impossible-test-key"},
        {"movie": "welcome", "params": {}, "format": "mp4", "async": True},
    ),
    "stupeflix": (
        "/stupeflix/v2/create",
        {},
        {
            "secret": "exampleSecretKey000000000000000000000001",
            "tasks": {"task_name": "video.create", "definition": MOVIE},
        },
    ),
}
SCENARIOS = ("flaky", "status-blips", "webhook-twice", "job-vanishes", "rate-limited",
             "slow-render", "render-fails", "webhooks-out-of-order", "key-expires",
             "stuck-in-queue", "silent-retries", "lost-webhook")  # fmt: skip
Step = tuple[str, ...]


@dataclass
class Wall:
    """Real time, the same for both lives."""

    at: float = EPOCH_S

    def __call__(self) -> float:
        return self.at


@dataclass
class Life:
    """One process: an application with a ledger before a shelf, and its client."""

    instance: Instance
    client: TestClient[Any, Any]
    wall: Wall
    jobs: list[tuple[str, str]] = field(default_factory=list)

    async def ask(
        self, path: str, body: Any = None, method: str = "", **headers: str
    ) -> tuple[int, str]:
        method = method or ("GET" if body is None else "POST")
        sent = self.client.request(method, path, json=body, headers=headers)
        async with await sent as response:
            return response.status, await response.text()

    async def told(self) -> list[str]:
        """Return everything that can be read without changing anything."""
        paths = ("/spaces", "/jobs?limit=1000", "/clock", "/faults", "/deliveries",
                 "/credentials")  # fmt: skip
        found = [(await self.ask(API + path))[1] for path in paths]
        names = [space.id for space in self.instance.services.spaces]
        asked = [await self.ask(f"{API}/spaces/{name}/settings") for name in names]
        found += [text for _, text in asked]
        # Fixtures' credentials are learned when their provider is first used.
        credentials = sorted(json.loads(found.pop(5))["credentials"], key=str)
        return [_timeless(text) for text in (*found, json.dumps(credentials))]


def _timeless(text: str) -> str:
    """Return an answer without what belongs to one process, such as its journal."""
    text = re.sub(r"127\.0\.0\.1:\d+", "HERE", text)
    text = re.sub(r'"elapsed_s":[-.e\d]+', '"elapsed_s":0', text)
    return re.sub(r'"(exchanges?|polls)":(\d+|null|\[\])', r'"\1":0', text)


async def create(life: Life, slug: str) -> None:
    path, headers, body = CREATES[slug]
    await life.ask(path, body, **headers)
    known = [(slug, job.id) for space in life.instance.services.spaces
             for owner, job in space.all_jobs() if owner == slug]  # fmt: skip
    life.jobs.extend(one for one in known if one not in life.jobs)


async def poll(life: Life, slug: str) -> None:
    jobs = [job for owner, job in life.jobs if owner == slug]
    path = {
        "digitalcarbon": "/digitalcarbon/v1-beta/generate-video/{}/status",
        "hourone": "/hourone/api/v1/videos/{}",
    }[slug]
    if jobs:
        await life.ask(path.format(jobs[-1]), **(DC if slug == "digitalcarbon" else H1))


async def clock(life: Life, verb: str, by: str = "") -> None:
    await life.ask(f"{API}/clock/{verb}", {"by": by} if by else {})


async def space(life: Life, slug: str, verb: str, key: str, value: Any) -> None:
    name = "1234" if slug == "idomoo" else "main"
    body = {key: value} if key else {}
    await life.ask(f"{API}/spaces/{slug}.{name}/{verb}", body)


async def job(life: Life, verb: str, number: str) -> None:
    if life.jobs:
        slug, job_id = life.jobs[int(number) % len(life.jobs)]
        method = "DELETE" if verb == "delete" else "POST"
        path = f"{API}/jobs/{job_id}" + ("" if verb == "delete" else f"/{verb}")
        await life.ask(f"{path}?provider={slug}", {}, method)


async def webhook(life: Life) -> None:
    body = {"url": NOBODY, "events": ["video.ready"], "name": "nobody"}
    bearer = {"Authorization": "Bearer hourone-test-token"}
    await life.ask("/hourone/api/v1/webhooks", body, **bearer)


async def mint(life: Life, name: str) -> None:
    await life.ask(f"{API}/spaces", {"name": name, "pace": "step"})


async def patch(life: Life, value: str) -> None:
    body = {"idomoo": {"world": value}}
    await life.ask(f"{API}/spaces/idomoo.1234/settings", body, "PATCH")


async def clear(life: Life) -> None:
    await life.ask(f"{API}/faults", {}, "DELETE")


async def wait(life: Life, seconds: str) -> None:
    life.wall.at += float(seconds)


DO: Mapping[str, Callable[..., Awaitable[None]]] = {
    "create": create, "poll": poll, "clock": clock, "space": space, "job": job,
    "webhook": webhook, "mint": mint, "patch": patch, "clear": clear, "wait": wait,
}  # fmt: skip
SLUGS = st.sampled_from([*CREATES])
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("create"), SLUGS),
    st.tuples(st.just("poll"), st.sampled_from(["digitalcarbon", "hourone"])),
    st.sampled_from([("clock", "freeze"), ("clock", "resume"), ("clock", "next")]),
    st.tuples(st.just("clock"), st.just("advance"),
              st.sampled_from(["5s", "2m", "1h"])),
    st.tuples(st.just("space"), SLUGS, st.just("faults"), st.just("scenario"),
              st.sampled_from(SCENARIOS)),
    st.tuples(st.just("space"), SLUGS, st.just("reset"), st.just(""), st.just("")),
    st.tuples(st.just("job"), st.sampled_from(["fail", "finish", "delete"]),
              st.sampled_from("012")),
    st.tuples(st.just("mint"), st.sampled_from(["red", "green"])),
    st.tuples(st.just("patch"), st.sampled_from(["strict", "lenient"])),
    st.sampled_from([("webhook",), ("clear",), ("wait", "7")]),
)  # fmt: skip


async def alive(
    shelf: RecordingShelf,
    wall: Wall,
    media: Path,
    then: Callable[[Life], Awaitable[Any]],
    **settings: Any,
) -> Any:
    """Return what comes of doing something with one process."""
    ledger = Ledger(shelf, codec())
    instance = build(
        ledger=ledger, wall=wall, pace="step", seed=7, media_dir=str(media),
        allow_hosts=("127.0.0.1",),
        **settings,
    )  # fmt: skip
    async with TestClient(TestServer(instance.app)) as client:
        found = await then(Life(instance, client, wall))
        assert instance.bugs.latest == []
    return found


async def play(
    steps: Sequence[Step], shelf: RecordingShelf, life: Life
) -> list[tuple[int, float, list[str]]]:
    """Do some steps; return how much was written after each, and all that is told."""
    found = []
    for name, *how in steps:
        await DO[name](life, *how)
        told = await life.told()
        found.append((len(shelf.groups), life.wall.at, told))
    return found


def lives(steps: Sequence[Step], media: Path) -> None:
    """Play steps, end the process after each of them, and compare what is told."""
    shelf = RecordingShelf()
    seen = asyncio.run(alive(shelf, Wall(), media, partial(play, steps, shelf)))
    for written, at, told in seen:
        again = RecordingShelf(shelf.groups[:written])
        assert asyncio.run(alive(again, Wall(at), media, Life.told)) == told


async def told_once(life: Life) -> list[str]:
    """Let a video with a webhook come to its end."""
    await webhook(life)
    await create(life, "hourone")
    await clock(life, "advance", "1h")
    return await life.told()


async def settled(life: Life) -> list[Any]:
    """Return the attempts at all deliveries, once those that are due have been made."""
    for space in life.instance.services.spaces:
        await life.instance.services.scheduler.settle(space)
    answer = json.loads((await life.ask(f"{API}/deliveries"))[1])
    return [attempt for one in answer["deliveries"] for attempt in one["attempts"]]


@given(steps=st.lists(STEPS, min_size=1, max_size=8))
@settings(max_examples=examples(12))
def test_whatever_happened_is_told_again_after_the_end_of_the_process(
    media_folder: Path, steps: list[Step]
) -> None:
    """Any steps over all providers, any of them the last one: equal answers."""
    lives(steps, media_folder)


def test_all_providers_come_back_after_each_step_of_a_long_day(
    media_folder: Path,
) -> None:
    """Jobs, webhooks with retries, rules, forced and forgotten jobs, resets."""
    lives(
        [
            *[("create", slug) for slug in CREATES],
            ("webhook",),
            ("space", "hourone", "faults", "scenario", "webhook-twice"),
            ("create", "hourone"),
            ("poll", "hourone"),
            ("clock", "advance", "2m"),
            ("space", "digitalcarbon", "faults", "scenario", "status-blips"),
            ("poll", "digitalcarbon"),
            ("poll", "digitalcarbon"),
            ("job", "fail", "0"),
            ("job", "delete", "1"),
            ("patch", "strict"),
            ("mint", "red"),
            ("space", "hourone", "reset", "", ""),
            ("create", "hourone"),
            ("clear",),
        ],
        media_folder,
    )


def test_an_attempt_that_was_under_way_is_made_again_and_says_so(
    media_folder: Path,
) -> None:
    """Wherever the process ends, each attempt is made, and at most one twice."""
    shelf, wall = RecordingShelf(), Wall()
    asyncio.run(alive(shelf, wall, media_folder, told_once))
    ends = range(len(shelf.groups) + 1)

    found = [
        asyncio.run(
            alive(RecordingShelf(shelf.groups[:end]), wall, media_folder, settled)
        )
        for end in ends
    ]

    repeats = [sum(attempt["is_repeat"] for attempt in each) for each in found]
    numbers = {tuple(attempt["number"] for attempt in each) for each in found}
    assert max(repeats) == 1
    assert numbers == {(), (1, 2, 3)}


async def refused(life: Life, shelf: RecordingShelf) -> tuple[Any, ...]:
    """Try to make a job while the store is in trouble, and again when it is not."""
    path, headers, body = CREATES["digitalcarbon"]
    await life.ask(path, body, **headers)
    shelf.trouble = "disk full"
    status, text = await life.ask(path, body, **headers)
    ready = await life.ask(f"{API}/ready")
    jobs = json.loads((await life.ask(f"{API}/jobs"))[1])["jobs"]
    shelf.trouble = ""
    after = await life.ask(path, body, **headers)
    numbers = [
        job.ordinal
        for space in life.instance.services.spaces
        for _, job in space.all_jobs()
        if job.ordinal >= 0
    ]
    return status, text, ready[0], len(jobs), after[0], numbers


def test_what_the_store_cannot_keep_is_refused_in_the_providers_words(
    media_folder: Path,
) -> None:
    """Nothing of it appears; when the store is back, all goes on."""
    shelf = RecordingShelf()

    async def trouble(life: Life) -> tuple[Any, ...]:
        return await refused(life, shelf)

    status, text, ready, _, after, numbers = asyncio.run(
        alive(shelf, Wall(), media_folder, trouble)
    )

    assert (status, ready, after, numbers) == (500, 503, 200, [0, 1])
    assert json.loads(text) == {"detail": "An internal error occurred"}


async def crowded(life: Life) -> tuple[Any, ...]:
    """Use three spaces where two are kept in memory, then the first one again."""
    spaces = life.instance.services.spaces
    for slug in ("digitalcarbon", "idomoo", "hourone"):
        await create(life, slug)
    held = [space.id for space in spaces]
    status = await life.ask(f"{API}/spaces/digitalcarbon.main")
    reset = await life.ask(f"{API}/reset", {})
    return held, json.loads(status[1])["jobs"], json.loads(reset[1])["spaces"]


def test_a_space_that_is_idle_is_put_away_and_comes_back_when_it_is_asked_for(
    media_folder: Path,
) -> None:
    """With a store, the bound of spaces in memory forgets nothing."""
    held, jobs, reset = asyncio.run(
        alive(RecordingShelf(), Wall(), media_folder, crowded, spaces_max=2)
    )

    assert held == ["idomoo.1234", "hourone.main"]
    assert jobs == 7
    assert sorted(reset) == ["digitalcarbon.main", "hourone.main", "idomoo.1234"]


async def interrupted(life: Life, shelf: RecordingShelf) -> tuple[int, int]:
    """Call a space whose log has ended, as one that is under way meanwhile does."""
    path, headers, body = CREATES["digitalcarbon"]
    await life.ask(path, body, **headers)
    spaces = life.instance.services.spaces
    known = spaces.find("digitalcarbon.main")
    assert known is not None
    written = len(shelf.groups)
    assert spaces.ledger is not None
    spaces.ledger.put_away(known.id)
    status, _ = await life.ask(path, body, **headers)
    return status, len(shelf.groups) - written


def test_a_call_that_outlives_its_space_in_memory_is_not_told_that_all_is_well(
    media_folder: Path,
) -> None:
    """What it has changed is not in the store, so it is refused."""
    shelf = RecordingShelf()

    async def late(life: Life) -> tuple[int, int]:
        return await interrupted(life, shelf)

    assert asyncio.run(alive(shelf, Wall(), media_folder, late)) == (500, 0)


async def minted(life: Life) -> list[str]:
    """Open a space with a world of its own, and let a webhook be planned in another."""
    world = {"idomoo": {"accounts": {"main": {"keys": [{"key": "7", "secret": "s"}]}}}}
    await life.ask(f"{API}/spaces", {"name": "own", "world": world})
    await webhook(life)
    await create(life, "hourone")
    await create(life, "digitalcarbon")
    return await life.told()


async def narrower(life: Life) -> tuple[set[str], int]:
    """Return whose jobs there are, and how much is planned."""
    spaces = [*life.instance.services.spaces]
    slugs = {slug for space in spaces for slug in space.slugs()}
    await settled(life)
    return slugs, sum(len(space.agenda) for space in spaces)


def test_what_belongs_to_providers_that_are_not_served_now_waits_in_the_store(
    media_folder: Path,
) -> None:
    """Served again, they go on: nothing was lost and nothing was told meanwhile."""
    shelf = RecordingShelf()
    told = asyncio.run(alive(shelf, Wall(), media_folder, minted))

    less = asyncio.run(
        alive(shelf, Wall(), media_folder, narrower, providers=("digitalcarbon",))
    )

    assert less == ({"digitalcarbon"}, 0)
    assert asyncio.run(alive(shelf, Wall(), media_folder, Life.told)) == told


COMPOSED = {
    "scenario": "composed",
    "parameters": {"limit": {"type": "integer", "default": 9}},
    "includes": [
        {"scenario": "rate-limited", "with": {"limit": "$limit", "window": "90d"}}
    ],
}


async def composed(life: Life) -> list[int]:
    """Let one call through, of the three that are to be."""
    body = {"scenario": COMPOSED, "with": {"limit": 3}}
    await create(life, "hourone")
    where = next(space.id for space in life.instance.services.spaces)
    assert (await life.ask(f"{API}/spaces/{where}/faults", body))[0] == 201
    slug, job_id = life.jobs[0]
    return [(await life.ask(f"/{slug}/api/v1/videos/{job_id}", **H1))[0]]


async def three_more_reads(life: Life) -> list[int]:
    """Read a job of an earlier life three times."""
    (job_id,) = [job.id for space in life.instance.services.spaces
                 for owner, job in space.all_jobs()]  # fmt: skip
    path = f"/hourone/api/v1/videos/{job_id}"
    return [(await life.ask(path, **H1))[0] for _ in range(3)]


def test_what_was_chosen_and_included_goes_on_after_the_end_of_the_process(
    media_folder: Path,
) -> None:
    shelf, wall = RecordingShelf(), Wall()
    before = asyncio.run(alive(shelf, wall, media_folder, composed))

    after = asyncio.run(alive(shelf, wall, media_folder, three_more_reads))

    assert (before, after) == ([200], [200, 200, 429])


SPENDS = {
    "scenario": "spends",
    "budget": 1,
    "rules": [
        {"on": {"operation": "status"}, "fault": {"kind": "error", "status": 503}}
    ],
}


async def spent(life: Life) -> int:
    """Spend all that the budget of a job has."""
    await create(life, "hourone")
    await space(life, "hourone", "faults", "scenario", SPENDS)
    return (await life.ask(f"/hourone/api/v1/videos/{life.jobs[0][1]}", **H1))[0]


def test_what_is_spent_is_spent_after_the_end_of_the_process(
    media_folder: Path,
) -> None:
    shelf, wall = RecordingShelf(), Wall()
    before = asyncio.run(alive(shelf, wall, media_folder, spent))

    after = asyncio.run(alive(shelf, wall, media_folder, three_more_reads))

    assert (before, after) == (503, [200, 200, 200])


FOLLOWS = {
    "scenario": "after-a-deletion",
    "rules": [
        {
            "on": {"operation": "status", "since": "job.deleted"},
            "fault": {"kind": "error", "status": 503},
        }
    ],
}


async def deleted(life: Life) -> None:
    """Let a job be deleted under a rule that follows on that."""
    await create(life, "hourone")
    await space(life, "hourone", "faults", "scenario", FOLLOWS)
    await job(life, "delete", "0")


async def read_of_another(life: Life) -> int:
    """Make a job and read it."""
    await create(life, "hourone")
    slug, job_id = life.jobs[-1]
    return (await life.ask(f"/{slug}/api/v1/videos/{job_id}", **H1))[0]


def test_what_has_happened_to_jobs_that_are_gone_is_not_forgotten(
    media_folder: Path,
) -> None:
    shelf, wall = RecordingShelf(), Wall()
    asyncio.run(alive(shelf, wall, media_folder, deleted))

    again = RecordingShelf(shelf.groups)

    assert asyncio.run(alive(again, wall, media_folder, read_of_another)) == 503
