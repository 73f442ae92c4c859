"""The life of a job, and what its calls have met, as a scenario."""

from typing import Any

import pytest
import yaml

from mockserver.edge.replay.lives import Met, document, life_of, written
from mockserver.edge.staging.stage import STAGE
from mockserver.scenarios.written.source import Source
from tests.edge.conftest import Running

BLIP = {
    "scenario": "blip",
    "parameters": {"share": {"type": "share", "default": 1}},
    "rules": [
        {
            "on": {"operation": "look", "probability": "$share", "times": 1},
            "fault": {"kind": "error", "status": 503, "retry_after": "2s"},
        }
    ],
}


def met(server: Running, job_id: str) -> Met:
    """Return what was seen of a job."""
    services = server.instance.services
    space = next(one for one in services.spaces if one.id == "sketch.main")
    job = space.jobs("sketch").find(job_id)
    exchanges = [*services.journal.find("sketch.main", about=job_id)]
    return Met(space, services.providers["sketch"], job, exchanges)


async def rules(server: Running, job_id: str) -> list[dict[str, Any]]:
    """Return the rules of a job's scenario, which the server would take."""
    said = document(met(server, job_id), "again")
    server.instance.app[STAGE].check(Source.parse(written(said), "again.yaml"))
    found: list[dict[str, Any]] = said["rules"]
    return found


async def test_a_life_has_the_lengths_that_were_drawn(server: Running) -> None:
    job = await server.draw()

    assert await rules(server, job) == [
        {
            "name": "life",
            "on": {"operation": "draw"},
            "timeline": [
                {"state": "waiting", "for": "10s"},
                {"state": "drawing", "progress": [0.0, 100.0], "for": "20s"},
                {"state": "drawn"},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("error", "told"), [("paper-jam", "paper-jam"), ('"wind"', '"wind"')]
)
async def test_a_job_that_was_let_fail_fails_then(
    server: Running, error: str, told: str
) -> None:
    job = await server.draw()
    await server.post("/clock/advance", {"by": "12.5s"})
    await server.post(f"/jobs/{job}/fail", {"error": error})

    (life,) = await rules(server, job)

    until_now = pytest.approx([0, 12.5], abs=0.001)
    assert life["timeline"] == [
        {"state": "waiting", "for": "10s"},
        {"state": "drawing", "progress": until_now, "for": "2.5s"},
        {"state": "torn", "error": told},
    ]


async def test_a_call_that_met_a_fault_meets_it_as_the_nth_of_its_operation(
    server: Running,
) -> None:
    """What the rule drew and counted is not drawn again: it is as it was."""
    job = await server.draw()
    await server.look(job)
    await server.post("/spaces/sketch.main/faults", {"scenario": BLIP})
    await server.client.get(
        f"/sketch/drawings/{job}", headers={"X-Sketch-Key": "sketch-test-key"}
    )

    (_, blip) = await rules(server, job)

    assert blip == {
        "on": {"operation": "look", "nth": 2},
        "fault": {"kind": "error", "status": 503, "retry_after": "2s"},
    }


async def test_a_refusal_of_a_rule_that_counts_is_told_as_what_it_was(
    server: Running,
) -> None:
    counts = {
        "scenario": "counts",
        "rules": [
            {
                "on": {"operation": "look"},
                "fault": {"kind": "quota", "calls": 1, "per": "1m"},
            }
        ],
    }
    job = await server.draw()
    await server.post("/spaces/sketch.main/faults", {"scenario": counts})
    await server.look(job)
    refused = await server.client.get(
        f"/sketch/drawings/{job}", headers={"X-Sketch-Key": "sketch-test-key"}
    )

    (_, again) = await rules(server, job)

    assert again["on"] == {"operation": "look", "nth": 2}
    assert again["fault"]["kind"] == "error"
    assert again["fault"]["status"] == refused.status


async def test_a_call_of_no_job_that_met_nothing_has_no_rules(server: Running) -> None:
    job = await server.draw()
    one = met(server, job)

    assert "rules" not in document(
        Met(one.space, one.provider, None, one.exchanges), "again"
    )


async def test_a_life_that_nobody_changed_is_that_of_now(server: Running) -> None:
    job = await server.draw()
    await server.post(f"/jobs/{job}/fail")
    one = met(server, job)
    assert one.job is not None

    assert life_of(one, one.job) is one.job


def test_a_file_is_readable_yaml_with_bare_names_and_no_anchors() -> None:
    fault = {"kind": "error", "status": 503}
    said = {
        "scenario": "x",
        "about": "on: off",
        "rules": [{"on": {"nth": n}, "fault": fault} for n in (1, 2)],
    }

    text = written(said)

    assert "- on:\n" in text
    assert "&" not in text
    assert Source.parse(text, "x").document == said
    assert yaml.safe_load(text)["about"] == "on: off"
