"""Version 3: access tokens on the space's clock, and its own words."""

from typing import Any

import pytest
from aiohttp import ClientResponse, FormData

from tests.providers.conftest import Probe
from tests.providers.idomoo.conftest import MAIN, SCENE, Api, basic, texts

V3 = "/idomoo/api/v3"


async def token(api: Api, **more: Any) -> dict[str, str]:
    response = await api.running.client.post(f"{V3}/oauth/token", headers=MAIN, **more)
    assert response.status == 200
    document = await response.json()
    assert document["token_type"] == "Bearer"
    assert document["expires_in"] == 1800
    return {"Authorization": f"Bearer {document['access_token']}"}


async def ask(api: Api, method: str, path: str, **more: Any) -> ClientResponse:
    headers = more.pop("headers", None) or await token(api)
    return await api.running.client.request(method, V3 + path, headers=headers, **more)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": b"{}"},
        {"json": {"grant_type": "client_credentials"}},
        {"data": {"grant_type": "client_credentials"}},
    ],
)
async def test_a_token_is_issued_whatever_the_body(
    api: Api, body: dict[str, Any]
) -> None:
    headers = await token(api, **body)

    assert (await ask(api, "GET", "/storyboards/1234", headers=headers)).status == 200


@pytest.mark.parametrize(
    "headers", [{}, MAIN, {"Authorization": "Bearer x"}, {"Authorization": "Bearer"}]
)
async def test_without_a_token_nothing_opens(api: Api, headers: dict[str, str]) -> None:
    response = await api.running.client.get(f"{V3}/libraries", headers=headers)

    document = await response.json()
    assert response.status == 401
    assert [*document] == ["request_id", "errors"]
    assert document["errors"][0]["error_code"] == 1000


async def test_a_wrong_secret_gets_no_token(api: Api) -> None:
    response = await api.running.client.post(
        f"{V3}/oauth/token", headers=basic("1234", "wrong")
    )

    assert response.status == 401


@pytest.mark.parametrize(("seconds", "status"), [(1799, 200), (1800, 401)])
async def test_a_token_expires_on_the_spaces_clock(
    api: Api, seconds: float, status: int
) -> None:
    headers = await token(api)

    api.advance(seconds)

    assert (await ask(api, "GET", "/libraries", headers=headers)).status == status


async def test_a_page_holds_ten_unless_more_are_asked_for(api: Api) -> None:
    ten = await (await ask(api, "GET", "/libraries")).json()
    every = await (await ask(api, "GET", "/libraries?limit=1000")).json()

    assert (len(ten["libraries"]), len(every["libraries"])) == (10, 25)


async def test_a_library_has_its_identifier_in_three_places(api: Api) -> None:
    response = await ask(api, "POST", "/libraries", json={"name": "A"})

    document = await response.json()
    assert response.status == 201
    assert (document["id"], document["library_id"]) == (502, 502)
    assert document["ref"] == f"{api.running.origin}{V3}/libraries/502"
    assert (await api.read("/libraries/502"))["name"] == "A"


async def test_a_scene_is_uploaded_in_two_steps_only(api: Api) -> None:
    form = FormData()
    form.add_field("file", b"IDM0", filename="a.idm")
    refused = await ask(api, "POST", "/scenes?library=501", data=form)
    created = await ask(api, "POST", "/scenes?library=501&filename=a.idm")
    document = await created.json()
    put = await api.running.client.put(
        document["url"].removeprefix(api.running.origin), data=b"IDM0"
    )
    api.advance(1)
    scene = await (await ask(api, "GET", "/scenes/93001")).json()

    assert refused.status == 400
    assert created.status == 201
    assert document["ref"] == f"{api.running.origin}{V3}/scenes/93001"
    assert (put.status, scene["scene_status"]) == (200, "Done")


async def test_a_render_is_accepted_with_202_and_no_status(api: Api) -> None:
    gif = {"height": 90, "time": 1, "fps": 5, "loop": 0, "duration": 1}
    output = {"video": [{"format": "mp4", "height": 90}], "gif": [gif]}
    document = {"storyboard_id": 1234, "output": output, "data": []}

    response = await ask(
        api,
        "POST",
        "/storyboards/generate",
        json={**document, "output_file_name": "x"},
    )

    base = f"{api.running.origin}/idomoo"
    expiry = {"expired": 1896048000, "expired_string": "2030-01-31 00:00:00"}
    assert response.status == 202
    assert await response.json() == {
        "output": {
            "video": [
                {
                    "format": "mp4",
                    "quality": 26,
                    "height": 90,
                    "duration": 10.0,
                    "cost": 1,
                    "links": {"url": f"{base}/media/1234/0000/x.mp4", **expiry},
                }
            ],
            "gif": [
                {
                    "fps": 5,
                    "height": 90,
                    "time": 1,
                    "duration": 1.0,
                    "cost": 0,
                    "links": {"url": f"{base}/media/1234/0000/x.gif", **expiry},
                }
            ],
        },
        "total_cost": 1,
        "check_status_url": f"{base}/api/v3/check_status/1234/0000/x",
    }


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("kind", "item", "codecs"),
    [
        ("video", {"format": "webm", "height": 90}, ("vp8", "vorbis")),
        ("audio", {"format": "mp3", "sample_rate": 44100, "channels": 1}, ("mp3",)),
        ("audio", {"format": "wav"}, ("pcm_s16le",)),
    ],
)
async def test_webm_and_sounds_can_be_had(
    api: Api, probe: Probe, kind: str, item: dict[str, Any], codecs: tuple[str, ...]
) -> None:
    document = {"storyboard_id": 1234, "output": {kind: [item]}, "data": []}
    response = await ask(api, "POST", "/storyboards/generate", json=document)
    link = (await response.json())["output"][kind][0]["links"]["url"]
    api.advance(60)

    facts = probe(await (await api.file(link)).read())

    assert facts.codecs == codecs
    assert facts.duration_s == pytest.approx(10.0, abs=0.1)


async def test_links_of_version_3_expire(api: Api) -> None:
    document = {
        "storyboard_id": 1234,
        "output": {"accessibility": {"transcript_languages": ["en"]}},
        "data": [],
    }
    response = await ask(api, "POST", "/storyboards/generate", json=document)
    answer = await response.json()
    link = answer["output"]["accessibility"]["transcript_links"][0]["url"]
    statuses = []

    for seconds in (60, 30 * 24 * 3600):
        api.advance(seconds)
        statuses.append((await api.file(link)).status)

    assert statuses == [200, 404]


@pytest.mark.parametrize(
    ("changes", "place", "name"),
    [
        ({"owner": 7}, "$.timeline.scenes[0]", "owner"),
        (
            {"text": [{"key": "text1", "val": [], "placeholder": True}]},
            "$.timeline.scenes[0].text[0]",
            "placeholder",
        ),
    ],
)
async def test_unknown_members_of_a_scene_are_refused_and_quoted(
    api: Api, changes: dict[str, Any], place: str, name: str
) -> None:
    """The official CLI looks for the name in quotes, and asks again without it."""
    output = {"video": [{"format": "mp4", "height": 90}]}
    document = {"output": output, "timeline": {"scenes": [{**SCENE, **changes}]}}

    response = await ask(api, "POST", "/scenes/generate", json=document)

    assert response.status == 400
    assert texts(await response.json()) == [
        (
            f"Schema error: {place}: property '{name}' is not defined in the schema"
            " and the schema does not allow additional properties"
        )
    ]


async def test_a_scene_can_be_rendered_as_it_was_read(api: Api) -> None:
    """The official CLI sends back the placeholders that it has been told."""
    known = await (await ask(api, "GET", "/scenes/1235")).json()
    scene = {name: known[name] for name in ("scene_id", "media", "text", "audio")}
    output = {"video": [{"format": "mp4", "height": 90}]}

    response = await ask(
        api,
        "POST",
        "/scenes/generate",
        json={"output": output, "timeline": {"scenes": [scene]}},
    )

    assert response.status == 202


async def test_unknown_scene_keys_are_named(api: Api) -> None:
    scene = {"scene_id": 1234, "text": [{"key": "unknown_key", "val": []}]}
    output = {"video": [{"format": "mp4", "height": 90}]}
    document = {"output": output, "timeline": {"scenes": [scene]}}

    response = await ask(api, "POST", "/scenes/generate", json=document)

    assert response.status == 400
    assert texts(await response.json()) == ["Unknown key: unknown_key. Scene: 1234."]


async def test_version_2s_words_are_not_version_3s(api: Api) -> None:
    output = {"video": [{"video_type": "mp4", "height": 90}]}
    document = {"storyboard_id": 1234, "output": output, "data": []}

    response = await ask(api, "POST", "/storyboards/generate", json=document)

    assert texts(await response.json()) == [
        "Schema error: $.output.video[0].format: is missing but it is required"
    ]
