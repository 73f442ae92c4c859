"""Voices of Hour One: heard in videos and previews, and read in subtitles."""

import re

import pytest

from tests.media.sound.hearing import Heard, hear
from tests.providers.hourone.conftest import Api

pytestmark = pytest.mark.ffmpeg
SCENES = [
    {"name": "A", "transcript": "Welcome to our spring offer. It is the best we had."},
    {"name": "B", "transcript": "Bye."},
]


async def sound(api: Api, **changes: object) -> Heard:
    video = await api.finish(**{"scenes": SCENES, **changes})
    return hear(await (await api.file(video["download_url"])).read())


async def test_a_video_speaks_its_transcript_and_is_silent_after(api: Api) -> None:
    heard = await sound(api)

    # 11 words take 4.4 s; the second scene says its one syllable at once.
    assert len(heard.samples) / heard.rate_hz == pytest.approx(6.4, abs=0.05)
    assert len(heard.part(0, 4.4).onsets()) == 14
    assert heard.part(4.4, 6.4).onsets() == [pytest.approx(0.0, abs=0.05)]
    assert heard.part(5.0, 6.4).peak < 0.001


async def test_another_voice_sounds_different(api: Api) -> None:
    voices = ("voice-en-us-1", "voice-en-gb-1")

    high, low = [
        (await sound(api, voice_id=voice)).part(4.42, 4.57).pitch_hz()
        for voice in voices
    ]

    assert high > 1.5 * low


async def test_a_recording_is_heard_where_nothing_is_written(api: Api) -> None:
    scenes = [
        {"name": "A", "voice_recording_url": "https://example.com/a.wav"},
        {"name": "B", "transcript": "Bye."},
    ]

    heard = await sound(api, scenes=scenes)

    assert len(heard.part(0, 5).onsets()) > 10


async def test_cues_begin_when_their_sentences_are_heard(api: Api) -> None:
    video = await api.finish(scenes=SCENES)
    heard = hear(await (await api.file(video["download_url"])).read()).onsets()
    path = f"/videos/{video['id']}/subtitles"
    link = (await api.post(path, {"language_code": "en"})).body["url"]

    text = await (await api.file(link)).text()

    starts = [
        60 * int(m) + float(s) for m, s in re.findall(r":(\d\d):([\d.]+) -->", text)
    ]
    assert len(starts) == 3
    late = [min(abs(at - one) for one in heard) for at in starts]
    assert max(late) < 0.05


async def test_all_formats_say_the_same(api: Api) -> None:
    video = await api.finish(scenes=SCENES)
    path = f"/videos/{video['id']}/subtitles"
    links = [
        (await api.post(path, {"language_code": "de", "format": form})).body["url"]
        for form in ("vtt", "srt")
    ]

    texts = [await (await api.file(link)).text() for link in links]

    said = [re.findall(r"^\[de\].*(?:\n.+)*", text, re.MULTILINE) for text in texts]
    assert (
        said[0]
        == said[1]
        == [
            "[de] Welcome to our spring offer.",
            "[de] It is the best we had.",
            "[de] Bye.",
        ]
    )


async def test_a_preview_is_its_voice(api: Api) -> None:
    body = {"transcript": "Hello there.", "source_draft_id": "64f0c0de00000000000000d1"}
    task = (await api.post("/voice-preview", body)).body["id"]
    await api.advance(60)
    told = (await api.get(f"/voice-preview/{task}")).body

    heard = hear(await (await api.file(told["url"])).read())

    assert len(heard.onsets()) == 3
    assert heard.part(0.0, 0.15).pitch_hz() == pytest.approx(180, rel=0.07)
