"""What is refused, in the vendor's words, one mistake at a time."""

import io
from typing import Any

import pytest
from aiohttp import FormData
from PIL import Image

from tests.providers.conftest import Serve
from tests.providers.openai.conftest import FROZEN, ORDER, Api

INVALID = "invalid_request_error"


@pytest.mark.parametrize(
    ("order", "param", "code", "message"),
    [
        ({}, "prompt", "missing_required_parameter",
         "Missing required parameter: 'prompt'."),
        ({"prompt": ""}, "prompt", "string_too_short",
         ("Invalid 'prompt': string too short. Expected a string with minimum length 1,"
         " but got an empty string instead.")),
        ({"prompt": "x" * 32_001}, "prompt", "string_above_max_length",
         ("Invalid 'prompt': string too long. Expected a string with maximum length"
         " 32000, but got a string with length 32001 instead.")),
        ({"prompt": 1}, "prompt", "invalid_type",
         "Invalid type for 'prompt': expected a string, but got an integer instead."),
        ({"prompt": "x", "seconds": 4}, "seconds", "invalid_type",
         ("Invalid type for 'seconds': expected one of '4', '8', or '12', but got an"
         " integer instead.")),
        ({"prompt": "x", "seconds": "5"}, "seconds", "invalid_value",
         "Invalid value: '5'. Supported values are: '4', '8', and '12'."),
        ({"prompt": "x", "size": "100x100"}, "size", "invalid_value",
         ("Invalid value: '100x100'. Supported values are: '720x1280', '1280x720',"
         " '1024x1792', and '1792x1024'.")),
        ({"prompt": "x", "input_reference": {"image_url": "https://e.test/a.png",
          "file_id": "file-a"}}, "input_reference", "invalid_value",
         "Exactly one of 'image_url' or 'file_id' must be provided."),
        ({"prompt": "x", "characters": [{"id": "a"}] * 3}, "characters",
         "invalid_value",
         ("Invalid 'characters': array too long. Expected an array with maximum length"
         " 2, but got an array with length 3 instead.")),
    ],
)  # fmt: skip
async def test_a_create_is_refused(
    api: Api, order: dict[str, Any], param: str, code: str, message: str
) -> None:
    status, error = await api.error(order)

    assert status == 400
    assert error == {"message": message, "type": INVALID, "param": param, "code": code}


async def test_the_first_of_several_mistakes_is_told(api: Api) -> None:
    _, error = await api.error({"size": "1x1", "seconds": 4, "prompt": ""})

    assert error["param"] == "prompt"


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1/videoz", 404, "Invalid URL (GET /v1/videoz)"),
        ("GET", "/v1/videos/", 404, "Invalid URL (GET /v1/videos/)"),
        ("PUT", "/v1/videos/video_1", 405, "Not allowed to PUT on /v1/videos/video_1."),
        ("GET", "/v1/videos/video_1", 404, "Video with id 'video_1' not found."),
        ("GET", "/v1/videos/characters/c", 404, "Character with id 'c' not found."),
        ("GET", "/v1/webhook_endpoints/w", 404,
         "Webhook endpoint with id 'w' not found."),
        ("GET", "/v1/videos?after=nothing", 400, "Invalid 'after': no such item."),
    ],
)  # fmt: skip
async def test_what_is_not_there(
    api: Api, method: str, path: str, status: int, message: str
) -> None:
    found, error = await api.error(None, path, method)

    assert (found, error["message"], error["type"]) == (status, message, INVALID)


@pytest.mark.parametrize(
    ("headers", "code", "start"),
    [
        ({}, None, "You didn't provide an API key. You need to provide your API key"),
        ({"Authorization": "Basic eDp5"}, None, "You didn't provide an API key."),
        ({"Authorization": "Bearer openai-wrong-key"}, "invalid_api_key",
         "Incorrect API key provided: open****-key. You can find your API key at"),
    ],
)  # fmt: skip
async def test_a_key_is_needed(
    serve: Serve, headers: dict[str, str], code: str | None, start: str
) -> None:
    api = Api(await serve(auth="strict"))

    response = await api.get("/v1/videos", headers)

    error = (await response.json())["error"]
    assert response.status == 401
    assert error["message"].startswith(start)
    assert (error["type"], error["code"]) == (INVALID, code)


async def test_broken_json_is_told_as_such(api: Api) -> None:
    response = await api.running.client.post(
        "/openai/v1/videos", data=b"{", headers={
            "Authorization": "Bearer openai-test-key",
            "Content-Type": "application/json",
        },
    )  # fmt: skip

    error = (await response.json())["error"]
    assert response.status == 400
    assert error["message"].startswith("We could not parse the JSON body")


async def test_parameters_that_nobody_knows_are_ignored_or_refused(
    serve: Serve,
) -> None:
    settings = {"openai": {"unknown_fields": "reject"}}
    open_api, strict = Api(await serve()), Api(await serve(providers_settings=settings))

    made = await open_api.made(seed=7)
    status, error = await strict.error({**ORDER, "seed": 7})

    assert made["status"] == "queued"
    assert (status, error["param"], error["code"]) == (400, "seed", "unknown_parameter")


async def test_a_reference_of_another_size_is_refused_if_that_is_checked(
    serve: Serve,
) -> None:
    settings = {"openai": {"check_reference_size": True}}
    api, picture = Api(await serve(providers_settings=settings)), io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    form = FormData(dict(ORDER))
    form.add_field("input_reference", picture.getvalue(), filename="a.png")

    response = await api.form("/v1/videos", form)

    assert response.status == 400
    assert (await response.json())["error"]["message"] == (
        "Inpaint image must match the requested width and height"
    )


async def test_since_the_vendors_end_nothing_is_made(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"openai": {"retired": True}}))

    status, error = await api.error(dict(ORDER))

    assert (status, error["code"]) == (404, "model_not_found")
    assert (await api.read(FROZEN.format(3)))["status"] == "completed"


async def test_only_listed_models_are_known_if_that_is_asked_for(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"openai": {"models": "listed"}}))

    status, error = await api.error({**ORDER, "model": "wan2.2"})

    assert (status, error["message"]) == (
        404, "The model 'wan2.2' does not exist or you do not have access to it.",
    )  # fmt: skip


async def test_the_twenty_sixth_order_of_a_minute_is_too_many(serve: Serve) -> None:
    api = Api(await serve(limits="real"))
    first = await api.ask("POST", "/v1/videos", dict(ORDER))
    for _ in range(24):
        await api.made()
    api.advance(57.6)

    response = await api.ask("POST", "/v1/videos", dict(ORDER))

    assert first.headers["x-ratelimit-limit-requests"] == "25"
    assert first.headers["x-ratelimit-remaining-requests"] == "24"
    assert response.status == 429
    assert response.headers["retry-after-ms"] == "2400"
    error = (await response.json())["error"]
    assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
    assert error["message"] == (
        "Rate limit reached for sora-2 in organization org-mock on requests per min"
        " (RPM): Limit 25, Used 25, Requested 1. Please try again in 2.4s. Visit"
        " https://platform.openai.com/account/rate-limits to learn more."
    )
