"""Words that speak of time, at a pace that runs: a minute of theirs in a second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.providers.hourone.conftest import TOKEN, Api, Listener
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

BUSY: Final = {"kind": "error", "status": 503}
MISSING: Final = "64f0c0de00000000000000ff"
EPOCH: Final = "2030-01-01T00:00:00Z"
DONE_S: Final = 7.0  # in which every job of Hour One comes to its end

Reads = Sequence[tuple[float, int]]


@dataclass
class Wall:
    """Real time, which the test moves."""

    at: float = 1_900_000_000.0

    def __call__(self) -> float:
        return self.at


async def _running(player: Play, wall: Wall, *rules: Mapping[str, Any]) -> Player:
    scenario = {"scenario": "x", "rules": [*rules]}
    return await player("hourone", scenario, pace="x60", wall=wall, epoch=EPOCH)


def _status(**on: Any) -> dict[str, Any]:
    return {"on": {"operation": "status", **on}, "fault": BUSY}


CASES: Mapping[str, tuple[Sequence[Mapping[str, Any]], Reads]] = {
    "since, of another job": (
        [
            {"on": {"nth": 1}, "job": {"fail_at": 50}},
            _status(job=2, since={"event": "job.failed", "within": "10m"}),
        ],
        [(0, 200), (DONE_S, 503), (10, 200)],
    ),
    "since, of the job": (
        [_status(since={"event": "job.submitted", "within": "1m", "per": "job"})],
        [(0, 503), (0.9, 503), (0.2, 200)],
    ),
    "status": (
        [_status(status="2xx", window={"from": "1m", "to": "2m"})],
        [(0, 200), (1.5, 503), (1, 200)],
    ),
    "until quiet": (
        [_status(until={"quiet_for": "10s"})],
        [(0, 503), (0.15, 503), (0.15, 503), (0.2, 200), (0, 200)],
    ),
    "per job": ([_status(times=1, per="job")], [(0, 503), (0.1, 200)]),
    "moved": (
        [{"on": {"operation": "status"}, "fault": {"kind": "moved", "status": 307}}],
        [(0, 307)],
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_reads_of_the_second_job_are_answered(player: Play, case: str) -> None:
    rules, reads = CASES[case]
    wall = Wall()
    customer = await _running(player, wall, *rules)
    _, job = [await customer.order() for _ in range(2)]
    assert job is not None
    method, path, _ = customer.reading(job)
    seen = []
    for wait_s, _ in reads:
        wall.at += wait_s
        response = await customer.running.client.request(
            method,
            f"/hourone{path}",
            headers=customer.headers(),
            allow_redirects=False,
        )
        seen.append(response.status)

    assert seen == [status for _, status in reads]


async def test_dates_are_off_by_as_much_later_on(player: Play) -> None:
    wall = Wall()
    skew = {"fault": {"kind": "clock-skew", "by": "-5m"}}
    customer = await _running(player, wall, skew)
    wall.at += 1

    response = await customer.send(*customer.reading(MISSING))

    assert response.headers["Date"] == "Mon, 31 Dec 2029 23:56:00 GMT"


async def test_a_job_fails_as_it_is_told(player: Play) -> None:
    wall = Wall()
    customer = await _running(player, wall, {"job": {"fail_with": "render-failed"}})
    job = await customer.order()
    assert job is not None
    wall.at += DONE_S

    _, document = await customer.ask(*customer.reading(job))

    assert customer.phase_in(document) == "failed"


async def test_an_order_makes_one_more_job(player: Play) -> None:
    customer = await _running(player, Wall(), {"job": {"copies": 1}})
    await customer.order()

    jobs = customer.space.jobs("hourone").list_jobs()

    assert [job.ordinal for job in jobs if job.ordinal >= 0] == [0, 1]


@pytest.mark.parametrize(
    ("rule", "statuses", "waits_s", "counts"),
    [
        ({"delivery": {"again": "2m"}}, [], (0.01, 1.9, 0.2), [1, 1, 2]),
        ({"delivery": {"late": "2m"}}, [], (0.01, 1.9, 0.2), [0, 0, 1]),
        (
            {"on": {"status": "5xx"}, "delivery": {"drop": True}},
            [500],
            (0.01, 9),
            [1, 1],
        ),
    ],
)
async def test_webhooks_come(
    player: Play,
    listener: Listener,
    rule: Mapping[str, Any],
    statuses: list[int],
    waits_s: Sequence[float],
    counts: list[int],
) -> None:
    """Counted from the job's end on."""
    wall = Wall()
    customer = await _running(player, wall, rule)
    listener.statuses = statuses
    body = {"name": "ci", "events": ["video.ready"], "url": listener.url}
    await Api(customer.running).post("/webhooks", body, TOKEN)
    job = await customer.order()
    assert job is not None
    wall.at += customer.space.jobs("hourone").get(job).ends[-1] / 60
    seen = []
    for wait_s in waits_s:
        wall.at += wait_s
        await customer.running.settle(customer.space)
        seen.append(len(listener.seen))

    assert seen == counts
