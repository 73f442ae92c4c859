"""Direct rendering: one GET renders and delivers, as the oldest client does."""

import pytest

from tests.providers.impossible.conftest import LAUNCH, PAIR, Api

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("mode", ["render", "get", "play", "galaxy"])
async def test_every_mode_renders_and_delivers(api: Api, mode: str) -> None:
    path = f"/v1/{mode}/demo/welcome.png?name=A+B&n=3"
    waiting = await api.begin("GET", path)

    api.advance(1)

    response = await waiting
    assert response.status == 200
    assert response.headers["Content-Type"] == "image/png"
    assert (await response.read()).startswith(PNG)


async def test_it_waits_until_time_is_advanced(api: Api) -> None:
    waiting = await api.begin("GET", "/v1/render/demo/welcome.png")

    assert not waiting.done()
    api.advance(1)
    assert (await waiting).status == 200


async def test_ranges_of_one_file_are_one_render(api: Api) -> None:
    path = "/v1/render/demo/welcome.png?n=1"
    waiting = await api.begin("GET", path)
    api.advance(1)
    whole = await (await waiting).read()

    part = await api.get(path, headers={"Range": "bytes=0-7"})

    assert part.status == 206
    assert await part.read() == whole[:8]
    assert len(api.space().jobs("impossible")) == 1


async def test_other_parameters_are_another_render(api: Api) -> None:
    for number in (1, 2):
        await api.begin("HEAD", f"/v1/render/demo/welcome.png?n={number}")

    assert len(api.space().jobs("impossible")) == 2
    api.advance(1)


async def test_a_movies_name_may_have_slashes(api: Api) -> None:
    waiting = await api.begin("GET", "/v1/render/demo/a/b/welcome.png")
    api.advance(1)

    assert (await waiting).status == 200


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/v1/render/demo/welcome.avi", 400, "Unsupported format: avi"),
        ("/v1/render/demo/welcome", 404, "Not found"),
        (f"/v1/render/{LAUNCH}/unknown.png", 404, "Movie not found"),
    ],
)
async def test_what_it_refuses(api: Api, path: str, status: int, message: str) -> None:
    response = await api.get(path)

    assert response.status == status
    assert (await response.json())["message"] == message


FORM = {"template": "<movie/>", "format": "png"}


async def test_an_xml_template_is_stored_as_a_movie(api: Api) -> None:
    path = f"/v1/xml/us-east-1/{LAUNCH}/from-xml"

    stored = await api.call("POST", path, data=b"<movie/>", headers=PAIR)
    listed = await api.get(f"/v1/list/sdl/{LAUNCH}", headers=PAIR)

    assert await stored.json() == {"Message": "OK", "Project-UID": LAUNCH}
    assert "from-xml" in (await listed.json())["SDLS"]


async def test_an_xml_template_is_rendered(api: Api) -> None:
    path = f"/v1/render/us-east-1/{LAUNCH}"
    waiting = await api.begin("POST", path, data=FORM, headers=PAIR)
    api.advance(1, "main")

    response = await waiting
    found = await response.json()

    assert response.status == 200
    assert found["url"].endswith(f"{found['token']}.png")


async def test_an_xml_template_is_rendered_asynchronously(api: Api) -> None:
    destination = '{"type": "s3", "bucket": "b", "filename": "f"}'
    form = {**FORM, "async": "true", "destination": destination}

    response = await api.post(f"/v1/render/us-east-1/{LAUNCH}", data=form, headers=PAIR)

    assert response.status == 201
    assert (await response.json())["uploads"] is None


@pytest.mark.parametrize(
    ("project", "form", "headers", "status"),
    [
        (LAUNCH, {}, PAIR, 400),
        (LAUNCH, {**FORM, "destination": "{"}, PAIR, 400),
        (LAUNCH, {**FORM, "format": "avi"}, PAIR, 400),
        ("no-such-project", FORM, PAIR, 404),
        (LAUNCH, FORM, {}, 401),
    ],
)
async def test_what_the_xml_plane_refuses(
    api: Api,
    project: str,
    form: dict[str, str],
    headers: dict[str, str],
    status: int,
) -> None:
    path = f"/v1/render/us-east-1/{project}"

    response = await api.call("POST", path, data=form, headers=headers)

    assert response.status == status
