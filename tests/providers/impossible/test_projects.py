"""The project plane: bytes that go in come out, and each account sees its own."""

from typing import Any

import pytest
from aiohttp import encode_basic_auth

from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from tests.providers.impossible.conftest import LAUNCH, MOVIE, OTHER_PAIR, PAIR, Api

DOCS = {"Authorization": "Basic S0VZOlNFQ1JFVA=="}
BYTES = bytes(range(256)) * 3


async def create(api: Api, name: str = "New", headers: Any = PAIR) -> str:
    response = await api.call("POST", f"/v1/project/{name}", headers=headers)
    assert response.status == 200
    return str((await response.json())["Project-UID"])


@pytest.mark.parametrize("path", ["/v1/list/project", "/v1/list/project/"])
async def test_the_list_has_what_both_clients_read(api: Api, path: str) -> None:
    response = await api.get(path, headers=DOCS)

    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    assert await response.json() == {
        "Projects": [["5b1f2c44-demo", "Demo"]],
        "Metadata": {
            "5b1f2c44-demo": {
                "uid": "5b1f2c44-demo",
                "name": "Demo",
                "date_created": "2017-01-02 03:04:05",
                "migrated": [],
            }
        },
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Basic a2V5"},
        {"Authorization": "Basic OnNlY3JldA=="},
        {"Authorization": "Basic a2V5Og=="},
        {"Authorization": "Bearer impossible-test-key"},
        {"Authorization": "Basic aW1wb3NzaWJsZS10ZXN0LWtleTp3cm9uZw=="},
    ],
)
async def test_without_a_good_pair_it_is_401(api: Api, headers: dict[str, str]) -> None:
    response = await api.get("/v1/list/project/", headers=headers)

    found = await response.json()
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="impossible"'
    assert found == {
        "statusCode": 401,
        "message": "Unauthorized",
        "Message": "Unauthorized",
        "error": "Unauthorized",
        "requestId": found["requestId"],
    }


async def test_any_pair_opens_a_space_of_its_own(api: Api) -> None:
    uid = await create(api, headers={"Authorization": "Basic a2V5OnNlY3JldA=="})

    mine = await api.get(
        "/v1/list/project", headers={"Authorization": "Basic a2V5OnNlY3JldA=="}
    )
    others = await api.get("/v1/list/project", headers=PAIR)

    assert (await mine.json())["Projects"] == [[uid, "New"]]
    assert uid not in (await others.json())["Metadata"]


async def test_a_second_project_of_a_name_is_another_one(api: Api) -> None:
    assert await create(api, "Same%20name") != await create(api, "Same%20name")


async def test_a_new_project_says_when_it_was_made(api: Api) -> None:
    uid = await create(api)

    found = await (await api.get("/v1/list/project", headers=PAIR)).json()

    assert found["Metadata"][uid]["date_created"] == "2030-01-01 00:00:00"


async def test_a_deleted_project_is_gone_with_what_was_in_it(api: Api) -> None:
    uid = await create(api)
    path = f"/v1/data/{uid}/a.txt"
    await api.call("PUT", path, data=b"x", headers=PAIR)

    deleted = await api.call("DELETE", f"/v1/project/{uid}", headers=PAIR)
    again = await api.call("DELETE", f"/v1/project/{uid}", headers=PAIR)
    data = await api.get(path, headers=PAIR)

    assert await deleted.json() == {"Message": "OK"}
    assert again.status == data.status == 404
    assert (await data.json())["message"] == "Project not found"
    assert (await data.json())["Project-UID"] == uid


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("data", "PUT"),
        ("data", "POST"),
        ("appdata", "PUT"),
        ("sdl", "PUT"),
        ("sdl", "POST"),
    ],
)
async def test_bytes_that_go_in_come_out(api: Api, kind: str, method: str) -> None:
    uid = await create(api)
    path = f"/v1/{kind}/{uid}/some%20folder/a.bin"

    body = {"sdl": MOVIE}.get(kind, BYTES)
    stored = await api.call(method, path, data=body, headers=PAIR)
    fetched = await api.get(path, headers=PAIR)
    deleted = await api.call("DELETE", path, headers=PAIR)
    after = await api.get(path, headers=PAIR)

    assert stored.status == 200
    assert await fetched.read() == body
    assert fetched.headers["Content-Type"] == "application/octet-stream"
    assert await deleted.json() == {"Message": "OK"}
    assert after.status == 404
    assert (await after.json())["message"] == "Resource not found"


async def test_a_stored_type_comes_back(api: Api) -> None:
    headers = {**PAIR, "Content-Type": "image/svg+xml"}
    path = f"/v1/data/{LAUNCH}/logo"

    await api.call("PUT", path, data=b"<svg/>", headers=headers)

    assert (await api.get(path, headers=PAIR)).headers["Content-Type"] == (
        "image/svg+xml"
    )


async def test_a_stored_page_cannot_call_the_control_api(api: Api) -> None:
    path = f"/v1/data/{LAUNCH}/page"
    headers = {**PAIR, "Content-Type": "text/html"}
    await api.call("PUT", path, data=b"<script>1</script>", headers=headers)

    fetched = await api.get(path, headers=PAIR)

    assert fetched.headers["Content-Security-Policy"] == (
        "sandbox allow-scripts allow-forms allow-downloads"
    )


async def test_what_a_write_answers(api: Api) -> None:
    data = await api.call("PUT", f"/v1/data/{LAUNCH}/a/b.txt", data=b"x", headers=PAIR)
    sdl = await api.call("PUT", f"/v1/sdl/{LAUNCH}/new", data=MOVIE, headers=PAIR)

    assert await data.json() == {
        "Resource-Name": "a/b.txt",
        "Project-UID": LAUNCH,
        "Message": "OK",
    }
    assert await sdl.json() == {"Project-UID": LAUNCH, "Message": "OK"}


async def test_files_are_sorted_by_type_then_by_suffix(api: Api) -> None:
    uid = await create(api)
    files = {
        "sound.mp3": "",
        "clip.mp4": "",
        "logo.png": "",
        "a.ttf": "",
        "rows.csv": "",
        "notes.txt": "",
        "blob": "image/png",
    }
    for name, kind in files.items():
        headers = {**PAIR, **({"Content-Type": kind} if kind else {})}
        await api.call("PUT", f"/v1/data/{uid}/{name}", data=b"x", headers=headers)

    found = await (await api.get(f"/v1/list/data/{uid}", headers=PAIR)).json()

    metadata = found.pop("Metadata")
    assert found == {
        "Audios": ["sound.mp3"],
        "Videos": ["clip.mp4"],
        "Images": ["blob", "logo.png"],
        "Fonts": ["a.ttf"],
        "Datasources": ["rows.csv"],
        "Generic": ["notes.txt"],
    }
    assert set(metadata) == set(files)
    assert metadata["clip.mp4"].keys() >= {
        *("name", "uid", "date_created", "date_modified", "acodec", "channels"),
        *("framesize", "numsamples", "samplerate", "fps", "avg_fps", "par", "dar"),
        *("tbn", "tbc"),
    }
    assert metadata["notes.txt"]["date_created"] == "2030-01-01 00:00:00"


async def test_movies_are_listed(api: Api) -> None:
    response = await api.get(f"/v1/list/sdl/{LAUNCH}", headers=PAIR)

    assert await response.json() == {"SDLS": ["slow", "welcome"]}


async def test_an_empty_movie_is_refused(api: Api) -> None:
    response = await api.call("PUT", f"/v1/sdl/{LAUNCH}/new", headers=PAIR)

    assert response.status == 400
    assert (await response.json())["message"] == "SDL program rejected"


async def test_a_movies_geometry_is_that_of_its_clips(api: Api) -> None:
    """Two scenes of 20 and 30 frames, 200 by 100 px, 10 frames per second."""
    uid = await create(api)
    video = b"\x08\xc8\x01\x10\x64\x32\x04\x08\x0a\x10\x01"
    parameters = b"\x0a" + bytes([len(video)]) + video
    movie = (
        b"\x1a\x02\x10\x14\x1a\x02\x10\x1e\x7a" + bytes([len(parameters)]) + parameters
    )
    await api.call("PUT", f"/v1/sdl/{uid}/m", data=movie, headers=PAIR)
    made = await api.post(f"/v2/token/{uid}", {"movie": "m"})
    token = (await made.json())["token"]
    waiting = await api.begin("GET", f"/v2/render/{token}.png")
    api.advance(1, "main")
    still = await (await waiting).read()

    progress = await (await api.get(f"/v2/progress/{token}")).json()

    assert progress["total"] == 50
    assert int.from_bytes(still[16:20], "big") == 200
    assert int.from_bytes(still[20:24], "big") == 100


@pytest.mark.parametrize(
    "body",
    [
        b"\xff" * 20,
        b"\x1a\xff",
        b"\x07",
        b"text",
        b"\x1a\x02\x10\x14",  # a scene, and no parameters
        b"\x7a\x04\x0a\x02\x08\x40",  # a width, and no height
        MOVIE + b"\x1a\x7f",  # a scene that ends too early
    ],
)
async def test_what_is_no_movie_is_refused(api: Api, body: bytes) -> None:
    path = f"/v1/sdl/{LAUNCH}/odd"

    response = await api.call("PUT", path, data=body, headers=PAIR)
    after = await api.get(path, headers=PAIR)

    assert response.status == 400
    assert (await response.json())["message"] == "SDL program rejected"
    assert after.status == 404


async def test_a_movies_variables_are_read_from_it(api: Api) -> None:
    """A scene of 20 frames with a text from the variable `n`, `Hi` without it."""
    uid = await create(api)
    text = b"\x08\x03\x3a\x01n\x42\x02Hi"
    image = b"\x08\x07\x92\x01" + bytes([len(text)]) + text
    track = b"\x12" + bytes([len(image)]) + image
    scene = b"\x10\x14\x2a" + bytes([len(track)]) + track
    movie = b"\x1a" + bytes([len(scene)]) + scene + MOVIE
    await api.call("PUT", f"/v1/sdl/{uid}/m", data=movie, headers=PAIR)

    found = await api.get(f"/v1/sdlvariables/{uid}/m", headers=PAIR)

    assert await found.json() == {
        "variables": [
            {
                "name": "n",
                "type": "text",
                "offset": 0,
                "numframes": 20,
                "defaultvalue": "Hi",
            }
        ]
    }


async def test_variables_diagnostics_and_publishing(api: Api) -> None:
    movie = f"{LAUNCH}/welcome"
    variables = await api.get(f"/v1/sdlvariables/{movie}", headers=PAIR)
    errors = await api.get(f"/v1/sdlmovieerrors/{movie}", headers=PAIR)
    published = await api.post(f"/v1/publish/{LAUNCH}/eu-west-1", headers=PAIR)

    assert await variables.json() == {
        "variables": [
            {
                "name": "title",
                "type": "text",
                "offset": 0,
                "numframes": 50,
                "defaultvalue": "Hello",
            },
            {"name": "photo", "type": "image", "offset": 25, "numframes": 25},
        ]
    }
    assert await errors.json() == {"errors": []}
    assert await published.json() == {"Published-UID": LAUNCH}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/v1/project/{LAUNCH}"),
        ("GET", f"/v1/list/data/{LAUNCH}"),
        ("PUT", f"/v1/data/{LAUNCH}/x"),
        ("GET", f"/v1/data/{LAUNCH}/logo.png"),
        ("GET", f"/v1/appdata/{LAUNCH}/x"),
        ("GET", f"/v1/list/sdl/{LAUNCH}"),
        ("GET", f"/v1/sdl/{LAUNCH}/welcome"),
        ("GET", f"/v1/sdlvariables/{LAUNCH}/welcome"),
        ("POST", f"/v1/publish/{LAUNCH}/x"),
    ],
)
async def test_a_project_of_another_account_is_unknown(
    api: Api, method: str, path: str
) -> None:
    response = await api.call(method, path, headers=OTHER_PAIR, data=b"x")

    assert response.status == 404
    assert (await response.json())["message"] == "Project not found"


async def test_an_uploaded_body_may_come_in_chunks(api: Api) -> None:
    async def pieces() -> Any:
        yield b"one"
        yield b"two"

    path = f"/v1/data/{LAUNCH}/chunks"
    await api.call("PUT", path, data=pieces(), headers=PAIR)

    assert await (await api.get(path, headers=PAIR)).read() == b"onetwo"


def usage_of(api: Api) -> Any:
    return api.space("main").table("impossible", "usage")


async def put(api: Api, uid: str, name: str, size: int) -> int:
    response = await api.call(
        "PUT", f"/v1/data/{uid}/{name}", data=bytes(size), headers=PAIR
    )
    return int(response.status)


async def test_the_files_of_an_account_have_a_bound(api: Api) -> None:
    """A file as large as what is left is kept; one byte more is refused."""
    uid = await create(api)
    usage_of(api).put("bytes", (256 << 20) - 1024 - 400)

    too_large = await put(api, uid, "large.bin", 301)
    fits = await put(api, uid, "fits.bin", 300)
    no_more = await put(api, uid, "empty.bin", 0)

    assert (too_large, fits, no_more) == (413, 200, 413)
    listed = await (await api.get(f"/v1/list/data/{uid}", headers=PAIR)).json()
    assert listed["Generic"] == ["fits.bin"]


async def test_replaced_and_deleted_files_no_longer_count(api: Api) -> None:
    uid = await create(api)
    await put(api, uid, "a.bin", 3000)
    await put(api, uid, "a.bin", 300)
    await put(api, uid, "b.bin", 300)
    both = usage_of(api).get("bytes")

    await api.call("DELETE", f"/v1/data/{uid}/b.bin", headers=PAIR)
    one = usage_of(api).get("bytes")
    await api.call("DELETE", f"/v1/project/{uid}", headers=PAIR)

    assert (both, one, usage_of(api).get("bytes")) == (2848, 1424, 0)


async def test_the_project_that_is_shown_for_a_minted_key_is_there(api: Api) -> None:
    """What `POST /_mock/api/spaces` shows can be listed, and rendered without a key."""
    minted = await api.running.client.post("/_mock/api/spaces", json={"name": "mine"})
    (shown,) = (await minted.json())["credentials"]
    fields = shown["fields"]
    pair = encode_basic_auth(fields["api_key"], fields["api_secret"])

    rendered = await api.post(f"/v2/token/{fields['project']}", {"movie": "intro"})
    listed = await api.get("/v1/list/project", headers={"Authorization": pair})
    jobs = await api.running.client.get("/_mock/api/jobs", params={"space": "mine"})

    assert rendered.status == 200
    assert (await listed.json())["Projects"] == [[fields["project"], "Minted"]]
    assert len((await jobs.json())["jobs"]) == 1


async def test_a_key_of_the_fixtures_is_shown_without_a_project(api: Api) -> None:
    """It has come with none; its account's projects can be listed."""
    url = "/_mock/api/credentials"
    answer = await api.running.client.get(url, params={"provider": "impossible"})
    known = (await answer.json())["credentials"]

    assert {"api_key": "KEY", "api_secret": "SECRET"} in [
        one["fields"] for one in known
    ]


@pytest.mark.ffmpeg
async def test_the_list_tells_what_an_uploaded_video_is(api: Api) -> None:
    """Its facts are its own, not those that most files have."""
    uid = await create(api)
    (part,) = await FfmpegRenderer().render(mp4(64, 64, seconds=1, silent_track=False))
    await api.call("PUT", f"/v1/data/{uid}/a.mp4", data=part.data, headers=PAIR)

    listed = await (await api.get(f"/v1/list/data/{uid}", headers=PAIR)).json()

    found = listed["Metadata"]["a.mp4"]
    assert (found["acodec"], found["channels"]) == ("", 0)
    assert (found["fps"], found["dar"]) == ([25, 1], [1, 1])
