"""Jobs over the control API."""

from dataclasses import replace
from typing import Any

import pytest

from mockserver.providers.provider import Provider
from tests.edge.conftest import KEY, OTHER_KEY, Running, Serve

CALLS = ("draw", "look", "look")


async def _ids(server: Running, **query: Any) -> list[str]:
    return [job["id"] for job in (await server.get("/jobs", **query))["jobs"]]


async def test_a_job_shows_where_it_is(server: Running) -> None:
    job_id = await server.draw()
    await server.post("/clock/advance", {"by": "15s"})

    (job,) = (await server.get("/jobs"))["jobs"]

    assert job.pop("arrived_at") is not None
    assert job == {
        "id": job_id,
        "space": "sketch.main",
        "provider": "sketch",
        "operation": "draw",
        "ordinal": 0,
        "state": "drawing",
        "phase": "running",
        "progress": pytest.approx(25, abs=0.001),
        "error": None,
        "created_at": "2030-01-01T00:00:00.000Z",
        "elapsed_s": 15.0,
        "changes_at": "2030-01-01T00:00:20.000Z",
        "media": "absent",
        "link": "unissued",
        "preview": {},
        "timeline": [
            {
                "state": "waiting",
                "phase": "waiting",
                "starts_s": 0.0,
                "ends_s": 10.0,
                "progress": None,
                "error": None,
                "is_current": False,
            },
            {
                "state": "drawing",
                "phase": "running",
                "starts_s": 10.0,
                "ends_s": 30.0,
                "progress": [0.0, 100.0],
                "error": None,
                "is_current": True,
            },
            {
                "state": "drawn",
                "phase": "succeeded",
                "starts_s": 30.0,
                "ends_s": None,
                "progress": None,
                "error": None,
                "is_current": False,
            },
        ],
    }


async def test_a_finished_job_can_be_looked_at(filled: Running) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]

    assert job["preview"] == {
        "video": f"/_mock/media/{job['space']}/sketch/{job['id']}/video"
    }
    assert (job["media"], job["link"]) == ("available", "valid")


async def test_details_tell_exchanges_and_deliveries(filled: Running) -> None:
    (listed,) = (await filled.get("/jobs"))["jobs"]

    job = await filled.get(f"/jobs/{listed['id']}")

    assert [one["operation"] for one in job["exchanges"]] == ["draw", "look"]
    assert [one["label"] for one in job["deliveries"]] == ["drawn"]
    assert job["data"] == {"bytes": 48, "hook": filled.hook}
    assert job["media_life"]["lag_s"] == 0


@pytest.mark.parametrize(
    ("most", "told"), [(0, []), (1, ["look"]), (2, ["look", "look"]), (9, [*CALLS])]
)
async def test_details_tell_as_many_exchanges_as_are_wanted(
    server: Running, most: int, told: list[str]
) -> None:
    job = await server.draw()
    for _ in range(2):
        await server.look(job)

    details = await server.get(f"/jobs/{job}", exchanges=most)

    assert [one["operation"] for one in details["exchanges"]] == told


async def test_looking_changes_nothing_at_pace_step(serve: Serve) -> None:
    server = await serve(pace="step")
    job = await server.draw()
    await server.look(job)

    for _ in range(5):
        await server.get(f"/jobs/{job}")

    assert (await server.get(f"/jobs/{job}"))["state"] == "waiting"


async def test_the_newest_jobs_come_first(server: Running) -> None:
    made = []
    for key in (KEY, OTHER_KEY, KEY):
        made.append(await server.draw(key))
        await server.post("/clock/advance", {"by": "1s"})

    assert await _ids(server) == [*reversed(made), "framed"]


async def test_the_order_is_that_of_real_arrival_whatever_clocks_say(
    server: Running,
) -> None:
    """The job that came last is first, also when its own clock has run on since."""
    first = await server.draw(OTHER_KEY)
    last = await server.draw(KEY)

    await server.post("/spaces/sketch.main/clock/advance", {"by": "1h"})

    assert await _ids(server, operation="draw") == [last, first, "framed"]


async def test_pages_follow_each_other(server: Running) -> None:
    made = [await server.draw() for _ in range(5)]
    made.reverse()

    first = await server.get("/jobs", limit=2)
    second = await server.get("/jobs", limit=2, after=first["next"])
    third = await server.get("/jobs", limit=2, after=second["next"])

    pages = [[job["id"] for job in one["jobs"]] for one in (first, second, third)]
    assert pages == [made[:2], made[2:4], made[4:]]
    assert third["next"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 4),
        ({"space": "sketch.main"}, 2),
        ({"space": "sketch.other"}, 2),
        ({"provider": "sketch"}, 4),
        ({"state": "drawn"}, 2),
        ({"phase": "waiting"}, 2),
        ({"operation": "draw"}, 4),
        ({"operation": "look"}, 0),
        ({"phase": "waiting", "space": "sketch.main"}, 1),
        ({"text": "FRAMED"}, 1),
        ({"text": '"bytes":'}, 3),
        ({"text": "no such words"}, 0),
        ({"errors": "true"}, 0),
        ({"errors": "false"}, 4),
    ],
)
async def test_jobs_are_filtered(
    server: Running, query: dict[str, str], count: int
) -> None:
    finished = await server.draw(KEY)
    await server.post(f"/jobs/{finished}/finish")
    await server.draw(KEY)
    await server.draw(OTHER_KEY)

    assert len(await _ids(server, **query)) == count


async def test_a_job_is_finished_by_time(server: Running) -> None:
    job = await server.draw(hook=server.hook)

    finished = await server.post(f"/jobs/{job}/finish")

    assert finished["state"] == "drawn"
    assert await server.look(job) == "drawn"
    clock = await server.get("/spaces/sketch.main/clock")
    assert clock["now"] == "2030-01-01T00:00:30.000Z"
    assert server.received == [("/hook", b"{}")]


async def test_a_forced_job_stays_in_its_state(server: Running) -> None:
    job = await server.draw()

    forced = await server.post(
        f"/jobs/{job}/state", {"state": "drawing", "progress": 60}
    )
    await server.post("/clock/advance", {"by": "30d"})

    assert (forced["state"], forced["progress"]) == ("drawing", 60)
    assert await server.look(job) == "drawing"


async def test_a_state_that_is_not_the_providers_is_refused(server: Running) -> None:
    job = await server.draw()

    refused = await server.refused("POST", f"/jobs/{job}/state", {"state": "drawnn"})

    assert refused == (
        400,
        "body/state: found 'drawnn', expected 'drawn', the nearest known name",
    )


async def test_a_job_fails_with_the_providers_usual_problem(server: Running) -> None:
    job = await server.draw()

    failed = await server.post(f"/jobs/{job}/fail")

    assert (failed["state"], failed["error"]) == ("torn", "paper-jam")
    assert await server.look(job) == "torn"


async def test_a_job_fails_with_a_named_problem(server: Running) -> None:
    job = await server.draw()

    failed = await server.post(f"/jobs/{job}/fail", {"error": '"no ink left"'})

    assert failed["error"] == "no ink left"


async def test_a_failure_that_the_provider_does_not_know_is_refused(
    server: Running,
) -> None:
    job = await server.draw()

    refused = await server.refused("POST", f"/jobs/{job}/fail", {"error": "papr-jam"})

    assert refused[0] == 400
    assert refused[1].startswith("body/error: found 'papr-jam', expected 'paper-jam'")
    assert await server.look(job) != "torn"


async def test_a_job_that_has_ended_cannot_fail(filled: Running) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]

    status, error = await filled.refused("POST", f"/jobs/{job['id']}/fail")

    assert status == 409
    assert "in state drawn" in error


async def test_an_endless_job_cannot_be_finished(server: Running) -> None:
    job = await server.draw()
    await server.post(f"/jobs/{job}/state", {"state": "waiting"})

    status, error = await server.refused("POST", f"/jobs/{job}/finish")

    assert status == 409
    assert "never ends by itself" in error


async def test_a_deleted_job_is_unknown_to_the_provider(server: Running) -> None:
    job = await server.draw()

    await server.ask("DELETE", f"/jobs/{job}")

    response = await server.client.get(
        f"/sketch/drawings/{job}", headers={"X-Sketch-Key": KEY}
    )
    assert response.status == 404


async def test_a_job_that_two_spaces_have_has_to_be_named_with_its_space(
    serve: Serve, sketch: Provider
) -> None:
    server = await serve(provider=replace(sketch, new_id=lambda chance, at_s: "no 0/1"))
    await server.draw(KEY)
    await server.draw(OTHER_KEY)

    status, error = await server.refused("GET", "/jobs/no%200%2F1")
    job = await server.get("/jobs/no%200%2F1", space="sketch.other")

    assert status == 409
    assert "?space=sketch.main&provider=sketch" in error
    assert (job["id"], job["space"]) == ("no 0/1", "sketch.other")


async def test_a_provider_lists_how_its_jobs_fail_and_what_that_means(
    serve_real: Serve,
) -> None:
    server = await serve_real(providers=("heygen",))

    told = (await server.get("/providers/heygen"))["failures"]

    assert told[0] == {
        "name": "render-failed",
        "error": "rendering_failed",
        "about": "The video could not be rendered.",
        "is_usual": True,
    }
    assert [one["is_usual"] for one in told[1:]] == [False, False]
