"""Uploads: resumable ones in one go and in chunks, simple ones, and what is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.media.formats import mp4
from tests.providers.conftest import Serve
from tests.providers.google.conftest import KEY, OTHER, PREDICT, Api

PLACE = "/upload/v1beta/files"
START = {
    "X-Goog-Upload-Protocol": "resumable",
    "X-Goog-Upload-Command": "start",
    "X-Goog-Upload-Header-Content-Length": "6",
    "X-Goog-Upload-Header-Content-Type": "image/png",
}
FILE: dict[str, Any] = {"file": {"display_name": "d", "mime_type": "image/png"}}


async def begun(
    api: Api, document: Any = FILE, **headers: str
) -> tuple[str, ClientResponse]:
    """Return where the bytes go, below our root, and the whole answer."""
    told = {**KEY, **START, **{k.replace("_", "-"): v for k, v in headers.items()}}
    response = await api.ask("POST", PLACE, document, told)
    assert response.status == 200, await response.text()
    url = response.headers["x-goog-upload-url"]
    return url.removeprefix(api.running.origin), response


async def leg(
    api: Api, place: str, command: str, data: bytes = b"", offset: int = 0
) -> ClientResponse:
    """Send the next leg, which has no key."""
    headers = {
        "X-Goog-Upload-Command": command,
        "X-Goog-Upload-Offset": str(offset),
    }
    return await api.running.client.post(place, data=data, headers=headers)


async def test_a_start_answers_where_the_bytes_go_and_no_body(api: Api) -> None:
    place, response = await begun(api)

    assert await response.read() == b""
    assert response.headers["x-goog-upload-status"] == "active"
    assert response.headers["x-goog-upload-chunk-granularity"] == "8388608"
    assert place.startswith("/google/upload/v1beta/files?upload_id=")
    assert place.endswith("&upload_protocol=resumable")


async def test_a_file_comes_in_one_go_without_a_key(api: Api) -> None:
    place, _ = await begun(api)

    response = await leg(api, place, "upload, finalize", b"123456")

    assert (response.status, response.headers["x-goog-upload-status"]) == (200, "final")
    file = (await response.json())["file"]
    uri = file.pop("uri")
    name = file.pop("name")
    assert uri == f"{api.running.origin}/google/v1beta/{name}"
    assert file == {
        "displayName": "d",
        "mimeType": "image/png",
        "sizeBytes": "6",
        "createTime": "2030-01-01T00:00:00.000000Z",
        "updateTime": "2030-01-01T00:00:00.000000Z",
        "expirationTime": "2030-01-03T00:00:00.000000Z",
        "sha256Hash": (
            "OGQ5NjllZWY2ZWNhZDNjMjlhM2E2MjkyODBlNjg2Y2YwYzNmNWQ1YTg2YWZmM2NhMTIwMjBjOT"
            "IzYWRjNmM5Mg=="
        ),
        "state": "ACTIVE",
        "source": "UPLOADED",
    }


async def test_a_file_comes_in_chunks_and_can_be_asked_how_far_it_is(api: Api) -> None:
    place, _ = await begun(api)

    first = await leg(api, place, "upload", b"1234")
    asked = await leg(api, place, "query")
    last = await leg(api, place, "upload, finalize", b"56", offset=4)
    after = await leg(api, place, "query")

    assert first.headers["x-goog-upload-status"] == "active"
    assert asked.headers["x-goog-upload-size-received"] == "4"
    assert (await last.json())["file"]["sizeBytes"] == "6"
    assert after.headers["x-goog-upload-status"] == "final"


@pytest.mark.parametrize(
    ("command", "data", "offset", "message"),
    [
        ("upload", b"12", 4, "The upload goes on at offset 0."),
        ("upload", b"1234567", 0, "More bytes than the 6 that were announced."),
        ("upload, finalize", b"123", 0, "3 of 6 bytes have come."),
        ("dance", b"", 0, "`X-Goog-Upload-Command` says nothing that is known."),
    ],
)
async def test_a_leg_that_does_not_fit_is_refused(
    api: Api, command: str, data: bytes, offset: int, message: str
) -> None:
    place, _ = await begun(api)

    response = await leg(api, place, command, data, offset)

    assert response.status == 400
    assert (await response.json())["error"]["message"] == message


async def test_a_cancelled_upload_goes_on_no_more(api: Api) -> None:
    place, _ = await begun(api)

    cancelled = await leg(api, place, "cancel")
    after = await leg(api, place, "upload", b"1")

    assert cancelled.headers["x-goog-upload-status"] == "cancelled"
    assert after.status == 400


async def test_an_upload_that_nobody_began_is_not_found(api: Api) -> None:
    response = await leg(api, f"/google{PLACE}?upload_id=nothing", "query")

    assert response.status == 404


async def test_to_begin_takes_a_key(api: Api) -> None:
    response = await api.ask("POST", PLACE, FILE, START)

    assert response.status == 403


async def test_a_name_may_be_chosen_once(api: Api) -> None:
    document = {"file": {"name": "files/my-frame-1", "mimeType": "image/png"}}
    place, _ = await begun(api, document)
    await leg(api, place, "upload, finalize", b"123456")

    again = await api.ask("POST", PLACE, document, {**KEY, **START})

    told = await api.get("/v1beta/files/my-frame-1")
    assert (told.status, again.status) == (200, 409)
    assert (await again.json())["error"]["status"] == "ALREADY_EXISTS"
    assert (await api.get("/v1beta/files/my-frame-1", OTHER)).status == 403


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "`file` must be an object."),
        ({"file": {"display_name": 1}}, "`file.display_name` must be a text."),
        (
            {"file": {"display_name": "x" * 513}},
            "`file.display_name` has at most 512 characters.",
        ),
        (
            {"file": {"name": "files/A_B"}},
            "`file.name` must be `files/` and up to 40 of a-z, 0-9 and -.",
        ),
    ],
)
async def test_what_is_said_of_a_file_has_to_fit(
    api: Api, document: object, message: str
) -> None:
    status, error = await api.error(document, PLACE, headers={**KEY, **START})

    assert (status, error["message"]) == (400, message)


async def simple(api: Api, query: str, data: bytes, headers: Mapping[str, str]) -> Any:
    response = await api.running.client.post(
        f"/google{PLACE}{query}", data=data, headers={**KEY, **headers}
    )
    assert response.status == 200, await response.text()
    return (await response.json())["file"]


async def test_a_file_may_come_as_the_whole_body(api: Api) -> None:
    file = await simple(
        api, "?uploadType=media", b"1234", {"Content-Type": "image/jpeg"}
    )

    assert (file["mimeType"], file["sizeBytes"]) == ("image/jpeg", "4")


async def test_a_file_may_come_behind_its_metadata(api: Api) -> None:
    body = (
        b'--x\r\nContent-Type: application/json\r\n\r\n{"file":{"displayName":"d"}}\r\n'
        b"--x\r\nContent-Type: image/png\r\n\r\n\x00\x0112\r\n--x--\r\n"
    )
    headers = {
        "X-Goog-Upload-Protocol": "multipart",
        "Content-Type": "multipart/related; boundary=x",
    }

    file = await simple(api, "", body, headers)

    assert (file["displayName"], file["mimeType"], file["sizeBytes"]) == (
        "d", "image/png", "4",
    )  # fmt: skip


@pytest.mark.ffmpeg
async def test_a_video_is_processed_for_three_seconds_and_then_has_a_length(
    api: Api,
) -> None:
    made = await api.running.instance.services.media.get(mp4(64, 64, seconds=5))
    data = made.read()
    place, _ = await begun(
        api,
        None,
        X_Goog_Upload_Header_Content_Length=str(len(data)),
        X_Goog_Upload_Header_Content_Type="video/mp4",
    )
    file = (await (await leg(api, place, "upload, finalize", data)).json())["file"]
    early = {"instances": [{"prompt": "x", "video": {"uri": file["uri"]}}]}

    refused = await api.ask("POST", PREDICT, early)
    api.advance(3)
    told = await (await api.get(f"/v1beta/{file['name']}")).json()
    taken = await (await api.ask("POST", PREDICT, early)).json()

    assert (file["state"], refused.status, told["state"]) == (
        "PROCESSING", 400, "ACTIVE",
    )  # fmt: skip
    assert told["videoMetadata"] == {"videoDuration": "5s"}
    job = api.space.jobs("google").get(taken["name"].rpartition("/")[2])
    assert job.data["seconds"] == 12


async def test_at_pace_step_reads_bring_the_end_of_processing(serve: Serve) -> None:
    api = Api(await serve(providers=("google",), pace="step"))
    file = await simple(api, "?uploadType=media", b"1", {"Content-Type": "video/mp4"})

    seen = [
        (await (await api.get(f"/v1beta/{file['name']}")).json())["state"]
        for _ in range(2)
    ]

    assert seen == ["PROCESSING", "ACTIVE"]


async def test_a_file_expires_after_two_days(api: Api) -> None:
    file = await simple(api, "?uploadType=media", b"1", {"Content-Type": "image/png"})
    path = f"/v1beta/{file['name']}"
    api.advance(48 * 3600 - 1)
    before = (await api.get(path)).status
    api.advance(1)

    assert (before, (await api.get(path)).status) == (200, 403)


async def test_an_upload_outlives_the_server(serve: Serve, tmp_path: Path) -> None:
    """What has come of it is kept with the space."""
    store = f"sqlite:{tmp_path / 'kept.sqlite'}"
    api = Api(await serve(providers=("google",), store=store))
    place, _ = await begun(api)
    await leg(api, place, "upload", b"1234")
    await api.running.client.close()
    again = Api(await serve(providers=("google",), store=store))

    last = await leg(again, place, "upload, finalize", b"56", offset=4)

    assert (await last.json())["file"]["sizeBytes"] == "6"
