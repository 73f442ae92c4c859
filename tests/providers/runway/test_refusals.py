"""Refusals: keys, the version header, bodies, credits, limits; their exact bodies."""

import json
from io import BytesIO
from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.runway.conftest import (
    BOAT,
    DOCS,
    HEADERS,
    MAIN,
    TURBO,
    VERSION,
    Api,
)

TEXT, IMAGE, VIDEO = "/v1/text_to_video", "/v1/image_to_video", "/v1/video_to_video"
ALEPH = {"model": "aleph2", "videoUri": "https://example.com/v.mp4"}
VEO = {**TURBO, "model": "veo3.1", "ratio": "1280:720", "duration": 8}


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        (
            VERSION,
            401,
            'No API key was provided. Pass it as "Authorization: Bearer <key>".',
        ),
        (
            {**VERSION, "Authorization": "Bearer sk-1"},
            401,
            'The API key is not valid. Keys start with "key_".',
        ),
        (
            {**VERSION, "Authorization": f"Basic {MAIN}"},
            401,
            'The API key is not valid. Keys start with "key_".',
        ),
        (
            {**VERSION, "Authorization": "Bearer key_unknown"},
            401,
            "The API key is not valid.",
        ),
        (
            {"Authorization": f"Bearer {MAIN}"},
            400,
            "The X-Runway-Version header was not provided.",
        ),
        (
            {"Authorization": f"Bearer {MAIN}", "X-Runway-Version": "2023-01-01"},
            400,
            'The X-Runway-Version header "2023-01-01" is not a supported version.',
        ),
    ],
)
async def test_keys_come_first_then_the_version(
    api: Api, headers: dict[str, str], status: int, text: str
) -> None:
    response = await api.post(TEXT, "no object", headers)

    assert response.status == status
    assert await response.json() == {"error": text, "docUrl": DOCS}


async def test_any_key_with_the_prefix_opens_a_space_if_keys_are_open(
    serve: Serve,
) -> None:
    api = Api(await serve(auth="open"))

    statuses = [
        (
            await api.post(TEXT, BOAT, {**VERSION, "Authorization": f"Bearer {key}"})
        ).status
        for key in ("key_mine", "mine")
    ]

    assert statuses == [200, 401]


async def test_the_status_without_a_version_can_be_another(serve: Serve) -> None:
    settings = {"runway": {"missing_version_status": 422}}
    api = Api(await serve(providers_settings=settings))

    response = await api.post(TEXT, BOAT, {"Authorization": f"Bearer {MAIN}"})

    assert response.status == 422


async def test_all_that_is_wrong_is_told_at_once(api: Api) -> None:
    body = {
        "model": "gen4.5",
        "promptText": "x",
        "ratio": "960:960",
        "duration": 11,
        "negativePrompt": "y",
    }

    response = await api.post(TEXT, body)

    assert await response.text() == (
        '{"error":"Validation of body failed","issues":[{"code":"invalid_value",'
        '"values":["1280:720","720:1280"],"path":["ratio"],"message":"Invalid option:'
        ' expected one of \\"1280:720\\"|\\"720:1280\\""},{"origin":"number",'
        '"code":"too_big","maximum":10,"inclusive":true,"path":["duration"],'
        '"message":"Too big: expected number to be <=10"},{"code":"unrecognized_keys",'
        '"keys":["negativePrompt"],"path":[],"message":"Unrecognized key:'
        ' \\"negativePrompt\\""}],"docUrl":"https://docs.dev.runwayml.com/api"}'
    )


async def test_what_is_missing_is_told_in_the_order_of_the_model(api: Api) -> None:
    found = await api.issues(TEXT, {"model": "gen4.5"})

    assert [(one["code"], one["path"], one["message"]) for one in found] == [
        ("invalid_type", ["promptText"],
         "Invalid input: expected string, received undefined"),
        ("invalid_value", ["ratio"],
         'Invalid option: expected one of "1280:720"|"720:1280"'),
        ("invalid_type", ["duration"],
         "Invalid input: expected number, received undefined"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "model", ["gen4_turbo", "no-such", "veo3", None, 5, ["gen4.5"]]
)
async def test_a_model_that_the_endpoint_does_not_offer_is_refused(
    api: Api, model: object
) -> None:
    found = await api.issues(TEXT, {**BOAT, "model": model})

    assert [(one["code"], one["path"]) for one in found] == [
        ("invalid_value", ["model"])
    ]
    assert found[0]["values"][:3] == ["gen4.5", "veo3.1", "veo3.1_fast"]
    assert found[0]["message"].startswith(
        'Invalid option: expected one of "gen4.5"|"veo3.1"|'
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TEXT, {**BOAT, "model": "veo3", "duration": 8}),
        (IMAGE, {**TURBO, "model": "gen3a_turbo", "promptText": "x",
                 "ratio": "1280:768", "duration": 10}),
        (VIDEO, {"model": "gen4_aleph", "promptText": "x",
                 "videoUri": "https://example.com/v.mp4", "duration": 5}),
    ],
)  # fmt: skip
async def test_models_that_were_switched_off_are_taken_if_asked_for(
    serve: Serve, path: str, body: dict[str, Any]
) -> None:
    api = Api(await serve(providers_settings={"runway": {"legacy_models": True}}))

    assert (await api.post(path, body)).status == 200


@pytest.mark.parametrize(
    ("prompt", "is_fine"),
    [
        ("x" * 1000, True),
        ("x" * 1001, False),
        ("\N{GRINNING FACE}" * 500, True),
        ("\N{GRINNING FACE}" * 500 + "x", False),
        ("", False),
    ],
)
async def test_prompts_are_counted_in_utf_16(
    api: Api, prompt: str, is_fine: bool
) -> None:
    response = await api.post(TEXT, {**BOAT, "promptText": prompt})

    assert (response.status == 200) is is_fine


async def test_a_long_prompt_is_told_as_too_big(api: Api) -> None:
    found = await api.issues(TEXT, {**BOAT, "promptText": "x" * 1001})

    assert found == [
        {
            "origin": "string",
            "code": "too_big",
            "maximum": 1000,
            "inclusive": True,
            "path": ["promptText"],
            "message": "Too big: expected string to have <=1000 characters",
        }
    ]


@pytest.mark.parametrize(
    ("path", "body", "place", "text"),
    [
        (IMAGE, {**TURBO, "promptImage": "nothing"}, ["promptImage"], "Invalid URL"),
        (IMAGE, {**TURBO, "promptImage": "http://example.com/a.png"}, ["promptImage"],
         "Only HTTPS URLs are allowed."),
        (IMAGE, {**TURBO, "promptImage": "https://10.0.0.1/a.png"}, ["promptImage"],
         "URLs must be hosted on a domain."),
        (IMAGE, {**TURBO, "promptImage": "https://[::1]/a.png"}, ["promptImage"],
         "URLs must be hosted on a domain."),
        (IMAGE, {**TURBO, "promptImage": f"https://example.com/{'a' * 2029}"},
         ["promptImage"], "URLs must be at most 2048 characters long."),
        (IMAGE, {**TURBO, "promptImage": "data:image/png,abc"}, ["promptImage"],
         "Invalid data URI."),
        (IMAGE, {**TURBO, "promptImage": "data:image/png;base64,?"}, ["promptImage"],
         "Invalid data URI."),
        (IMAGE, {**TURBO, "promptImage": "data:image/gif;base64,R0lGOD"},
         ["promptImage"], "Unsupported asset type."),
        (IMAGE, {**TURBO, "promptImage": [
            {"uri": "http://example.com/a.png", "position": "first"}]},
         ["promptImage", 0, "uri"], "Only HTTPS URLs are allowed."),
        (VIDEO, {**ALEPH, "videoUri": "data:image/png;base64,iVBORw0K"}, ["videoUri"],
         "Unsupported asset type."),
        (VIDEO, {**ALEPH, "keyframes": [{"seconds": 1, "uri": "ftp://example.com/a"}]},
         ["keyframes", 0, "uri"], "Only HTTPS URLs are allowed."),
        (VIDEO, {**ALEPH, "proresProfile": "422"}, ["proresProfile"],
         "proresProfile is only valid when outputFormat is prores or hdr_prores"),
        (IMAGE, {**VEO, "promptImage": [
            {"uri": "https://example.com/a.png", "position": "last"}]},
         ["promptImage"], "A last frame needs a first frame"),
    ],
)  # fmt: skip
async def test_an_input_that_cannot_be_used_says_why(
    api: Api, path: str, body: dict[str, Any], place: list[Any], text: str
) -> None:
    assert await api.issues(path, body) == [
        {"code": "custom", "message": text, "path": place}
    ]


async def test_large_pictures_do_not_go_inside_a_body(api: Api) -> None:
    picture = f"data:image/png;base64,{'A' * 6_666_680}"
    body = json.dumps({**TURBO, "promptImage": picture}).encode()

    response = await api.running.client.post(
        f"/runway{IMAGE}", data=BytesIO(body), headers=HEADERS
    )

    told = await response.json()
    assert response.status == 400
    assert told["issues"][0]["message"] == "Asset size exceeds the limit of 5MB."


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.com/a.png",
        "https://example.com/a?x=1#y",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/jpg;base64,iVBORw0KGgo=",
        "data:image/webp;charset=utf-8;base64,iVBORw0KGgo=",
    ],
)
async def test_a_usable_input_is_taken(api: Api, uri: str) -> None:
    assert (await api.post(IMAGE, {**TURBO, "promptImage": uri})).status == 200


async def test_inputs_on_this_machine_are_taken_if_asked_for(serve: Serve) -> None:
    settings = {"runway": {"allow_http_inputs": True}}
    api = Api(await serve(providers_settings=settings))

    response = await api.post(
        IMAGE, {**TURBO, "promptImage": "http://127.0.0.1:9/a.png"}
    )

    assert response.status == 200


async def test_who_cannot_pay_is_refused(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"runway": {"credits": 100}}))
    await api.submit()

    assert await api.refusal(TEXT, BOAT) == (
        400,
        {"error": "You do not have enough credits to run this task.", "docUrl": DOCS},
    )
    assert (await api.post(TEXT, {**BOAT, "duration": 3})).status == 200


async def test_credits_may_be_endless(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"runway": {"credits": -1}}))

    await api.submit()

    assert await api.credits() == 999_999_999_940


async def test_the_daily_limit_is_for_each_model_and_24_hours(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"runway": {"daily": 2}}))
    await api.submit()
    api.advance(3600)
    await api.submit()

    response = await api.post(TEXT, BOAT)

    assert (response.status, await response.json()) == (
        429,
        {"error": "Your daily task limit has been reached.", "docUrl": DOCS},
    )
    assert "Retry-After" not in response.headers
    assert (await api.post(IMAGE, TURBO)).status == 200
    api.advance(23 * 3600)
    assert (await api.post(TEXT, BOAT)).status == 200


@pytest.mark.parametrize(("limits", "status"), [("off", 200), ("real", 429)])
async def test_the_tiers_daily_limit_is_real_only_if_limits_are(
    serve: Serve, limits: str, status: int
) -> None:
    api = Api(await serve(limits=limits))
    quotas = api.running.space("runway", "main").quotas
    quotas.open("runway gen4.5", [1_893_456_000.0] * 200)

    assert (await api.post(TEXT, BOAT)).status == status


async def test_an_organization_may_want_to_know_for_whom(serve: Serve) -> None:
    settings = {"runway": {"require_on_behalf_of": True}}
    api = Api(await serve(providers_settings=settings))

    assert await api.refusal(TEXT, BOAT) == (
        400,
        {
            "error": "X-Runway-On-Behalf-Of request header was not specified for task"
            " creation"
        },
    )
    behalf = {**HEADERS, "X-Runway-On-Behalf-Of": "user-1"}
    assert (await api.post(TEXT, BOAT, behalf)).status == 200


async def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    response = await api.running.client.post(
        f"/runway{TEXT}", data=b"{", headers=HEADERS
    )

    assert (response.status, await response.json()) == (
        400,
        {"error": "The request body is not valid JSON.", "docUrl": DOCS},
    )


async def test_what_is_known_and_not_here_is_told_to_the_journal(api: Api) -> None:
    response = await api.get("/v1/avatars")

    journal = api.running.instance.services.journal
    (exchange,) = [one for one in journal.find() if one.target == "/runway/v1/avatars"]
    assert (response.status, await response.json()) == (
        404,
        {"error": "Not found", "docUrl": DOCS},
    )
    assert [*exchange.notes] == ["/v1/avatars: known, not emulated"]
