"""Refusals of creates: who calls, which model, and what is wrong with the order."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.google.conftest import CAT, MODEL, PREDICT, Api

IMAGE = {"bytesBase64Encoded": "iVBORw0KGgo=", "mimeType": "image/png"}
NO_CALLER = (
    "Method doesn't allow unregistered callers (callers without established identity)."
    " Please use API Key or other form of API consumer identity to call this API."
)
BAD_KEY = "API key not valid. Please pass a valid API key."


async def test_without_a_key_the_caller_is_not_registered(api: Api) -> None:
    status, error = await api.error({"instances": [CAT]}, headers={})

    assert (status, error) == (
        403,
        {"code": 403, "message": NO_CALLER, "status": "PERMISSION_DENIED"},
    )


async def test_an_unknown_key_is_an_invalid_argument(api: Api) -> None:
    status, error = await api.error({}, headers={"x-goog-api-key": "nobodys"})

    assert status == 400
    assert error == {
        "code": 400,
        "message": BAD_KEY,
        "status": "INVALID_ARGUMENT",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"},
            },
            {
                "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
                "locale": "en-US",
                "message": BAD_KEY,
            },
        ],
    }


async def test_an_unknown_token_is_unauthenticated(api: Api) -> None:
    status, error = await api.error({}, headers={"Authorization": "Bearer nobodys"})

    assert (status, error["status"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?key=google-test-key", {}),
        ("", {"Authorization": "Bearer google-test-token"}),
    ],
)
async def test_a_key_may_be_in_the_query_and_a_token_is_as_good(
    api: Api, query: str, headers: dict[str, str]
) -> None:
    response = await api.ask("POST", f"{PREDICT}{query}", {"instances": [CAT]}, headers)

    assert response.status == 200


async def test_an_unknown_model_says_where_it_is_not(api: Api) -> None:
    path = "/v1beta/models/veo-9:predictLongRunning"

    status, error = await api.error({"instances": [CAT]}, path)

    assert (status, error["message"]) == (
        404,
        (
            "models/veo-9 is not found for API version v1beta, or is not supported for"
            " predictLongRunning. Call ListModels to see the list of available models"
            " and their supported methods."
        ),
    )


async def test_other_models_come_to_be_if_that_is_allowed(serve: Serve) -> None:
    settings = {"google": {"models": "open"}}
    api = Api(await serve(providers=("google",), providers_settings=settings))

    made = await api.made("/v1beta/models/veo-4.0-fast-generate:predictLongRunning")
    nowhere = "/v1beta/models/veo-nowhere:predictLongRunning"

    assert made.startswith("models/veo-4.0-fast-generate/operations/")
    assert (await api.error({"instances": [CAT]}, nowhere))[0] == 404


async def test_a_retired_veo_says_what_to_use(serve: Serve) -> None:
    settings = {"google": {"retired": True}}
    api = Api(await serve(providers=("google",), providers_settings=settings))

    status, error = await api.error({"instances": [CAT]})

    assert (status, error["status"]) == (404, "NOT_FOUND")
    assert error["message"].startswith(
        f"This model models/{MODEL} is no longer available. Please update your code to"
        " use models/gemini-omni-1.1-flash for the latest features"
    )


def _with(**changes: Any) -> dict[str, Any]:
    return {"instances": [{**CAT, **changes}]}


def _asking(**parameters: Any) -> dict[str, Any]:
    return {"instances": [CAT], "parameters": parameters}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "`instances` must hold one instance."),
        ({"instances": []}, "`instances` must hold one instance."),
        ([], "Invalid JSON payload received. Expected an object."),
        (
            {"instances": [{}]},
            "The request must have a prompt, an image or a video.",
        ),
        (
            {"instances": [CAT], "x": 1},
            (
                "Invalid JSON payload received. Unknown name \"x\" at '': Cannot find"
                " field."
            ),
        ),
        (
            _asking(x=1),
            (
                "Invalid JSON payload received. Unknown name \"x\" at 'parameters':"
                " Cannot find field."
            ),
        ),
        (
            {"instances": [CAT], "parameters": []},
            "Invalid JSON payload received. Expected an object at 'parameters'.",
        ),
        (_asking(sampleCount=2), "`numberOfVideos` isn't supported by this model."),
        (_asking(seed=1), "`seed` isn't supported by this model."),
        (
            _asking(durationSeconds=5),
            (
                "The number value for `durationSeconds` is out of bound. Please provide"
                " a value between 4 and 8, inclusive."
            ),
        ),
        (_asking(durationSeconds="x"), "`durationSeconds` must be a whole number."),
        (_asking(aspectRatio="1:1"), "`aspectRatio` must be one of `16:9`, `9:16`."),
        (
            _asking(resolution="1080p", durationSeconds=4),
            "`durationSeconds` must be 8 for this request.",
        ),
        (
            _asking(resolution="8k"),
            "`resolution` must be one of `720p`, `1080p`, `4k`.",
        ),
        (
            _with(image={"gcsUri": "gs://abc/a.png", "mimeType": "image/png"}),
            "`image` must hold its bytes in base64.",
        ),
        (
            _with(image={**IMAGE, "mimeType": "image/gif"}),
            "`image.mimeType` must be one of `image/png`, `image/jpeg`.",
        ),
        (
            _with(referenceImages=[{"image": IMAGE, "referenceType": "MOOD"}]),
            "`referenceType` must be one of `asset`, `style`.",
        ),
        (_with(prompt="x" * 4097), "`prompt` is too long: at most 4096 characters."),
        (
            {**_with(), "webhookConfig": {"uris": ["ftp://x"]}},
            "`webhook_config.uris` must be a list of HTTP addresses.",
        ),
    ],
)
async def test_one_mistake_is_told_at_a_time(
    api: Api, document: object, message: str
) -> None:
    status, error = await api.error(document)

    assert (status, error) == (
        400,
        {"code": 400, "message": message, "status": "INVALID_ARGUMENT"},
    )


@pytest.mark.parametrize(
    "instance",
    [
        {"prompt": "x", "image": IMAGE, "lastFrame": IMAGE},
        {"image": {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}},
        {
            "prompt": "x",
            "referenceImages": [{"image": IMAGE, "referenceType": "ASSET"}],
        },
        {"prompt": "x", "video": {"uri": "files/mockfile0001"}},
        {
            "prompt": "x",
            "video": {"encodedVideo": "AAAA", "encoding": "video/mp4"},
        },
    ],
)
async def test_pictures_and_videos_are_sent_in_many_forms(
    api: Api, instance: dict[str, Any]
) -> None:
    response = await api.ask("POST", PREDICT, {"instances": [instance]})

    assert response.status == 200, await response.text()


async def test_a_video_that_is_not_there_is_not_permitted(api: Api) -> None:
    document = {"instances": [{"prompt": "x", "video": {"uri": "files/nothing"}}]}

    status, error = await api.error(document)

    assert (status, error) == (
        403,
        {
            "code": 403,
            "message": "You do not have permission to access the File nothing or it"
            " may not exist.",
            "status": "PERMISSION_DENIED",
        },
    )


async def test_a_longer_video_is_seven_seconds_longer(api: Api) -> None:
    link = "https://generativelanguage.googleapis.com/v1beta/files/mockfile0001"
    instance = {"prompt": "on", "video": {"uri": f"{link}:download?alt=media"}}
    made = await api.ask("POST", PREDICT, {"instances": [instance]})
    job = (await made.json())["name"].rpartition("/")[2]

    found = api.space.jobs("google").get(job)

    assert found.data["seconds"] == 15
    assert found.data["inputs"] == ["files/mockfile0001"]


async def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    response = await api.running.client.post(
        f"/google{PREDICT}", data=b"{", headers={"x-goog-api-key": "google-test-key"}
    )

    error = (await response.json())["error"]
    assert (response.status, error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"].startswith("Invalid JSON payload received. ")


async def test_a_path_that_nobody_has_is_not_found_in_json(api: Api) -> None:
    status, error = await api.error(None, "/v1beta/tunedModels", "GET")

    assert (status, error["status"]) == (404, "NOT_FOUND")


async def test_a_client_without_a_project_is_told_what_it_lacks(api: Api) -> None:
    """It posts to the bare base URL, and knows nothing of why."""
    response = await api.ask("POST", "", {"instances": [CAT]})

    last = [*api.running.instance.services.journal.exchanges()][-1]
    assert response.status == 404
    assert any("project or location is missing" in one for one in last.notes)
