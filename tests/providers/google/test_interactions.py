"""Interactions: created in three ways, read, cancelled, deleted, gone on with."""

import json
import re
from asyncio import create_task, timeout
from base64 import b64decode, urlsafe_b64decode
from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.google.conftest import KEY, OTHER, TOKEN, Api

PATH = "/v1/interactions"
VERTEX = "/v1beta1/projects/mock-project/locations/global/interactions"
MODEL = "gemini-omni-1.1-flash"
NAMES = [
    "v1_Chdtb2Nrc2VydmVySW50ZXJhY3Rpb24wMRIXbW9ja3NlcnZlckludGVyYWN0aW9uMDE",
    "v1_Chdtb2Nrc2VydmVySW50ZXJhY3Rpb24wMhIXbW9ja3NlcnZlckludGVyYWN0aW9uMDI",
    "v1_Chdtb2Nrc2VydmVySW50ZXJhY3Rpb24wMxIXbW9ja3NlcnZlckludGVyYWN0aW9uMDM",
    "v1_Chdtb2Nrc2VydmVySW50ZXJhY3Rpb24wNBIXbW9ja3NlcnZlckludGVyYWN0aW9uMDQ",
    "v1_Chdtb2Nrc2VydmVySW50ZXJhY3Rpb24wNRIXbW9ja3NlcnZlckludGVyYWN0aW9uMDU",
    "v1_Chdtb2Nrc2VydmVySW50ZXJhY3Rpb24wNhIXbW9ja3NlcnZlckludGVyYWN0aW9uMDY",
]


@pytest.fixture
async def steps(serve: Serve) -> Api:
    """Return the calls on a clock that each wait moves."""
    return Api(await serve(providers=("google",), pace="step"))


def order(**more: Any) -> dict[str, Any]:
    return {"model": MODEL, "input": "a boat", **more}


async def made(api: Api, **more: Any) -> dict[str, Any]:
    response = await api.ask("POST", PATH, order(**more))
    assert response.status == 200, await response.text()
    told: dict[str, Any] = await response.json()
    return told


async def read(api: Api, interaction_id: str, query: str = "") -> dict[str, Any]:
    response = await api.get(f"{PATH}/{interaction_id}?stream=false{query}")
    assert response.status == 200, await response.text()
    told: dict[str, Any] = await response.json()
    return told


@pytest.mark.ffmpeg
async def test_a_create_answers_when_the_video_is_finished(steps: Api) -> None:
    """Omni takes a minute."""
    told = await made(steps)

    assert [*told] == [
        "id", "status", "usage", "created", "updated", "service_tier", "steps",
        "object", "model",
    ]  # fmt: skip
    assert (told["status"], told["object"], told["model"]) == (
        "completed", "interaction", MODEL,
    )  # fmt: skip
    assert (told["created"], told["updated"]) == (
        "2030-01-01T00:00:00Z", "2030-01-01T00:01:00Z",
    )  # fmt: skip
    thought, output = told["steps"]
    assert ([*thought], thought["type"]) == (["signature", "type"], "thought")
    (video,) = output["content"]
    assert [*output] == ["content", "type"]
    assert [*video] == ["mime_type", "data", "type"]
    assert (video["mime_type"], video["type"]) == ("video/mp4", "video")
    assert b64decode(video["data"])[4:8] == b"ftyp"


async def test_an_id_says_23_letters_twice(steps: Api) -> None:
    told = await made(steps, background=True)

    text = told["id"].removeprefix("v1_")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert (raw[:2], raw[25:27], raw[2:25]) == (b"\x0a\x17", b"\x12\x17", raw[27:])
    assert re.fullmatch(rb"[A-Za-z0-9_-]{23}", raw[2:25])


@pytest.mark.ffmpeg
async def test_tokens_are_counted_by_the_second(steps: Api) -> None:
    told = await made(steps, response_format={"type": "video", "duration": "10s"})

    assert told["usage"] == {
        "total_tokens": 57922,
        "total_input_tokens": 2,
        "input_tokens_by_modality": [{"modality": "text", "tokens": 2}],
        "total_cached_tokens": 0,
        "total_output_tokens": 57920,
        "output_tokens_by_modality": [{"modality": "video", "tokens": 57920}],
        "total_tool_use_tokens": 0,
        "total_thought_tokens": 0,
    }


async def test_in_the_background_a_create_answers_at_once(api: Api) -> None:
    told = await made(api, background=True)

    told.pop("id")
    assert told == {
        "status": "in_progress",
        "object": "interaction",
        "model": MODEL,
        "created": "2030-01-01T00:00:00Z",
        "updated": "2030-01-01T00:00:00Z",
    }


@pytest.mark.ffmpeg
async def test_a_link_is_told_once_and_a_read_has_the_video_inside(steps: Api) -> None:
    told = await made(steps, response_format={"type": "video", "delivery": "uri"})

    (video,) = told["steps"][1]["content"]
    assert [*video] == ["mime_type", "uri", "type"]
    place = video["uri"].removeprefix(f"{steps.running.origin}/google")
    file = place.removesuffix(":download?alt=media")
    states = [(await (await steps.get(file)).json())["state"] for _ in range(2)]
    assert states == ["PROCESSING", "ACTIVE"]
    assert (await steps.get(place)).status == 200
    again = await read(steps, told["id"])
    assert [*again["steps"][1]["content"][0]] == ["mime_type", "data", "type"]


@pytest.mark.ffmpeg
async def test_the_first_read_never_shows_the_end(steps: Api) -> None:
    told = await made(steps, background=True)

    seen = [(await read(steps, told["id"]))["status"] for _ in range(3)]

    assert seen == ["in_progress", "in_progress", "completed"]


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("number", "status"),
    [
        (0, "in_progress"),
        (1, "completed"),
        (2, "failed"),
        (3, "cancelled"),
        (4, "incomplete"),
        (5, "queued"),
    ],
)
async def test_there_is_one_for_each_state(api: Api, number: int, status: str) -> None:
    told = await read(api, NAMES[number])

    assert told["status"] == status
    assert ("steps" in told) is (status == "completed")
    assert ("errors" in told) is (status in {"failed", "incomplete"})


async def test_a_failure_says_why(api: Api) -> None:
    told = await read(api, NAMES[2])

    assert told["errors"] == [
        {
            "code": "internal",
            "message": "Video generation failed due to an internal server issue. Please"
            " try again in a few minutes.",
        }
    ]


@pytest.mark.ffmpeg
async def test_the_input_is_told_again_if_that_is_asked_for(steps: Api) -> None:
    said = [{"type": "user_input", "content": [{"type": "text", "text": "a boat"}]}]
    told = await made(steps, input=said)

    again = await read(steps, told["id"], "&include_input=true")

    assert [one["type"] for one in told["steps"]] == ["thought", "model_output"]
    assert again["steps"][0] == {
        "content": [{"type": "text", "text": "a boat"}],
        "type": "user_input",
    }


@pytest.mark.parametrize(
    "said",
    [
        [{"type": "text", "text": "a"}],
        {"type": "text", "text": "a"},
        [{"type": "image", "data": "iVBORw0KGgo=", "mime_type": "image/png"}],
        [{"type": "video", "uri": "files/mockfile0001", "mime_type": "video/mp4"}],
        [{"type": "user_input", "content": "a"}],
    ],
)
async def test_an_input_has_many_forms(api: Api, said: Any) -> None:
    assert (await made(api, input=said, background=True))["status"] == "in_progress"


@pytest.mark.ffmpeg
async def test_one_goes_on_with_another_that_is_completed(api: Api) -> None:
    previous = {"previous_interaction_id": NAMES[1]}
    told = await made(api, background=True, **previous)

    refused = [
        (await api.error(order(previous_interaction_id=one), PATH))[0]
        for one in (NAMES[0], NAMES[2], "nothing")
    ]
    stranger = await api.error(order(**previous), PATH, headers=OTHER)

    assert told["status"] == "in_progress"
    assert refused == [404, 404, 404]
    assert stranger[0] == 404


async def test_in_the_background_it_can_be_cancelled_once(api: Api) -> None:
    name = (await made(api, background=True))["id"]

    response = await api.ask("POST", f"{PATH}/{name}/cancel")
    status, error = await api.error(None, f"{PATH}/{name}/cancel")

    assert (await response.json())["status"] == "cancelled"
    assert (status, error) == (
        400,
        {
            "message": "Only background interactions that go on can be cancelled.",
            "code": "invalid_request",
        },
    )


@pytest.mark.parametrize("number", range(6))
async def test_any_can_be_deleted(api: Api, number: int) -> None:
    path = f"{PATH}/{NAMES[number]}"

    response = await api.ask("DELETE", path)
    status, error = await api.error(None, path, "GET")

    assert (response.status, await response.json()) == (200, {})
    assert (status, error) == (
        404,
        {"message": "Requested entity was not found.", "code": "not_found"},
    )


@pytest.mark.ffmpeg
async def test_what_is_not_stored_is_not_read(steps: Api) -> None:
    told = await made(steps, store=False)

    assert told["status"] == "completed"
    assert (await steps.get(f"{PATH}/{told['id']}")).status == 404


async def test_it_is_kept_for_55_days(api: Api) -> None:
    path = f"{PATH}/{(await made(api, background=True))['id']}"
    api.advance(55 * 86400 - 1)
    before = (await api.get(path)).status
    api.advance(1)

    assert (before, (await api.get(path)).status) == (200, 404)


@pytest.mark.ffmpeg
async def test_a_create_waits_until_somebody_moves_the_clock(api: Api) -> None:
    waiting = create_task(made(api))
    jobs, before = api.space.jobs("google"), len(api.space.jobs("google"))
    async with timeout(10):
        while len(jobs) == before:
            await api.get("/v1beta/models/veo-2.0-generate-001")
    api.advance(60)

    async with timeout(10):
        told = await waiting

    assert told["status"] == "completed"


async def test_a_create_that_waits_too_long_is_given_up(serve: Serve) -> None:
    settings = {"google": {"hold_max_s": 0.05}}
    api = Api(await serve(providers=("google",), providers_settings=settings))

    status, error = await api.error(order(), PATH)

    assert (status, error["code"]) == (504, "deadline_exceeded")


async def test_one_that_never_ends_is_given_up_at_once(steps: Api) -> None:
    status, error = await steps.error(order(input="a boat __stuck"), PATH)

    assert (status, error["code"]) == (504, "deadline_exceeded")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"input": None}, "`input` must be a text, contents or steps."),
        ({"input": ""}, "`input` must hold a text, an image or a video."),
        (
            {"input": [{"type": "input_text", "text": "a"}]},
            "`input` has contents of the types `text`, `image`, `video`, `document`.",
        ),
        (
            {"input": [{"type": "image", "uri": "https://example.com/a.png"}]},
            "`uri` must name a file: files/ID.",
        ),
        (
            {"input": [{"type": "image", "data": "?"}]},
            "`data` must hold its bytes in base64.",
        ),
        (
            {"response_format": {"type": "video", "duration": "11s"}},
            "`duration` must be whole seconds from `3s` to `10s`.",
        ),
        (
            {"response_format": {"type": "video", "aspect_ratio": "1:1"}},
            "`aspect_ratio` must be one of `16:9`, `9:16`.",
        ),
        (
            {"response_format": {"type": "text"}},
            "`response_format` must ask for a `video`.",
        ),
        (
            {"response_format": {"type": "video", "gcs_uri": "gs://abc"}},
            "`gcs_uri` isn't supported by this API.",
        ),
        ({"generation_config": []}, "`generation_config` must be an object."),
        ({"background": True, "store": False}, "`background` needs `store`."),
        ({"background": "yes"}, "`background` must be true or false."),
        (
            {"webhook_config": {"uris": ["https://example.com"]}},
            "`webhook_config` needs `background`.",
        ),
        (
            {"generation_config": {"video_config": {"task": "dance"}}},
            (
                "`task` must be one of `text_to_video`, `image_to_video`,"
                " `reference_to_video`, `edit`, `extend`, `upscale`."
            ),
        ),
        (
            {
                "generation_config": {"video_config": {"task": "edit"}},
                "previous_interaction_id": NAMES[1],
            },
            "`task` cannot be used with `previous_interaction_id`.",
        ),
        (
            {
                "generation_config": {"video_config": {"task": "extend"}},
                "response_format": {"type": "video", "aspect_ratio": "16:9"},
            },
            "`extend` takes neither `aspect_ratio` nor reference images.",
        ),
    ],
)
async def test_one_mistake_is_told_at_a_time(
    api: Api, more: dict[str, Any], message: str
) -> None:
    status, error = await api.error(order(**more), PATH)

    assert (status, error) == (400, {"message": message, "code": "invalid_request"})


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"model": "gemini-9", "input": "x"}, "model_not_found"),
        ({"model": "veo-3.1-generate-preview", "input": "x"}, "model_not_found"),
        ({"agent": "deep-research", "input": "x"}, "not_found"),
    ],
)
async def test_a_model_that_is_not_here_is_not_found(
    api: Api, document: object, code: str
) -> None:
    status, error = await api.error(document, PATH)

    assert (status, error["code"]) == (404, code)


async def test_who_is_not_known_is_told_so_in_numbers(api: Api) -> None:
    status, error = await api.error(order(), PATH, headers={"x-goog-api-key": "x"})

    assert (status, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")


async def test_too_much_has_a_delay_in_its_header(api: Api) -> None:
    response = await api.ask("POST", PATH, order(input="x __429"))

    assert (response.status, response.headers["Retry-After"]) == (429, "35")
    assert (await response.json())["error"]["code"] == "resource_exhausted"


async def test_an_extended_video_is_forty_seconds_at_most(api: Api) -> None:
    config = {"generation_config": {"video_config": {"task": "extend"}}}
    said = [{"type": "video", "uri": "files/mockfile0001"}]
    await made(api, input=said, background=True, **config)

    job = next(iter(api.space.jobs("google").list_jobs(newest_first=True)))

    assert job.data["seconds"] == 16


# Events


async def events(api: Api, path: str, document: object = None) -> list[dict[str, Any]]:
    """Return the events of a stream, but for the last one, which ends it."""
    method = "GET" if document is None else "POST"
    response = await api.ask(method, path, document)
    assert response.headers["Content-Type"] == "text/event-stream"
    pieces = (await response.text()).strip().split("\n\n")
    assert pieces[-1] == "event: done\ndata: [DONE]"
    return [json.loads(one.split("data: ", 1)[1]) for one in pieces[:-1]]


@pytest.mark.ffmpeg
async def test_a_stream_tells_each_step_and_the_end(steps: Api) -> None:
    told = await events(steps, PATH, order(stream=True))

    assert [one["event_type"] for one in told] == [
        "interaction.created",
        "interaction.status_update",
        "step.start", "step.delta", "step.stop",
        "step.start", "step.delta", "step.stop",
        "interaction.completed",
    ]  # fmt: skip
    assert [one["event_id"] for one in told] == list("123456789")
    assert all([*one][-1] == "event_type" for one in told)
    assert [*told[0]["interaction"]] == ["id", "status", "object", "model"]
    assert told[5]["step"] == {"type": "model_output"}
    assert [*told[6]["delta"]] == ["type", "mime_type", "data"]
    assert told[8]["interaction"]["usage"]["total_output_tokens"] == 46336
    assert "steps" not in told[8]["interaction"]


@pytest.mark.ffmpeg
async def test_a_stream_is_gone_on_with_behind_an_event(steps: Api) -> None:
    told = await events(steps, f"{PATH}/{NAMES[1]}?stream=true&last_event_id=7")

    # A long video comes in several pieces.
    assert [int(one["event_id"]) for one in told] == [*range(8, 8 + len(told))]
    assert told[-1]["event_type"] == "interaction.completed"


async def test_a_stream_tells_a_failure(steps: Api) -> None:
    told = await events(steps, PATH, order(input="x __fail", stream=True))

    assert told[-1] == {
        "error": {
            "code": "internal",
            "message": "Video generation failed due to an internal server issue. Please"
            " try again in a few minutes.",
        },
        "event_id": "3",
        "event_type": "error",
    }


@pytest.mark.ffmpeg
async def test_a_stream_has_a_link_if_that_was_asked_for(steps: Api) -> None:
    said = {"type": "video", "delivery": "uri"}

    told = await events(steps, PATH, order(stream=True, response_format=said))

    delta = told[6]["delta"]
    assert [*delta] == ["type", "mime_type", "uri"]


# Vertex


@pytest.mark.ffmpeg
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_vertex_has_it_in_one_place(steps: Api, method: str) -> None:
    said = {"type": "video", "delivery": "uri", "gcs_uri": "gs://my-bucket/out"}
    document = order(response_format=said)
    response = await steps.ask("POST", VERTEX, document, TOKEN)
    told = await response.json()

    again = await steps.ask(method, f"{VERTEX}/{told['id']}", None, TOKEN)

    uri = told["steps"][1]["content"][0]["uri"]
    assert re.fullmatch(r"gs://my-bucket/out/\d{19}/sample_0\.mp4", uri)
    assert (await again.json())["status"] == "completed"
    stored = uri.removeprefix("gs://")
    assert (await steps.get(f"/storage/{stored}", TOKEN)).status == 200


async def test_vertex_lists_them_the_newest_first(api: Api) -> None:
    made_here = [(await made(api, background=True))["id"] for _ in range(3)]

    first = await (await api.get(f"{VERTEX}?page_size=2", TOKEN)).json()
    token = first["next_page_token"]
    place = f"{VERTEX}?page_size=500&page_token={token}"
    second = await (await api.get(place, TOKEN)).json()

    names = [one["id"] for page in (first, second) for one in page["interactions"]]
    assert names[:3] == made_here[::-1]
    assert (len(names), "next_page_token" in second) == (9, False)


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        (VERTEX.replace("global", "us-central1"), order(), 404),
        (VERTEX, order(response_format={"type": "video", "delivery": "uri"}), 400),
    ],
)
async def test_vertex_refuses_what_is_not_there(
    api: Api, path: str, document: object, status: int
) -> None:
    assert (await api.error(document, path, headers=TOKEN))[0] == status


async def test_another_one_finds_nothing(api: Api) -> None:
    paths = [f"{PATH}/{NAMES[1]}", f"{PATH}/{NAMES[1]}/cancel"]

    found = [
        (await api.error(None, paths[0], "GET", OTHER))[0],
        (await api.error(None, paths[0], "DELETE", OTHER))[0],
        (await api.error(None, paths[1], "POST", OTHER))[0],
        (await api.error(None, f"{PATH}/mockop000002", "GET", KEY))[0],
    ]

    assert found == [404, 404, 404, 404]
