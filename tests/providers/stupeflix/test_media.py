"""The files: what each profile promises, checked with ffprobe; links and their end."""

import asyncio
import io
import re
from pathlib import Path

import av
import pytest
from PIL import Image

from mockserver.providers.stupeflix import clips, wire
from tests.deep import first
from tests.providers.conftest import Facts, Probe
from tests.providers.stupeflix.conftest import (
    MOVIE,
    STORED,
    Api,
    Start,
    md5_hex,
    movie,
    profiles,
    said,
)

pytestmark = pytest.mark.ffmpeg

STORE = "<stupeflixStore/>"
VIDEO = "/alice/clip1/{}/"
TYPES = {
    "mp4": "video/mp4",
    "flv": "video/x-flv",
    "wmv": "video/x-ms-wmv",
    "mpg": "video/mpeg",
}
NTSC = "30000/1001"
DOCUMENTED = [
    # one of each pair of codecs, and of each rate
    ("iphone", (480, 320), "25/1", ("h264", "aac"), "mp4"),
    ("flash-small", (320, 240), "25/1", ("flv1", "mp3"), "flv"),
    ("mobile-small", (176, 144), "15/1", ("mpeg4", "aac"), "mp4"),
    ("wmv1", (640, 480), "25/1", ("wmv1", "wmav1"), "wmv"),
    ("wmv2", (640, 480), "25/1", ("wmv2", "wmav1"), "wmv"),
    ("dvd-ntsc-4-3-h", (352, 240), NTSC, ("mpeg2video", "mp2"), "mpg"),
    ("dvd-pal-16-9-h", (352, 288), "25/1", ("mpeg2video", "mp2"), "mpg"),
    ("iphone-24p", (480, 320), "24/1", ("h264", "aac"), "mp4"),
    ("youtube-slow-flv", (640, 360), "25/2", ("flv1", "mp3"), "flv"),
    ("360p-23-976-fps", (640, 360), "24000/1001", ("h264", "aac"), "mp4"),
    # and those that are like them in other sizes
    ("youtube", (640, 360), "25/1", ("h264", "aac"), "mp4"),
    ("quicktime", (640, 480), "25/1", ("h264", "aac"), "mp4"),
    ("quicktime-small", (320, 240), "25/1", ("h264", "aac"), "mp4"),
    ("iphone-flv", (480, 320), "25/1", ("flv1", "mp3"), "flv"),
    ("youtube-flv", (640, 360), "25/1", ("flv1", "mp3"), "flv"),
    ("flash", (640, 480), "25/1", ("flv1", "mp3"), "flv"),
    ("flash-hq", (640, 480), "25/1", ("flv1", "mp3"), "flv"),
    ("mobile", (320, 240), "25/1", ("mpeg4", "aac"), "mp4"),
    ("dvd-ntsc-4-3", (720, 480), NTSC, ("mpeg2video", "mp2"), "mpg"),
    ("dvd-ntsc-16-9", (720, 480), NTSC, ("mpeg2video", "mp2"), "mpg"),
    ("dvd-ntsc-16-9-h", (352, 240), NTSC, ("mpeg2video", "mp2"), "mpg"),
    ("dvd-pal-4-3", (720, 576), "25/1", ("mpeg2video", "mp2"), "mpg"),
    ("dvd-pal-4-3-h", (352, 288), "25/1", ("mpeg2video", "mp2"), "mpg"),
    ("dvd-pal-16-9", (720, 576), "25/1", ("mpeg2video", "mp2"), "mpg"),
    ("720p", (1280, 720), "25/1", ("h264", "aac"), "mp4"),
    ("480p-4-3-29-97-fps", (640, 480), NTSC, ("h264", "aac"), "mp4"),
    ("square-400", (400, 400), "25/1", ("h264", "aac"), "mp4"),
]
CONTAINERS = {
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "flv": "flv",
    "wmv": "asf",
    "mpg": "mpeg",
}


async def finished(api: Api, xml: str, body: bytes = MOVIE) -> None:
    api.finish(await api.render(xml, body))


@pytest.mark.parametrize(
    ("name", "size", "fps", "codecs", "extension"), first(DOCUMENTED, plain=2)
)
async def test_a_profile_is_what_it_promises(
    api: Api,
    probe: Probe,
    name: str,
    size: tuple[int, int],
    fps: str,
    codecs: tuple[str, str],
    extension: str,
) -> None:
    await finished(api, profiles(STORE, name=name))

    response = await api.get(VIDEO.format(name))
    data = await response.read()
    facts: Facts = await asyncio.to_thread(probe, data)

    assert response.headers["Content-Type"] == TYPES[extension]
    assert response.headers["ETag"] == md5_hex(data)
    assert response.headers["Content-Length"] == str(len(data))
    assert (facts.size, facts.fps) == (size, fps)
    assert sorted(facts.codecs) == sorted(codecs)
    assert facts.container == CONTAINERS[extension]
    assert facts.duration_s == pytest.approx(2.0, abs=0.2)


async def test_the_length_follows_the_definition(api: Api, probe: Probe) -> None:
    body = movie(
        '<effect type="none" duration="2"><image color="#112233"/></effect>',
        '<transition type="cube" duration="0.5"/>',
        '<text duration="1.5">Hello</text>',
    )
    await finished(api, STORED, body)

    data = await (await api.get(VIDEO.format("iphone"))).read()
    facts = await asyncio.to_thread(probe, data)

    assert facts.duration_s == pytest.approx(3.0, abs=0.1)


async def test_a_frame_rate_in_the_meta_overrides_the_profiles(
    api: Api, probe: Probe
) -> None:
    meta = "<meta><framerate>12.5</framerate></meta>"
    await finished(api, profiles(meta, STORE))

    data = await (await api.get(VIDEO.format("iphone"))).read()

    assert (await asyncio.to_thread(probe, data)).fps == "25/2"


async def test_mpeg_2_takes_the_nearest_rate_that_it_has(
    api: Api, probe: Probe
) -> None:
    meta = "<meta><framerate>26</framerate></meta>"
    await finished(api, profiles(meta, STORE, name="dvd-pal-4-3-h"))

    data = await (await api.get(VIDEO.format("dvd-pal-4-3-h"))).read()

    assert (await asyncio.to_thread(probe, data)).fps == "25/1"


async def test_the_thumbnail_is_the_frame_at_its_time(api: Api, tmp_path: Path) -> None:
    body = movie(
        '<effect type="none" duration="2"><image color="#ff0000"/></effect>',
        '<effect type="none" duration="2"><image color="#0000ff"/></effect>',
    )
    await finished(api, STORED, body)
    first = await api.get("/alice/clip1/iphone/thumb.jpg/")
    meta = "<meta><thumbnailTime>3</thumbnailTime></meta>"
    await finished(api, profiles(meta, STORE), body)
    later = await api.get("/alice/clip1/iphone/thumb.jpg/")
    (tmp_path / "a.jpg").write_bytes(await first.read())
    (tmp_path / "b.jpg").write_bytes(await later.read())
    pictures = [
        Image.open(tmp_path / name).convert("RGB") for name in ("a.jpg", "b.jpg")
    ]
    corners = [picture.getpixel((5, 5)) for picture in pictures]

    assert first.headers["Content-Type"] == "image/jpeg"
    assert [picture.size for picture in pictures] == [(480, 320), (480, 320)]
    assert _is_near(corners[0], (255, 0, 0))
    assert _is_near(corners[1], (0, 0, 255))


def _is_near(found: object, wanted: tuple[int, ...]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < 60 for a, b in zip(found, wanted, strict=True))


async def test_the_report_tells_durations(api: Api) -> None:
    await finished(api, STORED)

    response = await api.get("/alice/clip1/iphone/report.xml/")
    data = await response.read()

    assert response.headers["Content-Type"] == "text/xml"
    assert response.headers["ETag"] == md5_hex(data)
    assert data.startswith(
        b'<report user="alice" resource="clip1" profile="iphone" status="available"'
        b' duration="2"><movie service="craftsman-1.0" duration="2">'
    )


NOT_STORED = (404, "NotFound: no video stored for alice/clip1/iphone")
FILES = ["/alice/clip1/iphone/" + name for name in ("", "thumb.jpg/", "report.xml/")]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    "state", ["queued", "starting", "info", "generating", "generated", "uploading"]
)
async def test_a_file_is_not_there_before_it_is_stored(
    api: Api, path: str, state: str
) -> None:
    api.enter(await api.render(STORED), state)

    assert await said(await api.get(path)) == NOT_STORED


@pytest.mark.parametrize("path", FILES)
async def test_a_file_is_there_while_other_uploads_go_on(api: Api, path: str) -> None:
    job = await api.render(profiles(STORE, "<youtube/>"))
    api.space.clock.set(job.created_at + job.ends[-2])

    assert (await api.status())["status"] == "uploading"
    assert (await api.get(path)).status == 200


@pytest.mark.parametrize("path", FILES)
async def test_without_a_store_there_is_no_file(api: Api, path: str) -> None:
    await finished(api, profiles("<youtube/>"))

    assert await said(await api.get(path)) == NOT_STORED


@pytest.mark.parametrize("path", FILES)
async def test_a_file_is_kept_for_a_day(api: Api, path: str) -> None:
    await finished(api, STORED)
    api.space.clock.advance(86_399)
    api.date += 1
    last = await api.get(path)
    api.space.clock.advance(1)

    assert last.status == 200
    assert await said(await api.get(path)) == NOT_STORED
    assert (await api.status())["status"] == "available"


@pytest.mark.parametrize("path", FILES)
async def test_a_failed_profile_has_no_file(api: Api, path: str) -> None:
    await finished(api, STORED, movie("<effect/>"))

    assert await said(await api.get(path)) == NOT_STORED


async def test_a_link_to_storage_needs_no_key_and_ends_after_a_day(api: Api) -> None:
    await finished(api, STORED)
    url = (await api.status())["available-0-url"]
    found = await api.running.client.session.get(url)
    data = await found.read()
    api.space.clock.advance(86_400)
    later = await api.running.client.session.get(url)

    assert found.headers["ETag"] == md5_hex(data)
    assert data == await _again(api)
    assert await said(later) == (
        403, "RequestExpired: the link is no longer valid"
    )  # fmt: skip


async def _again(api: Api) -> bytes:
    """Render the same profile anew, and fetch it with a signature."""
    api.date += 1
    await finished(api, STORED)
    return await (await api.get("/alice/clip1/iphone/")).read()


async def test_a_link_leads_nowhere_once_its_profile_is_made_anew(api: Api) -> None:
    await finished(api, STORED)
    url = (await api.status())["available-0-url"]
    await finished(api, STORED)

    assert (await api.running.client.session.get(url)).status == 404


@pytest.mark.parametrize("name", ["x.mp4", "62a2576298de2a4e607398a6.mp4"])
async def test_an_unknown_link_is_not_found(api: Api, name: str) -> None:
    response = await api.running.client.get(f"/stupeflix/storage/stupeflix/{name}")

    assert response.status == 404


@pytest.mark.parametrize(
    ("path", "extension"),
    [("", "mp4"), ("thumb.jpg/", "jpg"), ("report.xml/", "xml")],
)
async def test_files_may_be_redirected_to_storage(
    start: Start, path: str, extension: str
) -> None:
    api = await start(providers_settings={"stupeflix": {"redirects": "media"}})
    await finished(api, STORED)

    response = await api.get(f"/alice/clip1/iphone/{path}")
    location = response.headers["Location"]
    found = await api.running.client.session.get(location)

    assert (response.status, await response.read()) == (307, b"")
    assert re.fullmatch(
        rf"{api.running.origin}/stupeflix/storage/stupeflix/[0-9a-f]{{24}}"
        rf"\.{extension}\?Expires=\d+",
        location,
    )
    assert found.status == 200
    assert found.headers["ETag"] == md5_hex(await found.read())


async def test_a_part_of_a_video_keeps_the_whole_files_tag(api: Api) -> None:
    await finished(api, STORED)
    whole = await (await api.get("/alice/clip1/iphone/")).read()

    part = await api.get("/alice/clip1/iphone/", headers={"Range": "bytes=10-19"})

    assert (part.status, await part.read()) == (206, whole[10:20])
    assert part.headers["ETag"] == md5_hex(whole)


async def test_a_signed_link_answers_head(api: Api) -> None:
    await finished(api, STORED)
    whole = await api.get("/alice/clip1/iphone/")

    head = await api.get("/alice/clip1/iphone/", method="HEAD")

    assert head.status == 200
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


PREVIEWED = profiles("<meta><preview>true</preview></meta>", STORE)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("queued", 404),
        ("starting", 404),
        ("info", 404),
        ("generating", 200),
        ("generated", 200),
        ("uploading", 200),
        ("available", 200),
    ],
)
async def test_a_preview_is_there_from_rendering_on(
    api: Api, state: str, status: int
) -> None:
    api.enter(await api.render(PREVIEWED), state)

    assert (await api.get("/alice/clip1/iphone/preview.flv/")).status == status


async def test_a_preview_is_flash_whatever_the_profile(api: Api, probe: Probe) -> None:
    api.enter(await api.render(PREVIEWED), "generating")

    response = await api.get("/alice/clip1/iphone/preview.flv/")
    data = await response.read()

    assert response.headers["Content-Type"] == "video/x-flv"
    assert response.headers["ETag"] == md5_hex(data)
    assert (await asyncio.to_thread(probe, data)).size == (480, 320)


async def test_a_preview_has_to_be_asked_for(api: Api) -> None:
    await finished(api, STORED)

    assert await said(await api.get("/alice/clip1/iphone/preview.flv/")) == (
        404, "NotFound: no preview was requested"
    )  # fmt: skip


async def test_a_preview_goes_with_its_video(api: Api) -> None:
    await finished(api, PREVIEWED)
    api.space.clock.advance(86_400)
    api.date += 1

    assert (await api.get("/alice/clip1/iphone/preview.flv/")).status == 404


async def test_a_live_playlist_is_not_there_yet(api: Api) -> None:
    await finished(api, PREVIEWED)

    assert (await api.get("/alice/clip1/iphone/preview.m3u8/")).status == 404


async def test_equal_definitions_give_equal_videos(start: Start) -> None:
    one, two = await start(), await start()
    await finished(one, STORED)
    await finished(two, STORED)

    first = await (await one.get("/alice/clip1/iphone/")).read()
    second = await (await two.get("/alice/clip1/iphone/")).read()

    assert first == second


@pytest.mark.parametrize(
    ("name", "video", "audio"),
    first(
        [
            ("flash-small", 192_000, 64_000),
            ("iphone-flv", 1_024_000, 96_000),
            ("youtube-flv", 1_700_000, 128_000),
            ("flash", 512_000, 96_000),
            ("flash-hq", 1_200_000, 128_000),
        ]
    ),
)
async def test_a_flash_video_names_the_rates_of_its_profile(
    api: Api, name: str, video: int, audio: int
) -> None:
    """Source: contract stupeflix, section 5.1."""
    await finished(api, profiles("<stupeflixStore/>", name=name))

    data = await (await api.get(f"/alice/clip1/{name}/")).read()

    with av.open(io.BytesIO(data)) as file:
        assert file.streams.video[0].bit_rate == video
        assert file.streams.audio[0].bit_rate == audio


LONG = movie("<effect type='none' duration='{}'><image color='#336699'/></effect>")


def _notes(api: Api) -> list[str]:
    exchanges = api.running.instance.services.journal.exchanges()
    return [note for exchange in exchanges for note in exchange.notes]


def lasting(seconds: int) -> bytes:
    return LONG.replace(b"{}", str(seconds).encode())


async def test_an_hour_at_720p_is_not_cut(api: Api) -> None:
    """The provider has no bound (contract stupeflix, section 7)."""
    job = await api.render(profiles("<stupeflixStore/>", name="720p"), lasting(3600))

    spec = clips.video(api.running.instance.services, api.space, job)

    assert spec.duration_s == 3600
    assert _notes(api) == []


@pytest.mark.parametrize(
    ("own", "seconds", "expected"), [(0.0, 90_000, "11185"), (60.0, 61, "60")]
)
async def test_a_clip_that_is_cut_says_so(
    api: Api, own: float, seconds: int, expected: str
) -> None:
    """The journal names the setting, or that a file has its bounds."""
    api.space.settings["stupeflix", "longest_clip_s"] = own
    await api.render(STORED, lasting(seconds))

    said = f"the iphone of {seconds} s is cut to {expected} s, by"
    assert _notes(api) == [
        f"{said} stupeflix.longest_clip_s or by what one file may take here"
    ]


AS_PAGE = {"Sec-Fetch-Dest": "document"}
PREVIEW = "/alice/clip1/iphone/preview.flv/"


async def test_a_browser_is_shown_a_page_with_a_film_that_it_can_play(
    api: Api, probe: Probe
) -> None:
    api.enter(await api.render(PREVIEWED), "generating")

    page = await api.get(PREVIEW, headers=AS_PAGE)
    text = await page.text()
    film = await api.get(PREVIEW, headers={"Sec-Fetch-Dest": "video"})

    assert (page.status, page.headers["Content-Type"]) == (
        200, "text/html; charset=utf-8",
    )  # fmt: skip
    assert page.headers["Content-Security-Policy"].startswith("sandbox ")
    assert f'src="?Date={api.date}&amp;AccessKey=' in text
    assert film.headers["Content-Type"] == "video/mp4"
    facts = await asyncio.to_thread(probe, await film.read())
    assert (facts.size, facts.codecs) == ((480, 320), ("h264", "aac"))


@pytest.mark.parametrize(
    ("state", "head"),
    [
        ("queued", "Your video is being made"),
        ("info", "Your video is being made"),
    ],
)
async def test_a_page_without_a_preview_says_why(
    api: Api, state: str, head: str
) -> None:
    api.enter(await api.render(PREVIEWED), state)

    page = await api.get(PREVIEW, headers=AS_PAGE)

    assert page.status == 404
    assert head in await page.text()


async def test_a_page_of_a_failed_video_says_so(api: Api) -> None:
    job = await api.render(PREVIEWED)
    api.space.jobs("stupeflix").force(job, wire.FAILURE)

    page = await api.get(PREVIEW, headers=AS_PAGE)

    assert (page.status, "This video could not be made" in await page.text()) == (
        404, True,
    )  # fmt: skip


async def test_a_page_of_an_old_preview_says_so(api: Api) -> None:
    await finished(api, PREVIEWED)
    api.space.clock.advance(86_400)
    api.date += 1

    page = await api.get(PREVIEW, headers=AS_PAGE)

    assert "This video has expired" in await page.text()
