"""What queries name and nobody knows is refused: it would look clean otherwise."""

from typing import Any

import pytest

from tests.edge.conftest import Running

JOB = "found 'nope', expected one that there is"
STATE = "found 'drawm', expected 'drawn', the nearest known name"
OPERATION = "found 'drew', expected 'draw', the nearest known name"
SPACE = "found 'sketch.man', expected 'sketch.main', the nearest known name"


@pytest.mark.parametrize(
    ("path", "query", "status", "said"),
    [
        ("/findings", {"job": "nope"}, 404, JOB),
        ("/findings/count", {"job": "nope"}, 404, JOB),
        ("/deliveries", {"job": "nope"}, 404, JOB),
        ("/exchanges", {"job": "nope"}, 404, JOB),
        ("/exchanges/brief", {"job": "nope"}, 404, JOB),
        ("/exchanges/har", {"job": "nope"}, 404, JOB),
        ("/exchanges", {"state": "drawm"}, 400, STATE),
        ("/jobs", {"state": "drawm"}, 400, STATE),
        ("/exchanges", {"operation": "drew"}, 400, OPERATION),
        ("/jobs", {"operation": "drew"}, 400, OPERATION),
        ("/exchanges", {"space": "sketch.man"}, 400, SPACE),
        ("/exchanges/unmatched", {"space": "sketch.man"}, 400, SPACE),
        ("/credentials", {"space": "sketch.man"}, 400, SPACE),
    ],
)
async def test_an_unknown_name_in_a_query_is_refused(
    filled: Running, path: str, query: dict[str, str], status: int, said: str
) -> None:
    ((name, _),) = query.items()

    refused = await filled.refused("GET", path, **query)

    assert refused == (status, f"query/{name}: {said}")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"job": "nope"}, 404, JOB),
        ({"state": "drawm"}, 400, STATE),
        ({"operation": "drew"}, 400, OPERATION),
        ({"space": "sketch.man"}, 400, SPACE),
    ],
)
@pytest.mark.parametrize("path", ["/exchanges/find", "/exchanges/count"])
async def test_an_unknown_name_in_a_body_is_refused(
    filled: Running, path: str, body: dict[str, Any], status: int, said: str
) -> None:
    ((name, _),) = body.items()

    refused = await filled.refused("POST", path, body)

    assert refused == (status, f"body/{name}: {said}")


async def test_exchanges_of_no_such_space_cannot_be_forgotten(filled: Running) -> None:
    refused = await filled.refused("POST", "/exchanges/clear", {"space": "sketch.man"})

    assert refused == (400, f"body/space: {SPACE}")


async def test_what_is_known_may_have_nothing(filled: Running) -> None:
    """A known name is answered with an empty list: that is what there is."""
    (job,) = (one["id"] for one in (await filled.get("/jobs"))["jobs"])

    told = [
        await filled.get("/findings", job=job, least="warning"),
        await filled.get(f"/exchanges?job={job}&method=DELETE"),
        await filled.get("/exchanges", state="torn"),
        await filled.get("/jobs", state="torn"),
        await filled.get("/exchanges", operation="break"),
        await filled.get("/exchanges?method=BREW"),
    ]

    assert told == [
        {"findings": [], "next": None},
        {"exchanges": []},
        {"exchanges": []},
        {"jobs": [], "next": None},
        {"exchanges": []},
        {"exchanges": []},
    ]


async def test_a_job_that_is_gone_is_known_as_long_as_the_journal_is(
    filled: Running,
) -> None:
    (job,) = (one["id"] for one in (await filled.get("/jobs"))["jobs"])
    await filled.ask("DELETE", f"/jobs/{job}")
    query = {"job": job, "least": "error"}

    known = await filled.get("/findings", **query)
    other = await filled.refused("GET", "/findings", **query, space="sketch.other")
    await filled.post("/exchanges/clear")
    delivered = await filled.get("/findings", **query)
    await filled.post("/spaces/sketch.main/reset")
    forgotten = await filled.refused("GET", "/findings", **query)

    assert known == delivered == {"findings": [], "next": None}
    said = f"query/job: found {job!r}, expected one that there is"
    assert other == forgotten == (404, said)


async def test_a_state_of_a_scenario_may_come(filled: Running) -> None:
    """As long as one acts, any word may; later those that some job has had."""
    known = "expected one of: drawing, drawn, torn, waiting"
    refused = (400, f"query/state: found 'inked', {known}")
    assert await filled.refused("GET", "/jobs", state="inked") == refused
    scenario = {"scenario": "odd", "rules": [{"job": {"unknown_word": "inked"}}]}
    await filled.post("/faults", {"scenario": scenario})

    to_come = await filled.get("/jobs", state="inked")
    await filled.ask("DELETE", "/faults")
    forgotten = await filled.refused("GET", "/jobs", state="inked")

    assert to_come == {"jobs": [], "next": None}
    assert forgotten == refused


async def test_a_state_that_a_job_has_of_a_scenario_is_known(filled: Running) -> None:
    scenario = {"scenario": "odd", "rules": [{"job": {"unknown_word": "inked"}}]}
    await filled.post("/faults", {"scenario": scenario})
    await filled.draw()
    await filled.ask("DELETE", "/faults")

    told = await filled.get("/jobs", state="inked")

    assert told == {"jobs": [], "next": None}
