"""Creates that wait: done in time, and not."""

import pytest

from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import PROMPT, TOKEN, VEO, Api

WAIT = {**TOKEN, "Prefer": "wait"}
FAST = "/v1/models/mock/list-output/predictions"


async def test_done_in_time_is_201_and_succeeded(serve: Serve) -> None:
    api = Api(await serve(pace="step"))

    response = await api.post(FAST, {"input": PROMPT}, WAIT)

    told = await response.json()
    assert (response.status, told["status"]) == (201, "succeeded")
    assert len(told["output"]) == 2


async def test_a_wait_that_is_over_is_202_and_starting(serve: Serve) -> None:
    """Clients take anything but starting for the end."""
    api = Api(await serve(pace="step"))

    response = await api.post(VEO, {"input": PROMPT}, {**TOKEN, "Prefer": "wait=20"})

    told = await response.json()
    assert (response.status, told["status"]) == (202, "starting")
    assert (told["output"], "started_at" in told) == (None, False)
    assert (await api.read(told["id"]))["status"] == "processing"


async def test_the_wait_answer_may_still_be_processing(serve: Serve) -> None:
    settings = {"replicate": {"wait_answer": "processing"}}
    api = Api(await serve(pace="step", providers_settings=settings))

    told = await (await api.post(FAST, {"input": PROMPT}, WAIT)).json()

    assert told["status"] == "processing"
    assert (len(told["output"]), "completed_at" in told) == (2, False)


async def test_a_failure_in_time_is_told_as_one(serve: Serve) -> None:
    api = Api(await serve(pace="step"))
    path = "/v1/models/mock/always-fails/predictions"

    response = await api.post(path, {"input": PROMPT}, WAIT)

    assert (response.status, (await response.json())["status"]) == (201, "failed")


@pytest.mark.parametrize("prefer", ["wait=0", "wait=61", "wait=x", "respond-async"])
async def test_what_is_no_wait_is_ignored(api: Api, prefer: str) -> None:
    response = await api.post(VEO, {"input": PROMPT}, {**TOKEN, "Prefer": prefer})

    assert (response.status, (await response.json())["status"]) == (201, "starting")
