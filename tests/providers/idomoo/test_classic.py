"""Version 1: credentials in the body, the file there with the answer."""

from typing import Any

import pytest

from mockserver.providers.idomoo.access import classic_token
from tests.providers.conftest import Probe, Running, Serve
from tests.providers.idomoo.conftest import Api

SD = "VIDEO_MP4_V_X264_640X360_1600_A_AAC_128"
FAILED = (
    '{"status":"ERROR","errorDescription":"Authentication failed",'
    '"video":{"output_formats":[]}}'
)


async def generate(running: Running, **changes: Any) -> Any:
    document = {
        "response_format": changes.pop("response_format", "json"),
        "video": {
            "storyboard_id": 1234,
            "account_id": "1234",
            "data": [],
            "authentication_token": "test-secret",
            "output_formats": [{"format": SD}],
            **changes,
        },
    }
    return await running.client.post("/idomoo/ext/cg/", json=document)


@pytest.mark.parametrize(
    ("data", "token"),
    [
        ([("Koko", "amam")], "6jsffLO4aBLerN3Twyi7KA--"),
        ([("Koko", "amam"), ("Name", "Ünï/x")], "az1VU8eeBZbNZkH8Slr23g--"),
        ([], "IxjtAgvN2zKOq223gAsvgA--"),
        ([("k39", "v")], "dR2i2yBGv9o.dHmHmnev_g--"),
    ],
)
async def test_token_vectors(api: Api, data: list[tuple[str, str]], token: str) -> None:
    items = [{"key": key, "val": val} for key, val in data]

    response = await generate(api.running, data=items, authentication_token=token)

    assert classic_token(items, "test-secret") == token
    assert (await response.json())["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("value", "joined"), [(5, "5"), (1.5, "1.5"), (True, "1"), (False, ""), (None, "")]
)
def test_values_are_joined_as_php_does(value: object, joined: str) -> None:
    plain = classic_token([{"key": "k", "val": joined}], "secret")

    assert classic_token([{"key": "k", "val": value}], "secret") == plain


@pytest.mark.parametrize(
    ("level", "token", "is_taken"),
    [
        ("any", "test-secret", True),
        ("any", "IxjtAgvN2zKOq223gAsvgA--", True),
        ("normal", "test-secret", True),
        ("normal", "IxjtAgvN2zKOq223gAsvgA--", False),
        ("high", "test-secret", False),
        ("high", "IxjtAgvN2zKOq223gAsvgA--", True),
        ("any", "6jsffLO4aBLerN3Twyi7KA--", False),
    ],
)
async def test_security_levels(
    serve: Serve, level: str, token: str, is_taken: bool
) -> None:
    settings = {"idomoo": {"v1_security": level}}
    running = await serve(providers=("idomoo",), providers_settings=settings)

    response = await generate(running, authentication_token=token)

    status = (await response.json())["status"]
    assert status == ("SUCCESS" if is_taken else "ERROR")


@pytest.mark.parametrize(
    "changes",
    [
        {"authentication_token": "wrong"},
        {"account_id": "999"},
        {"account_id": 5678},
    ],
)
async def test_a_bad_token_or_account_is_told_with_200(
    api: Api, changes: dict[str, Any]
) -> None:
    response = await generate(api.running, **changes)

    assert response.status == 200
    assert await response.text() == FAILED


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (b"{", "Schema error: $: the body is not valid JSON"),
        (b"{}", "Schema error: $.video: is missing but it is required"),
    ],
)
async def test_a_broken_body_is_told_with_200(
    api: Api, body: bytes, description: str
) -> None:
    response = await api.running.client.post("/idomoo/ext/cg", data=body)

    assert response.status == 200
    assert await response.json() == {
        "status": "ERROR",
        "errorDescription": description,
        "video": {"output_formats": []},
    }


async def test_an_unknown_storyboard_is_told_with_200(api: Api) -> None:
    response = await generate(api.running, storyboard_id="404404404")

    assert response.status == 200
    assert (await response.json())["errorDescription"] == (
        "This Account Does Not Have Permission To Use Storyboard: 404404404."
    )


@pytest.mark.ffmpeg
async def test_the_file_is_there_with_the_answer(api: Api, probe: Probe) -> None:
    answer = await (await generate(api.running, landing_page_id=88)).json()
    links = answer["video"]["output_formats"][0]["links"][0]

    file = await api.file(links["url"])
    page = await api.file(links["landing_page_url"])

    assert probe(await file.read()).size == (640, 360)
    assert page.status == 200


async def test_each_video_has_a_thumbnail(api: Api) -> None:
    """No landing page was asked for, so none is told of: not even as null."""
    answer = await (await generate(api.running)).json()

    first, second = answer["video"]["output_formats"]
    assert [first["format"], second["format"]] == [SD, "IMAGE_JPG_640X360"]
    assert [[*links] for links in (first["links"][0], second["links"][0])] == [
        ["url"],
        ["url"],
    ]
    assert second["links"][0]["url"].endswith("_2.jpg")


async def test_thumbnails_can_be_switched_off(serve: Serve) -> None:
    settings = {"idomoo": {"v1_thumbnails": False}}
    running = await serve(providers=("idomoo",), providers_settings=settings)

    answer = await (await generate(running)).json()

    assert [one["format"] for one in answer["video"]["output_formats"]] == [SD]


@pytest.mark.parametrize(
    "format_", ["IMAGE_JPG_320X180", "VIDEO_MP4_V_X264_1280X720_800_A_AAC_128"]
)
async def test_a_format_is_echoed(api: Api, format_: str) -> None:
    answer = await (
        await generate(api.running, output_formats=[{"format": format_}])
    ).json()

    assert answer["video"]["output_formats"][0]["format"] == format_


@pytest.mark.parametrize(
    "format_",
    [
        "", "MP4", "VIDEO_MP4", "VIDEO_WEBM_V_VP8_640X360_800_A_VORBIS_128",
        "IMAGE_JPG_0X0", "IMAGE_JPG_9999X9999", f"{SD}\n",
    ],
)  # fmt: skip
async def test_an_unknown_format_is_refused(api: Api, format_: str) -> None:
    formats = [{"format": SD}, {"format": format_}]

    answer = await (await generate(api.running, output_formats=formats)).json()

    assert answer == {
        "status": "ERROR",
        "errorDescription": f"Unknown output format: {format_}.",
        "video": {"output_formats": []},
    }


@pytest.mark.parametrize(
    ("storyboard_id", "data", "text"),
    [
        (
            1234,
            [{"key": "unknown_key", "val": "x"}],
            "Unknown key: unknown_key. Storyboard: 1234.",
        ),
        (1235, [], "Missing key: name. Storyboard: 1235."),
    ],
)
async def test_placeholders_are_checked_as_in_later_versions(
    api: Api, storyboard_id: int, data: list[dict[str, str]], text: str
) -> None:
    answer = await (
        await generate(api.running, storyboard_id=storyboard_id, data=data)
    ).json()

    assert (answer["status"], answer["errorDescription"]) == ("ERROR", text)


async def test_xml_mirrors_the_json(api: Api) -> None:
    response = await generate(
        api.running, response_format="xml", authentication_token="wrong"
    )

    assert response.headers["Content-Type"] == "application/xml"
    assert await response.text() == (
        "<response><status>ERROR</status>"
        "<errorDescription>Authentication failed</errorDescription>"
        "<video><output_formats /></video></response>"
    )


async def test_the_journal_hides_the_secret_in_the_body(api: Api) -> None:
    await generate(api.running)

    har = await (await api.running.client.get("/_mock/api/exchanges/har")).text()

    assert "authentication_token" in har
    assert "test-secret" not in har


async def test_all_versions_share_one_balance(api: Api) -> None:
    await generate(api.running)
    await api.storyboard()

    assert (await api.read("/accounts"))["credits"] == 998


@pytest.mark.parametrize(
    "storyboard_id",
    ["intro", "12a", "", " ", "\u0661\u0662", "9" * 5000, 1e300, 0.5, -1],
)
async def test_a_storyboard_that_is_no_number_is_answered(
    serve: Serve, storyboard_id: object
) -> None:
    """Whatever stands there, it is no bug of ours."""
    running = await serve()

    response = await generate(running, storyboard_id=storyboard_id)

    assert response.status == 200
    assert "X-Mock-Bug" not in response.headers
