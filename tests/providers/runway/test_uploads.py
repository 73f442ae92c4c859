"""Uploads: announced, posted as a signed form, used as inputs, and over in a day."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData
from yarl import URL

from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import MediaSpec
from tests.deep import first
from tests.providers.conftest import Serve
from tests.providers.runway.conftest import DOCS, OTHERS, TURBO, Api

BYTES = b"x" * 512
UNCHANGED: Mapping[str, str | None] = {}
PICTURE: Mapping[str, Any] = {**TURBO}
FIELDS = [
    "key",
    "bucket",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "Policy",
    "X-Amz-Signature",
]


async def announced(api: Api, name: str = "a.png") -> dict[str, Any]:
    response = await api.post("/v1/uploads", {"filename": name, "type": "ephemeral"})
    assert response.status == 200, await response.text()
    told: dict[str, Any] = await response.json()
    return told


async def posted(
    api: Api,
    told: Mapping[str, Any],
    data: bytes = BYTES,
    kind: str = "image/png",
    changed: Mapping[str, str | None] = UNCHANGED,
) -> ClientResponse:
    """Post the form that an upload wants, with some fields changed or left out."""
    form = FormData(quote_fields=False)
    for name, value in {**told["fields"], **changed}.items():
        if value is not None:
            form.add_field(name, value)
    form.add_field("file", data, filename="a.png", content_type=kind)
    url = URL(told["uploadUrl"])
    return await api.running.client.post(url.path, data=form)


async def used(api: Api, uri: str, headers: Mapping[str, str] | None = None) -> Any:
    """Return what is wrong with a URI as a picture; None if it is taken."""
    body = {**PICTURE, "promptImage": uri}
    response = await api.post(
        "/v1/image_to_video", body, *(() if headers is None else (headers,))
    )
    told = await response.json()
    return told["issues"][0]["message"] if response.status == 400 else None


NOT_THERE = "The Runway upload URI is invalid, or the upload has expired."


async def test_an_upload_is_announced_with_a_form_and_a_uri(api: Api) -> None:
    told = await announced(api)

    assert list(told) == ["uploadUrl", "fields", "runwayUri"]
    assert told["uploadUrl"].startswith(f"{api.running.origin}/runway/_upload/")
    assert list(told["fields"]) == FIELDS
    assert told["fields"]["key"].startswith("ephemeral/")
    assert told["fields"]["key"].endswith("/a.png")
    assert told["fields"]["X-Amz-Date"] == "20300101T000000Z"
    policy = json.loads(base64.b64decode(told["fields"]["Policy"]))
    assert policy["expiration"] == "2030-01-01T01:00:00Z"
    assert ["content-length-range", 512, 200_000_000] in policy["conditions"]
    assert told["runwayUri"].startswith("runway://eyJ")


async def test_a_form_needs_no_key_and_is_answered_204(api: Api) -> None:
    told = await announced(api)

    response = await posted(api, told)

    assert (response.status, await response.read()) == (204, b"")
    assert await used(api, told["runwayUri"]) is None
    assert await used(api, told["runwayUri"]) is None


async def test_an_upload_without_its_bytes_is_no_input(api: Api) -> None:
    told = await announced(api)

    assert await used(api, told["runwayUri"]) == NOT_THERE


async def test_an_upload_is_over_after_a_day(api: Api) -> None:
    told = await announced(api)
    await posted(api, told)

    api.advance(24 * 3600 - 1)
    before = await used(api, told["runwayUri"])
    api.advance(1)

    assert (before, await used(api, told["runwayUri"])) == (None, NOT_THERE)


async def test_an_upload_of_another_account_is_unknown(api: Api) -> None:
    told = await announced(api)
    await posted(api, told)

    assert await used(api, told["runwayUri"], OTHERS) == NOT_THERE


@pytest.mark.parametrize("uri", ["runway://", "runway://x", "runway://a.b.c"])
async def test_a_uri_that_nobody_gave_is_unknown(api: Api, uri: str) -> None:
    assert await used(api, uri) == NOT_THERE


@pytest.mark.parametrize(
    ("kind", "name", "wrong"),
    [
        ("image/png", "a", None),
        ("image/gif", "a.gif", "Unsupported asset type."),
        ("video/mp4", "a.mp4", "Unsupported asset type."),
        ("application/octet-stream", "a.webp", None),
        ("application/octet-stream", "a.mp4", "Unsupported asset type."),
        ("application/octet-stream", "a", None),
    ],
)
async def test_an_upload_has_to_be_of_the_right_kind(
    api: Api, kind: str, name: str, wrong: str | None
) -> None:
    told = await announced(api, name)
    await posted(api, told, kind=kind)

    assert await used(api, told["runwayUri"]) == wrong


async def xml(response: ClientResponse) -> tuple[int, str, str]:
    text = await response.text()
    code = text.partition("<Code>")[2].partition("</Code>")[0]
    return response.status, response.headers["Content-Type"], code


async def test_what_is_too_small_is_refused_as_s3_does(api: Api) -> None:
    response = await posted(api, await announced(api), b"x" * 511)

    assert await xml(response) == (400, "application/xml", "EntityTooSmall")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [None, "other"])
async def test_a_form_that_is_not_as_given_is_denied(
    api: Api, field: str, value: str | None
) -> None:
    response = await posted(api, await announced(api), changed={field: value})

    assert await xml(response) == (403, "application/xml", "AccessDenied")


async def test_a_form_is_taken_for_an_hour(api: Api) -> None:
    told = await announced(api)
    api.advance(3599)
    before = await posted(api, told)
    api.advance(1)

    after = await posted(api, told)

    assert (before.status, after.status) == (204, 403)
    assert "Invalid according to Policy: Policy expired." in await after.text()


async def test_what_is_no_form_is_told_so(api: Api) -> None:
    told = await announced(api)

    response = await api.running.client.post(URL(told["uploadUrl"]).path, data=b"x")

    assert await xml(response) == (400, "application/xml", "MalformedPOSTRequest")


async def test_a_form_for_nothing_is_denied(api: Api) -> None:
    response = await api.running.client.post("/runway/_upload/nothing", data=b"x")

    assert await xml(response) == (403, "application/xml", "AccessDenied")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"type": "ephemeral"}, ["filename"]),
        ({"filename": "", "type": "ephemeral"}, ["filename"]),
        ({"filename": "a.png"}, ["type"]),
        ({"filename": "a.png", "type": "lasting"}, ["type"]),
    ],
)
async def test_an_announcement_says_name_and_type(
    api: Api, body: dict[str, str], path: list[str]
) -> None:
    response = await api.post("/v1/uploads", body)

    told = await response.json()
    assert response.status == 400
    assert (told["error"], told["docUrl"]) == ("Validation of body failed", DOCS)
    assert [one["path"] for one in told["issues"]] == [path]


async def test_a_space_takes_only_so_much(serve: Serve) -> None:
    api = Api(await serve(uploads_max_bytes=4096))
    told = await announced(api)

    response = await posted(api, told, b"x" * 5000)

    assert await xml(response) == (400, "application/xml", "EntityTooLarge")


CLIP = mp4(320, 180, seconds=2, fps=25, silent_track=False)


async def uploaded(api: Api, spec: MediaSpec = CLIP) -> str:
    """Return the URI of a clip that has been uploaded."""
    (part,) = await FfmpegRenderer().render(spec)
    told = await announced(api, "clip.mp4")
    response = await posted(api, told, part.data, "video/mp4")
    assert response.status == 204
    uri: str = told["runwayUri"]
    return uri


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("endpoint", "body", "size", "seconds", "credits"),
    first([
        ("video_to_video", {"model": "aleph2"}, [320, 180], 2.0, 30),
        ("video_upscale", {"model": "magnific_video_upscaler_creative",
                           "resolution": "720p"}, [1280, 720], 2.0, 20),
        ("video_to_hdr", {"model": "ruby"}, [320, 180], 2.0, 40),
    ]),
)  # fmt: skip
async def test_what_is_made_of_a_clip_has_its_size_and_length(
    api: Api,
    endpoint: str,
    body: dict[str, Any],
    size: list[int],
    seconds: float,
    credits: int,  # noqa: A002 - the wire's word
) -> None:
    uri = await uploaded(api)

    response = await api.post(f"/v1/{endpoint}", {**body, "videoUri": uri})

    told = await response.json()
    film = (
        api.running.space("runway", "main").jobs("runway").get(told["id"]).data["film"]
    )
    assert told["estimatedCost"] == {"credits": credits}
    assert (film["size"], film["seconds"]) == (size, pytest.approx(seconds))


@pytest.mark.ffmpeg
async def test_a_performance_is_of_three_to_thirty_seconds(api: Api) -> None:
    uri = await uploaded(api)
    body = {
        "model": "act_two",
        "character": {"type": "image", "uri": "data:image/png;base64,iVBORw0K"},
        "reference": {"type": "video", "uri": uri},
    }

    found = await api.issues("/v1/character_performance", body)

    assert found == [
        {
            "code": "custom",
            "message": "Asset duration must be between 3 and 30 seconds.",
            "path": ["reference", "uri"],
        }
    ]
