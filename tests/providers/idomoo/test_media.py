"""The files: real, of the size, rate and length that were asked for."""

import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec import structs

from tests.deep import some
from tests.providers.conftest import Probe, Serve
from tests.providers.idomoo.conftest import MP4, Api

pytestmark = pytest.mark.ffmpeg


async def first(api: Api, kind: str, item: dict[str, Any], **more: Any) -> bytes:
    """Render one output and return its file."""
    answer = await api.rendered(output={kind: [item]}, **more)
    response = await api.file(answer["output"][kind][0]["links"]["url"])
    assert response.status == 200
    return await response.read()


async def test_a_video_is_as_asked(api: Api, probe: Probe) -> None:
    facts = probe(await first(api, "video", MP4, storyboard_id=1236))

    assert facts.size == (1280, 720)
    assert facts.fps == "30/1"
    assert facts.duration_s == pytest.approx(12.0, abs=0.03)
    assert facts.codecs == ("h264", "aac")
    assert "mp4" in facts.container


@pytest.mark.parametrize(
    ("storyboard", "height", "size"),
    some([(1234, 361, (642, 362)), (1234, 2, (4, 2)), (1235, 320, (180, 320))], of=3),
)
async def test_the_width_follows_the_aspect_ratio(
    api: Api, probe: Probe, storyboard: int, height: int, size: tuple[int, int]
) -> None:
    data = [{"key": "name", "val": "x"}] if storyboard == 1235 else []
    video = {**MP4, "height": height}

    facts = probe(await first(api, "video", video, storyboard_id=storyboard, data=data))

    assert facts.size == size


async def test_a_better_quality_makes_a_larger_file(api: Api) -> None:
    good = await first(api, "video", {**MP4, "height": 180, "quality": 1})
    bad = await first(api, "video", {**MP4, "height": 180, "quality": 50})

    assert len(good) > len(bad)


async def test_a_quality_with_a_capital_counts_too(api: Api) -> None:
    small = {**MP4, "height": 90}
    lower = await first(api, "video", {**small, "quality": 40}, video_file_name="same")
    upper = await first(api, "video", {**small, "Quality": 40}, video_file_name="same")

    assert lower == upper


@pytest.mark.parametrize(
    ("item", "codec"),
    [
        ({"file_type": "mp3", "sample_rate": 22050, "mp3_bitrate": 64}, "mp3"),
        ({"file_type": "wav", "bit_depth": 16, "channels": 1}, "pcm_s16le"),
    ],
)
async def test_sound_is_as_asked(
    api: Api, probe: Probe, item: dict[str, Any], codec: str
) -> None:
    facts = probe(await first(api, "audio", item))

    assert facts.codecs == (codec,)
    assert facts.duration_s == pytest.approx(10.0, abs=0.1)


async def test_a_gif_is_as_asked(api: Api, probe: Probe) -> None:
    gif = {"height": 90, "start": 2, "duration": 3, "gif_fps": 10, "color_depth": 3}
    facts = probe(await first(api, "gif", gif))

    assert facts.size == (160, 90)
    assert facts.fps == "10/1"
    assert facts.duration_s == pytest.approx(3.0, abs=0.02)
    assert facts.codecs == ("gif",)


@pytest.mark.parametrize(
    ("loop", "expected"),
    [(0, b"\x03\x01\x00\x00"), (2, b"\x03\x01\x02\x00"), (-1, b"")],
)
async def test_a_gif_repeats_as_asked(api: Api, loop: int, expected: bytes) -> None:
    gif = {"height": 18, "start": 0, "duration": 1, "gif_fps": 2, "gif_loop": loop}

    data = await first(api, "gif", gif)

    head, found, tail = data.partition(b"NETSCAPE2.0")
    assert head.startswith(b"GIF89a")
    assert bool(found) == bool(expected)
    assert tail.startswith(expected)


@pytest.mark.parametrize(("start", "length"), [(0, 10.0), (8, 2.0), (20, 0.0)])
async def test_a_gif_ends_with_its_video(api: Api, start: float, length: float) -> None:
    gif = {"height": 18, "start": start, "duration": 99}
    answer = await (await api.storyboard(output={"gif": [gif]})).json()

    assert answer["output"]["gif"][0]["duration"] == length
    assert answer["output"]["gif"][0]["gif_fps"] == 30


async def test_a_picture_shows_its_moment(api: Api, probe: Probe) -> None:
    early, late, backward, end = [
        await first(api, "jpg", {"height": 90, "time": time}, video_file_name="same")
        for time in (1, 6, -4, 99)
    ]

    assert probe(early).size == (160, 90)
    assert early[:2] == b"\xff\xd8"
    assert early != late
    assert late == backward
    assert end not in {early, late}


async def test_an_overlay_is_seen(api: Api) -> None:
    jpg = {"height": 180, "time": 1}
    over = {**jpg, "overlay": "https://example.com/logo.png"}

    without = await first(api, "jpg", jpg, video_file_name="same")
    with_it = await first(api, "jpg", over, video_file_name="same")

    assert without != with_it


async def test_a_playlist_leads_to_segments_that_play(api: Api, probe: Probe) -> None:
    video = {"video_type": "hls", "height": 90, "suffix": "tv"}
    answer = await api.rendered(output={"video": [video]}, video_file_name="show")
    url = answer["output"]["video"][0]["links"]["url"]

    response = await api.file(url)
    lines = (await response.text()).splitlines()
    names = [line for line in lines if not line.startswith("#")]
    segments = [await api.file(f"{url.rpartition('/')[0]}/{name}") for name in names]
    whole = b"".join([await segment.read() for segment in segments])

    assert response.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert names == ["show_tv-0.ts", "show_tv-1.ts", "show_tv-2.ts"]
    assert {s.headers["Content-Type"] for s in segments} == {"video/mp2t"}
    assert probe(whole).size == (160, 90)
    assert probe(whole).duration_s == pytest.approx(10.0, abs=0.1)
    assert lines[-1] == "#EXT-X-ENDLIST"


@pytest.mark.parametrize("name", ["x-3.ts", "x-a.ts", "x.ts", "x-.ts", "x.mp4"])
async def test_other_segments_are_not_there(api: Api, name: str) -> None:
    video = {"video_type": "hls", "height": 90}
    await api.rendered(output={"video": [video]}, video_file_name="x")

    assert (await api.fetch(f"/media/1234/0000/{name}")).status == 404


@pytest.mark.parametrize(("setting", "status"), [(True, 200), (False, 404)])
async def test_hls_can_be_had_while_rendering_if_switched_on(
    serve: Serve, setting: bool, status: int
) -> None:
    settings = {"idomoo": {"hls_while_rendering": setting}}
    api = Api(await serve(providers=("idomoo",), providers_settings=settings))
    video = {"video_type": "hls", "height": 90}
    await api.storyboard(output={"video": [video]}, video_file_name="x")

    api.advance(3)
    response = await api.fetch("/media/1234/0000/x.m3u8")

    assert response.status == status


async def test_captions_and_transcripts_say_the_texts(api: Api) -> None:
    spoken = {"caption_languages": ["en"], "transcript_languages": ["de"]}
    data = [{"key": "name", "val": "Tom & <Jerry>"}]
    answer = await api.rendered(output={"accessibility": spoken}, data=data)
    links = answer["output"]["accessibility"]

    captions = await api.file(links["caption_links"][0]["url"])
    transcript = await api.file(links["transcript_links"][0]["url"])

    assert links["caption_links"][0]["language"] == "en"
    assert links["caption_links"][0]["url"].endswith("_en.vtt")
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert await captions.text() == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:04.960\nTom &amp; &lt;Jerry&gt;\n\n"
        "00:00:05.000 --> 00:00:10.000\n05/14/1991\n"
    )
    assert links["transcript_links"][0]["url"].endswith("_de.txt")
    assert transcript.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert await transcript.text() == "[de] Tom & <Jerry>\n[de] 05/14/1991\n"


async def test_captions_of_scenes_follow_the_timeline(api: Api) -> None:
    spoken = {"accessibility": {"caption_languages": ["en"]}}
    scene = {
        "scene_id": 1235,
        "text": [{"key": "headline", "val": [{"text": "Hello"}, {"text": "you"}]}],
    }
    document = {"output": spoken, "timeline": {"scenes": [{"scene_id": 1234}, scene]}}
    response = await api.ask("POST", "/scenes/generate", json=document)
    link = (await response.json())["output"]["accessibility"]["caption_links"][0]
    api.advance(60)

    captions = await api.file(link["url"])

    assert await captions.text() == (
        "WEBVTT\n\n00:00:10.000 --> 00:00:15.000\nHello you\n"
    )


async def test_a_file_is_served_as_files_should_be(api: Api) -> None:
    url = "/idomoo/media/1234/0000/available.mp4"

    whole = await api.running.client.get(url)
    data = await whole.read()
    part = await api.running.client.get(url, headers={"Range": "bytes=4-7"})
    head = await api.running.client.head(url)
    known = await api.running.client.get(
        url, headers={"If-None-Match": whole.headers["ETag"]}
    )

    assert whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert whole.headers["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'  # noqa: S324 - as on the wire
    assert int(whole.headers["Content-Length"]) == len(data)
    assert (part.status, await part.read()) == (206, b"ftyp")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert known.status == 304


async def test_previews_of_scenes_need_no_credentials(api: Api, probe: Probe) -> None:
    scene = await api.read("/scenes/1234")

    picture = await (await api.file(scene["thumbnail"])).read()
    video = await (await api.file(scene["video"])).read()

    assert probe(picture).codecs == ("mjpeg",)
    assert probe(video).codecs == ("h264", "aac")


@pytest.mark.parametrize("path", ["scene/x.jpg", "scene/1.gif", "scene"])
async def test_other_previews_are_not_there(api: Api, path: str) -> None:
    assert (await api.fetch(f"/preview/{path}")).status == 404


async def test_a_landing_page_has_each_state(api: Api) -> None:
    video = {**MP4, "landing_page_id": "77"}
    response = await api.storyboard(output={"video": [video]})
    link = (await response.json())["output"]["video"][0]["links"]["landing_page_url"]

    early = await (await api.file(link)).text()
    api.advance(60)
    done = await (await api.file(link)).text()

    assert "Your video is being made" in early
    assert "<video" not in early
    assert '<video controls playsinline preload="metadata" src="http' in done
    assert 'poster="data:image/jpeg;base64,' in done
    assert '<body data-landing-page="77">' in done


async def test_a_landing_page_of_what_is_gone_says_so(api: Api) -> None:
    video = {**MP4, "landing_page_id": "77"}
    response = await api.storyboard(output={"video": [video]})
    told = await response.json()
    link = told["output"]["video"][0]["links"]["landing_page_url"]
    api.advance(60)
    jobs = api.running.space("idomoo", "1234").jobs("idomoo")
    (job,) = [one for one in jobs.list_jobs() if one.id in link]
    jobs.put(replace(job, media=structs.replace(job.media, keep_s=0.0)))

    page = await (await api.file(link)).text()

    assert "This video has expired" in page
    assert "<video" not in page


async def test_a_landing_page_answers_head(api: Api) -> None:
    video = {**MP4, "landing_page_id": "77"}
    told = await (await api.storyboard(output={"video": [video]})).json()
    link = told["output"]["video"][0]["links"]["landing_page_url"]

    response = await api.running.client.head(urlsplit(link).path)

    assert (response.status, await response.read()) == (200, b"")
