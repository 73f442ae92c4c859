"""Blocking renders wait on the space's clock, cheaply, and end when they must."""

import asyncio
from collections.abc import Awaitable, Callable
from threading import active_count

import pytest

from mockserver.engine.timeline import Phase, Step
from tests.providers.impossible.conftest import Api

RENDER = "/v2/render/demo-project"
WANTED = {"movie": "welcome", "format": "png"}


async def test_at_pace_step_the_wait_itself_moves_the_clock(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(pace="step")

    response = await api.post(RENDER, WANTED)

    assert response.status == 200
    assert api.space().clock.now() == 1_893_456_001


async def test_at_a_running_pace_time_ends_the_wait(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(pace="x100")

    response = await api.post(RENDER, WANTED)

    assert response.status == 200


async def test_a_render_that_is_made_to_fail_ends_the_wait_with_500(api: Api) -> None:
    waiting = await api.begin("POST", RENDER, json=WANTED)
    jobs = api.space().jobs("impossible")

    jobs.force(next(jobs.list_jobs()), Step("failed", Phase.FAILED))

    response = await waiting
    assert response.status == 500
    assert (await response.json())["message"] == "Render failed"


async def test_a_render_beyond_the_services_time_is_504(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"render_time_s": 601})
    waiting = await api.begin("POST", RENDER, json=WANTED)

    api.advance(600)

    response = await waiting
    assert response.status == 504
    assert (await response.json())["message"] == "Render timed out"


async def test_64_renders_wait_at_once_without_a_thread_each(api: Api) -> None:
    before = active_count()
    waiting = [asyncio.create_task(api.post(RENDER, WANTED)) for _ in range(64)]
    await api.running.let_wait(*waiting)
    threads = active_count() - before
    listeners = len(api.space().clock._listeners)
    other = await api.get("/v2/progress/v2:us-east-1:none")

    api.advance(1)

    assert {(await task).status for task in waiting} == {200}
    assert other.status == 404
    assert threads < 8
    assert listeners >= 64
    assert len(api.space().clock._listeners) <= listeners - 64


async def test_a_client_that_hangs_up_is_waited_for_no_longer(api: Api) -> None:
    waiting = await api.begin("POST", RENDER, json=WANTED)
    listeners = len(api.space().clock._listeners)

    waiting.cancel()
    await asyncio.wait([waiting])
    await api.get("/v2/progress/v2:us-east-1:none")

    assert len(api.space().clock._listeners) == listeners - 1
    journal = api.running.instance.services.journal.exchanges()
    assert [kept.operation for kept in journal if kept.status == 499] == ["render"]


@pytest.mark.parametrize("mode", ["render", "get", "play"])
async def test_a_token_that_is_deleted_meanwhile_ends_the_wait(
    api: Api, mode: str
) -> None:
    token = await api.token()
    waiting = await api.begin("HEAD", f"/v2/{mode}/{token}.png")

    await api.call("DELETE", f"/v2/token/{token}")

    assert (await waiting).status == 404
