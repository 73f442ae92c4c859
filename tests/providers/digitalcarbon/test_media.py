"""The files: real, of the promised size and length, served as files should be."""

import pytest

from tests.deep import first
from tests.media.sound.hearing import hear
from tests.providers.conftest import Probe
from tests.providers.digitalcarbon.conftest import FROZEN, Api

pytestmark = pytest.mark.ffmpeg
VIDEO = f"/digitalcarbon/media/{FROZEN}3.mp4"


@pytest.mark.parametrize(
    ("ratio", "size"),
    first(
        [
            ("16:9", (640, 360)),
            ("1:1", (480, 480)),
            ("4:5", (432, 540)),
            ("9:16", (360, 640)),
        ]
    ),
)
async def test_a_video_is_thirty_seconds_of_the_ratio_asked_for(
    api: Api, probe: Probe, ratio: str, size: tuple[int, int]
) -> None:
    job = await api.finished(aspect_ratio=ratio)

    response = await api.running.client.get(f"/digitalcarbon/media/{job}.mp4")
    facts = probe(await response.read())

    assert response.headers["Content-Type"] == "video/mp4"
    assert facts.size == size
    assert facts.duration_s == pytest.approx(30, abs=0.05)


async def test_a_thumbnail_is_a_jpeg_of_the_same_size(api: Api) -> None:
    response = await api.running.client.get(f"/digitalcarbon/media/{FROZEN}3.jpg")

    assert response.headers["Content-Type"] == "image/jpeg"
    assert (await response.read())[:3] == b"\xff\xd8\xff"


async def test_the_same_request_gives_the_same_bytes(api: Api) -> None:
    first = await (await api.running.client.get(VIDEO)).read()
    second = await (await api.running.client.get(VIDEO)).read()

    assert first == second


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6])
async def test_what_is_not_there_is_not_found(api: Api, number: int) -> None:
    response = await api.running.client.get(
        f"/digitalcarbon/media/{FROZEN}{number}.mp4"
    )

    assert (response.status, await response.json()) == (404, {"detail": "Not Found"})


async def test_an_unknown_file_is_not_found(api: Api) -> None:
    response = await api.running.client.get("/digitalcarbon/media/x.mp4")

    assert (response.status, await response.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [("bytes=0-99", 206, 100), ("bytes=-7", 206, 7), ("bytes=5-5", 206, 1)],
)
async def test_a_part_is_served(api: Api, asked: str, status: int, length: int) -> None:
    whole = await (await api.running.client.get(VIDEO)).read()

    part = await api.running.client.get(VIDEO, headers={"Range": asked})
    body = await part.read()

    start = int(part.headers["Content-Range"].removeprefix("bytes ").split("-")[0])
    assert (part.status, len(body)) == (status, length)
    assert body == whole[start : start + length]


async def test_a_part_beyond_the_end_cannot_be_served(api: Api) -> None:
    whole = await (await api.running.client.get(VIDEO)).read()

    part = await api.running.client.get(VIDEO, headers={"Range": "bytes=99999999-"})

    assert part.status == 416
    assert part.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=9-2", "chunks=1-2", "bytes=a-b", "bytes=-"])
async def test_a_range_that_makes_no_sense_is_ignored(api: Api, asked: str) -> None:
    response = await api.running.client.get(VIDEO, headers={"Range": asked})

    assert response.status == 200


async def test_head_tells_all_but_the_body(api: Api) -> None:
    whole = await api.running.client.get(VIDEO)

    head = await api.running.client.head(VIDEO)

    assert head.status == 200
    assert await head.read() == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert head.headers["Accept-Ranges"] == "bytes"


async def test_a_known_file_is_not_sent_again(api: Api) -> None:
    tag = (await api.running.client.head(VIDEO)).headers["ETag"]

    again = await api.running.client.get(VIDEO, headers={"If-None-Match": tag})

    assert (again.status, await again.read()) == (304, b"")


async def test_a_part_of_another_version_is_sent_whole(api: Api) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"other"'}

    response = await api.running.client.get(VIDEO, headers=headers)

    assert response.status == 200


async def test_a_part_of_this_version_is_sent(api: Api) -> None:
    tag = (await api.running.client.head(VIDEO)).headers["ETag"]
    headers = {"Range": "bytes=0-9", "If-Range": tag}

    response = await api.running.client.get(VIDEO, headers=headers)

    assert response.status == 206


@pytest.mark.parametrize(
    ("name", "kind", "begin"),
    [
        ("photo.jpg", "image/jpeg", b"\xff\xd8\xff"),
        ("photo.jpeg", "image/jpeg", b"\xff\xd8\xff"),
        ("photo.png", "image/png", b"\x89PNG\r\n"),
        ("photo.webp", "image/webp", b"RIFF"),
        pytest.param("music.mp3", "audio/mpeg", b"ID3", marks=pytest.mark.ffmpeg),
    ],
)
async def test_samples_can_be_named_in_requests(
    api: Api, name: str, kind: str, begin: bytes
) -> None:
    response = await api.running.client.get(f"/digitalcarbon/samples/{name}")

    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    assert (await response.read()).startswith(begin)


async def test_there_is_one_sample_for_each_format_of_the_contract(api: Api) -> None:
    client, base = api.running.client, "/digitalcarbon/samples"
    names = ("photo.jpg", "photo.jpeg", "photo.png", "photo.webp", "music.mp3")

    statuses = [(await client.head(f"{base}/{name}")).status for name in names]
    other = await client.get(f"{base}/photo.bmp")

    assert statuses == [200] * 5
    assert other.status == 404


@pytest.mark.parametrize(
    ("sent", "is_heard"),
    [({"soundtrack_url": "https://e.com/a.mp3"}, True), ({}, False)],
)
async def test_a_soundtrack_is_heard_and_fades_away(
    api: Api, *, sent: dict[str, str], is_heard: bool
) -> None:
    job = await api.finished(**sent)

    response = await api.running.client.get(f"/digitalcarbon/media/{job}.mp4")
    heard = hear(await response.read())

    assert (heard.part(0, 20).peak > 0.1) is is_heard
    assert heard.part(29.7, 30).peak <= 0.2 * heard.part(0, 20).peak


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=0-3"}, 206),
        ("GET", {"Range": "bytes=99999999-"}, 416),
        ("GET", {"If-None-Match": "*"}, 304),
    ],
)
async def test_pages_of_other_origins_may_read_files(
    api: Api, method: str, headers: dict[str, str], status: int
) -> None:
    response = await api.running.client.request(method, VIDEO, headers=headers)

    assert response.status == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Expose-Headers"] == (
        "Accept-Ranges, Content-Length, Content-Range, ETag"
    )
