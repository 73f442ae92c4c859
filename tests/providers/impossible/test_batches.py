"""Batches: gathered, run, read by either identifier, cancelled, run again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mockserver.engine.timeline import Phase, Step
from tests.providers.impossible.conftest import BEARER, GO, OTHER_BEARER, Api
from tests.providers.test_large_bodies import answered_meanwhile

FAILED = Step("failed", Phase.FAILED)
TASKS = [
    {"movie": "intro", "params": {"i": 0}, "format": "mp4"},
    {"movie": {"gif": "outro"}, "params": {"i": 1}, "format": "gif"},
]


async def create(api: Api, tasks: list[Any] | None = None) -> str:
    """Create a batch with tasks; return its path."""
    response = await api.post("/v2/batch", {"routing": "default"})
    path = f"/v2/batch/{(await response.json())['id']}"
    if tasks is not None:
        added = await api.post(f"{path}/tasks", {"tasks": tasks})
        assert added.status == 200
    return path


async def run(api: Api, path: str) -> dict[str, Any]:
    response = await api.post(f"{path}/run")
    assert response.status == 200
    found: dict[str, Any] = await response.json()
    return found


async def read(api: Api, path: str) -> Any:
    return await (await api.get(path)).json()


async def test_the_worked_exchange(api: Api) -> None:
    created = await (await api.post("/v2/batch", {"routing": "default"})).json()
    path = f"/v2/batch/{created['id']}"
    added = await (await api.post(f"{path}/tasks", {"tasks": TASKS})).json()
    running = await run(api, path)
    early = await read(api, f"{path}/results")
    api.advance(1)
    done = await read(api, path)
    results = await read(api, f"{path}/results")

    batch_id, run_id = created["id"], running["runId"]
    same = {"id": batch_id, "batchId": batch_id}
    none = {"tasks": 0, "total": 0, "done": 0, "failed": 0}
    two = {"tasks": 2, "total": 2, "done": 0, "failed": 0}
    assert created == {**same, "runId": None, "status": "pending", **none}
    assert added == {**same, "runId": None, "status": "pending", **two}
    assert running == {**same, "runId": run_id, "status": "running", **two}
    assert done == {**same, "runId": run_id, "status": "completed", **two, "done": 2}
    origin = f"{api.running.origin}/impossible/v2/render/"
    assert [task["status"] for task in early] == ["running", "running"]
    assert results == [
        {
            "token": results[0]["token"],
            "url": f"{origin}{results[0]['token']}.mp4",
            "status": "completed",
            "movie": "intro",
        },
        {
            "token": results[1]["token"],
            "url": f"{origin}{results[1]['token']}.gif",
            "status": "completed",
            "movie": "outro",
        },
    ]


async def test_results_have_a_batchs_a_runs_and_the_go_clients_path(api: Api) -> None:
    path = await create(api, TASKS)
    run_id = (await run(api, path))["runId"]

    by_batch = await read(api, f"{path}/results")
    by_run = await read(api, f"/v2/batch/{run_id}/results")
    by_go = await read(api, f"/v2/batch/run/{run_id}/results")

    assert by_batch == by_run == by_go
    assert len(by_batch) == 2


async def test_the_status_has_a_go_clients_path_too(api: Api) -> None:
    path = await create(api, TASKS)

    response = await api.get(f"{path}/status", headers=GO)

    assert await response.json() == await read(api, path)


async def test_a_task_without_a_format_is_an_mp4(api: Api) -> None:
    path = await create(api, [{"movie": "m"}])
    await run(api, path)

    (result,) = await read(api, f"{path}/results")

    assert result["url"].endswith(".mp4")


async def test_tasks_accumulate(api: Api) -> None:
    path = await create(api, TASKS)

    response = await api.post(f"{path}/tasks", {"tasks": [{"movie": "m"}]})

    assert (await response.json())["tasks"] == 3


async def test_the_clip_of_a_task_can_be_fetched(api: Api) -> None:
    path = await create(api, [{"movie": "m", "format": "png"}])
    await run(api, path)
    api.advance(1)
    (result,) = await read(api, f"{path}/results")

    response = await api.running.client.session.get(result["url"])

    assert response.status == 200
    assert response.headers["Content-Type"] == "image/png"


async def test_one_failed_task_is_told_and_the_batch_completes(api: Api) -> None:
    path = await create(api, TASKS)
    await run(api, path)
    jobs = api.space().jobs("impossible")
    jobs.force(next(jobs.list_jobs()), FAILED)
    api.advance(1)

    status = await read(api, path)
    first, second = await read(api, f"{path}/results")

    assert (status["status"], status["done"], status["failed"]) == ("completed", 1, 1)
    assert (first["status"], first["url"]) == ("failed", "")
    assert first["error"] == "Render failed"
    assert second["status"] == "completed"


async def test_a_batch_fails_when_every_task_does(api: Api) -> None:
    path = await create(api, TASKS)
    await run(api, path)
    jobs = api.space().jobs("impossible")
    first, second = jobs.list_jobs()
    jobs.force(first, FAILED)
    jobs.force(second, FAILED)

    assert (await read(api, path))["status"] == "failed"


async def test_cancelling_keeps_what_is_finished(api: Api) -> None:
    path = await create(api, [{"movie": "m", "parallel": 2}, {"movie": "m"}])
    await run(api, path)
    api.advance(0.5)

    cancelled = await (await api.post(f"{path}/cancel")).json()
    again = await api.post(f"{path}/cancel", {})
    api.advance(10)
    results = await read(api, f"{path}/results")

    assert cancelled["status"] == "cancelled"
    assert again.status == 200
    assert [task["status"] for task in results] == ["completed", "cancelled"]
    assert (await read(api, path))["status"] == "cancelled"


@pytest.mark.parametrize("seconds", [0.0, 1.0])
async def test_a_batch_can_be_run_again(api: Api, seconds: float) -> None:
    path = await create(api, TASKS)
    first = await run(api, path)
    api.advance(seconds)
    await api.post(f"{path}/cancel")

    second = await run(api, path)

    assert second["status"] == "running"
    assert second["runId"] != first["runId"]
    old = await read(api, f"/v2/batch/{first['runId']}/results")
    new = await read(api, f"{path}/results")
    assert {t["token"] for t in old}.isdisjoint(t["token"] for t in new)


@pytest.mark.parametrize(
    ("verb", "document", "status", "message"),
    [
        ("tasks", {"tasks": [{"movie": "m"}]}, 409, "Batch is running"),
        ("run", None, 409, "Batch is running"),
    ],
)
async def test_what_a_running_batch_refuses(
    api: Api, verb: str, document: object, status: int, message: str
) -> None:
    path = await create(api, TASKS)
    await run(api, path)

    response = await api.post(f"{path}/{verb}", document)

    assert response.status == status
    assert (await response.json())["message"] == message


async def test_a_finished_batch_cannot_be_cancelled(api: Api) -> None:
    path = await create(api, TASKS)
    await run(api, path)
    api.advance(1)

    response = await api.post(f"{path}/cancel")

    assert response.status == 409
    assert (await response.json())["message"] == "Batch is not running"


async def test_a_batch_without_tasks_cannot_run(api: Api) -> None:
    response = await api.post(f"{await create(api)}/run")

    assert response.status == 400
    assert (await response.json())["message"] == "Batch has no tasks"


async def test_a_batch_that_never_ran_has_no_results(api: Api) -> None:
    response = await api.get(f"{await create(api, TASKS)}/results")

    assert response.status == 404
    assert (await response.json())["message"] == "Batch has no results"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "tasks is required"),
        ({"tasks": []}, "tasks is required"),
        ({"tasks": "all"}, "tasks is required"),
        ({"tasks": [7]}, "Invalid request: tasks/0: must be an object"),
        (
            {"tasks": [{"movie": "m"}, {"params": {}}]},
            "Invalid request: tasks/1/movie: movie is required",
        ),
        (
            {"tasks": [{"movie": "m", "params": 7}]},
            "Invalid request: tasks/0/params: must be of type object",
        ),
        (
            {"tasks": [{"movie": "m", "format": "avi"}]},
            "Invalid request: tasks/0/format: Unsupported format: avi",
        ),
        (
            {"tasks": [{"movie": "m"}] * 10_001},
            "Invalid request: tasks: more than 10000",
        ),
    ],
)
async def test_wrong_tasks_are_refused_and_none_is_added(
    api: Api, document: object, message: str
) -> None:
    path = await create(api)

    response = await api.post(f"{path}/tasks", document)

    assert response.status == 400
    assert (await response.json())["message"] == message
    assert (await read(api, path))["tasks"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/batch/none/tasks"),
        ("POST", "/v2/batch/none/run"),
        ("POST", "/v2/batch/none/cancel"),
        ("GET", "/v2/batch/none"),
        ("GET", "/v2/batch/none/status"),
        ("GET", "/v2/batch/none/results"),
        ("GET", "/v2/batch/run/none/results"),
    ],
)
async def test_an_unknown_batch_is_404(api: Api, method: str, path: str) -> None:
    response = await api.call(method, path)

    assert response.status == 404
    assert (await response.json())["message"] == "Batch not found"


async def test_an_empty_body_with_a_json_type_is_no_mistake(api: Api) -> None:
    path = await create(api, TASKS)
    headers = {"Content-Type": "application/json"}

    response = await api.call("POST", f"{path}/run", headers=headers)

    assert response.status == 200


async def test_at_pace_step_polling_a_batch_leads_to_its_end(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(pace="step")
    path = await create(api, TASKS)
    await run(api, path)

    words = [(await read(api, path))["status"] for _ in range(25)]

    assert words[0] == "running"
    assert words[-1] == "completed"


async def test_others_are_answered_while_a_large_batch_starts_and_is_cancelled(
    api: Api,
) -> None:
    path = await create(api, TASKS * 1000)
    starting = asyncio.ensure_future(run(api, path))

    started = await answered_meanwhile(api.running, starting)
    cancelling = asyncio.ensure_future(api.post(f"{path}/cancel"))
    cancelled = await answered_meanwhile(api.running, cancelling)

    assert (await starting)["tasks"] == 2000
    assert (await (await cancelling).json())["status"] == "cancelled"
    assert min(started, cancelled) >= 5


async def test_of_two_starts_at_once_one_is_refused(api: Api) -> None:
    path = await create(api, TASKS * 200)

    responses = await asyncio.gather(*(api.post(f"{path}/run") for _ in range(2)))

    assert sorted(response.status for response in responses) == [200, 409]


@pytest.mark.deep
async def test_of_very_many_batches_the_oldest_idle_one_goes(api: Api) -> None:
    running = await create(api, TASKS)
    await run(api, running)
    idle = await create(api, TASKS)
    for _ in range(999):
        await create(api)

    assert (await api.get(running)).status == 200
    assert (await api.get(idle)).status == 404


async def test_tasks_of_all_batches_take_a_bounded_room(api: Api) -> None:
    path = await create(api, TASKS)
    table = api.space().table("impossible", "batch")
    (batch,) = table.values()
    table.put(batch["id"], {**batch, "size_bytes": 256 * 1024 * 1024})

    response = await api.post(f"{await create(api)}/tasks", {"tasks": TASKS})

    assert response.status == 413
    assert (await read(api, path))["tasks"] == 2


async def test_a_batch_belongs_to_the_key_that_made_it(api: Api) -> None:
    await api.post("/v2/batch", {}, headers=BEARER)
    await api.post("/v2/batch", {}, headers=OTHER_BEARER)
    await api.post("/v2/batch", {})

    counts = [
        len(api.space(name).table("impossible", "batch"))
        for name in ("main", "other", "public")
    ]

    assert counts == [1, 1, 1]


async def test_a_batch_of_three_passes_through_a_third_and_two(api: Api) -> None:
    """Tasks end one after the other, within the time of one render."""
    path = await create(api, [{"movie": "m"}] * 3)
    await run(api, path)

    api.advance(0.4)
    third = await read(api, path)
    api.advance(0.3)
    two = await read(api, path)
    api.advance(0.3)
    whole = await read(api, path)

    assert (third["status"], third["done"]) == ("running", 1)
    assert (two["status"], two["done"]) == ("running", 2)
    assert (whole["status"], whole["done"]) == ("completed", 3)


@pytest.mark.parametrize("pace", ["step", "demo"])
async def test_a_large_batch_ends_in_ten_waves(
    start: Callable[..., Awaitable[Api]], pace: str
) -> None:
    """However many tasks there are, a client that polls is soon done."""
    api = await start(pace=pace)
    path = await create(api, [{"movie": "m"}] * 200)
    await run(api, path)

    lengths = {job.ends for job in api.space().jobs("impossible").list_jobs()}

    assert len(lengths) == 10


async def test_at_step_each_poll_shows_another_wave(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(pace="step")
    path = await create(api, [{"movie": "m"}] * 10)
    await run(api, path)

    done = [(await read(api, path))["done"] for _ in range(11)]

    assert done == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
