"""Tasks: created, read in each state, cancelled, deleted; what each costs."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.runway.conftest import BOAT, FROZEN, OTHERS, TURBO, Api

BEGUN = "2030-01-01T00:00:00.000Z"
NOT_FOUND = {"error": "Could not find Task"}


async def test_a_create_answers_with_an_id_and_what_it_may_cost(api: Api) -> None:
    response = await api.post("/v1/text_to_video", BOAT)

    told = await response.json()
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert list(told) == ["id", "estimatedCost"]
    assert told["estimatedCost"] == {"credits": 60}


async def test_a_task_passes_through_its_states(api: Api) -> None:
    task = await api.submit()

    seen = [await api.read(task)]
    api.advance(2.4)
    seen.append(await api.read(task))
    api.advance(45)
    seen.append(await api.read(task))

    known = {"id": task, "createdAt": BEGUN}
    estimate = {"estimatedCost": {"credits": 60}}
    assert seen[0] == {**known, "status": "PENDING", **estimate}
    assert seen[1] == {**known, "status": "RUNNING", "progress": 0.01, **estimate}
    assert list(seen[2]) == ["id", "createdAt", "status", "output", "cost"]
    assert (seen[2]["status"], seen[2]["cost"]) == ("SUCCEEDED", {"credits": 60})


async def test_progress_rises_below_one(api: Api) -> None:
    task = await api.submit()
    told = []
    for _ in range(60):
        told.append(await api.read(task))
        api.advance(1)

    seen = [one["progress"] for one in told if "progress" in one]
    assert len(seen) >= 15
    assert seen == sorted(seen)
    assert min(seen) > 0
    assert max(seen) < 1


@pytest.mark.parametrize(
    ("number", "more"),
    [
        (1, {"status": "THROTTLED", "estimatedCost": {"credits": 60}}),
        (2, {"status": "PENDING", "estimatedCost": {"credits": 60}}),
        (3, {"status": "RUNNING", "progress": 0.5, "estimatedCost": {"credits": 60}}),
        (
            5,
            {
                "status": "FAILED",
                "failure": "The input was flagged by our content moderation system.",
                "failureCode": "SAFETY.INPUT.TEXT",
                "cost": {"credits": 60},
            },
        ),
        (6, {"status": "CANCELLED", "cost": {"credits": 0}}),
        (
            7,
            {
                "status": "FAILED",
                "failure": "An unexpected error occurred.",
                "cost": {"credits": 0},
            },
        ),
    ],
)
async def test_a_fixture_stays_in_its_state(
    api: Api, number: int, more: dict[str, Any]
) -> None:
    first, again = [await api.read(f"{FROZEN}{number}") for _ in range(2)]

    assert {k: v for k, v in first.items() if k not in {"id", "createdAt"}} == more
    assert again == first


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
async def test_a_deleted_task_is_not_found_whatever_its_state(
    api: Api, number: int
) -> None:
    response = await api.delete(f"{FROZEN}{number}")
    body = await response.read()
    later = await api.get(f"/v1/tasks/{FROZEN}{number}")
    second = await api.delete(f"{FROZEN}{number}")

    assert (response.status, body) == (204, b"")
    assert "Content-Type" not in response.headers
    assert (later.status, await later.json()) == (404, NOT_FOUND)
    assert (second.status, await second.json()) == (404, NOT_FOUND)


async def test_a_task_of_another_account_is_not_found(api: Api) -> None:
    task = await api.submit()

    read = await api.get(f"/v1/tasks/{task}", OTHERS)
    deleted = await api.delete(task, OTHERS)

    assert (read.status, await read.json()) == (404, NOT_FOUND)
    assert deleted.status == 404
    assert await api.status(task) == "PENDING"


async def test_an_id_that_is_none_is_refused(api: Api) -> None:
    response = await api.get("/v1/tasks/nothing")

    told = await response.json()
    assert response.status == 400
    assert told["error"] == "Validation of path failed"
    assert [(one["path"], one["message"]) for one in told["issues"]] == [
        (["id"], "Invalid UUID")
    ]


@pytest.mark.parametrize(
    ("after_s", "left"), [(0, 100_000), (20, 99_940), (60, 99_940)]
)
async def test_who_deletes_early_gets_the_credits_back(
    api: Api, after_s: float, left: int
) -> None:
    """Pending: all of them; running or succeeded: none."""
    task = await api.submit()
    assert await api.credits() == 99_940
    api.advance(after_s)

    await api.delete(task)

    assert await api.credits() == left


@pytest.mark.parametrize(
    ("code", "cost"),
    [
        ("SAFETY.INPUT.IMAGE", 60),
        ("SAFETY.OUTPUT.VIDEO", 60),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", 60),
        ("INPUT_PREPROCESSING.INTERNAL", 0),
        ("INTERNAL.BAD_OUTPUT.CODE01", 0),
        ("INTERNAL.BAD_OUTPUT.CODE77", 0),
        ("THIRD_PARTY.UNAVAILABLE", 0),
        ("ASSET.INVALID", 0),
        ("INTERNAL", 0),
    ],
)
async def test_a_prompt_asks_for_a_failure_and_moderation_is_charged(
    api: Api, code: str, cost: int
) -> None:
    task = await api.submit(promptText=f"A boat __fail:{code}")
    api.advance(60)

    told = await api.read(task)

    assert list(told)[2:] == ["status", "failure", "failureCode", "cost"]
    assert (told["status"], told["failureCode"]) == ("FAILED", code)
    assert told["cost"] == {"credits": cost}
    assert await api.credits() == 100_000 - cost


async def test_one_task_too_many_is_throttled_until_a_slot_is_free(api: Api) -> None:
    first, second = [await api.submit("/v1/image_to_video", TURBO) for _ in range(2)]
    other = await api.submit()

    begun = [await api.status(one) for one in (first, second, other)]
    api.advance(31.6)
    then = [await api.status(one) for one in (first, second)]

    assert begun == ["PENDING", "THROTTLED", "PENDING"]
    assert then[0] == "SUCCEEDED"
    assert then[1] in {"PENDING", "RUNNING"}


@pytest.mark.parametrize("after_s", [0, 5])
async def test_a_freed_slot_wakes_the_next(api: Api, after_s: float) -> None:
    first, second, third = [
        await api.submit("/v1/image_to_video", TURBO) for _ in range(3)
    ]
    api.advance(after_s)

    await api.delete(first)
    api.advance(0.4)

    assert [await api.status(one) for one in (second, third)] == [
        "PENDING",
        "THROTTLED",
    ]


async def test_a_throttled_task_costs_nothing_when_it_is_cancelled(api: Api) -> None:
    await api.submit("/v1/image_to_video", TURBO)
    throttled = await api.submit("/v1/image_to_video", TURBO)
    assert await api.credits() == 99_950

    await api.delete(throttled)

    assert await api.credits() == 99_975


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["PENDING"] * 2 + ["THROTTLED"] * 2),
        ({"tier": 2}, ["PENDING"] * 3 + ["THROTTLED"]),
        ({"concurrency": 1}, ["PENDING"] + ["THROTTLED"] * 3),
        ({"concurrency": 0}, ["PENDING"] * 4),
    ],
)
async def test_the_tier_says_how_many_run_at_once(
    serve: Serve, settings: dict[str, Any], expected: list[str]
) -> None:
    api = Api(await serve(providers_settings={"runway": settings}))

    tasks = [await api.submit() for _ in range(4)]

    assert [await api.status(one) for one in tasks] == expected


async def test_at_pace_step_each_read_shows_something_new(serve: Serve) -> None:
    api = Api(await serve(pace="step"))
    task = await api.submit("/v1/image_to_video", TURBO)
    throttled = await api.submit("/v1/image_to_video", TURBO)

    seen = [await api.status(task) for _ in range(6)]
    then = [await api.status(throttled) for _ in range(8)]

    assert seen == ["PENDING"] + ["RUNNING"] * 4 + ["SUCCEEDED"]
    assert [*dict.fromkeys(then)] == ["PENDING", "RUNNING", "SUCCEEDED"]
