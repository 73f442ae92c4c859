"""Every shipped scenario is played by a small honest client that tells what it saw."""

import re
from pathlib import Path
from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from tests.deep import first
from tests.providers.stupeflix.conftest import EPOCH_S, STORED
from tests.providers.stupeflix.conftest import Api as Stupeflix1
from tests.scenarios.conftest import Open, Play
from tests.scenarios.matrix import AS_USUAL, acts_on_deliveries, shipped
from tests.scenarios.players import PLAYERS
from tests.scenarios.sights import day, noticed_of, told

ROOT = Path(__file__).parents[2]
EPOCH: dict[str, Any] = {
    "providers": ("stupeflix",),
    "pace": "manual",
    "epoch": "2023-11-14T22:13:20+00:00",
    "wall": lambda: EPOCH_S,
}
STATUS = "/alice/clip1/iphone/status/"

# Scenario, provider, and what its customer sees.
SEEN = [
    line.split(" | ")
    for line in (Path(__file__).parent / "seen.txt").read_text().splitlines()
    if not line.startswith("#")
]


def _cases(*, of_deliveries: bool) -> list[Any]:
    """Return the lines of the file; a plain run plays each scenario at one provider."""
    names = sorted({scenario for scenario, _, _ in SEEN})
    known, cases = shipped(), list[Any]()
    for scenario, slug, seen in SEEN:
        if acts_on_deliveries(known[scenario]) is not of_deliveries:
            continue
        slugs = [one for name, one, _ in SEEN if name == scenario]
        is_plain = slugs[names.index(scenario) % len(slugs)] == slug
        marks = [] if is_plain else [pytest.mark.deep]
        marks += [pytest.mark.ffmpeg] if "> file" in seen or of_deliveries else []
        case = pytest.param(scenario, slug, seen, id=f"{scenario}-{slug}", marks=marks)
        cases.append(case)
    return cases


@pytest.mark.parametrize(("scenario", "slug", "seen"), _cases(of_deliveries=False))
async def test_a_customer_sees(
    player: Play, naps: list[float], scenario: str, slug: str, seen: str
) -> None:
    assert await day(player, naps, scenario, slug) == seen.split(" > ")


@pytest.mark.parametrize(("scenario", "slug", "seen"), _cases(of_deliveries=True))
async def test_a_customer_is_told(
    player: Play, scenario: str, slug: str, seen: str
) -> None:
    good = await told(player, slug)

    heard = await told(player, slug, scenario)

    assert noticed_of(heard, good) == seen.split(" > ")


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("slug", "shows"),
    first([("hourone", False), ("stupeflix", True), ("replicate", True),
           ("impossible", False), ("digitalcarbon", False), ("fal", True),
           ("google", True), ("luma", True), ("openai", True), ("heygen", False),
           ("mux", True), ("shotstack", True)], plain=2),
)  # fmt: skip
async def test_a_clock_that_is_off_shows_in_webhooks_that_tell_the_time(
    player: Play, stage: Stage, slug: str, *, shows: bool
) -> None:
    """What the rule says in its head is what its customers are told."""
    heard, good = await told(player, slug, "clock-is-off"), await told(player, slug)

    assert (noticed_of(heard, good) != [AS_USUAL]) is shows
    assert (slug in stage.read("clock-is-off").rules[1].shows_at) is shows


# How long the render takes on the provider's own clock, at least and at most.
LENGTHS = [
    ("slow-render", "hourone", 1200, 3700),
    ("slow-then-recovers", "hourone", 400, 1400),
    ("render-stalls", "hourone", 665, 800),
]


@pytest.mark.parametrize(("scenario", "slug", "least", "most"), LENGTHS)
async def test_a_render_takes(
    player: Play, scenario: str, slug: str, least: float, most: float
) -> None:
    customer = await player(slug, scenario)
    start = customer.space.clock.now()
    job = await customer.order()
    assert job is not None

    done = await customer.follow(job)

    assert done
    assert least <= customer.space.clock.now() - start <= most


async def test_progress_falls_back(player: Play) -> None:
    customer = await player("hourone", "progress-falls-back")
    job = await customer.order()
    assert job is not None

    told = [
        (await customer.ask(*customer.reading(job)))[1]["progress"] for _ in range(11)
    ]

    assert told == [0, 1, 18, 35, 52, 30, 47, 64, 81, 100, 100]


async def test_the_second_order_works(player: Play) -> None:
    customer = await player("hourone", "second-try-works")
    first, second = await customer.order(), await customer.order()
    assert first is not None
    assert second is not None

    assert not await customer.follow(first)
    assert await customer.follow(second)


async def test_an_overloaded_provider_takes_two_jobs(player: Play) -> None:
    customer = await player("idomoo", "overloaded")

    for _ in range(3):
        await customer.order()

    assert customer.log == ["create 200", "create 503"]


async def test_a_slow_api_takes_a_second_or_so(player: Play, naps: list[float]) -> None:
    customer = await player("digitalcarbon", "slow-api")

    await customer.order()

    assert 0.3 < sum(naps) <= 5


async def test_a_phone_waits_for_each_answer(player: Play, naps: list[float]) -> None:
    customer = await player("idomoo", "mobile-3g")

    await customer.order()

    assert 0.1 <= sum(naps) <= 0.4


async def test_a_degraded_provider_gets_slower(player: Play, naps: list[float]) -> None:
    customer = await player("digitalcarbon", "degraded")
    await customer.order()
    fresh = sum(naps)
    customer.space.clock.advance(600)

    await customer.ask(*customer.creation())

    assert fresh < 0.1
    assert sum(naps) - fresh > 1.5


async def test_a_lost_answer_has_made_a_job(player: Play) -> None:
    customer = await player("hourone", "lost-create-answer")

    await customer.order()

    jobs = customer.space.jobs("hourone").list_jobs()
    assert len([job for job in jobs if job.ordinal >= 0]) == 1


async def test_every_silent_retry_fails_until_another_call_comes(player: Play) -> None:
    customer = await player("digitalcarbon", "silent-retries")
    customer.tries = 5
    await customer.order()
    assert customer.log == ["create 503"]

    await customer.ask("GET", f"/v1-beta/generate-video/{'0' * 8}/status")
    await customer.order()

    assert customer.log == ["create 503", "create 200"]


async def test_other_templates_work(player: Play) -> None:
    rule = "digitalcarbon-one-template-sticks"
    customer = await player("digitalcarbon", rule)
    method, path, listing = customer.creation()
    other = {**listing, "template_params": {"template_id": "ActiveListing2"}}

    _, document = await customer.ask(method, path, other)

    assert await customer.follow(customer.job_in(document))


async def test_an_upload_that_hangs_is_seen_as_a_state(opened: Open) -> None:
    api = Stupeflix1(await opened(**EPOCH))
    PLAYERS["stupeflix"](api.running).use("stupeflix-upload-stage-hangs")
    job = await api.render(STORED)

    api.space.clock.advance(600)

    assert job.at(api.space.clock.now()).step.state == "uploading"
    assert '"status":"uploading"' in await (await api.get(STATUS)).text()


async def test_stupeflix_asks_to_slow_down_twice(opened: Open) -> None:
    api = Stupeflix1(await opened(**EPOCH))
    await api.render(STORED)
    PLAYERS["stupeflix"](api.running).use("stupeflix-slow-down")

    answers = [await api.get(STATUS) for _ in range(3)]

    assert [answer.status for answer in answers] == [503, 503, 200]


async def test_a_rule_of_one_provider_is_not_for_others(opened: Open) -> None:
    running = await opened()
    customer = PLAYERS["hourone"](running)
    customer.use("digitalcarbon-no-results")

    job = await customer.order()

    assert job is not None
    assert await customer.follow(job)


def test_every_scenario_is_played_somewhere(stage: Stage) -> None:
    tests = (ROOT / "tests" / "scenarios").rglob("test_*.py")
    early = [
        ROOT / "tests" / "edge" / "routing" / "test_handshakes.py",
        ROOT / "tests" / "server" / "sockets" / "test_threshold.py",
    ]
    told = "".join(path.read_text() for path in (*tests, *early))
    played = {scenario for scenario, _, _ in SEEN}

    names = stage.library.names()

    assert len(names) >= 40
    assert [n for n in names if n not in played and f'"{n}"' not in told] == []


def test_every_scenario_says_what_it_stands_for(stage: Stage) -> None:
    read = [stage.read(name) for name in stage.library.names()]

    assert [one.name for one in read if len(one.about) < 40] == []
    assert [one.name for one in read if not re.search(r"[.?]$", one.about)] == []
    assert [one.name for one in read if Path(one.origin).stem != one.name] == []


@pytest.mark.ffmpeg
async def test_a_film_whose_index_comes_last_is_whole(player: Play) -> None:
    """It is another file with a tag of its own, and nothing is wrong with it."""
    rule = {"on": {"operation": "media"}, "fault": {"kind": "moov-at-end"}}
    customer = await player("hourone", {"scenario": "x", "rules": [rule]})

    log = await customer.play()

    assert log[-1] == "file whole"
