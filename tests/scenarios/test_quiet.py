"""A circuit that closes once there was quiet: hammering on does not help."""

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from tests.scenarios.conftest import Play

CIRCUIT = {
    "scenario": "x",
    "rules": [
        {
            "on": {"operation": "status", "until": {"quiet_for": "10s"}},
            "fault": {"kind": "error", "status": 503},
        }
    ],
}


async def test_whoever_hammers_on_is_refused(player: Play) -> None:
    """Each call begins the time anew; afterwards the circuit stays closed."""
    customer = await player("hourone", CIRCUIT, pace="manual")
    job = await customer.order()
    assert job is not None
    seen = []
    for wait_s in (0, 9, 9, 10, 0):
        customer.space.clock.advance(wait_s)
        seen.append((await customer.ask(*customer.reading(job)))[0])

    assert seen == [503, 503, 503, 200, 200]


async def test_a_stepping_clock_brings_the_quiet(player: Play) -> None:
    customer = await player("hourone", CIRCUIT, pace="step")

    log = await customer.play()

    assert log[1] == "read 503"
    assert log[-2:] == ["succeeded", "file whole"]


async def test_a_circuit_may_be_each_jobs_own(player: Play) -> None:
    (rule,) = CIRCUIT["rules"]
    assert isinstance(rule, dict)
    own = {**rule, "on": {**rule["on"], "per": "job"}}
    customer = await player("hourone", {"scenario": "x", "rules": [own]}, pace="manual")
    jobs = [await customer.order() for _ in range(2)]
    seen = []
    for job, wait_s in ((jobs[0], 0), (jobs[0], 10), (jobs[1], 0)):
        assert job is not None
        customer.space.clock.advance(wait_s)
        seen.append((await customer.ask(*customer.reading(job)))[0])

    assert seen == [503, 200, 503]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"quiet_for": 0}, "longer than 0s"),
        ({"quiet_for": 10}, "a duration with its unit"),
        ({}, "also 'quiet_for'"),
        ("never", "client-gives-up"),
    ],
)
def test_what_is_no_end_is_refused(stage: Stage, said: object, message: str) -> None:
    rule = {"on": {"until": said}, "fault": {"kind": "reset"}}

    with pytest.raises(ScenarioError, match=message):
        stage.read({"scenario": "x", "rules": [rule]})
