"""Sounds of Runway: texts in voices, and sounds of prompts."""

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
    response = await api.post("/v1/text_to_speech", {**SEED_AUDIO, **changes})
    task = (await response.json())["id"]
    api.advance(600)
    link = (await api.read(task))["output"][0]
    return hear(await (await api.get(link, {})).read())


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
