"""Media: every format is a real file, in whole, in parts and as it comes."""

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import tool
from tests.deep import first
from tests.providers.impossible.conftest import FROZEN, LAUNCH, Api

RENDERED = f"{FROZEN}3"


@pytest.fixture(scope="session")
def ffprobe() -> str:
    return tool("ffprobe")


async def probe(ffprobe: str, source: str) -> Any:
    """Return what ffprobe says about a file."""
    command = [ffprobe, "-v", "error", "-of", "json", "-show_format", "-show_streams"]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, source],
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("extension", "content_type", "container", "codec"),
    first(
        [
            ("mp4", "video/mp4", "mov,mp4,m4a,3gp,3g2,mj2", "h264"),
            ("webm", "video/webm", "matroska,webm", "vp8"),
            ("gif", "image/gif", "gif", "gif"),
            ("mov", "video/quicktime", "mov,mp4,m4a,3gp,3g2,mj2", "prores"),
            ("flv", "video/x-flv", "flv", "flv1"),
            ("mpeg", "video/mpeg", "mpeg", "mpeg2video"),
            ("mpg", "video/mpeg", "mpeg", "mpeg2video"),
            ("wmv", "video/x-ms-wmv", "asf", "wmv2"),
            ("ts", "video/mp2t", "mpegts", "h264"),
        ],
        plain=2,
    ),
)
async def test_a_video_format_is_what_it_says(
    api: Api,
    ffprobe: str,
    tmp_path: Path,
    extension: str,
    content_type: str,
    container: str,
    codec: str,
) -> None:
    response = await api.get(f"/v2/render/{RENDERED}.{extension}")
    file = tmp_path / f"clip.{extension}"
    file.write_bytes(await response.read())

    found = await probe(ffprobe, str(file))

    video = next(s for s in found["streams"] if s["codec_type"] == "video")
    assert response.headers["Content-Type"] == content_type
    assert found["format"]["format_name"] == container
    assert (video["codec_name"], video["width"], video["height"]) == (codec, 320, 180)
    assert float(found["format"]["duration"]) == pytest.approx(2.0, abs=0.15)


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("extension", "content_type", "beginning"),
    [
        ("jpg", "image/jpeg", b"\xff\xd8\xff"),
        ("jpeg", "image/jpeg", b"\xff\xd8\xff"),
        ("PNG", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("tif", "image/tiff", b"II*\x00"),
        ("tiff", "image/tiff", b"II*\x00"),
        ("mp3", "audio/mpeg", b"ID3"),
    ],
)
async def test_a_still_or_sound_is_what_it_says(
    api: Api, extension: str, content_type: str, beginning: bytes
) -> None:
    response = await api.get(f"/v2/get/{RENDERED}.{extension}")

    assert response.status == 200
    assert response.headers["Content-Type"] == content_type
    assert (await response.read()).startswith(beginning)


@pytest.mark.ffmpeg
async def test_the_index_of_an_mp4_comes_first(api: Api) -> None:
    body = await (await api.get(f"/v2/get/{RENDERED}.mp4")).read()

    assert body.index(b"moov") < body.index(b"mdat")


async def test_a_playlist_names_its_segment_relative_to_itself(api: Api) -> None:
    response = await api.get(f"/v2/get/{RENDERED}.m3u8")

    assert response.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert await response.text() == (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f"#EXTINF:2.000000,\n./{RENDERED}.ts\n#EXT-X-ENDLIST\n"
    )


@pytest.mark.ffmpeg
async def test_a_player_can_follow_the_playlist(api: Api, ffprobe: str) -> None:
    url = f"{api.running.origin}/impossible/v2/render/{RENDERED}.m3u8"

    found = await probe(ffprobe, url)

    assert found["format"]["format_name"] == "hls"


async def test_a_manifest_names_its_file_relative_to_itself(api: Api) -> None:
    response = await api.get(f"/v2/get/{RENDERED}.mpd")

    assert response.headers["Content-Type"] == "application/dash+xml"
    assert f"<BaseURL>./{RENDERED}.mp4</BaseURL>" in await response.text()


async def test_headers_of_media(api: Api) -> None:
    response = await api.get(f"/v2/render/{RENDERED}.png")

    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Encoding" not in response.headers
    assert int(response.headers["Content-Length"]) == len(await response.read())


@pytest.mark.parametrize(
    ("wanted", "status", "part", "length"),
    [
        ("bytes=0-99", 206, "bytes 0-99/{}", 100),
        ("bytes=-10", 206, None, 10),
        ("bytes=99999999-", 416, "bytes */{}", 0),
    ],
)
async def test_ranges(
    api: Api, wanted: str, status: int, part: str | None, length: int
) -> None:
    path = f"/v2/render/{RENDERED}.png"
    size = int((await api.call("HEAD", path)).headers["Content-Length"])

    response = await api.get(path, headers={"Range": wanted})

    expected = (part or f"bytes {size - 10}-{size - 1}/{{}}").format(size)
    assert response.status == status
    assert response.headers["Content-Range"] == expected
    assert len(await response.read()) == length


async def test_a_map_gives_each_extension_its_movie(api: Api) -> None:
    document = {"movie": {"gif": "slow", "*": "welcome"}, "params": {}}
    response = await api.post(f"/v2/token/{LAUNCH}", document)
    token = (await response.json())["token"]
    waiting = await api.begin("GET", f"/v2/render/{token}.png")
    api.advance(60, "main")

    still = await (await waiting).read()
    animated = await (await api.get(f"/v2/render/{token}.gif?")).read()

    assert int.from_bytes(still[16:20], "big") == 320
    assert int.from_bytes(animated[6:8], "little") == 640


async def test_an_extension_without_a_movie_is_404(api: Api) -> None:
    token = await api.token({"movie": {"mp4": "wide"}})

    response = await api.get(f"/v2/get/{token}.png")

    assert response.status == 404
    assert (await response.json())["message"] == "No movie for extension png"


@pytest.mark.parametrize("extension", ["avi", "wav", "x" * 9, "exe"])
async def test_an_unknown_extension_is_400(api: Api, extension: str) -> None:
    response = await api.get(f"/v2/get/{RENDERED}.{extension}")

    assert response.status == 400
    assert (await response.json())["message"] == f"Unsupported format: {extension}"


@pytest.mark.parametrize(
    ("mode", "extension", "status"),
    [
        ("render", "mp4", 200),
        ("get", "mp4", 400),
        ("play", "mp4", 400),
        ("play", "m3u8", 400),
        ("get", "m3u8", 200),
        ("play", "png", 200),
    ],
)
async def test_modes_can_be_as_documented(
    start: Callable[..., Awaitable[Api]], mode: str, extension: str, status: int
) -> None:
    api = await start({"strict_modes": True})

    response = await api.call("HEAD", f"/v2/{mode}/{RENDERED}.{extension}")

    assert response.status == status


async def png(api: Api, token: str, query: str = "") -> bytes:
    return await (await api.get(f"/v2/render/{token}.png{query}")).read()


@pytest.mark.ffmpeg
async def test_a_still_is_the_frame_that_is_asked_for(api: Api) -> None:
    document = {"movie": "welcome", "params": {"frame": 30}}
    response = await api.post(f"/v2/token/{LAUNCH}", document)
    token = (await response.json())["token"]
    waiting = await api.begin("GET", f"/v2/render/{token}.png")
    api.advance(1, "main")
    asked = await (await waiting).read()

    assert asked == await png(api, token, "?frame=30")
    assert asked != await png(api, token, "?frame=0")
    assert await png(api, token, "?frame=49") == await png(api, token, "?frame=999")
    assert await png(api, token, "?frame=x") == await png(api, token, "?frame=0")


async def test_the_quality_of_a_jpeg_is_clamped(api: Api) -> None:
    async def size(query: str) -> int:
        response = await api.call("HEAD", f"/v2/render/{RENDERED}.jpg{query}")
        return int(response.headers["Content-Length"])

    assert await size("?q=1") == await size("?q=10")
    assert await size("?q=10") < await size("?q=99")
    assert await size("?q=99") == await size("?q=100")


@pytest.mark.parametrize("mode", ["get", "play"])
async def test_a_file_is_sent_while_it_is_rendered(api: Api, mode: str) -> None:
    token = await api.rendering()
    url = f"/impossible/v2/{mode}/{token}.png"

    response = await api.running.client.get(url)
    first = await response.content.readany()
    api.advance(1)
    rest = await response.content.read()
    whole = await (await api.get(f"/v2/render/{token}.png")).read()

    assert response.status == 200
    assert response.headers["Content-Type"] == "image/png"
    assert "Content-Length" not in response.headers
    assert len(first) < len(whole)
    assert first + rest == whole


async def test_a_file_whose_render_will_fail_is_never_begun(api: Api) -> None:
    failed = await api.get(f"/v2/get/{FROZEN}4.mp4")

    assert failed.status == 500
    assert failed.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("name", ["nothing", f"{RENDERED}", ".mp4"])
async def test_media_without_an_extension_is_404(api: Api, name: str) -> None:
    response = await api.get(f"/v2/get/{name}")

    assert response.status == 404


async def test_equal_seeds_and_requests_give_equal_bytes(
    start: Callable[..., Awaitable[Api]],
) -> None:
    answers = []
    for _ in range(2):
        api = await start({}, seed=7)
        token = await api.rendering()
        api.advance(1)
        answers.append((token, await png(api, token)))

    assert answers[0] == answers[1]


async def test_a_clip_is_played_as_fast_as_it_can_be_watched(api: Api) -> None:
    """`play` paces a file that is there already (contract, section 3.4)."""
    url = f"/impossible/v2/play/{RENDERED}.webm"
    clock = api.space("main").clock

    response = await api.running.client.get(url)
    first = await response.content.readany()
    reading = asyncio.create_task(response.content.read())
    clock.advance(1.9)
    await asyncio.wait([reading], timeout=0.1)
    is_early = reading.done()
    clock.advance(0.1)
    rest = await reading
    whole = await (await api.get(f"/v2/get/{RENDERED}.webm")).read()

    assert response.status == 200
    assert not is_early, "the clip of two seconds came before they were over"
    assert first + rest == whole


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v2/get/{}.webm", {}, 200),
        ("/v2/render/{}.webm", {}, 200),
        ("/v2/play/{}.webm", {"Range": "bytes=0-9"}, 206),
        ("/v2/play/{}.png", {}, 200),
        ("/v2/play/{}.m3u8", {}, 200),
    ],
)
async def test_what_is_not_played_is_sent_at_once(
    api: Api, path: str, headers: dict[str, str], status: int
) -> None:
    response = await api.get(path.format(RENDERED), headers=headers)

    assert response.status == status


async def test_answers_name_the_providers_server(api: Api) -> None:
    media = await api.get(f"/v2/render/{RENDERED}.png")
    error = await api.get("/v2/progress/nothing")

    assert media.headers["Server"] == "ImpossibleFX"
    assert error.headers["Server"] == "ImpossibleFX"
