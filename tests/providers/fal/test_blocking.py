"""Blocking calls: the answer waits for the model."""

import asyncio

import pytest

from mockserver.engine.jobengine import Change
from tests.providers.conftest import Serve
from tests.providers.fal.conftest import PROMPT, RUN, Api


@pytest.fixture
async def stepping(serve: Serve) -> Api:
    """Return an API whose time a waiting call moves."""
    return Api(await serve(pace="step"))


@pytest.mark.ffmpeg
async def test_a_call_answers_the_output(stepping: Api) -> None:
    response = await stepping.call("POST", RUN, {"prompt": "x"})

    assert response.status == 200
    assert response.headers["x-fal-request-id"]
    assert (await response.json())["video"]["content_type"] == "video/mp4"


async def test_bad_input_is_the_direct_answer(stepping: Api) -> None:
    response = await stepping.call("POST", RUN, {})

    assert response.status == 422
    assert (await response.json())["detail"][0]["loc"] == ["body", "prompt"]


async def test_a_failure_is_the_direct_answer(stepping: Api) -> None:
    path = "/fal.run/mock/content-policy"

    response = await stepping.call("POST", path, {"prompt": "x"})

    assert response.status == 422
    assert response.headers["X-Fal-Retryable"] == "false"


async def test_who_hangs_up_ends_the_request(api: Api) -> None:
    space = api.running.space("fal", "main")
    changes = asyncio.Queue[Change]()
    space.listeners.append(changes.put_nowait)
    waiting = asyncio.create_task(api.call("POST", RUN, PROMPT))
    await changes.get()

    waiting.cancel()
    job = (await changes.get()).after

    assert job is not None
    assert job.at(space.clock.now()).step.error == "client_disconnected"
