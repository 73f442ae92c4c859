"""Sounds of Runway: texts in voices, and sounds of prompts."""

from base64 import b64encode
from typing import Any

import pytest

from tests.deep import first
from tests.media.sound.hearing import Heard, hear
from tests.providers.runway.conftest import Api

SEED_AUDIO = {
    "model": "seed_audio",
    "promptText": "Hello there, you.",
    "outputFormat": "wav",
}


async def spoken(api: Api, **changes: Any) -> Heard:
    return await made(api, "text_to_speech", {**SEED_AUDIO, **changes})


async def made(api: Api, endpoint: str, body: dict[str, Any]) -> Heard:
    task = await api.submit(f"/v1/{endpoint}", body)
    api.advance(600)
    link = (await api.read(task))["output"][0]
    return hear(await (await api.get(link, {})).read())


async def isolated(api: Api, uri: str) -> Heard:
    body = {"model": "eleven_voice_isolation", "audioUri": uri}
    return await made(api, "voice_isolation", body)


def inside(data: bytes) -> str:
    return f"data:audio/wav;base64,{b64encode(data).decode()}"


async def test_a_text_is_spoken_in_syllables(api: Api) -> None:
    heard = await spoken(api, sampleRate=24000)

    assert heard.rate_hz == 24000
    assert len(heard.onsets()) == 4


@pytest.mark.parametrize(("pitch", "times"), first([(0, 1.0), (12, 2.0), (99, 2.0)]))
async def test_pitch_is_told_in_semitones(api: Api, pitch: int, times: float) -> None:
    usual = (await spoken(api)).part(0, 0.15).pitch_hz()

    asked = (await spoken(api, pitchRate=pitch)).part(0, 0.15).pitch_hz()

    assert asked == pytest.approx(times * usual, rel=0.03)


async def test_a_faster_text_is_over_earlier(api: Api) -> None:
    usual = await spoken(
        api, promptText="One two three four five six seven eight. " * 2
    )
    quick = await spoken(
        api, promptText="One two three four five six seven eight. " * 2, speechRate=100
    )

    assert quick.onsets()[-1] == pytest.approx(usual.onsets()[-1] / 2, rel=0.1)


async def test_loudness_is_heard(api: Api) -> None:
    assert (await spoken(api, loudnessRate=-50)).peak == pytest.approx(
        (await spoken(api)).peak / 2, rel=0.1
    )


async def test_other_recordings_sound_otherwise(api: Api) -> None:
    """Each in a voice of its own; what is equal sounds equal."""
    links = (inside(b"one" * 50), inside(b"other" * 50), "https://example.com/a.wav")

    heard = [await isolated(api, link) for link in (*links, links[0])]

    pitches = [round(one.part(0, 0.15).pitch_hz()) for one in heard]
    assert len(set(pitches[:3])) == 3
    assert pitches[3] == pitches[0]
    assert heard[3].onsets() == heard[0].onsets()


async def test_a_voice_that_is_asked_for_speaks_all_recordings(api: Api) -> None:
    """The words are still those of each recording."""
    heard = [
        await made(
            api,
            "speech_to_speech",
            {
                "model": "eleven_multilingual_sts_v2",
                "media": {"type": "audio", "uri": inside(data * 50)},
                "voice": {"type": "runway-preset", "presetId": "Maya"},
            },
        )
        for data in (b"one", b"other")
    ]

    one, other = (part.part(0, 0.15).pitch_hz() for part in heard)
    assert one == pytest.approx(other, rel=0.03)
    assert heard[0].samples != heard[1].samples


async def test_the_film_decides_what_sounds_are_made_for_it(api: Api) -> None:
    body = {"model": "mirelo_sfx_2_0", "promptText": "waves", "duration": 2}

    one, other, same = [
        await made(
            api, "video_to_audio", {**body, "videoUri": f"https://example.com/{name}"}
        )
        for name in ("a.mp4", "b.mp4", "a.mp4")
    ]

    assert one.samples != other.samples
    assert one.samples == same.samples
