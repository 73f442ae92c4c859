"""The 49 profile names and what a video of each is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

__all__ = ["DOCUMENTED", "FORMATS", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """What a profile promises.

    Attributes:
        width_px: Width.
        height_px: Height.
        fps: Frames per second.
        video_bit_rate: Bits per second.
        audio_bit_rate: Bits per second.
        codec: `h264`, `flv`, `mpeg4`, `wmv1`, `wmv2` or `mpeg2`.
        aspect: Shape of the picture when its pixels are not square.
    """

    width_px: int
    height_px: int
    fps: Fraction
    video_bit_rate: int
    audio_bit_rate: int
    codec: str
    aspect: Fraction | None = None

    @property
    def extension(self) -> str:
        """The file's extension, without a dot."""
        return _EXTENSIONS[self.codec]


_EXTENSIONS: Final[Mapping[str, str]] = {
    "h264": "mp4",
    "mpeg4": "mp4",
    "flv": "flv",
    "wmv1": "wmv",
    "wmv2": "wmv",
    "mpeg2": "mpg",
}
_PAL: Final = Fraction(25)
_NTSC: Final = Fraction(30000, 1001)
_FULL, _HALF = 6_000_000, 3_000_000


def _format(
    width_px: int,
    height_px: int,
    kilobits: tuple[int, int],
    codec: str = "h264",
    fps: int = 25,
) -> Format:
    video, audio = kilobits
    return Format(width_px, height_px, Fraction(fps), 1000 * video, 1000 * audio, codec)


def _dvd(width_px: int, height_px: int, fps: Fraction, aspect: str) -> Format:
    rate = _FULL if width_px == 720 else _HALF
    shape = Fraction(aspect)
    return Format(width_px, height_px, fps, rate, 192_000, "mpeg2", shape)


# Contract stupeflix, section 5.1
DOCUMENTED: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "iphone": _format(480, 320, (700, 96)),
        "youtube": _format(640, 360, (1024, 128)),
        "quicktime": _format(640, 480, (1024, 128)),
        "quicktime-small": _format(320, 240, (256, 64)),
        "flash-small": _format(320, 240, (192, 64), "flv"),
        "iphone-flv": _format(480, 320, (1024, 96), "flv"),
        "youtube-flv": _format(640, 360, (1700, 128), "flv"),
        "flash": _format(640, 480, (512, 96), "flv"),
        "flash-hq": _format(640, 480, (1200, 128), "flv"),
        "mobile-small": _format(176, 144, (92, 32), "mpeg4", 15),
        "mobile": _format(320, 240, (256, 32), "mpeg4"),
        "wmv1": _format(640, 480, (1024, 128), "wmv1"),
        "wmv2": _format(640, 480, (1024, 128), "wmv2"),
        "dvd-ntsc-4-3": _dvd(720, 480, _NTSC, "4/3"),
        "dvd-ntsc-4-3-h": _dvd(352, 240, _NTSC, "4/3"),
        "dvd-ntsc-16-9": _dvd(720, 480, _NTSC, "16/9"),
        "dvd-ntsc-16-9-h": _dvd(352, 240, _NTSC, "16/9"),
        "dvd-pal-4-3": _dvd(720, 576, _PAL, "4/3"),
        "dvd-pal-4-3-h": _dvd(352, 288, _PAL, "4/3"),
        "dvd-pal-16-9": _dvd(720, 576, _PAL, "16/9"),
        "dvd-pal-16-9-h": _dvd(352, 288, _PAL, "16/9"),
        "720p": _format(1280, 720, (1500, 256)),
    }
)

# Contract stupeflix, section 5.2: names of the schema without parameters
_UNDOCUMENTED: Final = """
iphone-24p iphone-16-9 iphone-16-9-slow iphone-16-9-12fp iphone-slow youtube-slow
youtube-slow-flv square-400 flash-med-16-9 720p-hq 720p-29-97-fps 720p-24-fps
720p-23-98-fps 720p-12-5-fps 720p-12-fps 480p 480p-24-fps 480p-4-3-29-97-fps 360p
360p-29-97-fps 360p-24-fps 360p-23-976-fps 360p-11-988-fps 360p-12-fps 360p-12-5-fps
240p 240p-24-fps
"""

_FAMILIES: Final = (  # the first that a name begins with
    ("iphone-16-9", _format(480, 270, (700, 96))),
    ("iphone", DOCUMENTED["iphone"]),
    ("youtube-slow-flv", DOCUMENTED["youtube-flv"]),
    ("youtube", DOCUMENTED["youtube"]),
    ("square-400", _format(400, 400, (700, 96))),
    ("flash-med-16-9", _format(480, 270, (700, 96), "flv")),
    ("720p-hq", _format(1280, 720, (3000, 256))),
    ("720p", DOCUMENTED["720p"]),
    ("480p-4-3", _format(640, 480, (1024, 128))),
    ("480p", _format(854, 480, (1024, 128))),
    ("360p", _format(640, 360, (1024, 128))),
    ("240p", _format(426, 240, (400, 64))),
)
_RATES: Final = (
    ("29-97", _NTSC),
    ("23-976", Fraction(24000, 1001)),
    ("23-98", Fraction(24000, 1001)),
    ("11-988", Fraction(12000, 1001)),
    ("12-5", Fraction(25, 2)),
    ("slow", Fraction(25, 2)),
    ("12fp", Fraction(12)),
    ("12", Fraction(12)),
    ("24p", Fraction(24)),
    ("24", Fraction(24)),
)


def _guessed(name: str) -> Format:
    family = next(made for start, made in _FAMILIES if name.startswith(start))
    rate = next(
        (fps for part, fps in _RATES if re.search(rf"-{part}(-|$)", name)), _PAL
    )
    return replace(family, fps=rate)


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {**DOCUMENTED, **{name: _guessed(name) for name in _UNDOCUMENTED.split()}}
)
