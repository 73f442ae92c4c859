"""Rules that follow on what has happened to jobs before."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.engine.timeline import Phase, Step
from mockserver.errors import ScenarioError
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

FAULT: Final = {"kind": "error", "status": 503}
FAILS: Final = {"on": {"nth": 1}, "job": {"fail_at": 50}}


def _scenario(since: Any, **on: Any) -> dict[str, Any]:
    on = {"operation": "status", **on, "since": since}
    return {"scenario": "x", "rules": [FAILS, {"on": on, "fault": FAULT}]}


async def _orders(customer: Player) -> list[str]:
    jobs = [await customer.order() for _ in range(2)]
    return [job for job in jobs if job is not None]


async def _read(customer: Player, job: str) -> int | str:
    return (await customer.ask(*customer.reading(job)))[0]


def _finish(customer: Player, job: str) -> None:
    engine = customer.space.jobs(customer.slug)
    engine.finish(engine.get(job))


async def test_one_failure_is_felt_by_all_jobs_for_a_while(player: Play) -> None:
    since = {"event": "job.failed", "within": "10m"}
    customer = await player("digitalcarbon", _scenario(since), pace="manual")
    failing, other = await _orders(customer)
    seen = [await _read(customer, other)]
    _finish(customer, failing)
    seen.append(await _read(customer, other))
    customer.space.clock.advance(599)
    seen.append(await _read(customer, other))
    customer.space.clock.advance(1)
    seen.append(await _read(customer, other))

    assert seen == [200, 503, 503, 200]


async def test_a_job_feels_only_its_own_failure_if_so_told(player: Play) -> None:
    since = {"event": ["job.cancelled", "job.failed"], "per": "job"}
    customer = await player("digitalcarbon", _scenario(since), pace="manual")
    failing, other = await _orders(customer)
    _finish(customer, failing)

    assert [await _read(customer, one) for one in (failing, other)] == [503, 200]


async def test_an_order_is_refused_after_a_failure(player: Play) -> None:
    refused = {"on": {"since": "job.failed"}, "job": {"refuse": "rate-limited"}}
    rules = {"scenario": "x", "rules": [FAILS, refused]}
    customer = await player("digitalcarbon", rules, pace="manual")
    failing = await customer.order()
    assert failing is not None
    _finish(customer, failing)
    await customer.order()

    assert customer.log == ["create 200", "create 429"]


async def test_what_is_deleted_has_happened_all_the_same(player: Play) -> None:
    customer = await player("hourone", _scenario("job.failed"), pace="manual")
    failing, other = await _orders(customer)
    _finish(customer, failing)
    engine = customer.space.jobs("hourone")
    engine.delete(engine.get(failing))

    assert await _read(customer, other) == 503


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        ("job.submitted", [503, 503, 503, 503]),
        ("job.started", [200, 503, 503, 503]),
        ("job.failed", [200, 200, 503, 503]),
        ("job.deleted", [200, 200, 200, 503]),
        ("job.succeeded", [200, 200, 200, 200]),
        ("job.cancelled", [200, 200, 200, 200]),
    ],
)
async def test_each_event_happens_once_its_time_has_come(
    player: Play, event: str, seen: list[int]
) -> None:
    customer = await player("hourone", _scenario(event), pace="manual")
    failing, other = await _orders(customer)
    engine = customer.space.jobs("hourone")
    found = [await _read(customer, other)]
    job = engine.get(failing)
    customer.space.clock.set(job.entered_at(1))
    found.append(await _read(customer, other))
    engine.finish(job)
    found.append(await _read(customer, other))
    engine.delete(job)
    found.append(await _read(customer, other))

    assert found == seen


async def test_a_stepping_clock_comes_to_the_end_of_its_time(player: Play) -> None:
    since = {"event": "job.started", "within": "3s"}
    customer = await player("hourone", _scenario(since, job=2), pace="step")
    await customer.order()

    log = await customer.play()

    assert "read 503" in log
    assert log[-2:] == ["succeeded", "file whole"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"on": {"since": "job.fails"}, "fault": FAULT}, "job.failed"),
        ({"on": {"since": {"within": "1m"}}, "fault": FAULT}, "event"),
        (
            {"on": {"since": {"event": "job.failed", "within": "0s"}}, "fault": FAULT},
            "longer than 0s",
        ),
        (
            {"on": {"since": {"event": "job.deleted", "per": "job"}}, "fault": FAULT},
            "nothing is about a job that is deleted",
        ),
        (
            {
                "on": {"since": {"event": "job.failed", "per": "job"}},
                "job": {"slow": 2},
            },
            "a job that is accepted has no past",
        ),
    ],
)
def test_what_cannot_have_happened_is_refused(
    stage: Stage, rule: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        stage.read({"scenario": "x", "rules": [rule]})


async def test_a_job_that_is_at_its_end_may_fail_all_the_same(player: Play) -> None:
    """Somebody forces it to, after the rule has looked at it."""
    rule = {"on": {"operation": "status", "since": "job.failed"}, "fault": FAULT}
    rules = {"scenario": "x", "rules": [rule]}
    customer = await player("hourone", rules, pace="manual")
    done, other = await _orders(customer)
    _finish(customer, done)
    seen = [await _read(customer, other)]
    customer.space.clock.advance(1)
    engine = customer.space.jobs("hourone")
    engine.force(engine.get(done), Step("failed", Phase.FAILED))
    seen.append(await _read(customer, other))

    assert seen == [200, 503]
