"""What is heard is what was asked for: found by decoding the files that are served."""

import math
from hashlib import sha256

import pytest

from mockserver.errors import MediaError
from mockserver.media.formats import hls, mov, mp3, mp4, mpeg_ps, wav, webm, wmv
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound.heard import Music, Speech, decibels, music, recording
from mockserver.media.sound.speech import utter
from mockserver.media.sound.wav import wav as draw
from mockserver.media.sound.waves import Vowel, wave
from mockserver.media.spec import AudioCodec, MediaSpec
from tests.deep import first
from tests.media.sound.hearing import Heard, hear

TEXT = "Welcome to our spring offer. It is the best that we have made, and you know it."


async def played(spec: MediaSpec, renderer: FfmpegRenderer) -> Heard:
    (part, *_) = await renderer.render(spec)
    return hear(part.data)


def said(voice: str, language: str = "en", **how: float) -> tuple[Speech, ...]:
    return (Speech(TEXT, voice, language, **how),)  # type: ignore[arg-type]  # numbers


@pytest.mark.parametrize(
    "spec",
    first(
        [
            mp4(64, 64, seconds=6, heard=said("anna")),
            mp3(6, heard=said("anna")),
            webm(64, 64, seconds=6, heard=said("anna"), sample_rate_hz=44100),
            wav(6, heard=said("anna")),
            wmv(64, 64, seconds=6, heard=said("anna")),
            mpeg_ps(64, 64, seconds=6, heard=said("anna")),
            mov(64, 64, seconds=6, heard=said("anna")),
            mp4(64, 64, seconds=6, heard=said("anna"), sample_rate_hz=22050),
            webm(64, 64, seconds=6, heard=said("anna"), audio_codec=AudioCodec.OPUS),
            mp3(6, heard=said("anna"), sample_rate_hz=22050, channels=1),
        ],
        plain=2,
    ),
    ids=str,
)
async def test_each_syllable_is_heard_when_it_is_due(
    spec: MediaSpec, renderer: FfmpegRenderer
) -> None:
    due = [one.start_s for one in utter(said("anna")[0], limit_s=6)]

    heard = (await played(spec, renderer)).onsets()

    assert len(heard) == len(due) == 19
    # The first frame of a file may be needed to begin with.
    late = [abs(a - b) for a, b in zip(heard[1:], due[1:], strict=True)]
    assert max(late) < 0.04


@pytest.mark.parametrize(
    ("voice", "semitones", "pitch_hz"),
    first(
        [
            ("voice-en-us-1", 0, 180),
            ("voice-en-gb-1", 0, 92),
            ("voice-es-es-1", 0, 197),
            ("voice-en-us-1", 12, 361),
        ]
    ),
)
async def test_each_voice_has_its_own_pitch(
    voice: str, semitones: int, pitch_hz: float, renderer: FfmpegRenderer
) -> None:
    heard = (Speech("a", voice, "en", semitones=semitones),)

    found = await played(wav(0.15, heard=heard, channels=1), renderer)

    assert found.pitch_hz() == pytest.approx(pitch_hz, rel=0.03)


def test_no_two_of_many_voices_are_the_same_tone() -> None:
    vowels = [
        bytes(wave(Vowel(f"voice {number}", "en", 0, 0), 48000, 4800))
        for number in range(60)
    ]

    assert len(set(vowels)) == 60


async def test_a_voice_is_as_high_in_an_mp4_as_in_a_wav(
    renderer: FfmpegRenderer,
) -> None:
    heard = (Speech("aaa", "anna", "en"),)

    exact = (await played(wav(0.3, heard=heard), renderer)).part(0.0, 0.15)
    packed = (await played(mp4(64, 64, seconds=1, heard=heard), renderer)).part(
        0.02, 0.17
    )

    assert packed.pitch_hz() == pytest.approx(exact.pitch_hz(), rel=0.02)


async def test_language_colours_a_voice_and_sets_its_rate(
    renderer: FfmpegRenderer,
) -> None:
    english = await played(wav(6, heard=said("anna", "en")), renderer)
    spanish = await played(wav(6, heard=said("anna", "es")), renderer)

    assert english.samples[:4800] != spanish.samples[:4800]
    assert spanish.onsets()[-1] < english.onsets()[-1]


async def test_a_text_takes_as_long_as_it_is_given_and_then_there_is_silence(
    renderer: FfmpegRenderer,
) -> None:
    heard = await played(wav(12, heard=said("anna", seconds=6.5)), renderer)

    assert heard.onsets()[-1] == pytest.approx(6.2, abs=0.25)
    assert heard.part(7, 12).peak == 0.0


async def test_twice_the_speed_takes_half_the_time(renderer: FfmpegRenderer) -> None:
    usual = await played(wav(8, heard=said("anna")), renderer)
    quick = await played(wav(8, heard=said("anna", speed=2.0)), renderer)

    assert quick.onsets()[-1] == pytest.approx(usual.onsets()[-1] / 2, abs=0.1)


@pytest.mark.parametrize(
    "spec", [mp4(64, 64, seconds=2), mp3(2), wav(2), webm(64, 64, seconds=2)], ids=str
)
async def test_where_nothing_is_asked_for_there_is_silence(
    spec: MediaSpec, renderer: FfmpegRenderer
) -> None:
    heard = await played(spec, renderer)

    assert heard.peak == 0.0
    assert len(heard.samples) / heard.rate_hz == pytest.approx(2, abs=0.08)


async def test_two_tracks_are_two_tunes(renderer: FfmpegRenderer) -> None:
    one, other, again = [
        await played(wav(4, heard=(Music(name),)), renderer)
        for name in (
            "https://e.com/a.mp3",
            "https://e.com/b.mp3",
            "https://e.com/a.mp3",
        )
    ]

    assert one == again
    assert one.samples != other.samples


async def test_a_volume_in_decibels_is_heard(renderer: FfmpegRenderer) -> None:
    usual = await played(mp4(64, 64, seconds=3, heard=(Music("a"),)), renderer)
    quiet = await played(
        mp4(64, 64, seconds=3, heard=(Music("a", volume_db=-12),)), renderer
    )

    assert 20 * math.log10(usual.peak / quiet.peak) == pytest.approx(12, abs=1)


async def test_music_swells_and_fades_away(renderer: FfmpegRenderer) -> None:
    spec = mp4(
        64, 64, seconds=10, heard=(Music("a", fade_in_s=3, fade_out_s=3, seconds=9),)
    )

    heard = await played(spec, renderer)

    begins, middle, ends = (
        heard.part(*span).peak for span in ((0, 1), (4, 5.5), (8, 8.9))
    )
    assert begins < 0.5 * middle
    assert ends < 0.5 * middle
    assert heard.part(9.2, 10).peak < 0.01


async def test_music_is_heard_from_when_to_when_it_plays(
    renderer: FfmpegRenderer,
) -> None:
    heard = await played(wav(6, heard=(Music("a", starts_s=2, seconds=2),)), renderer)

    assert heard.part(0, 1.8).peak == 0.0
    assert heard.part(2, 4).peak > 0.1
    assert heard.part(4.3, 6).peak == 0.0


async def test_music_gives_way_to_what_is_spoken(renderer: FfmpegRenderer) -> None:
    bed = Music("a", ducked_db=-120)
    words = Speech("Hello you there.", "anna", "en", starts_s=3)

    ducked = await played(wav(8, heard=(bed, words)), renderer)
    alone = await played(wav(8, heard=(words, Music("a", volume_db=-120))), renderer)

    assert ducked.part(3, 3.9) == alone.part(3, 3.9)
    assert ducked.part(0, 2.5).peak > 0.1 > alone.part(0, 2.5).peak


EIGHT = tuple(Music(str(n), volume_db=9) for n in range(8))


@pytest.mark.parametrize(
    "spec",
    first(
        [
            mp4(64, 64, seconds=4, heard=said("anna", volume_db=24.0)),
            mp4(64, 64, seconds=4, heard=EIGHT),
            mp3(4, heard=(*said("anna", volume_db=12.0), Music("a", volume_db=12))),
            webm(64, 64, seconds=4, heard=(Music("a", volume_db=24),)),
        ]
    ),
    ids=["a voice", "eight tracks", "an mp3", "a webm"],
)
async def test_no_peak_is_clipped(spec: MediaSpec, renderer: FfmpegRenderer) -> None:
    peak = (await played(spec, renderer)).peak

    # 3 dB of headroom before encoding, of which a codec takes some.
    assert 0.3 < peak < 0.85


async def test_sound_goes_on_through_segments(renderer: FfmpegRenderer) -> None:
    spec = hls(64, 64, seconds=6, segment_s=2, heard=said("anna"))

    segments = await renderer.render(spec)

    due = [one.start_s for one in utter(said("anna")[0], limit_s=6)]
    found = [
        at_s + 2 * number
        for number, part in enumerate(segments)
        for at_s in hear(part.data).onsets()
    ]
    near = [at_s for at_s in found if min(abs(at_s - one) for one in due) < 0.06]
    assert len(near) >= len(due) - 2


def test_a_recording_is_words_without_a_meaning() -> None:
    one, again = recording("a.wav", seconds=3.0), recording("a.wav", seconds=3.0)

    assert one == again
    assert one.voice == "a.wav"
    assert recording("b.wav", seconds=3.0).text != one.text
    assert len(utter(one)) == 10


def test_what_somebody_has_sent_becomes_possible() -> None:
    told = {"name": "a", "volume_db": 10**400, "fade_in_s": -4, "fade_out_s": math.nan}

    assert music(told) == Music("a", volume_db=24.0, fade_in_s=0.0, fade_out_s=0.0)


@pytest.mark.parametrize(
    ("share", "loud_db"), [(1.0, 0.0), (0.5, -6.0206), (0.0, None), (-1.0, None)]
)
def test_a_share_is_a_loudness(share: float, loud_db: float | None) -> None:
    assert decibels(share) == (loud_db and pytest.approx(loud_db, abs=1e-4))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Speech("a", starts_s=-1), "speech that begins at -1 s: 0 or more"),
        (lambda: Speech("a", speed=0), "speech at speed 0: 0.05 to 20"),
        (lambda: Speech("a", semitones=13), "speech 13 semitones higher: -12 to 12"),
        (lambda: Music("a", seconds=-2), "music of -2 s: 0 or more"),
        (lambda: Music("a", volume_db=math.inf), "music at inf dB: a number"),
        (lambda: Music("a", fade_in_s=-1), "music that fades for -1 and 0 s"),
    ],
)
def test_what_cannot_be_heard_is_refused(make: type, message: str) -> None:
    with pytest.raises(MediaError, match=message):
        make()


@pytest.mark.parametrize(
    ("heard", "digest"),
    [
        (said("anna"), "e86ad5c2c222120f"),
        (
            (Music("a", fade_in_s=1), Speech("Hello there.", "anna", "en")),
            "f933e8e774abd880",
        ),
    ],
    ids=["a voice", "a mix"],
)
def test_samples_are_the_same_everywhere(
    heard: tuple[Speech | Music, ...], digest: str
) -> None:
    """Whatever Python draws them: encoders get the same to encode."""
    assert sha256(draw(wav(4, heard=heard))).hexdigest()[:16] == digest
