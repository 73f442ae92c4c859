"""The story of a job, and assertions about it, over the control API."""

from typing import Any

import pytest

from tests.edge.conftest import Running

IDLE: dict[str, Any] = {
    "submitted_once": True,
    "polled": {"at_least": 1},
    "backed_off": True,
    "honoured_retry_after": True,
    "stopped_after_end": True,
    "downloaded": {},
    "webhook_acknowledged": {"within_s": 2},
    "signature_checked": True,
    "cancelled": True,
}


def _words(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


async def test_a_story_is_told_line_by_line(server: Running) -> None:
    job_id = await server.draw()
    await server.post("/clock/advance", {"by": "15s"})

    told = await server.get(f"/jobs/{job_id}/story")

    assert told.keys() == {"lines"}
    assert _words(told["lines"]) == [
        "+0.000 s #1 submit 200 waiting",
        "+0.000 s is waiting",
        "+10.000 s is drawing",
    ]


async def test_what_holds_has_passed(server: Running) -> None:
    job_id = await server.draw()

    told = await server.post(
        f"/jobs/{job_id}/assert", {"submitted_once": True, "polled": {"at_most": 10}}
    )

    assert (told["passed"], told["failures"]) == (True, [])
    assert _words(told["lines"])[0] == "+0.000 s #1 submit 200 waiting"


async def test_a_job_has_to_be_polled_where_no_bound_is_said(server: Running) -> None:
    job_id = await server.draw()

    before = await server.post(f"/jobs/{job_id}/assert", {"polled": {}})
    await server.look(job_id)
    after = await server.post(f"/jobs/{job_id}/assert", {"polled": {}})

    assert before["failures"] == ["polled 0 times, expected at least 1"]
    assert (after["passed"], after["failures"]) == (True, [])


async def test_each_assertion_that_is_broken_is_said(server: Running) -> None:
    job_id = await server.draw()

    told = await server.post(f"/jobs/{job_id}/assert", IDLE)

    assert told["passed"] is False
    assert told["failures"] == [
        "polled 0 times; whether it backs off is seen from 3 polls on",
        "was never told to wait: no answer had a Retry-After",
        "whether it stops is not known: the job has not ended",
        "sketch does not sign its webhooks",
        "nobody has asked to cancel it",
        "polled 0 times, expected at least 1",
        "no file of it was downloaded",
        "no webhook about it has been sent",
    ]


async def test_lines_that_break_one_are_marked(server: Running) -> None:
    job_id = await server.draw()
    await server.draw()

    told = await server.post(f"/jobs/{job_id}/assert", {"submitted_once": True})

    assert told["failures"] == ["submitted 2 times, expected once"]
    assert [line[0] for line in told["lines"] if "submit" in line] == [">", ">"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "body: found no assertion, expected one of submitted_once, backed_off"),
        ({"submitted_once": False}, "body: found no assertion, expected one of "),
        ({"polled": {"at_most": -1}}, "body/polled/at_most: "),
        ({"polled": {"every": 2}}, "body/polled"),
        ({"pulled": True}, "body"),
    ],
)
async def test_what_asserts_nothing_is_refused(
    server: Running, body: dict[str, Any], said: str
) -> None:
    job_id = await server.draw()

    status, told = await server.refused("POST", f"/jobs/{job_id}/assert", body)

    assert status == 400
    assert told.startswith(said)


async def test_a_job_that_there_is_not_has_no_story(server: Running) -> None:
    said = "job: found 'nope', expected one that there is"
    body = {"cancelled": True}

    assert await server.refused("GET", "/jobs/nope/story") == (404, said)
    assert await server.refused("POST", "/jobs/nope/assert", body) == (404, said)
