"""What a scenario says about durations holds at every pace, also at the quick one."""

from itertools import pairwise
from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.engine.jobs import Job
from mockserver.scenarios.written.lengths import longest_s
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

DEMO_S = 6.0


async def ordered(player: Player) -> Job:
    """Return the job that an order makes."""
    known = await player.order()
    assert known is not None
    return player.space.jobs(player.slug).get(known)


async def lasting(
    play: Play, *scenarios: Any, slug: str = "digitalcarbon"
) -> list[Any]:
    """Return state and length of each step of a job that is seen at pace demo."""
    job = await ordered(await play(slug, *scenarios, pace="demo"))
    lengths = [round(end - start, 2) for start, end in pairwise((0.0, *job.ends))]
    states = [step.state for step in job.timeline.steps]
    return [pair for pair in zip(states, lengths, strict=False) if pair[1]]


async def test_a_render_that_is_slow_is_so_many_times_slower(player: Play) -> None:
    quick = await lasting(player)
    slow = await lasting(player, "slow-render")

    assert quick == [("queued", 1.87), ("processing", 4.13)]
    assert slow == [("queued", 1.87), ("processing", 82.63)]


async def test_a_render_that_stalls_stalls_as_long_as_it_says(player: Play) -> None:
    (queued, before, stalled, after) = await lasting(player, "render-stalls")

    assert stalled == ("processing", 600.0)
    assert queued[1] + before[1] + after[1] == pytest.approx(DEMO_S, abs=0.05)


async def test_the_readmes_scenario_does_what_it_says(player: Play) -> None:
    lives = await lasting(player, "render-stalls-then-fails", slug="idomoo")

    assert lives == [("IN_QUEUE", 5.0), ("RENDERING", 600.0)]


async def test_what_a_rule_leaves_open_is_as_short_as_the_pace_has_it(
    player: Play,
) -> None:
    """The queue is told; rendering takes what it takes at this pace."""
    told = {"state": "queued", "for": "20s"}
    rest = [{"state": "processing"}, {"state": "completed"}]
    rule = {"timeline": [told, *rest]}
    scenario = {"scenario": "long-queue", "provider": "digitalcarbon", "rules": [rule]}

    assert await lasting(player, scenario) == [("queued", 20.0), ("processing", 4.13)]


async def test_vanishing_comes_when_it_says(player: Play) -> None:
    assert await lasting(player, "job-vanishes") == [("queued", 0.5)]


async def test_a_file_is_as_late_as_it_says(player: Play) -> None:
    job = await ordered(await player("digitalcarbon", "late-file", pace="demo"))

    assert job.media.lag_s == 30.0
    assert job.ends[-1] == pytest.approx(DEMO_S)


async def test_other_paces_shorten_nothing(player: Play) -> None:
    job = await ordered(await player("digitalcarbon", "render-stalls", pace="x60"))

    assert 1500 <= job.ends[-1] <= 1800, "15 to 20 minutes, and the ten of the stall"


@pytest.mark.parametrize(
    ("name", "demo_s"),
    [
        ("slow-render", 120.0),
        ("render-stalls", 606.0),
        ("render-stalls-then-fails", 605.0),
        ("late-file", 36.0),
        ("webhook-late", 600.0),
        ("rate-limited", 0.0),
        ("create-refused", 0.0),
    ],
)
def test_how_long_a_scenario_takes_is_known(
    name: str, demo_s: float, stage: Stage
) -> None:
    assert longest_s(stage.read(name), stage.catalogue, DEMO_S) == pytest.approx(demo_s)
