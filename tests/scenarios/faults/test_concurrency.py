"""Only so many jobs at once: whoever is refused gets through in the end."""

from tests.scenarios.conftest import Play

ONE_AT_ONCE = {
    "scenario": "x",
    "rules": [
        {"on": {"job": 1}, "job": {"instant": True}},
        {"on": {"job": 2}, "job": {"slow": 1000}},
        {
            "on": {"operation": "status", "job": 1},
            "fault": {"kind": "concurrency", "most": 1, "of": "jobs"},
        },
    ],
}


async def test_a_refused_read_of_a_job_that_is_done_waits_for_others(
    player: Play,
) -> None:
    customer = await player("hourone", ONE_AT_ONCE, pace="step")
    done = await customer.order()
    await customer.order()
    assert done is not None

    await customer.follow(done)

    assert customer.log == ["create 201", "read 429", "succeeded"]
