"""MediaSpec: everything that decides the bytes of one media file, as a frozen value."""

import hashlib
import json
from enum import StrEnum
from fractions import Fraction
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple, replace

from mockserver.errors import MediaError
from mockserver.media import timing
from mockserver.media.cards.card import Card, Picture, Sign, plain
from mockserver.media.sound.heard import HEARD_MAX, Heard, Music, Speech

__all__ = [
    "FILE_MAX_BYTES",
    "MAX_FRAMES",
    "AudioCodec",
    "Card",
    "Container",
    "MediaSpec",
    "Picture",
    "Sheet",
    "Sign",
    "VideoCodec",
]

MAX_SIDE_PX: Final = 8192
MAX_PICTURE_PX: Final = 8192 * 4320
SMALLEST_SIDE_PX: Final = 32
MAX_FRAMES: Final = 1_000_000
FILE_MAX_BYTES: Final = 256 << 20
"""What the files of one spec may take; larger ones are made of smaller pictures."""
MAX_CARDS: Final = 1000


class Container(StrEnum):
    """A file format; the value is its usual file extension."""

    MP4 = "mp4"
    MOV = "mov"
    WEBM = "webm"
    FLV = "flv"
    WMV = "wmv"
    MPEG_PS = "mpg"
    MPEG_TS = "ts"
    HLS = "m3u8"
    GIF = "gif"
    JPEG = "jpg"
    PNG = "png"
    TIFF = "tif"
    WEBP = "webp"
    WAV = "wav"
    MP3 = "mp3"
    ZIP = "zip"


class VideoCodec(StrEnum):
    """A video codec, as ffprobe names it."""

    H264 = "h264"
    MPEG4 = "mpeg4"
    VP8 = "vp8"
    VP9 = "vp9"
    FLV1 = "flv1"
    WMV1 = "wmv1"
    WMV2 = "wmv2"
    MPEG2 = "mpeg2video"
    PRORES = "prores"


class AudioCodec(StrEnum):
    """An audio codec, as ffprobe names it."""

    AAC = "aac"
    MP3 = "mp3"
    MP2 = "mp2"
    WMA1 = "wmav1"
    VORBIS = "vorbis"
    OPUS = "opus"
    PCM = "pcm_s16le"


STILLS: Final = frozenset(
    {Container.JPEG, Container.PNG, Container.TIFF, Container.WEBP}
)
SOUNDS: Final = frozenset({Container.WAV, Container.MP3})
CONTENT_TYPES: Final = {
    Container.MP4: "video/mp4",
    Container.MOV: "video/quicktime",
    Container.WEBM: "video/webm",
    Container.FLV: "video/x-flv",
    Container.WMV: "video/x-ms-wmv",
    Container.MPEG_PS: "video/mpeg",
    Container.MPEG_TS: "video/mp2t",
    Container.HLS: "application/vnd.apple.mpegurl",
    Container.GIF: "image/gif",
    Container.JPEG: "image/jpeg",
    Container.PNG: "image/png",
    Container.TIFF: "image/tiff",
    Container.WEBP: "image/webp",
    Container.WAV: "audio/wav",
    Container.MP3: "audio/mpeg",
    Container.ZIP: "application/zip",
}


class Sheet(Struct, frozen=True):
    """A grid of frames of a clip, at even distances, in rows from the top left.

    Attributes:
        tiles: How many frames it has.
        columns: How many stand in a row.
        width_px: Width of each of them.
        height_px: Height of each of them.
    """

    tiles: int
    columns: int
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        if min(self.tiles, self.columns, self.width_px, self.height_px) < 1:
            raise MediaError(f"{self}: everything is 1 or more")
        width, height = self.size_px
        if max(width, height) > MAX_SIDE_PX:
            size = f"{width}x{height}"
            raise MediaError(f"sheet of {size}: sides are 1 to {MAX_SIDE_PX} px")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the whole."""
        rows = -(-self.tiles // self.columns)
        return self.columns * self.width_px, rows * self.height_px


class MediaSpec(Struct, frozen=True):
    """One media file: what is in it and how it is packed.

    Hashable, comparable by value. The functions in `mockserver.media.formats` make
    these with good defaults.

    Attributes:
        container: The file format.
        width_px: Width asked for; see `encoded_px`.
        height_px: Height asked for.
        fps: Frames per second.
        seconds: Length asked for; see `frames` and `duration_s`.
        cards: What is seen, in order; none is one empty card.
        numbered: Whether each card shows its number.
        sign: What the edge of each frame tells; nothing is no edge.
        video_codec: `None` for stills, GIF and sounds.
        audio_codec: `None` for a file without sound.
        heard: What is heard; nothing is silence.
        sample_rate_hz: Sound only.
        channels: 1 or 2, sound only.
        audio_bit_rate: Bits per second, sound only.
        video_bit_rate: Bits per second that the file's header names, where it names
            them; the picture itself has constant quality.
        aspect: Display aspect ratio when pixels are not square.
        frame: Stills only: which frame of the clip, from 0.
        quality: JPEG and WebP 1 to 100, or H.264 CRF 1 to 51.
        colors: GIF only: 2 to 256.
        loop: GIF only: 0 is endless, -1 plays once, n plays n times more.
        segment_s: HLS only: length of a segment; `None` is one segment.
        fast_start: MP4 and MOV only: the index precedes the data.
        beside: ZIP only: names and texts of files beside the frames.
        sheet: Stills only: many frames of the clip instead of one.
    """

    container: Container
    width_px: int = 640
    height_px: int = 360
    fps: Fraction = Fraction(25)
    seconds: float = 10.0
    cards: tuple[Card, ...] = ()
    numbered: bool = False
    sign: Sign | None = None
    video_codec: VideoCodec | None = None
    audio_codec: AudioCodec | None = None
    heard: tuple[Heard, ...] = ()
    sample_rate_hz: int = 48000
    channels: int = 2
    audio_bit_rate: int = 128_000
    video_bit_rate: int | None = None
    aspect: Fraction | None = None
    frame: int = 0
    quality: int | None = None
    colors: int = 256
    loop: int = 0
    segment_s: float | None = None
    fast_start: bool = True
    beside: tuple[tuple[str, str], ...] = ()
    sheet: Sheet | None = None

    def __post_init__(self) -> None:
        if not (
            1 <= self.width_px <= MAX_SIDE_PX and 1 <= self.height_px <= MAX_SIDE_PX
        ):
            size = f"{self.width_px}x{self.height_px}"
            raise MediaError(f"picture of {size}: sides are 1 to {MAX_SIDE_PX} px")
        if self.width_px * self.height_px > MAX_PICTURE_PX:
            size = f"{self.width_px}x{self.height_px}"
            raise MediaError(f"picture of {size}: at most {MAX_PICTURE_PX} px in all")
        if not 0 <= self.seconds < float("inf") or self.frames > MAX_FRAMES:
            raise MediaError(
                f"{self.seconds} s at {self.fps}/s: 1 to {MAX_FRAMES} frames"
            )
        if len(self.cards) > MAX_CARDS:
            raise MediaError(f"{len(self.cards)} cards: {MAX_CARDS} are the most")
        if len(self.heard) > HEARD_MAX:
            raise MediaError(f"{len(self.heard)} sounds: {HEARD_MAX} are the most")

    @property
    def has_audio(self) -> bool:
        """Whether there is a sound track, silent or not."""
        return self.audio_codec is not None

    @property
    def is_still(self) -> bool:
        """Whether it is one picture."""
        return self.container in STILLS

    @property
    def is_sound(self) -> bool:
        """Whether there is no picture at all."""
        return self.container in SOUNDS

    @property
    def extension(self) -> str:
        """The usual file extension, without a dot."""
        return self.container.value

    @property
    def content_type(self) -> str:
        """The MIME type, without parameters."""
        return CONTENT_TYPES[self.container]

    @property
    def frames(self) -> int:
        """The exact number of frames of the clip."""
        return timing.frame_count(self.seconds, self.fps)

    @property
    def duration_s(self) -> float:
        """The exact length of the clip: `frames / fps`."""
        return float(self.frames / self.fps)

    @property
    def encoded_px(self) -> tuple[int, int]:
        """Width and height in the file: even for video, which halves the colours."""
        if self.video_codec is None:
            return self.width_px, self.height_px
        return _even(self.width_px), _even(self.height_px)

    @property
    def card_frames(self) -> tuple[int, ...]:
        """Each card's number of frames; they sum to `frames`."""
        wanted = [card.seconds for card in self.cards] or [None]
        return timing.shares(wanted, self.frames / self.fps, self.frames)

    def card_at(self, frame: int) -> int:
        """Return the index of the card that is on screen in a frame, clamped."""
        left = min(max(0, frame), self.frames - 1)
        for index, share in enumerate(self.card_frames):
            if left < share:
                return index
            left -= share
        return len(self.card_frames) - 1

    def still(
        self,
        container: Container = Container.JPEG,
        *,
        at_s: float | None = None,
        frame: int = 0,
        quality: int | None = None,
    ) -> "MediaSpec":
        """Return the spec of one frame of this clip, as a picture.

        Args:
            container: JPEG, PNG, TIFF or WebP.
            at_s: The moment, clamped into the clip; wins over `frame`.
            frame: The frame from 0, clamped into the clip.
            quality: JPEG and WebP 1 to 100, clamped.
        """
        if at_s is not None:
            frame = timing.frame_at(at_s, self.fps, self.frames)
        return replace(
            self,
            container=container,
            video_codec=None,
            audio_codec=None,
            frame=min(max(0, frame), self.frames - 1),
            quality=quality if quality is None else min(max(1, quality), 100),
        )

    def spread(self, container: Container, sheet: Sheet) -> "MediaSpec":
        """Return the spec of many frames of this clip, as one picture."""
        return replace(self.still(container), sheet=sheet)

    def halved(self) -> "MediaSpec":
        """Return the spec of the same clip with half the width and height.

        Raises:
            MediaError: It is as small as a clip should be.
        """
        width, height = self.width_px // 2, self.height_px // 2
        if min(width, height) < SMALLEST_SIDE_PX:
            raise MediaError(
                f"{self.duration_s:g} s of {self.container}: more than a file may"
                " take; ask for a shorter one"
            )
        return replace(self, width_px=width, height_px=height)

    def digest(self) -> str:
        """Return 64 hex digits that are equal for equal specs, on every machine."""
        return hashlib.sha256(
            json.dumps([_plain(value) for value in astuple(self)]).encode()
        ).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Speech | Music):
        return [type(value).__name__, *astuple(value)]
    if isinstance(value, Sheet):
        return [value.tiles, value.columns, value.width_px, value.height_px]
    if isinstance(value, Card | Sign):
        return plain(value)
    return value


def _even(side_px: int) -> int:
    return side_px + side_px % 2
