"""Repeats encoded loops to a clip's length and packs them into its container."""

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple, Self, TypeAlias

import av
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from mockserver.errors import MediaError
from mockserver.media.sound.bank import Sound
from mockserver.media.spec import Container, MediaSpec, VideoCodec

__all__ = [
    "Loop",
    "Piece",
    "assemble",
    "joined",
    "read_pictures",
    "read_sound",
]

# Generic in the stubs only.
_Packet: TypeAlias = "Packet[Stream]"
_Track: TypeAlias = "Iterator[tuple[float, _Packet, int]]"
_SORTED_MAX: Final = 50_000
_MUXERS: Final = {
    Container.MP4: "mp4",
    Container.MOV: "mov",
    Container.WEBM: "webm",
    Container.FLV: "flv",
    Container.WMV: "asf",
    Container.MPEG_PS: "vob",
    Container.MPEG_TS: "mpegts",
    Container.HLS: "mpegts",
    Container.MP3: "mp3",
}


@dataclass(frozen=True, slots=True)
class Loop:
    """Encoded packets that may be repeated.

    Attributes:
        template: The stream they came in, which describes the codec.
        packets: Their bytes, in decoding order.
        tick: Length of each packet in seconds.
    """

    template: Stream
    packets: tuple[bytes, ...]
    tick: Fraction

    @property
    def settings(self) -> bytes:
        """What the stream says of all its pictures."""
        return bytes(self.template.codec_context.extradata or b"")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clip that becomes one file.

    Attributes:
        pictures: Indexes of the encoded frames to show, in order; empty for sound.
        keys: Which of the encoded frames are key frames: each that is a multiple.
        first_frame: Number of its first frame within the clip.
        sounds: Numbers of the sound frames, from start to end, of the clip.
    """

    pictures: Sequence[int]
    keys: int
    first_frame: int
    sounds: range


def read_pictures(
    source: bytes, fps: Fraction, *, loop: int, count: int | None = None
) -> Loop:
    """Take the encoded frames out of ffmpeg's stream.

    Args:
        source: The stream.
        fps: How many frames a second has.
        loop: How many frames there are from one key frame to the next.
        count: How many there are in all; None takes all that there are.

    Raises:
        MediaError: It has other frames or key frames than were ordered.
    """
    template, packets = _opened(source)
    keys = [i for i, packet in enumerate(packets) if packet.is_keyframe]
    count = len(packets) if count is None else count
    if len(packets) < count or not set(range(0, count, loop)) <= set(keys):
        raise MediaError(f"ffmpeg encoded {len(packets)} of {count} frames")
    return Loop(template, tuple(bytes(p) for p in packets[:count]), 1 / fps)


def joined(loops: Sequence[Loop]) -> Loop:
    """Return the loops of several encoders that were set up alike as one."""
    first = loops[0]
    packets = tuple(chain.from_iterable(loop.packets for loop in loops))
    return Loop(first.template, packets, first.tick)


def read_sound(
    source: bytes, rate_hz: int
) -> tuple[Stream, tuple[bytes, ...], tuple[int, ...]]:
    """Take encoded sound out of ffmpeg's stream.

    Returns:
        The stream, its frames, and when each begins, in samples.
    """
    template, packets = _opened(source)
    starts = tuple(
        round((packet.pts or 0) * packet.time_base * rate_hz) for packet in packets
    )
    return template, tuple(bytes(packet) for packet in packets), starts


def assemble(
    spec: MediaSpec, piece: Piece, pictures: Loop | None, sound: Sound | None
) -> bytes:
    """Return one file made of repeated packets; nothing is encoded again.

    Args:
        spec: The clip.
        piece: Which part of it.
        pictures: Its encoded frames, or `None` for sound only.
        sound: Its encoded sound, or `None` for none.

    Raises:
        MediaError: The container refuses a codec.
    """
    # The index can be moved to the front only in a real file.
    with tempfile.TemporaryDirectory(prefix="mockserver-") as folder:
        path = Path(folder) / "clip"
        try:
            _write(path, spec, piece, pictures, sound)
        except (av.FFmpegError, ValueError) as error:
            raise MediaError(_refusal(spec, error)) from error
        return path.read_bytes()


def _write(
    path: Path,
    spec: MediaSpec,
    piece: Piece,
    pictures: Loop | None,
    sound: Sound | None,
) -> None:
    options = _muxer_options(spec)
    with av.open(
        str(path), "w", format=_MUXERS[spec.container], container_options=options
    ) as output:
        tracks = []
        if pictures is not None:
            stream = output.add_stream_from_template(pictures.template, opaque=True)
            if spec.video_bit_rate and isinstance(stream, VideoStream):
                stream.codec_context.bit_rate = spec.video_bit_rate
            tracks.append(_video_packets(stream, pictures, piece, spec))
        if sound is not None:
            stream = output.add_stream_from_template(sound.template, opaque=True)
            tracks.append(_audio_packets(stream, sound, piece))
        # Only then do streams say in which units they count.
        output.start_encoding()
        count = len(piece.pictures) + len(piece.sounds)
        for _, packet, at in _interleaved(tracks, count):
            packet.pts = packet.dts = at
            output.mux_one(packet)


def _refusal(spec: MediaSpec, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    video, audio = spec.video_codec or "no video", spec.audio_codec or "no sound"
    holds = f"{video} and {audio} at {spec.sample_rate_hz} Hz"
    return f"a {spec.container} cannot hold {holds}: {reason}"


def _muxer_options(spec: MediaSpec) -> dict[str, str]:
    options = {"fflags": "+bitexact"}
    if spec.container in {Container.MP4, Container.MOV}:
        options["video_track_timescale"] = str(_timescale(spec.fps))
        options["movflags"] = "+faststart" if spec.fast_start else "0"
    if spec.container is Container.FLV:
        options["flvflags"] = "+add_keyframe_index"
    if spec.container is Container.MPEG_TS or spec.container is Container.HLS:
        options["mpegts_copyts"] = "1"
        # Versions of the muxer differ in how often it tells the time by itself.
        options["pcr_period"] = "20"
    return options


def _timescale(fps: Fraction) -> int:
    scale = fps.numerator
    while scale < 10_000:
        scale *= 10
    return scale


def _video_packets(stream: Stream, loop: Loop, piece: Piece, spec: MediaSpec) -> _Track:
    base = Fraction(spec.fps.denominator, spec.fps.numerator)
    prefix, tick_s = _in_band_header(stream, spec), float(base)
    units, known = _Units.of(stream, base), dict[int, _Packet]()
    for number, index in enumerate(piece.pictures, piece.first_frame):
        packet = known.get(index)
        if packet is None:
            is_key = index % piece.keys == 0
            data = loop.packets[index]
            packet = known[index] = units.packet(prefix + data if is_key else data, 1)
            packet.is_keyframe = is_key or spec.video_codec is VideoCodec.PRORES
        yield number * tick_s, packet, units.of_stream(number)


def _audio_packets(stream: Stream, sound: Sound, piece: Piece) -> _Track:
    units, known = _Units.of(stream, Fraction(1, sound.rate_hz)), dict[int, _Packet]()
    for number in piece.sounds:
        place, at = sound.order[number], sound.starts[number]
        packet = known.get(place)
        if packet is None:
            ticks = sound.ticks[place]
            packet = known[place] = units.packet(sound.packets[place], ticks)
            packet.is_keyframe = True
        yield at / sound.rate_hz, packet, units.of_stream(at)


class _Units(NamedTuple):
    """How a stream counts time.

    Attributes:
        stream: Which.
        base: Its unit in seconds.
        times: What our units are multiplied with,
        parts: and divided by.
    """

    stream: Stream
    base: Fraction
    times: int
    parts: int

    @classmethod
    def of(cls, stream: Stream, base: Fraction) -> Self:
        """Return how a stream counts what we count in such units."""
        own = stream.time_base or base
        share = base / own
        return cls(stream, own, share.numerator, share.denominator)

    def of_stream(self, count: int) -> int:
        """Return a time in the stream's units, the nearest, and the later of two."""
        return (count * self.times + self.parts // 2) // self.parts

    def packet(self, data: bytes, ticks: int) -> _Packet:
        """Return what may be muxed again and again, each time at another time."""
        packet = Packet(data)
        packet.stream = self.stream
        packet.time_base = self.base
        packet.duration = self.of_stream(ticks)
        return packet


def _in_band_header(stream: Stream, spec: MediaSpec) -> bytes:
    """Return what must precede each key frame where the container has no header."""
    if spec.container not in {Container.MPEG_TS, Container.HLS}:
        return b""
    return bytes(stream.codec_context.extradata or b"")


def _interleaved(
    tracks: Sequence[_Track], count: int
) -> Iterable[tuple[float, _Packet, int]]:
    # Sorting is the quicker one, and holds all of them.
    if count <= _SORTED_MAX:
        return sorted(chain.from_iterable(tracks), key=itemgetter(0))
    return merge(*tracks, key=itemgetter(0))


def _opened(source: bytes) -> tuple[Stream, list[_Packet]]:
    # The container stays open as long as something refers to its stream.
    try:
        container = av.open(io.BytesIO(source), "r")
        stream = container.streams[0]
        return stream, [packet for packet in container.demux(stream) if packet.size]
    except av.FFmpegError as error:
        raise MediaError(f"ffmpeg's output cannot be read: {error}") from error
