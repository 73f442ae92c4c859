"""Results: what models have made, or what they say went wrong."""

import re
from typing import Any

import pytest

from mockserver.edge.staging.stage import STAGE
from tests.deep import first
from tests.providers.conftest import Probe, Serve
from tests.providers.fal.conftest import FROZEN, KEY, NOBODY, PROMPT, VEO, Api

LINK = r"/fal/v3b\.fal\.media/files/b/[0-9a-f]{8}/([A-Za-z0-9_-]{21}_output\.mp4)"


async def failed(api: Api, path: str, **document: Any) -> tuple[int, Any]:
    """Return status and body of the result of a request that fails."""
    made = await api.done(path, **document)
    response = await api.get(made["response_url"])
    return response.status, await response.json()


@pytest.mark.ffmpeg
async def test_a_result_is_the_models_bare_output(api: Api) -> None:
    made = await api.done()

    response = await api.get(made["response_url"])
    told = await response.json()

    video = told["video"]
    found = re.fullmatch(re.escape(api.running.origin) + LINK, video["url"])
    assert response.status == 200
    assert response.headers["x-fal-request-id"] == made["request_id"]
    assert list(told) == ["video"]
    assert found is not None
    assert (video["file_name"], video["content_type"]) == (found[1], "video/mp4")
    assert set(video) == {"url", "content_type", "file_name", "file_size"}


@pytest.mark.ffmpeg
async def test_the_file_is_there_for_everybody(api: Api) -> None:
    made = await api.done()
    told = await (await api.get(made["response_url"])).json()

    response = await api.get(told["video"]["url"], NOBODY)
    data = await response.read()

    assert response.status == 200
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert len(data) == told["video"]["file_size"]


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("said", "size", "seconds"),
    first(
        [
            ({"resolution": "720p", "duration": "4s"}, (1280, 720), 4),
            ({"resolution": "720p", "aspect_ratio": "9:16"}, (720, 1280), 8),
        ]
    ),
)
async def test_the_file_is_as_asked_for(
    api: Api, probe: Probe, said: dict[str, str], size: tuple[int, int], seconds: int
) -> None:
    made = await api.done(**{**PROMPT, **said})
    told = await (await api.get(made["response_url"])).json()

    facts = probe(await (await api.get(told["video"]["url"])).read())

    assert facts.size == size
    assert facts.duration_s == pytest.approx(seconds, abs=0.1)
    assert facts.codecs == ("h264", "aac")


@pytest.mark.ffmpeg
async def test_a_result_reads_the_same_again(api: Api) -> None:
    made = await api.done()

    first = await (await api.get(made["response_url"])).read()
    again = await (await api.get(f"{made['response_url']}/response")).read()

    assert first == again


async def test_before_the_end_there_is_none(api: Api) -> None:
    made = await api.submit()

    response = await api.get(made["response_url"])

    assert response.status == 400
    assert await response.json() == {"detail": "Request is still in progress"}


@pytest.mark.ffmpeg
async def test_some_models_tell_more(api: Api) -> None:
    made = await api.done("/queue.fal.run/fal-ai/wan/v2.7/text-to-video")

    told = await (await api.get(made["response_url"])).json()

    assert set(told["video"]) - {"url", "content_type", "file_name", "file_size"} == {
        "width", "height", "fps", "duration", "num_frames",
    }  # fmt: skip
    assert (told["seed"], told["actual_prompt"]) == (7, PROMPT["prompt"])


@pytest.mark.ffmpeg
async def test_a_result_may_hold_the_file_itself(serve: Serve) -> None:
    api = Api(await serve(handover="data"))
    made = await api.done()

    told = await (await api.get(made["response_url"])).json()

    assert told["video"]["url"].startswith("data:video/mp4;base64,")


async def test_a_cancelled_request_has_499(api: Api) -> None:
    response = await api.get(f"{VEO}/requests/{FROZEN}5")

    assert response.status == 499
    assert response.headers["X-Fal-Error-Type"] == "client_cancelled"
    assert await response.json() == {
        "detail": "Request was cancelled",
        "error_type": "client_cancelled",
    }


async def test_a_model_fails_with_its_own_status_and_words(api: Api) -> None:
    answer = await failed(api, "/queue.fal.run/mock/always-fails", **PROMPT)

    assert answer == (
        500,
        {
            "detail": [
                {
                    "type": "internal_server_error",
                    "loc": ["body"],
                    "msg": "Internal server error",
                    "input": {},
                    "url": "https://docs.fal.ai/errors/#internal_server_error",
                }
            ]
        },
    )


async def test_content_is_refused_where_it_stands(api: Api) -> None:
    status, told = await failed(api, "/queue.fal.run/mock/content-policy", prompt="x")

    assert status == 422
    assert told["detail"][0]["type"] == "content_policy_violation"
    assert told["detail"][0]["loc"] == ["body", "prompt"]
    assert told["detail"][0]["input"] == "x"


async def test_bad_input_is_found_by_the_model(api: Api) -> None:
    made = await api.done(seed=1)

    status = await api.status(made)
    response = await api.get(made["response_url"])

    assert (status["error"], status["error_type"]) == (
        "Invalid status code: 422",
        "missing",
    )
    assert response.status == 422
    assert response.headers["X-Fal-Retryable"] == "false"
    assert await response.json() == {
        "detail": [
            {
                "type": "missing",
                "loc": ["body", "prompt"],
                "msg": "Field required",
                "input": {"seed": 1},
            }
        ]
    }


@pytest.mark.parametrize(
    ("path", "said", "told"),
    [
        (
            VEO,
            {"prompt": "x", "duration": "5s"},
            {
                "type": "literal_error",
                "loc": ["body", "duration"],
                "msg": "Input should be '4s', '6s' or '8s'",
                "input": "5s",
                "ctx": {"expected": "'4s', '6s' or '8s'"},
            },
        ),
        (
            VEO,
            {"prompt": 7},
            {
                "type": "string_type",
                "loc": ["body", "prompt"],
                "msg": "Input should be a valid string",
                "input": 7,
            },
        ),
        (
            "/queue.fal.run/minimax/h3-max/text-to-video",
            {"prompt": "x", "duration": 20},
            {
                "type": "less_than_equal",
                "loc": ["body", "duration"],
                "msg": "Input should be less than or equal to 15",
                "input": 20,
                "ctx": {"le": 15},
                "url": "https://docs.fal.ai/errors/#less_than_equal",
            },
        ),
    ],
)
async def test_what_is_wrong_is_said_as_pydantic_does(
    api: Api, path: str, said: dict[str, Any], told: dict[str, Any]
) -> None:
    assert await failed(api, path, **said) == (422, {"detail": [told]})


async def test_it_may_be_refused_at_once(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"fal": {"validate_at": "submit"}}))

    response = await api.call("POST", VEO, {})

    assert response.status == 422
    assert (await response.json())["detail"][0]["type"] == "missing"


@pytest.mark.parametrize("duration", [4, "4"])
@pytest.mark.ffmpeg
async def test_a_number_is_as_good_as_its_text(api: Api, duration: object) -> None:
    made = await api.done(
        "/queue.fal.run/fal-ai/sora-2/text-to-video", prompt="x", duration=duration
    )

    told = await (await api.get(made["response_url"])).json()

    assert told["video"]["duration"] == 4


async def test_a_unit_too_much_is_refused(api: Api) -> None:
    path = "/queue.fal.run/fal-ai/pixverse/v5.5/text-to-video"

    status, _ = await failed(api, path, prompt="x", duration="5s")

    assert status == 422


@pytest.mark.ffmpeg
async def test_a_unit_too_much_may_be_forgiven(serve: Serve) -> None:
    settings = {"fal": {"lenient_duration": True}}
    api = Api(await serve(providers_settings=settings))
    path = "/queue.fal.run/fal-ai/pixverse/v5.5/text-to-video"

    made = await api.done(path, prompt="x", duration="5s")

    assert (await api.get(made["response_url"])).status == 200


async def test_a_prompt_may_ask_for_a_failure(api: Api) -> None:
    made = await api.done(prompt="x__fail")

    assert (await api.status(made))["error"] == "Invalid status code: 500"


async def test_a_result_is_forgotten_after_an_hour(api: Api) -> None:
    made = await api.done("/queue.fal.run/mock/always-fails")
    before = await api.get(made["response_url"])
    api.advance(3600)

    after = await api.get(made["response_url"])

    assert before.status == 500
    assert (after.status, await after.json()) == (404, {"status": "NOT_FOUND"})


@pytest.mark.ffmpeg
async def test_a_file_lives_as_long_as_asked(api: Api) -> None:
    life = {"X-Fal-Object-Lifecycle-Preference": '{"expiration_duration_seconds":3600}'}
    made = await api.submit(headers={**KEY, **life})
    api.advance(600)
    told = await (await api.get(made["response_url"])).json()
    before = await api.get(told["video"]["url"])
    api.advance(3600)

    after = await api.get(told["video"]["url"])

    assert (before.status, after.status) == (200, 404)


@pytest.mark.ffmpeg
async def test_a_link_may_lead_nowhere(api: Api) -> None:
    made = await api.done("/queue.fal.run/mock/no-file")
    told = await (await api.get(made["response_url"])).json()

    assert (await api.get(told["video"]["url"])).status == 404


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            "image_too_small",
            {
                "type": "image_too_small",
                "loc": ["body", "image_url"],
                "msg": "Image too small",
                "input": "https://a.example/b.png",
                "ctx": {"min_height": 300, "min_width": 300},
                "url": "https://docs.fal.ai/errors/#image_too_small",
            },
        ),
        (
            "unreachable-input",
            {
                "type": "file_download_error",
                "loc": ["body", "image_url"],
                "msg": "File download error",
                "input": "https://a.example/b.png",
                "url": "https://docs.fal.ai/errors/#file_download_error",
            },
        ),
        (
            '"the GPU is on fire"',
            {
                "type": "internal_server_error",
                "loc": ["body"],
                "msg": "the GPU is on fire",
                "input": {},
                "url": "https://docs.fal.ai/errors/#internal_server_error",
            },
        ),
    ],
)
async def test_a_rule_says_what_a_model_finds(
    api: Api, kind: str, told: dict[str, Any]
) -> None:
    scenario = {"scenario": "x", "rules": [{"job": {"fail_with": kind}}]}
    space = api.running.space("fal", "main")
    api.running.instance.app[STAGE].use([space], scenario)
    said = {"prompt": "x", "image_url": "https://a.example/b.png"}

    _, body = await failed(api, f"{VEO}/image-to-video", **said)

    assert body == {"detail": [told]}


async def test_a_rule_says_what_the_infrastructure_does(api: Api) -> None:
    rule = {"job": {"fail_with": "runner_incomplete_response"}}
    space = api.running.space("fal", "main")
    api.running.instance.app[STAGE].use([space], {"scenario": "x", "rules": [rule]})

    answer = await failed(api, VEO, prompt="x")

    assert answer == (
        502,
        {
            "detail": "Runner incomplete response",
            "error_type": "runner_incomplete_response",
        },
    )


@pytest.mark.parametrize(
    ("path", "said", "is_taken"),
    [
        ("kling-video/v3/pro/text-to-video", {"multi_prompt": ["a", "b"]}, True),
        ("kling-video/v3/pro/text-to-video", {}, False),
        ("pixverse/v5.5/text-to-video", {"prompt": "x", "duration": 10}, True),
        (
            "pixverse/v5.5/text-to-video",
            {"prompt": "x", "duration": 10, "resolution": "1080p"},
            False,
        ),
    ],
)
async def test_some_inputs_depend_on_others(
    api: Api, path: str, said: dict[str, Any], *, is_taken: bool
) -> None:
    made = await api.submit(f"/queue.fal.run/fal-ai/{path}", said)
    api.advance(600)

    told = await api.status(made)

    assert ("error" not in told) == is_taken
