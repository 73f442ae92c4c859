"""What one worker has seen and what the others have is one bill and one verdict."""

from pathlib import Path

import pytest

from tests.edge.workers import FleetWorker, Start, start

__all__ = ["start"]

ALPHA, BETA = "key-alpha", "key-beta"
PRICES = """
digitalcarbon:
  catalogue:
    prices: {currency: USD, charged: submit, rates: [{per_job: "0.25"}]}
"""


@pytest.fixture
async def two(start: Start, tmp_path: Path) -> list[FleetWorker]:
    """Two workers that know each other and what a film costs."""
    world = tmp_path / "world.yaml"
    world.write_text(PRICES)
    workers = [await start(world=(world,)) for _ in range(2)]
    for worker in workers:
        await worker.beat()
    return workers


async def test_the_bill_is_that_of_all_whoever_is_asked(two: list[FleetWorker]) -> None:
    one, other = two
    jobs = [await one.create(ALPHA), await other.create(BETA), await other.create(BETA)]

    told = [await worker.ask("/bill") for worker in two]

    assert told[0] == told[1]
    (total,) = told[0]["total"]
    assert (total["currency"], total["jobs"], total["net"]) == ("USD", 3, "0.75")
    billed = [job["job"] for bill in told[0]["bills"] for job in bill["jobs"]]
    assert sorted(billed) == sorted(jobs)


async def test_a_budget_is_that_of_all(two: list[FleetWorker]) -> None:
    await two[0].create(ALPHA)
    await two[1].create(BETA)

    told = [await one.ask("/bill/assert", {"at_most": "0.49"}) for one in two]

    said = "2 jobs cost USD 0.50, expected at most USD 0.49"
    assert told == [{"passed": False, "failures": [said]}] * 2
    within = await two[1].ask("/bill/assert", {"at_most": "0.50"})
    assert within == {"passed": True, "failures": []}


async def test_what_jobs_have_cost_goes_on_with_their_space(
    two: list[FleetWorker],
) -> None:
    """Also what those have cost that are there no more."""
    one, other = two
    job = await one.create(ALPHA)
    await one.create(ALPHA)
    await one.ask(f"/jobs/{job}", method="DELETE")
    before = await one.ask("/bill")

    await one.give_up()
    after = await other.ask("/bill")

    assert after == before
    assert [sum_["state"] for sum_ in after["bills"][0]["sums"]] == ["gone", "queued"]
    assert after["total"][0]["net"] == "0.50"


async def test_findings_and_stories_are_those_of_all(two: list[FleetWorker]) -> None:
    one, other = two
    jobs = [await one.create(ALPHA), await one.create(ALPHA), await other.create(BETA)]

    found = [await worker.ask("/findings") for worker in two]
    stories = [
        [await worker.ask(f"/jobs/{job}/story") for job in jobs] for worker in two
    ]

    assert found[0] == found[1]
    assert [one["rule"] for one in found[0]["findings"]] == ["submit-twice"]
    assert stories[0] == stories[1]
    assert [bool(story["lines"]) for story in stories[0]] == [True] * 3
    asked = {"submitted_once": True, "costs": {"at_most": "0.25"}}
    verdict = await one.ask(f"/jobs/{jobs[2]}/assert", asked)
    assert verdict["passed"]


async def test_a_job_is_unknown_if_no_worker_knows_it(two: list[FleetWorker]) -> None:
    """And known as soon as one does, whoever is asked."""
    one, other = two
    job = await one.create(ALPHA)

    told = [
        [
            await worker.ask(f"/findings?job={job}"),
            await worker.ask(f"/findings/count?job={job}"),
            await worker.ask(f"/deliveries?job={job}"),
            await worker.ask("/exchanges/count", {"job": job, "method": "PUT"}),
        ]
        for worker in two
    ]
    refused = await other.said("/findings?job=nope")

    assert told[0] == told[1]
    assert told[0] == [
        {"findings": [], "next": None},
        {"count": 0},
        {"deliveries": [], "next": None},
        {"count": 0},
    ]
    said = "query/job: found 'nope', expected one that there is"
    assert refused == (404, {"error": said})
