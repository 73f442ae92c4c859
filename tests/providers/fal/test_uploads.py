"""Uploads: signed and direct, whole and in parts, and what becomes of the files."""

import re
from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.fal.conftest import KEY, NOBODY, RUN, VEO, Api

PNG = b"\x89PNG\r\n\x1a\n"
REST = "/rest.fal.ai/storage"
FILE = {"content_type": "image/png", "file_name": "in.png"}
LINK = r"/fal/v3b\.fal\.media/files/b/[0-9a-f]{8}/[A-Za-z0-9]{21}_in\.png"


async def initiated(api: Api, end: str = "", **headers: str) -> dict[str, str]:
    """Announce a file, and return where it goes and where it will be."""
    path = f"{REST}/upload/initiate{end}?storage_type=fal-cdn-v3"
    response = await api.call("POST", path, FILE, {**KEY, **headers})
    assert response.status == 200, await response.text()
    told: dict[str, str] = await response.json()
    return told


async def bearer(api: Api) -> dict[str, str]:
    """Return the header of direct uploads."""
    path = f"{REST}/auth/token?storage_type=fal-cdn-v3"
    told = await (await api.call("POST", path, {})).json()
    return {"Authorization": f"{told['token_type']} {told['token']}"}


async def test_a_signed_upload_has_two_links(api: Api) -> None:
    told = await initiated(api)

    base = re.escape(api.running.origin) + LINK
    assert [*told] == ["upload_url", "file_url"]
    assert re.fullmatch(base, told["file_url"])
    assert re.fullmatch(base + r"\?sig=\w{32}", told["upload_url"])


async def test_a_put_is_answered_with_nothing_of_no_type(api: Api) -> None:
    told = await initiated(api)

    response = await api.call("PUT", told["upload_url"], None, NOBODY, data=PNG)

    assert response.status == 200
    assert await response.read() == b""
    assert "Content-Type" not in response.headers


async def test_the_file_is_there_for_everybody(api: Api) -> None:
    told = await initiated(api)
    await api.call("PUT", told["upload_url"], None, NOBODY, data=PNG)

    response = await api.get(told["file_url"], NOBODY)

    assert await response.read() == PNG
    assert response.headers["Content-Type"] == "image/png"


async def test_before_its_bytes_have_come_it_is_not(api: Api) -> None:
    told = await initiated(api)

    assert (await api.get(told["file_url"], NOBODY)).status == 404


@pytest.mark.parametrize("end", ["", "?sig=wrong", "?sig="])
async def test_who_has_no_signature_may_not_upload(api: Api, end: str) -> None:
    told = await initiated(api)

    response = await api.call("PUT", told["file_url"] + end, None, KEY, data=PNG)

    assert response.status == 403


async def test_parts_are_joined(api: Api) -> None:
    told = await initiated(api, "-multipart")
    path, _, query = told["upload_url"].partition("?")
    made = [
        await api.call("PUT", f"{path}/{number}?{query}", None, NOBODY, data=data)
        for number, data in ((2, b"cd"), (1, b"ab"))
    ]
    parts = [await one.json() for one in made]

    done = await api.call("POST", f"{path}/complete?{query}", {"parts": parts}, NOBODY)

    assert parts[1] == {"partNumber": 1, "etag": "187ef4436122d1cc2f40dc2b92f0eba0"}
    assert made[1].headers["ETag"] == '"187ef4436122d1cc2f40dc2b92f0eba0"'
    assert done.status == 200
    assert await (await api.get(told["file_url"])).read() == b"abcd"


async def test_parts_that_have_not_come_are_not_joined(api: Api) -> None:
    told = await initiated(api, "-multipart")
    path, _, query = told["upload_url"].partition("?")
    await api.call("PUT", f"{path}/1?{query}", None, NOBODY, data=b"ab")
    parts = [{"partNumber": number, "etag": ""} for number in (1, 2)]

    done = await api.call("POST", f"{path}/complete?{query}", {"parts": parts}, NOBODY)

    assert (done.status, await done.json()) == (400, {"detail": "Invalid parts"})


async def test_a_direct_upload_needs_a_token(api: Api) -> None:
    sent = {
        **await bearer(api),
        "Content-Type": "image/png",
        "X-Fal-File-Name": "in.png",
    }

    response = await api.call(
        "POST", "/v3.fal.media/files/upload", None, sent, data=PNG
    )
    url = (await response.json())["access_url"]

    assert re.fullmatch(re.escape(api.running.origin) + LINK, url)
    assert await (await api.get(url, NOBODY)).read() == PNG


async def test_a_direct_upload_may_come_in_parts(api: Api) -> None:
    token = await bearer(api)
    begun = await api.call("POST", "/v3.fal.media/files/upload/multipart", None, token)
    told = await begun.json()
    root = f"{told['access_url']}/multipart/{told['uploadId']}"
    parts = []
    for number, data in ((1, b"ab"), (2, b"cd")):
        made = await api.call("PUT", f"{root}/{number}", None, token, data=data)
        parts.append({"partNumber": number, "etag": made.headers["ETag"]})

    done = await api.call("POST", f"{root}/complete", {"parts": parts}, token)

    assert done.status == 200
    assert await (await api.get(told["access_url"])).read() == b"abcd"


async def test_a_token_says_where_and_until_when(serve: Serve) -> None:
    api = Api(await serve(wall=lambda: 1_793_440_800.0))

    told = await (await api.call("POST", f"{REST}/auth/token", {})).json()

    assert told["token_type"] == "Bearer"
    assert told["base_url"] == f"{api.running.origin}/fal/v3.fal.media"
    assert told["expires_at"] == "2026-10-31T11:00:00.000000+00:00"


async def test_on_its_host_a_token_is_for_the_hosts_name(api: Api) -> None:
    response = await api.running.client.post(
        "/storage/auth/token", json={}, headers={**KEY, "Host": "rest.fal.ai"}
    )

    assert (await response.json())["base_url"] == "http://v3.fal.media"


@pytest.mark.parametrize(
    "spoil", [lambda text: f"{text}x", lambda text: text[:-1], lambda _: "Bearer x.y.z"]
)
async def test_a_token_that_is_not_ours_is_refused(api: Api, spoil: Any) -> None:
    token = await bearer(api)
    sent = {"Authorization": spoil(token["Authorization"])}

    response = await api.call(
        "POST", "/v3.fal.media/files/upload", None, sent, data=PNG
    )

    assert response.status == 401


async def test_a_token_ends_after_an_hour_of_the_wall(serve: Serve) -> None:
    now = [1_793_440_800.0]
    api = Api(await serve(wall=lambda: now[0]))
    token = await bearer(api)
    now[0] += 3600

    response = await api.call(
        "POST", "/v3.fal.media/files/upload", None, token, data=PNG
    )

    assert response.status == 401


async def test_a_token_for_uploads_calls_no_models(api: Api) -> None:
    response = await api.call("POST", VEO, {"prompt": "x"}, await bearer(api))

    assert response.status == 401


@pytest.mark.parametrize("path", ["/auth/token", "/upload/initiate"])
async def test_without_a_key_nothing_can_be_uploaded(api: Api, path: str) -> None:
    response = await api.call("POST", f"{REST}{path}", FILE, NOBODY)

    assert response.status == 401
    assert await response.json() == {"detail": "Authorization header is required"}


async def test_a_page_gets_a_token_for_some_apps(serve: Serve) -> None:
    api = Api(await serve(pace="step"))
    asked = {"allowed_apps": ["veo3.1"], "token_expiration": 120}
    token = await (await api.call("POST", "/rest.fal.ai/tokens/", asked)).json()

    async def status(path: str) -> int:
        query = f"?fal_jwt_token={token}"
        response = await api.call("POST", f"{path}{query}", {}, NOBODY)
        return response.status

    assert isinstance(token, str)
    assert await status(VEO) == 200
    assert await status(RUN) == 422
    assert await status("/queue.fal.run/fal-ai/sora-2") == 403
    assert await status("/rest.fal.ai/tokens/") == 401


async def test_a_stream_may_be_read_with_such_a_token(serve: Serve) -> None:
    api = Api(await serve(pace="step"))
    made = await api.submit()
    asked = {"allowed_apps": ["veo3.1"]}
    token = await (await api.call("POST", "/rest.fal.ai/tokens/", asked)).json()

    response = await api.get(
        f"{made['status_url']}/stream?fal_jwt_token={token}", NOBODY
    )

    assert response.status == 200
    assert b"COMPLETED" in await response.read()


async def test_a_file_that_is_there_is_taken(api: Api) -> None:
    told = await initiated(api)
    await api.call("PUT", told["upload_url"], None, NOBODY, data=PNG)

    made = await api.done(
        f"{VEO}/image-to-video", prompt="x", image_url=told["file_url"]
    )

    assert "error" not in await api.status(made)


@pytest.mark.parametrize("seconds", [0, 3600])
async def test_a_file_that_is_not_there_cannot_be_fetched(
    api: Api, seconds: float
) -> None:
    """It has not come at all, or its time is over."""
    life = '{"expiration_duration_seconds": 3600}'
    told = await initiated(api, **{"X-Fal-Object-Lifecycle": life})
    url = told["upload_url"] if seconds else f"{told['upload_url']}x"
    await api.call("PUT", url, None, NOBODY, data=PNG)
    api.advance(seconds)

    made = await api.done(
        f"{VEO}/image-to-video", prompt="x", image_url=told["file_url"]
    )
    result = await api.get(made["response_url"])

    assert result.status == 422
    assert (await result.json())["detail"] == [
        {
            "type": "file_download_error",
            "loc": ["body", "image_url"],
            "msg": "File download error",
            "input": told["file_url"],
            "url": "https://docs.fal.ai/errors/#file_download_error",
        }
    ]


async def test_what_is_passed_on_gets_an_upload_link_that_leads_straight_here(
    api: Api,
) -> None:
    target = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3"

    made = await api.call("POST", "/proxy", FILE, {**KEY, "x-fal-target-url": target})
    told = await made.json()
    put = await api.call("PUT", told["upload_url"], None, NOBODY, data=PNG)

    assert told["upload_url"].startswith(f"{api.running.origin}/fal/v3b.fal.media/")
    assert told["file_url"].startswith("https://v3b.fal.media/files/b/")
    assert put.status == 200


@pytest.mark.parametrize("name", ["output.mp4", "../../a b.png", "ä.png", "", "." * 9])
async def test_a_file_may_be_called_anything(api: Api, name: str) -> None:
    told = await api.call(
        "POST",
        f"{REST}/upload/initiate",
        {"content_type": "video/mp4", "file_name": name},
    )
    links = await told.json()

    put = await api.call("PUT", links["upload_url"], None, NOBODY, data=PNG)

    assert put.status == 200
    assert await (await api.get(links["file_url"], NOBODY)).read() == PNG


@pytest.mark.parametrize(
    "said", [{}, {"file_name": 7, "content_type": "a/b"}, {"content_type": "a/b"}]
)
async def test_a_file_without_name_and_type_is_refused(
    api: Api, said: dict[str, Any]
) -> None:
    response = await api.call("POST", f"{REST}/upload/initiate", said)

    assert response.status == 422
