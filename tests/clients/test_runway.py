"""Runway's own client for Python, unmodified: create, poll, wait, upload, errors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import runwayml
from runwayml import AsyncRunwayML, RunwayML, TaskFailedError

from mockserver.server.mock import MockServer
from mockserver.server.travelling import living_by

pytestmark = pytest.mark.client

BOAT: dict[str, Any] = {
    "model": "gen4.5",
    "prompt_text": "A paper boat",
    "ratio": "1280:720",
    "duration": 5,
}
TURBO: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/a.png",
    "ratio": "1280:720",
}


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a task moves."""
    with MockServer(
        pace="step", providers=("runway",), auth="strict", media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def key(server: MockServer) -> str:
    return str(server.space.credential("runway"))


@pytest.fixture
def client(server: MockServer, key: str) -> Iterator[RunwayML]:
    base = server.url_for("runway")
    with RunwayML(api_key=key, base_url=base, max_retries=0, timeout=20) as made:
        yield made


def _done(client: RunwayML, task_id: str) -> tuple[list[str], Any]:
    """Return the states of a task, and what it is at its end."""
    states: list[str] = []
    while True:
        task: Any = client.tasks.retrieve(task_id)
        states.append(task.status)
        if task.status in {"SUCCEEDED", "FAILED"}:
            return [*dict.fromkeys(states)], task


def _refused(kind: type[runwayml.APIStatusError], call: Any) -> tuple[int, Any]:
    """Return status and body of what a call raises."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value.status_code, caught.value.body


@pytest.mark.ffmpeg
def test_an_order_is_polled_until_its_end_and_downloaded(client: RunwayML) -> None:
    created: Any = client.text_to_video.create(**BOAT)

    states, task = _done(client, created.id)
    file = httpx.get(task.output[0])

    assert created.estimated_cost.credits == 60
    assert states == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert task.cost.credits == 60
    assert (file.status_code, file.content[4:8]) == (200, b"ftyp")


def test_the_wait_helper_waits_no_real_second_in_a_test(
    server: MockServer, client: RunwayML
) -> None:
    """It sleeps 4.5 to 7.5 s before each read, all of them on the space's clock."""
    with living_by(server.space) as sleeping:
        task: Any = client.text_to_video.create(**BOAT).wait_for_task_output()
        again: Any = client.tasks.retrieve(task.id).wait_for_task_output()

    assert (task.status, again.status) == ("SUCCEEDED", "SUCCEEDED")
    assert task.output != again.output
    assert sleeping.slept_s >= 9


async def test_the_async_wait_helper_does_so_too(server: MockServer, key: str) -> None:
    base = server.url_for("runway")
    with living_by(server.space) as sleeping:
        async with AsyncRunwayML(api_key=key, base_url=base) as client:
            created = await client.text_to_video.create(**BOAT)
            task: Any = await created.wait_for_task_output()

    assert task.status == "SUCCEEDED"
    assert sleeping.slept_s >= 4.5


def test_a_failure_is_raised_by_the_wait_helper(
    server: MockServer, client: RunwayML
) -> None:
    prompt = "A boat __fail:SAFETY.INPUT.TEXT"
    created = client.text_to_video.create(**{**BOAT, "prompt_text": prompt})

    with living_by(server.space), pytest.raises(TaskFailedError) as caught:
        created.wait_for_task_output()

    task: Any = caught.value.task_details
    assert (task.status, task.failure_code) == ("FAILED", "SAFETY.INPUT.TEXT")


def test_who_waits_for_a_deleted_task_is_told(
    server: MockServer, client: RunwayML
) -> None:
    created = client.text_to_video.create(**BOAT)
    client.tasks.delete(created.id)

    with living_by(server.space), pytest.raises(runwayml.NotFoundError):
        created.wait_for_task_output()


def test_an_upload_is_used_as_an_input(client: RunwayML) -> None:
    upload = client.uploads.create_ephemeral(file=("clip.mp4", b"x" * 600))

    create: Any = client.video_to_video.create

    created = create(model="aleph2", video_uri=upload.uri)

    assert upload.uri.startswith("runway://")
    assert created.estimated_cost.credits == 75


def test_an_upload_that_is_too_small_is_refused_by_the_store(client: RunwayML) -> None:
    status, body = _refused(
        runwayml.APIStatusError,
        lambda: client.uploads.create_ephemeral(file=("clip.mp4", b"x" * 511)),
    )

    assert status == 400
    assert "<Code>EntityTooSmall</Code>" in body


def test_the_organization_tells_its_credits_and_what_they_went_for(
    client: RunwayML,
) -> None:
    client.text_to_video.create(**BOAT)

    told = client.organization.retrieve()
    usage = client.organization.retrieve_usage(
        start_date="2030-01-01", before_date="2030-01-02"
    )

    assert told.credit_balance == 99_940
    assert told.tier.models["gen4.5"].max_concurrent_generations == 2
    assert told.usage.models["gen4.5"].daily_generations == 1
    assert usage.models == ["gen4.5"]
    assert [(one.date.isoformat(), one.used_credits[0].amount)
            for one in usage.results] == [("2030-01-01", 60)]  # fmt: skip


def test_one_task_too_many_is_throttled(client: RunwayML) -> None:
    created = [client.image_to_video.create(**TURBO) for _ in range(3)]

    states = [client.tasks.retrieve(one.id).status for one in created]

    assert states == ["PENDING", "PENDING", "THROTTLED"]


def test_errors_come_as_the_kinds_that_it_knows(
    server: MockServer, client: RunwayML
) -> None:
    docs = {"docUrl": "https://docs.dev.runwayml.com/api"}
    base, stranger = server.url_for("runway"), "key_nobodys"
    wrong: Any = {**BOAT, "duration": 11}
    old = client.with_options(default_headers={"X-Runway-Version": "2023-01-01"})

    invalid = _refused(
        runwayml.BadRequestError, lambda: client.text_to_video.create(**wrong)
    )
    unknown = _refused(
        runwayml.NotFoundError,
        lambda: client.tasks.retrieve("00000000-0000-4000-8000-000000000099"),
    )
    with RunwayML(api_key=stranger, base_url=base) as other:
        locked = _refused(runwayml.AuthenticationError, other.organization.retrieve)
    dated = _refused(runwayml.BadRequestError, old.organization.retrieve)

    assert invalid[1]["issues"][0]["message"] == "Too big: expected number to be <=10"
    assert unknown == (404, {"error": "Could not find Task"})
    assert locked == (401, {"error": "The API key is not valid.", **docs})
    text = 'The X-Runway-Version header "2023-01-01" is not a supported version.'
    assert dated == (400, {"error": text, **docs})


def test_the_daily_limit_is_tried_three_times(server: MockServer, key: str) -> None:
    server.space.switch("runway", "daily", 0)
    base = server.url_for("runway")

    with living_by(server.space), RunwayML(api_key=key, base_url=base) as client:
        status, body = _refused(
            runwayml.RateLimitError, lambda: client.text_to_video.create(**BOAT)
        )

    tries = [one for one in server.space.exchanges if one.status == 429]
    assert (status, body["error"]) == (429, "Your daily task limit has been reached.")
    counts = [dict(one.request_headers)["x-stainless-retry-count"] for one in tries]
    assert counts == ["0", "1", "2"]
