"""Pictures whose create waits for them, on the space's clock."""

import asyncio
from typing import Any

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import KEY, ROOT, Api

IMAGE = f"{ROOT}/generations/image"
PHOTON = {"model": "photon-flash-1", "prompt": "A fern", "sync": True}


async def waiting(api: Api, **changes: Any) -> "asyncio.Task[tuple[int, Any]]":
    """Return a create that has been sent, and has not been answered."""

    async def sent() -> tuple[int, Any]:
        response = await api.ask("POST", IMAGE, {**PHOTON, **changes})
        return response.status, await response.json()

    accepted = asyncio.Event()
    space = api.running.space("luma", "main")
    space.on_change(lambda _: accepted.set())
    task = asyncio.create_task(sent())
    await accepted.wait()
    return task


async def test_a_create_is_answered_when_the_picture_is_there(api: Api) -> None:
    task = await waiting(api)
    is_early = task.done()
    api.advance(11)

    status, made = await task

    assert is_early is False
    assert (status, made["state"]) == (201, "completed")
    assert made["assets"]["image"].endswith("_image.jpg")
    assert made["request"]["sync"] is True
    assert made["request"]["sync_timeout"] == 60


async def test_when_the_wait_is_over_it_is_answered_as_it_is(api: Api) -> None:
    task = await waiting(api, sync_timeout=2)
    api.advance(2)

    status, made = await task

    assert (status, made["state"], made["assets"]) == (201, "dreaming", None)


async def test_a_failure_is_an_answer_as_well(api: Api) -> None:
    task = await waiting(api, prompt="A fern __fail:Contains blacklisted words")
    api.advance(11)

    status, made = await task

    assert (status, made["state"], made["failure_reason"]) == (
        201,
        "failed",
        "Contains blacklisted words",
    )


async def test_a_picture_that_is_deleted_meanwhile_is_not_found(api: Api) -> None:
    task = await waiting(api)
    jobs = api.running.space("luma", "main").jobs("luma")
    made = next(job for job in jobs.list_jobs() if job.ordinal >= 0)
    await api.ask("DELETE", f"{ROOT}/generations/{made.id}")

    assert await task == (404, {"detail": "Generation not found"})


async def test_where_each_step_is_asked_for_nobody_has_to_wait(serve: Serve) -> None:
    running = await serve(pace="step")

    response = await running.client.post(f"/luma{IMAGE}", json=PHOTON, headers=KEY)

    assert (await response.json())["state"] == "completed"
