"""The queue: what is submitted, where it stands, how it is stopped."""

import re

import pytest

from tests.providers.conftest import Serve
from tests.providers.fal.conftest import FROZEN, KEY, PROMPT, VEO, Api


async def test_a_submit_says_where_everything_is(api: Api) -> None:
    response = await api.call("POST", VEO, PROMPT)
    told = await response.json()

    name = told["request_id"]
    here = f"{api.running.origin}/fal{VEO}/requests/{name}"
    assert response.status == 200
    assert response.headers["x-fal-request-id"] == name
    assert re.fullmatch(
        r"01b8dac5-b400-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", name
    )
    assert told == {
        "status": "IN_QUEUE",
        "request_id": name,
        "response_url": here,
        "status_url": f"{here}/status",
        "cancel_url": f"{here}/cancel",
        "logs": None,
        "metrics": {},
        "queue_position": 2,
    }


async def test_its_place_falls_to_none_in_front(api: Api) -> None:
    made = await api.submit("/queue.fal.run/mock/slow")
    places = []

    for _ in range(4):
        places.append((await api.status(made)).get("queue_position"))
        api.advance(20)

    assert places == [2, 1, 0, None]


async def test_a_status_is_202_until_it_is_over(api: Api) -> None:
    made = await api.submit("/queue.fal.run/mock/slow")
    answers = []

    for seconds in (0, 60, 90):
        api.advance(seconds)
        response = await api.get(made["status_url"])
        answers.append((response.status, (await response.json())["status"]))

    assert answers == [(202, "IN_QUEUE"), (202, "IN_PROGRESS"), (200, "COMPLETED")]


async def test_the_end_tells_how_long_it_took(api: Api) -> None:
    made = await api.submit("/queue.fal.run/mock/slow")
    api.advance(150)

    told = await api.status(made)

    assert told["metrics"] == {"inference_time": 90.0}
    assert "queue_position" not in told
    assert "error" not in told


@pytest.mark.parametrize("asked", ["?logs=1", "?logs=true"])
async def test_logs_are_all_lines_so_far(api: Api, asked: str) -> None:
    made = await api.submit("/queue.fal.run/mock/slow")
    api.advance(60 + 30)

    told = await api.status(made, asked)

    assert told["logs"] == [
        {
            "message": "Loading inputs",
            "level": "INFO",
            "source": "USER",
            "timestamp": "2030-01-01T00:01:00.000000+00:00",
        },
        {
            "message": "Generating video: 30%",
            "level": "INFO",
            "source": "USER",
            "timestamp": "2030-01-01T00:01:27.000000+00:00",
        },
    ]


@pytest.mark.parametrize("asked", ["", "?logs=0", "?logs=false"])
async def test_logs_are_null_unless_asked_for(api: Api, asked: str) -> None:
    made = await api.submit()

    assert (await api.status(made, asked))["logs"] is None


async def test_the_links_drop_what_is_within_the_app(api: Api) -> None:
    made = await api.submit(
        f"{VEO}/image-to-video", {**PROMPT, "image_url": "https://a.example/b.png"}
    )

    assert f"{VEO}/requests/" in made["status_url"]


@pytest.mark.parametrize(
    ("submitted", "app"),
    [
        ("workflows/ann/film", "workflows/ann/film"),
        ("comfy/ann/film/more", "comfy/ann/film"),
        ("123-film", "123/film"),
        ("ann/film/a/b", "ann/film"),
    ],
)
async def test_an_app_is_named_in_several_ways(
    api: Api, submitted: str, app: str
) -> None:
    made = await api.submit(f"/queue.fal.run/{submitted}")

    assert f"/queue.fal.run/{app}/requests/" in made["status_url"]
    assert (await api.get(made["status_url"])).status == 202


async def test_a_request_is_found_with_the_whole_path_as_well(api: Api) -> None:
    made = await api.done(f"{VEO}/fast")

    path = f"{VEO}/fast/requests/{made['request_id']}"

    assert (await api.get(f"{path}/status")).status == 200


async def test_a_request_of_another_app_is_not_there(api: Api) -> None:
    made = await api.submit()

    response = await api.get(
        f"/queue.fal.run/fal-ai/sora-2/requests/{made['request_id']}/status"
    )

    assert response.status == 404
    assert await response.json() == {"status": "NOT_FOUND"}


async def test_without_its_host_a_path_is_the_queues(api: Api) -> None:
    made = await api.submit("/fal-ai/veo3.1")

    assert made["status_url"].startswith(f"{api.running.origin}/fal{VEO}/requests/")


async def test_a_cancel_ends_a_request_at_once(api: Api) -> None:
    made = await api.submit()

    first = await api.call("PUT", made["cancel_url"])
    status = await api.get(made["status_url"])
    told = await status.json()

    assert (first.status, await first.json()) == (
        202,
        {"status": "CANCELLATION_REQUESTED"},
    )
    assert status.status == 200
    assert (told["status"], told["error"], told["error_type"]) == (
        "COMPLETED",
        "Invalid status code: 499",
        "client_cancelled",
    )


async def test_a_second_cancel_comes_too_late(api: Api) -> None:
    made = await api.submit()
    await api.call("PUT", made["cancel_url"])

    again = await api.call("PUT", made["cancel_url"])

    assert (again.status, await again.json()) == (400, {"status": "ALREADY_COMPLETED"})


async def test_a_model_that_is_stuck_can_be_cancelled(api: Api) -> None:
    made = await api.submit("/queue.fal.run/mock/stuck")
    api.advance(86400)
    before = await api.status(made)

    await api.call("PUT", made["cancel_url"])

    assert before["status"] == "IN_PROGRESS"
    assert (await api.status(made))["status"] == "COMPLETED"


async def test_a_lost_runner_puts_a_request_back(api: Api) -> None:
    made = await api.submit("/queue.fal.run/mock/runner-lost")
    words = []

    for _ in range(80):
        words.append((await api.status(made))["status"])
        api.advance(1)

    changes = [b for a, b in zip(["", *words], words, strict=False) if a != b]
    assert changes == [
        "IN_QUEUE", "IN_PROGRESS", "IN_QUEUE", "IN_PROGRESS", "COMPLETED",
    ]  # fmt: skip


async def test_who_does_not_start_in_time_is_given_up(api: Api) -> None:
    made = await api.submit(
        "/queue.fal.run/mock/slow", headers={**KEY, "X-Fal-Request-Timeout": "30"}
    )
    api.advance(30)

    told = await api.status(made)
    result = await api.get(made["response_url"])

    assert (told["status"], told["error_type"]) == ("COMPLETED", "request_timeout")
    assert result.status == 504
    assert result.headers["X-Fal-Request-Timeout-Type"] == "user"
    assert result.headers["X-Fal-Error-Type"] == "request_timeout"
    assert await result.json() == {
        "detail": "Request timed out",
        "error_type": "request_timeout",
    }


@pytest.mark.parametrize("seconds", ["60", "600", "nan", "-1", "soon", "1e999"])
async def test_who_starts_in_time_is_not(api: Api, seconds: str) -> None:
    made = await api.submit(
        "/queue.fal.run/mock/slow", headers={**KEY, "X-Fal-Request-Timeout": seconds}
    )
    api.advance(61)

    assert (await api.status(made))["status"] == "IN_PROGRESS"


async def test_the_queue_may_not_be_longer_than_asked(api: Api) -> None:
    for _ in range(3):
        await api.submit("/queue.fal.run/mock/slow")

    fits = await api.call("POST", f"{VEO}?fal_max_queue_length=3", PROMPT)
    long = await api.call("POST", f"{VEO}?fal_max_queue_length=3", PROMPT)

    assert (fits.status, long.status) == (200, 429)


async def test_what_has_no_slot_waits_for_one(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"fal": {"concurrency": 1}}))
    await api.submit("/queue.fal.run/mock/stuck")
    api.advance(60)
    second = await api.submit()
    third = await api.submit()
    api.advance(600)

    told = [await api.status(one) for one in (second, third)]

    assert [(one["status"], one["queue_position"]) for one in told] == [
        ("IN_QUEUE", 0),
        ("IN_QUEUE", 1),
    ]


@pytest.mark.parametrize(
    ("number", "status", "word"),
    [
        (1, 202, "IN_QUEUE"),
        (2, 202, "IN_PROGRESS"),
        (3, 200, "COMPLETED"),
        (4, 200, "COMPLETED"),
        (5, 200, "COMPLETED"),
    ],
)
async def test_the_fixtures_have_a_request_in_each_state(
    api: Api, number: int, status: int, word: str
) -> None:
    response = await api.get(f"{VEO}/requests/{FROZEN}{number}/status")

    assert (response.status, (await response.json())["status"]) == (status, word)


async def test_who_wants_no_retry_fails_with_its_runner(api: Api) -> None:
    made = await api.submit(
        "/queue.fal.run/mock/runner-lost", headers={**KEY, "X-Fal-No-Retry": "yes"}
    )
    api.advance(60)

    assert (await api.status(made))["error_type"] == "runner_disconnected"
    assert (await api.get(made["response_url"])).status == 503


async def test_time_in_progress_is_without_the_time_in_the_queue(api: Api) -> None:
    made = await api.done("/queue.fal.run/mock/runner-lost")

    told = await api.status(made)

    assert told["metrics"] == {"inference_time": 40.0}
