"""Cues are written as each format wants them, and say the same in all."""

from mockserver.media.sound.cues import Cue
from mockserver.media.sound.subtitles import plain, srt, vtt

CUES = (
    Cue(0.0, 1.5, ("One & <two>", "--> three")),
    Cue(3661.25, 3662.0, ("Four.",)),
)


def test_webvtt() -> None:
    assert vtt(CUES, note="language en") == (
        "WEBVTT\n\nNOTE language en\n\n"
        "00:00:00.000 --> 00:00:01.500\nOne &amp; &lt;two&gt;\n→ three\n\n"
        "01:01:01.250 --> 01:01:02.000\nFour.\n"
    )


def test_webvtt_with_numbers() -> None:
    assert vtt(CUES[1:], numbered=True) == (
        "WEBVTT\n\n1\n01:01:01.250 --> 01:01:02.000\nFour.\n"
    )


def test_subrip() -> None:
    assert srt(CUES) == (
        "1\n00:00:00,000 --> 00:00:01,500\nOne & <two>\n→ three\n\n"
        "2\n01:01:01,250 --> 01:01:02,000\nFour.\n\n"
    )


def test_words_alone() -> None:
    assert plain(CUES) == "One & <two> --> three\nFour.\n"


def test_nothing_is_a_file_too() -> None:
    assert (vtt(()), srt(()), plain(())) == ("WEBVTT\n\n", "", "")
