"""Soundtracks and sounds of scenes: when, how loud, and how they begin and end."""

from typing import Any

import pytest

from tests.media.sound.hearing import Heard, hear
from tests.providers.idomoo.conftest import SCENE, Api

WAV = {"file_type": "wav", "channels": 1}
TUNE = "https://example.com/tune.mp3"


async def sound(api: Api, scene: dict[str, Any], **timeline: Any) -> Heard:
    """Return what is heard of a scene of 10 s."""
    scenes = [{**SCENE, "duration_in_seconds": 10, **scene}]
    document = {"output": {"audio": [WAV]}, "timeline": {"scenes": scenes, **timeline}}
    response = await api.ask("POST", "/scenes/generate", json=document)
    told = await response.json()
    assert response.status == 200, told
    api.advance(60)
    return hear(
        await (await api.file(told["output"]["audio"][0]["links"]["url"])).read()
    )


async def test_without_sound_there_is_silence(api: Api) -> None:
    assert (await sound(api, {})).peak == 0.0


async def test_a_soundtrack_is_as_loud_as_asked_and_fades(api: Api) -> None:
    usual = await sound(api, {}, soundtrack={"val": TUNE})
    track = {"val": TUNE, "volume": -6, "fade_start": 3, "fade_end": 3}

    faded = await sound(api, {}, soundtrack=track)

    assert faded.part(4, 6).peak == pytest.approx(usual.part(4, 6).peak / 2, rel=0.1)
    assert faded.part(0, 1).peak < 0.5 * faded.part(4, 6).peak
    assert faded.part(9, 10).peak < 0.5 * faded.part(4, 6).peak


async def test_a_sound_of_a_scene_begins_when_it_should(api: Api) -> None:
    voice = {"key": "voice", "val": TUNE, "start_time": 4}

    heard = await sound(api, {"audio": [voice]})

    assert heard.part(0, 3.9).peak == 0.0
    assert heard.part(4, 5).peak > 0.1


async def test_what_is_muted_is_not_heard(api: Api) -> None:
    voice = {"key": "voice", "val": TUNE, "mute": True}

    assert (await sound(api, {"audio": [voice]})).peak == 0.0


@pytest.mark.parametrize(("mute", "is_heard"), [(False, True), (True, False)])
async def test_a_film_in_a_scene_is_heard_unless_it_is_mute(
    api: Api, *, mute: bool, is_heard: bool
) -> None:
    film = {"key": "photo", "val": "https://example.com/a.mp4?x", "mute": mute}

    assert ((await sound(api, {"media": [film]})).peak > 0) is is_heard


async def test_a_soundtrack_gives_way(api: Api) -> None:
    track = {"val": TUNE, "sidechain_compression_amount": 100}
    voice = {
        "key": "voice",
        "val": "https://example.com/voice.mp3",
        "start_time": 5,
        "sidechain_compression_affect": True,
    }

    both = await sound(api, {"audio": [voice]}, soundtrack=track)
    alone = await sound(api, {"audio": [voice]})

    assert both.part(5.2, 10) == alone.part(5.2, 10)
    assert both.part(0, 4.8).peak > 0.1
