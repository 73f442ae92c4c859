"""The video really goes to the client's address, and every failure has its text."""

import asyncio
import socket

import pytest

from tests.providers.conftest import Serve
from tests.providers.digitalcarbon.conftest import FROZEN, Api, MakeDestination

pytestmark = pytest.mark.ffmpeg
UPLOAD = f"/{FROZEN}3/results/upload-video"
PREFIX = "Failed to upload video: "


async def failure(api: Api, url: str) -> str:
    """Upload to an address that fails and return the text after the usual start."""
    response = await api.post(UPLOAD, {"upload_url": url})
    detail = (await response.json())["detail"]
    assert response.status == 500
    assert detail.startswith(PREFIX)
    return str(detail.removeprefix(PREFIX))


async def test_the_destination_gets_exactly_what_the_link_serves(
    api: Api, destination: MakeDestination
) -> None:
    there = await destination()

    response = await api.post(
        UPLOAD, {"upload_url": f"{there.url}/bucket/v.mp4?X-Signature=a%2Fb"}
    )
    link = await api.running.client.get(f"/digitalcarbon/media/{FROZEN}3.mp4")

    (method, path, headers, body) = there.seen[0]
    assert response.status == 200
    assert await response.text() == '{"message":"Video uploaded successfully"}'
    assert (method, path) == ("PUT", "/bucket/v.mp4?X-Signature=a%2Fb")
    assert headers["Content-Type"] == "video/mp4"
    assert headers["Content-Length"] == str(len(body))
    assert body == await link.read()
    assert {"Transfer-Encoding", "Expect", "X-API-Key", "Authorization"}.isdisjoint(
        headers
    )


async def test_a_user_in_the_url_becomes_basic_authentication(
    api: Api, destination: MakeDestination
) -> None:
    there = await destination(204)

    response = await api.post(
        UPLOAD, {"upload_url": there.url.replace("//", "//u:p@") + "/v"}
    )

    assert response.status == 200
    assert there.seen[0][2]["Authorization"] == "Basic dTpw"


async def test_the_method_can_be_changed(
    serve: Serve, destination: MakeDestination
) -> None:
    settings = {"digitalcarbon": {"upload_method": "POST"}}
    api = Api(await serve(providers_settings=settings))
    there = await destination(201)

    await api.post(UPLOAD, {"upload_url": f"{there.url}/v"})

    assert there.seen[0][0] == "POST"


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_keeps_the_method_is_followed(
    api: Api, destination: MakeDestination, status: int
) -> None:
    end = await destination()
    start = await destination(status, {"Location": f"{end.url}/there"})

    response = await api.post(UPLOAD, {"upload_url": f"{start.url}/here"})

    assert response.status == 200
    assert end.seen[0][:2] == ("PUT", "/there")
    assert len(end.seen[0][3]) == len(start.seen[0][3])


@pytest.mark.parametrize("status", [301, 302, 303, 400, 401, 403, 404, 500])
async def test_any_other_status_is_told(
    api: Api, destination: MakeDestination, status: int
) -> None:
    there = await destination(status, {"Location": "/elsewhere"})

    reason = await failure(api, f"{there.url}/v")

    assert reason == f"upload URL responded with status {status}"
    assert len(there.seen) == 1


async def test_a_redirect_to_nowhere_is_told_as_its_status(
    api: Api, destination: MakeDestination
) -> None:
    there = await destination(307)

    assert await failure(api, f"{there.url}/v") == (
        "upload URL responded with status 307"
    )


async def test_going_round_in_circles_ends(
    api: Api, destination: MakeDestination
) -> None:
    there = await destination(307, {"Location": "/again"})

    assert await failure(api, f"{there.url}/v") == "too many redirects"


async def test_a_closed_port_cannot_be_reached(api: Api) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    assert await failure(api, f"http://127.0.0.1:{port}/v") == (
        "could not connect to the upload URL"
    )


async def test_nothing_leaves_the_machine(api: Api) -> None:
    reason = await failure(api, "http://203.0.113.7/video-upload-url")

    notes = [*api.running.instance.services.journal.exchanges()][-1].notes
    assert reason == "could not connect to the upload URL"
    assert "--allow-host" in " ".join(notes)


async def test_a_silent_destination_times_out(serve: Serve) -> None:
    settings = {"digitalcarbon": {"upload_timeout_s": "0.2"}}
    api = Api(await serve(providers_settings=settings))
    writers: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(
        lambda _, writer: writers.append(writer), "127.0.0.1", 0
    )
    port = silent.sockets[0].getsockname()[1]

    reason = await failure(api, f"http://127.0.0.1:{port}/v")
    writers[0].close()
    silent.close()

    assert reason == "timed out after 0.2 seconds"


@pytest.mark.parametrize(
    ("url", "kind", "message"),
    [
        ("", "scheme", "invalid or missing URL scheme"),
        ("example.com/v", "scheme", "invalid or missing URL scheme"),
        ("ftp://example.com/v", "scheme", "URL scheme not permitted"),
        ("http://", "host", "URL host invalid"),
    ],
)
async def test_an_address_that_is_none_is_a_wrong_shape(
    api: Api, url: str, kind: str, message: str
) -> None:
    response = await api.post(UPLOAD, {"upload_url": url})

    entry = (await response.json())["detail"][0]
    assert response.status == 422
    assert entry["loc"] == ["body", "upload_url"]
    assert (entry["type"], entry["msg"]) == (f"value_error.url.{kind}", message)


async def test_a_wrong_shape_is_told_before_an_unfinished_job(api: Api) -> None:
    response = await api.post(f"/{FROZEN}1/results/upload-video", {})

    assert response.status == 422


async def test_uploading_again_works(api: Api, destination: MakeDestination) -> None:
    bad, good = await destination(500), await destination()

    await failure(api, f"{bad.url}/v")
    response = await api.post(UPLOAD, {"upload_url": f"{good.url}/v"})

    assert response.status == 200
