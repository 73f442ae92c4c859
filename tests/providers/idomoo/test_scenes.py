"""Scenes arrive in one step or in two, and are exported on the space's clock."""

import re
from typing import Any

import pytest
from aiohttp import FormData

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import Api, texts


def form(name: str = "file", filename: str = "intro.idm") -> FormData:
    found = FormData()
    found.add_field("note", "before the file")
    found.add_field(
        name, b"IDM0", filename=filename, content_type="application/octet-stream"
    )
    found.add_field(name, b"IDM1", filename="second.idm")
    return found


async def upload(api: Api, method: str = "POST", path: str = "?library=501") -> Any:
    target = "/scenes/" + path
    response = await api.ask(method, target, data=form())
    assert response.status == 200, await response.text()
    return await response.json()


async def test_an_uploaded_scene_is_exported_within_a_second(api: Api) -> None:
    number = (await upload(api))["scene_id"]
    states = []

    for seconds in (0, 0.3, 0.3, 0.4):
        api.advance(seconds)
        states.append((await api.read(f"/scenes/{number}"))["scene_status"])

    assert states == ["In Process", "Exporting", "Rendering Preview", "Done"]


async def test_at_pace_step_each_read_of_a_scene_goes_on(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), pace="step"))
    number = (await upload(api))["scene_id"]

    states = [(await api.read(f"/scenes/{number}"))["scene_status"] for _ in range(4)]

    assert states == ["In Process", "Exporting", "Rendering Preview", "Done"]


async def test_a_half_exported_scene_cannot_be_rendered(api: Api) -> None:
    number = (await upload(api))["scene_id"]
    placeholders = {"text": [{"key": "whatever", "val": []}]}

    early = await api.scenes({"scene_id": number, **placeholders})
    api.advance(1)
    late = await api.scenes({"scene_id": number, **placeholders})

    assert early.status == 404
    assert texts(await early.json()) == [
        "This Account Does Not Have Permission To Use Scene: 93001."
    ]
    assert late.status == 200


async def test_a_scene_is_named_after_the_first_file(api: Api) -> None:
    await upload(api)

    assert (await api.read("/scenes/93001"))["scene_name"] == "intro"
    assert 93001 in (await api.read("/libraries/501"))["scenes"]


async def test_replacing_a_scene_keeps_its_identifier(api: Api) -> None:
    answer = await upload(api, "PUT", "1234")
    before = await api.read("/scenes/1234")
    api.advance(1)
    after = await api.read("/scenes/1234")

    ref = f"{api.running.origin}/idomoo/api/v2/scenes/1234"
    assert answer == {"scene_id": 1234, "ref": ref}
    assert (before["scene_status"], after["scene_status"]) == ("In Process", "Done")
    assert "video" not in before
    assert re.search(r"/idomoo/preview/[0-9a-f]{24}/scene/1234\.mp4$", after["video"])


async def test_in_two_steps_the_link_takes_the_bytes_once(api: Api) -> None:
    target = "/scenes/?library=501&filename=intro.idm"
    answer = await (await api.ask("POST", target)).json()
    waiting = (await api.read("/scenes/93001"))["scene_status"]

    first = await api.running.client.put(
        answer["url"].removeprefix(api.running.origin), data=b"IDM0"
    )
    second = await api.running.client.put(
        answer["url"].removeprefix(api.running.origin), data=b"IDM0"
    )

    assert [*answer] == ["scene_id", "ref", "url"]
    assert waiting == "Waiting for File"
    assert (first.status, await first.read()) == (200, b"")
    assert first.headers["ETag"] == '"d96fa687e75de72dd12d978e3b0708bf"'
    assert second.status == 403
    assert (await api.read("/scenes/93001"))["scene_status"] == "In Process"


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 403)])
async def test_an_upload_link_lives_for_ten_minutes(
    api: Api, seconds: float, status: int
) -> None:
    target = "/scenes/?library=501&filename=intro.idm"
    url = (await (await api.ask("POST", target)).json())["url"]

    api.advance(seconds)
    response = await api.running.client.put(url.removeprefix(api.running.origin))

    assert response.status == status


async def test_an_unknown_upload_link_is_refused(api: Api) -> None:
    response = await api.running.client.put("/idomoo/upload/nothing", data=b"IDM0")

    assert response.status == 403
    assert response.headers["Content-Type"] == "application/xml"
    assert "<Code>AccessDenied</Code>" in await response.text()


async def test_replacing_in_two_steps(api: Api) -> None:
    answer = await (await api.ask("PUT", "/scenes/1234?filename=new.idm")).json()
    waiting = await api.read("/scenes/1234")

    await api.running.client.put(answer["url"].removeprefix(api.running.origin))
    api.advance(1)

    assert waiting["scene_status"] == "Waiting for File"
    assert (await api.read("/scenes/1234"))["scene_status"] == "Done"


@pytest.mark.parametrize(
    ("target", "status", "text"),
    [
        ("/scenes/", 400, "Schema error: $.library: is missing but it is required"),
        (
            "/scenes/?filename=a.idm",
            400,
            "Schema error: $.library: is missing but it is required",
        ),
        (
            "/scenes/?library=501",
            400,
            "Schema error: $.file: is missing but it is required",
        ),
        (
            "/scenes/?library=404404404&filename=a.idm",
            404,
            "This Account Does Not Have Permission To Use Scene Library: 404404404.",
        ),
        (
            "/scenes/?library=561&filename=a.idm",
            404,
            "This Account Does Not Have Permission To Use Scene Library: 561.",
        ),
    ],
)
async def test_these_uploads_are_refused(
    api: Api, target: str, status: int, text: str
) -> None:
    response = await api.ask("POST", target)

    assert response.status == status
    assert texts(await response.json()) == [text]


async def test_a_form_without_the_part_file_is_refused(api: Api) -> None:
    response = await api.ask("POST", "/scenes/?library=501", data=form(name="idm"))

    assert texts(await response.json()) == [
        "Schema error: $.file: is missing but it is required"
    ]


async def test_a_failed_export_says_why(api: Api) -> None:
    await upload(api)
    space = api.running.space("idomoo", "1234")
    engine = space.jobs("idomoo")
    failure = api.running.instance.services.providers["idomoo"].failure
    engine.force(engine.get("scene-93001@idomoo.1234"), failure)

    document = await api.read("/scenes/93001")

    assert document["scene_status"] == "Error"
    assert texts(document) == ["The scene could not be exported."]
