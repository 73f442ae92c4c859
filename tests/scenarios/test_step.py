"""At pace step, reads bring about whatever a client that is refused waits for."""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from tests.deep import Sample
from tests.scenarios.conftest import Open, Play
from tests.scenarios.matrix import acts_early, shipped
from tests.scenarios.players import PLAYERS, Player

REFUSED = {"kind": "error", "status": 503}
READS_MAX = 60


def _rule(fault: Mapping[str, Any], **on: Any) -> dict[str, Any]:
    return {"scenario": "x", "rules": [{"on": {"operation": "status", **on},
                                        "fault": fault}]}  # fmt: skip


async def _seen(customer: Player) -> list[str]:
    job = await customer.order()
    assert job is not None
    await customer.follow(job)
    return customer.log[1:]


async def test_an_age_is_reached_and_left(player: Play) -> None:
    """A job that vanishes after 2 s and reappears after 4 s does so."""
    customer = await player("digitalcarbon", _rule(REFUSED, age="2..4"))

    log = await _seen(customer)

    assert log == ["waiting", "read 503", "waiting", "running", "succeeded"]


async def test_a_window_is_reached_and_left(player: Play) -> None:
    window = {"from": "3s", "to": "2h"}
    customer = await player("digitalcarbon", _rule(REFUSED, window=window))

    log = await _seen(customer)

    assert log == ["waiting", "read 503", "succeeded"]


async def test_a_rule_is_outlived(player: Play) -> None:
    customer = await player("digitalcarbon", _rule(REFUSED, ttl="3h"))

    log = await _seen(customer)

    assert log == ["read 503", "succeeded"]


OUTAGES = {
    "over at the job's end": ({"for": "3h"}, ["read 503", "succeeded"]),
    "early": (
        {"from": "1s", "for": "2s"},
        ["waiting", "read 503", "waiting", "running", "succeeded"],
    ),
    "again and again": (
        {"from": "1s", "for": "2s", "every": "10m"},
        ["waiting", "read 503", "waiting", "running", "read 503", "running",
         "succeeded"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OUTAGES)
async def test_an_outage_begins_and_ends(player: Play, case: str) -> None:
    fault, seen = OUTAGES[case]
    customer = await player("digitalcarbon", _rule({"kind": "outage", **fault}))

    assert await _seen(customer) == seen


async def test_a_quota_has_room_again(player: Play) -> None:
    quota = {"kind": "quota", "calls": 1, "per": "1d"}
    customer = await player("digitalcarbon", _rule(quota))

    assert await _seen(customer) == ["waiting", "read 429", "succeeded"]


async def test_a_finished_job_is_read_at_its_end(player: Play) -> None:
    """What is not refused has nothing to wait for: the clock stands still."""
    customer = await player("digitalcarbon", _rule(REFUSED, age=">=100000"))
    job = await customer.order()
    assert job is not None
    await customer.follow(job)
    ended = customer.space.clock.now()

    status, _ = await customer.ask(*customer.reading(job))

    assert (status, customer.space.clock.now()) == (200, ended)


@pytest.mark.parametrize("slug", PLAYERS)
async def test_the_third_read_in_a_state_is_reached(player: Play, slug: str) -> None:
    """A provider whose state is read once stays in it until the rule has acted."""
    rule = _rule(REFUSED, poll=3, phase="running", times=1)
    customer = await player(slug, rule)

    log = await _seen(customer)

    at = log.index("read 503")
    assert (log[at - 1], log[-1]) == ("running", "succeeded")


async def test_the_first_two_reads_in_each_state_are_met(player: Play) -> None:
    customer = await player("digitalcarbon", _rule(REFUSED, poll="<3"))
    job = await customer.order()
    assert job is not None

    statuses = [(await customer.ask(*customer.reading(job)))[0] for _ in range(8)]

    assert statuses == [503, 503, 503, 503, 503, 503, 200, 200]


# What no read ends: jobs that are stuck for ever, as these scenarios promise; failed
# renders of ImpossibleFX, whose only word is a refused read; Idomoo's unknown videos.
ENDLESS: dict[str, list[str]] = {
    "digitalcarbon-one-template-sticks": ["digitalcarbon"],
    "fails-at-the-end": ["impossible"],
    # Who has no key any more is told 400 there, which a customer asks again about.
    "key-expires": ["google"],
    "impossible-progress-freezes": ["impossible"],
    "impossible-render-times-out": ["impossible"],
    "job-vanishes": ["idomoo"],
    "render-fails": ["impossible"],
    "runway-cancelled": ["runway"],  # as the sync client for Python
    "second-try-works": ["impossible"],
    "stuck-in-processing": [*PLAYERS],
    "stuck-in-queue": [*PLAYERS],
}


async def _reads_for_ever(customer: Player, name: str) -> bool:
    customer.use(name)
    customer.polls = READS_MAX
    job = await customer.order()
    if job is not None:
        await customer.follow(job)
    return customer.log[-1] == "gives up"


# What acts before there is any call, no read can meet.
NAMES = [name for name, one in shipped().items() if not acts_early(one)]


@pytest.mark.parametrize("name", sorted(NAMES))
async def test_no_loop_of_reads_stays_without_an_end(
    opened: Open, stage: Stage, name: str, sample: Sample
) -> None:
    """Each provider's job comes to an end, and a read says so, or none ever does.

    Unless deepest, each scenario that is for all is played by some customers.
    """
    running, slug = await opened(), stage.provider_of(name)
    some = sample([*PLAYERS], sorted(NAMES).index(name), plain=8, deep=3)
    customers = [PLAYERS[one](running) for one in ([slug] if slug else some)]

    stays = [one.slug for one in customers if await _reads_for_ever(one, name)]

    played = {one.slug for one in customers}
    assert stays == [one for one in ENDLESS.get(name, []) if one in played]
