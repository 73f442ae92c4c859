"""The formats that providers offer, each a function with good defaults.

Source: contract stupeflix, section 5; contract impossible, section 5.1; contract
idomoo, section 5; contract hourone, section 5; contract digitalcarbon, section 5.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypedDict, Unpack

from msgspec.structs import replace

from mockserver.errors import MediaError
from mockserver.media.sound.heard import Heard
from mockserver.media.spec import (
    AudioCodec,
    Card,
    Container,
    MediaSpec,
    Sign,
    VideoCodec,
)
from mockserver.media.timing import FrameRate, frame_rate

__all__ = [
    "FORMATS",
    "Clip",
    "Sound",
    "flv",
    "gif",
    "hls",
    "jpeg",
    "media",
    "mov",
    "mp3",
    "mp4",
    "mpeg_ps",
    "mpeg_ts",
    "png",
    "sequence",
    "tiff",
    "wav",
    "webm",
    "webp",
    "wmv",
]


_MPEG2_RATES: Final = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)


class Sound(TypedDict, total=False):
    """What every file with sound may be given; units as in `MediaSpec`."""

    heard: tuple[Heard, ...]
    sample_rate_hz: int
    channels: int
    audio_bit_rate: int


class Clip(Sound, total=False):
    """What every clip may be given; units as in `MediaSpec`.

    `silent_track=False` leaves the sound track out; `fps` takes any `FrameRate`.
    """

    seconds: float
    fps: FrameRate
    cards: tuple[Card, ...]
    numbered: bool
    sign: Sign | None
    silent_track: bool
    video_codec: VideoCodec
    audio_codec: AudioCodec
    video_bit_rate: int | None
    aspect: Fraction | None
    quality: int | None
    fast_start: bool


def mp4(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return an MP4: H.264 (or MPEG-4 part 2) and AAC, index first."""
    defaults = Clip(video_codec=VideoCodec.H264, audio_codec=AudioCodec.AAC)
    return _clip(Container.MP4, width_px, height_px, {**defaults, **clip})


def mov(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return a QuickTime file: ProRes 422 proxy and PCM."""
    defaults = Clip(video_codec=VideoCodec.PRORES, audio_codec=AudioCodec.PCM)
    return _clip(Container.MOV, width_px, height_px, {**defaults, **clip})


def webm(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return a WebM: VP8 (or VP9) and Vorbis (or Opus, always at 48 kHz)."""
    defaults = Clip(video_codec=VideoCodec.VP8, audio_codec=AudioCodec.VORBIS)
    return _clip(Container.WEBM, width_px, height_px, {**defaults, **clip})


def flv(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return a Flash video: Sorenson Spark and MP3 at 44.1 kHz."""
    defaults = Clip(
        video_codec=VideoCodec.FLV1, audio_codec=AudioCodec.MP3, sample_rate_hz=44100
    )
    return _clip(Container.FLV, width_px, height_px, {**defaults, **clip})


def wmv(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return a Windows Media file: WMV2 (or WMV1) and WMA1 at 44.1 kHz."""
    defaults = Clip(
        video_codec=VideoCodec.WMV2, audio_codec=AudioCodec.WMA1, sample_rate_hz=44100
    )
    return _clip(Container.WMV, width_px, height_px, {**defaults, **clip})


def mpeg_ps(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return an MPEG-2 program stream as on a DVD: MPEG-2 video and MP2.

    MPEG-2 knows eight frame rates; the nearest to the one asked for is taken.
    """
    defaults = Clip(
        video_codec=VideoCodec.MPEG2,
        audio_codec=AudioCodec.MP2,
        audio_bit_rate=192_000,
        video_bit_rate=6_000_000,
    )
    spec = _clip(Container.MPEG_PS, width_px, height_px, {**defaults, **clip})
    nearest = min(_MPEG2_RATES, key=lambda rate: abs(rate - spec.fps))
    return replace(spec, fps=nearest)


def mpeg_ts(width_px: int, height_px: int, **clip: Unpack[Clip]) -> MediaSpec:
    """Return one MPEG transport stream: H.264 and AAC."""
    defaults = Clip(video_codec=VideoCodec.H264, audio_codec=AudioCodec.AAC)
    return _clip(Container.MPEG_TS, width_px, height_px, {**defaults, **clip})


def hls(
    width_px: int,
    height_px: int,
    *,
    segment_s: float | None = None,
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return the segments of an HLS clip: H.264 and AAC in transport streams.

    Args:
        width_px: Width.
        height_px: Height.
        segment_s: Length of a segment, to the nearest frame; `None` makes one segment.
        clip: The rest.
    """
    defaults = Clip(video_codec=VideoCodec.H264, audio_codec=AudioCodec.AAC)
    spec = _clip(Container.HLS, width_px, height_px, {**defaults, **clip})
    return replace(spec, segment_s=segment_s)


def gif(
    width_px: int,
    height_px: int,
    *,
    colors: int = 256,
    loop: int = 0,
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return an animated GIF.

    Args:
        width_px: Width.
        height_px: Height.
        colors: Size of the palette, clamped to 4 to 256.
        loop: 0 is endless, -1 plays once, n plays n times more.
        clip: The rest; more than 50 frames/s become 50, which is all GIF can.
    """
    rate = min(frame_rate(clip.pop("fps", 10)), Fraction(50))
    spec = _clip(Container.GIF, width_px, height_px, {**clip, "fps": rate})
    return replace(spec, colors=min(max(4, colors), 256), loop=max(-1, loop))


def jpeg(
    width_px: int,
    height_px: int,
    *,
    at_s: float | None = None,
    frame: int = 0,
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return a JPEG of one moment of a clip; `quality` is 1 to 100, clamped.

    Args:
        width_px: Width.
        height_px: Height.
        at_s: The moment, clamped into the clip; wins over `frame`.
        frame: The frame from 0, clamped into the clip.
        clip: The clip that the picture is taken from.
    """
    return _still(Container.JPEG, width_px, height_px, at_s, frame, clip)


def png(
    width_px: int,
    height_px: int,
    *,
    at_s: float | None = None,
    frame: int = 0,
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return a PNG of one moment of a clip; arguments as `jpeg`."""
    return _still(Container.PNG, width_px, height_px, at_s, frame, clip)


def sequence(
    width_px: int,
    height_px: int,
    *,
    beside: tuple[tuple[str, str], ...] = (),
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return a ZIP of the frames of a clip as PNG, without any sound.

    Args:
        width_px: Width.
        height_px: Height.
        beside: Names and texts of files beside the frames.
        clip: The clip.
    """
    spec = _clip(Container.GIF, width_px, height_px, clip)
    return replace(spec, container=Container.ZIP, beside=beside)


def tiff(
    width_px: int,
    height_px: int,
    *,
    at_s: float | None = None,
    frame: int = 0,
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return a TIFF of one moment of a clip; arguments as `jpeg`."""
    return _still(Container.TIFF, width_px, height_px, at_s, frame, clip)


def webp(
    width_px: int,
    height_px: int,
    *,
    at_s: float | None = None,
    frame: int = 0,
    **clip: Unpack[Clip],
) -> MediaSpec:
    """Return a WebP of one moment of a clip; arguments as `jpeg`."""
    return _still(Container.WEBP, width_px, height_px, at_s, frame, clip)


def wav(seconds: float, **sound: Unpack[Sound]) -> MediaSpec:
    """Return 16-bit PCM sound of that length, to the nearest millisecond."""
    return _sound(Container.WAV, AudioCodec.PCM, seconds, sound)


def mp3(seconds: float, **sound: Unpack[Sound]) -> MediaSpec:
    """Return MP3 sound of that length, to the nearest MP3 frame."""
    return _sound(Container.MP3, AudioCodec.MP3, seconds, sound)


FORMATS: Final[Mapping[str, Callable[..., MediaSpec]]] = MappingProxyType(
    {
        "mp4": mp4,
        "webm": webm,
        "flv": flv,
        "wmv": wmv,
        "mpg": mpeg_ps,
        "mpeg": mpeg_ps,
        "mov": mov,
        "ts": mpeg_ts,
        "m3u8": hls,
        "gif": gif,
        "jpg": jpeg,
        "jpeg": jpeg,
        "png": png,
        "tif": tiff,
        "tiff": tiff,
        "webp": webp,
    }
)


def media(
    extension: str, width_px: int, height_px: int, **clip: Unpack[Clip]
) -> MediaSpec:
    """Return the spec of a picture format by its file extension, in any case.

    Raises:
        MediaError: Nothing here has that extension; the message lists what has.
    """
    make = FORMATS.get(extension.lower())
    if make is None:
        raise MediaError(f"no format {extension!r}; there are {', '.join(FORMATS)}")
    return make(width_px, height_px, **clip)


def _clip(container: Container, width_px: int, height_px: int, clip: Clip) -> MediaSpec:
    rest = dict(clip)
    if not rest.pop("silent_track", True) and not clip.get("heard"):
        rest["audio_codec"] = None
    if container is Container.GIF:
        rest = {**rest, "audio_codec": None, "video_codec": None}
    rest["fps"] = frame_rate(clip.get("fps", 25))
    spec = MediaSpec(container, width_px, height_px, **rest)  # type: ignore[arg-type]  # Clip is typed
    if spec.audio_codec is AudioCodec.OPUS:
        return replace(spec, sample_rate_hz=48000)
    return spec


def _still(
    container: Container,
    width_px: int,
    height_px: int,
    at_s: float | None,
    frame: int,
    clip: Clip,
) -> MediaSpec:
    spec = _clip(Container.GIF, width_px, height_px, clip)
    return spec.still(container, at_s=at_s, frame=frame, quality=clip.get("quality"))


def _sound(
    container: Container, codec: AudioCodec, seconds: float, sound: Sound
) -> MediaSpec:
    # Milliseconds stand in for frames, so that length rounding is one rule.
    return MediaSpec(
        container,
        1,
        1,
        fps=Fraction(1000),
        seconds=seconds,
        audio_codec=codec,
        **sound,
    )
