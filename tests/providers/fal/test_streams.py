"""Streams: where a request stands, and what a model makes, as it happens."""

import json
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers.conftest import Serve
from tests.providers.fal.conftest import FROZEN, RUN, VEO, Api


async def events(response: ClientResponse) -> list[Any]:
    """Return the data of a stream's events, until it ends."""
    text = (await response.read()).decode()
    frames = [one for one in text.split("\n\n") if one and not one.startswith(":")]
    assert all(one.startswith("data: ") for one in frames)
    return [json.loads(one.removeprefix("data: ")) for one in frames]


@pytest.fixture
async def stepping(serve: Serve) -> Api:
    """Return an API whose time a stream moves."""
    return Api(await serve(pace="step"))


async def test_a_stream_shows_each_change_until_the_end(stepping: Api) -> None:
    made = await stepping.submit()

    response = await stepping.get(f"{made['status_url']}/stream")
    told = await events(response)

    assert response.headers["Content-Type"] == "text/event-stream"
    assert [(one["status"], one.get("queue_position")) for one in told] == [
        ("IN_QUEUE", 2),
        ("IN_QUEUE", 1),
        ("IN_QUEUE", 0),
        ("IN_PROGRESS", None),
        ("COMPLETED", None),
    ]
    assert told[-1]["metrics"] == {"inference_time": 75.0}


async def test_a_streams_lines_come_once_each(stepping: Api) -> None:
    made = await stepping.submit()

    told = await events(await stepping.get(f"{made['status_url']}/stream?logs=1"))

    lines = [line["message"] for one in told for line in one["logs"]]
    assert lines == [
        "Loading inputs",
        "Generating video: 30%",
        "Generating video: 70%",
        "Encoding video",
    ]


async def test_a_stream_of_what_is_over_has_one_event(stepping: Api) -> None:
    path = f"{VEO}/requests/{FROZEN}5/status/stream"

    told = await events(await stepping.get(path))

    assert [(one["status"], one["error_type"]) for one in told] == [
        ("COMPLETED", "client_cancelled")
    ]


@pytest.mark.ffmpeg
async def test_a_model_streams_how_far_it_is_and_then_its_output(
    stepping: Api,
) -> None:
    response = await stepping.call("POST", f"{RUN}/stream", {"prompt": "x"})
    *before, last = await events(response)

    assert response.headers["x-fal-request-id"]
    assert [set(one) for one in before] == [{"progress"}] * len(before)
    assert last["video"]["content_type"] == "video/mp4"


async def test_a_model_that_fails_says_so_in_its_stream(stepping: Api) -> None:
    path = "/fal.run/mock/always-fails/stream"

    *_, last = await events(await stepping.call("POST", path, {"prompt": "x"}))

    assert last["detail"][0]["type"] == "internal_server_error"
