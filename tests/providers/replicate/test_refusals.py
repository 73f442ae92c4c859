"""What Replicate refuses, word for word."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import PROMPT, TOKEN, VEO, Api


async def refused(api: Api, path: str, document: Any, **headers: str) -> Any:
    response = await api.post(path, document, {**TOKEN, **headers})
    assert response.content_type == "application/problem+json"
    return response.status, await response.json(content_type=None)


async def test_without_a_token(api: Api) -> None:
    response = await api.get("/v1/account", headers={})

    assert response.status == 401
    assert await response.json(content_type=None) == {
        "title": "Unauthenticated",
        "detail": "You did not pass an authentication token",
        "status": 401,
    }


async def test_with_an_unknown_token(api: Api) -> None:
    response = await api.get("/v1/account", headers={"Authorization": "Bearer r8_x"})

    told = await response.json(content_type=None)
    assert (response.status, told["detail"]) == (401, "Invalid or expired API token.")


async def test_the_older_scheme_opens_as_well(api: Api) -> None:
    token = {"Authorization": "Token r8_driver"}

    assert (await api.get("/v1/account", headers=token)).status == 200


async def test_a_body_of_another_shape_is_told_all_at_once(api: Api) -> None:
    document = {"input": {}, "model": "x"}

    assert await refused(api, "/v1/predictions", document) == (
        422,
        {
            "detail": "- version is required\n"
            "- Additional property model is not allowed\n",
            "status": 422,
            "title": "Input validation failed",
            "invalid_fields": [
                {"type": "required", "field": "", "description": "version is required"},
                {
                    "type": "additional_property_not_allowed",
                    "field": "",
                    "description": "Additional property model is not allowed",
                },
            ],
        },
    )


async def test_an_input_of_another_shape_is_told_all_at_once(api: Api) -> None:
    assert await refused(api, VEO, {"input": {"duration": 5}}) == (
        422,
        {
            "detail": "- input: prompt is required\n"
            "- input.duration: duration must be one of the following: 4, 6, 8\n",
            "status": 422,
            "title": "Input validation failed",
            "invalid_fields": [
                {
                    "type": "required",
                    "field": "input",
                    "description": "prompt is required",
                },
                {
                    "type": "enum",
                    "field": "input.duration",
                    "description": "duration must be one of the following: 4, 6, 8",
                },
            ],
        },
    )


@pytest.mark.parametrize(
    ("model", "more", "kind", "text"),
    [
        (
            "google/veo-3.1",
            {"aspect_ratio": "1:1"},
            "enum",
            'aspect_ratio must be one of the following: "16:9", "9:16"',
        ),
        (
            "kwaivgi/kling-v3-video",
            {"duration": 2},
            "number_gte",
            "Must be greater than or equal to 3",
        ),
        (
            "kwaivgi/kling-v3-video",
            {"duration": 16},
            "number_lte",
            "Must be less than or equal to 15",
        ),
        (
            "google/veo-3.1",
            {"seed": "7"},
            "invalid_type",
            "Invalid type. Expected: integer, given: string",
        ),
        ("google/veo-3.1", {"image": "x"}, "format", "Does not match format 'uri'"),
        (
            "kwaivgi/kling-v3-video",
            {"prompt": "x" * 2501},
            "string_lte",
            "String length must be less than or equal to 2500",
        ),
    ],
)
async def test_each_violation_has_the_words_of_the_field(
    api: Api, model: str, more: dict[str, Any], kind: str, text: str
) -> None:
    path, document = f"/v1/models/{model}/predictions", {"input": {**PROMPT, **more}}

    _, told = await refused(api, path, document)

    name = next(iter(more))
    entry = {"type": kind, "field": f"input.{name}", "description": text}
    assert entry in told["invalid_fields"]


async def test_each_link_of_a_list_is_looked_at(api: Api) -> None:
    links = ["https://example.com/a.png", "b.png"]
    document = {"input": {**PROMPT, "reference_images": links}}

    status, told = await refused(api, VEO, document)

    assert status == 422
    assert told["detail"] == "- input.reference_images.1: Does not match format 'uri'\n"


@pytest.mark.parametrize(
    "version",
    ["0" * 64, "google/veo-3.1:1", "tencent/hunyuan-video", "nobody/no-such-model"],
)
async def test_a_version_that_is_none(api: Api, version: str) -> None:
    document = {"version": version, "input": PROMPT}

    assert await refused(api, "/v1/predictions", document) == (
        422,
        {
            "title": "Invalid version or not permitted",
            "detail": "The specified version does not exist (or perhaps you don't have"
            " permission to use it?)",
            "status": 422,
        },
    )


@pytest.mark.parametrize("model", ["nobody/no-such-model", "tencent/hunyuan-video"])
async def test_models_that_do_not_run_by_name(api: Api, model: str) -> None:
    path = f"/v1/models/{model}/predictions"

    assert await refused(api, path, {"input": PROMPT}) == (
        404,
        {"detail": "The requested resource could not be found.", "status": 404},
    )


async def test_strict_knows_only_what_is_declared(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"replicate": {"world": "strict"}}))
    path = "/v1/models/acme/films/predictions"

    status, _ = await refused(api, path, {"input": PROMPT})

    assert status == 404


@pytest.mark.parametrize("told", ["4s", "25h", "soon", ""])
async def test_a_deadline_out_of_bounds(api: Api, told: str) -> None:
    status, error = await refused(api, VEO, {"input": PROMPT}, **{"Cancel-After": told})

    assert (status, error["title"]) == (422, "Invalid Cancel-After")


async def test_a_cursor_of_another_list(api: Api) -> None:
    assert (await api.get("/v1/predictions?cursor=x")).status == 400


async def test_a_date_that_is_none(api: Api) -> None:
    assert (await api.get("/v1/predictions?created_after=x")).status == 422
