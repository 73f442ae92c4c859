"""Videos, sounds, subtitles and the player's page: real, and open to everybody."""

from typing import Any

import pytest

from tests.providers.conftest import Probe
from tests.providers.hourone.conftest import (
    DRAFT,
    FROZEN,
    STATES_KEY,
    TOKEN,
    Api,
)

READY = f"/hourone/media/{FROZEN}3"


async def subtitles(api: Api, language: str, extension: str) -> Any:
    body = {"language_code": language, "format": extension}
    answer = await api.post(f"/videos/{FROZEN}3/subtitles", body, STATES_KEY)
    assert answer.status == 201
    return answer.body


async def test_webvtt_is_timed_with_the_voice(api: Api) -> None:
    told = (
        await api.post(
            f"/videos/{FROZEN}3/subtitles", {"language_code": "es"}, STATES_KEY
        )
    ).body

    response = await api.file(told["url"])

    assert told == {
        "language_code": "es",
        "format": "vtt",
        "url": f"{api.running.origin}{READY}.es.vtt",
    }
    assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert await response.text() == (
        "WEBVTT\n\n"
        "NOTE language es; the words are not translated\n\n"
        "1\n00:00:00.000 --> 00:00:01.059\n[es] Welcome.\n\n"
        "2\n00:00:02.000 --> 00:00:03.000\n[es] Bye.\n"
    )


async def test_subrip_says_the_same(api: Api) -> None:
    response = await api.file((await subtitles(api, "ar", "srt"))["url"])

    assert response.headers["Content-Type"] == "application/x-subrip"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert await response.text() == (
        "1\n00:00:00,000 --> 00:00:01,059\n[ar] Welcome.\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\n[ar] Bye.\n\n"
    )


async def test_the_same_language_twice_has_the_same_address(api: Api) -> None:
    first = await subtitles(api, "en", "vtt")

    assert await subtitles(api, "en", "vtt") == first
    assert (await subtitles(api, "en", "srt"))["url"] != first["url"]


async def test_what_would_end_a_cue_is_mended(api: Api) -> None:
    scenes = [
        {"name": "a", "transcript": "One\n\n2 --> 3 & <b>"},
        {"name": "Silent", "texts": ["On", "screen"]},
    ]
    video = await api.finish(scenes=scenes)
    path = f"/videos/{video['id']}/subtitles"
    told = (await api.post(path, {"language_code": "en"})).body

    text = await (await api.file(told["url"])).text()
    cues = text.rstrip("\n").split("\n\n")

    assert cues[2].split("\n")[2] == "One 2 → 3 &amp; &lt;b&gt;"
    assert cues[3].split("\n")[1:] == [
        "00:00:02.400 --> 00:00:07.400",
        "On / screen",
    ]


async def test_subtitles_that_nobody_made_are_not_there(api: Api) -> None:
    await subtitles(api, "en", "vtt")

    for name in ("en.srt", "de.vtt", "en.ass", "x"):
        response = await api.running.client.get(f"{READY}.{name}")
        assert (response.status, await response.json()) == (
            404,
            {"detail": "Not Found"},
        )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "not ready yet"), (2, "not ready yet"), (3, "<video"), (4, "<video"),
        (5, "could not be made"), (6, "not ready yet"), (7, "could not be made"),
        (8, "could not be made"),
    ],
)  # fmt: skip
async def test_the_players_page_is_always_there(
    api: Api, number: int, text: str
) -> None:
    response = await api.running.client.get(f"/hourone/player/{FROZEN}{number}")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert text in await response.text()


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("__expired-link-1s", "This video has expired"),
        ("__late-file-10m", "Your video is being made"),
        ("__fail", "This video could not be made"),
    ],
)
async def test_the_players_page_says_what_has_become_of_a_video(
    api: Api, asked: str, text: str
) -> None:
    """It is no file: it does not come late, and does not expire."""
    video = await api.start(name=f"Spring {asked}")
    await api.advance(300)
    await api.get(f"/videos/{video['id']}")
    await api.advance(60)

    page = await api.file(video["video_player_url"])

    assert (page.status, text in await page.text()) == (200, True)


@pytest.mark.parametrize(
    ("number", "reason"), [(5, "failed"), (7, "stopped"), (8, "cancelled")]
)
async def test_the_players_page_says_how_a_video_has_ended(
    api: Api, number: int, reason: str
) -> None:
    response = await api.running.client.get(f"/hourone/player/{FROZEN}{number}")

    assert f"<code>{reason}</code>" in await response.text()


async def test_the_players_page_answers_head(api: Api) -> None:
    response = await api.running.client.head(f"/hourone/player/{FROZEN}3")

    assert (response.status, await response.read()) == (200, b"")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_the_studios_host_shows_the_player(api: Api) -> None:
    headers = {"Host": "app.hourone.ai"}
    path = f"/player/{FROZEN}3"

    response = await api.running.client.get(path, headers=headers)

    assert response.status == 200
    link = f' src="http://app.hourone.ai/media/{FROZEN}3.mp4" '
    assert link in await response.text()


async def test_links_on_the_providers_hosts_name_the_studio(serve: Any) -> None:
    api = Api(await serve(handover="canonical"))

    video = await api.start()

    link = f"https://app.hourone.ai/player/{video['id']}"
    assert video["video_player_url"] == link


async def test_the_players_link_is_a_link_where_files_stand_inside(serve: Any) -> None:
    api = Api(await serve(handover="data"))

    video = await api.start()

    link = f"{api.running.origin}/hourone/player/{video['id']}"
    assert video["video_player_url"] == link


async def test_the_players_page_shows_a_name_as_text(api: Api) -> None:
    video = await api.start(name="<script>")

    page = await (await api.file(video["video_player_url"])).text()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("number", [1, 2, 5, 6, 7, 8])
async def test_an_unfinished_video_has_no_file(api: Api, number: int) -> None:
    response = await api.running.client.get(f"/hourone/media/{FROZEN}{number}.mp4")

    assert response.status == 404


@pytest.mark.parametrize(
    "path", ["media/x.mp4", "media/x.wav", "media/x.en.vtt", "player/x"]
)
async def test_an_unknown_file_is_not_found(api: Api, path: str) -> None:
    response = await api.running.client.get(f"/hourone/{path}")

    assert (response.status, await response.json()) == (404, {"detail": "Not Found"})


async def test_a_deleted_videos_files_are_gone(api: Api) -> None:
    video = await api.finish()
    await api.delete(f"/videos/{video['id']}")

    assert (await api.file(video["download_url"])).status == 404
    assert (await api.file(video["video_player_url"])).status == 404


@pytest.mark.ffmpeg
class TestMedia:
    """What the files are, as ffprobe sees them."""

    @pytest.mark.parametrize(
        ("size", "pixels"), [("small", (640, 360)), ("full", (1920, 1080))]
    )
    async def test_a_video_is_as_long_as_its_metadata_says(
        self, serve: Any, probe: Probe, size: str, pixels: tuple[int, int]
    ) -> None:
        api = Api(await serve(media_size=size))
        scenes = [{"name": "a", "transcript": "word " * 8}, {"name": "b"}]
        video = await api.finish(scenes=scenes)
        metadata = (await api.get(f"/videos/{video['id']}/metadata")).body

        response = await api.file(video["download_url"])
        facts = probe(await response.read())

        assert response.headers["Content-Type"] == "video/mp4"
        assert facts.size == pixels
        assert facts.codecs == ("h264", "aac")
        assert metadata["duration"] == 8.2
        assert facts.duration_s == pytest.approx(8.2, abs=0.1)

    async def test_a_video_is_served_in_parts(self, api: Api) -> None:
        video = await api.finish()
        whole = await (await api.file(video["download_url"])).read()
        part = await api.file(video["download_url"], Range="bytes=10-19")
        head = await api.running.client.session.head(video["download_url"])

        assert (part.status, await part.read()) == (206, whole[10:20])
        assert head.headers["Content-Length"] == str(len(whole))

    async def test_a_preview_is_sound_as_long_as_the_words_take(
        self, api: Api, probe: Probe
    ) -> None:
        body = {"transcript": "word " * 10, "source_draft_id": DRAFT}
        made = (await api.post("/voice-preview", body)).body
        path = f"/hourone/media/{made['id']}.wav"
        early = await api.running.client.get(path)
        await api.advance(10)
        response = await api.running.client.get(path)
        data = await response.read()
        facts = probe(data)

        assert early.status == 404
        assert response.headers["Content-Type"] == "audio/wav"
        assert facts.codecs == ("pcm_s16le",)
        assert facts.duration_s == pytest.approx(4.0, abs=0.05)
        assert len(set(data[1000:9000])) > 10

    async def test_a_playground_video_is_a_video(self, api: Api, probe: Probe) -> None:
        made = (await api.post("/playground/generate", {}, TOKEN)).body
        await api.advance(200)

        response = await api.running.client.get(f"/hourone/media/{made['id']}.mp4")

        assert probe(await response.read()).duration_s == pytest.approx(5.0, abs=0.1)

    async def test_equal_seeds_give_equal_bytes(self, serve: Any) -> None:
        files = []
        for _ in range(2):
            api = Api(await serve())
            video = await api.finish()
            files.append(await (await api.file(video["download_url"])).read())

        assert files[0] == files[1]
