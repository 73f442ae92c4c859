"""Packer: packs clips; what it has packed once it packs again by its index alone."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from mockserver.media.assemble import Loop, Piece, assemble
from mockserver.media.indexes import Index, lengthened
from mockserver.media.sound.bank import Sound
from mockserver.media.spec import AudioCodec, Container, MediaSpec, VideoCodec

__all__ = ["Packer"]

_KEPT: Final = 32
# Ten minutes at 30/s, with sound; longer ones are rare, and their indexes large.
_SAMPLES_MAX: Final = 48_000
_Samples = tuple[list[bytes], ...]


@dataclass(frozen=True, slots=True)
class Packer:
    """Packs the files of clips; threads may share one."""

    _indexes: OrderedDict[Hashable, Index | None] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def assemble(
        self, spec: MediaSpec, piece: Piece, pictures: Loop | None, sound: Sound | None
    ) -> bytes:
        """Return one file made of repeated packets; see `assemble`.

        The bytes are those that `assemble` makes, whatever has been packed before.

        Raises:
            MediaError: The container refuses a codec.
        """
        samples = _samples(spec, piece, pictures, sound)
        if pictures is None or samples is None:
            return assemble(spec, piece, pictures, sound)
        key = _key(spec, piece, pictures, sound)
        with self._lock:
            index = self._indexes.get(key)
            is_known = key in self._indexes
            if is_known:
                self._indexes.move_to_end(key)
        file = index.written(samples) if index is not None else None
        if file is None:
            file = assemble(spec, piece, pictures, sound)
        if not is_known:
            floors = [spec.video_bit_rate or 0, 0][: len(samples)]
            index = Index.of(file, samples, floors)
            with self._lock:
                self._indexes[key] = index
                if len(self._indexes) > _KEPT:
                    self._indexes.popitem(last=False)
        return file


def _samples(
    spec: MediaSpec, piece: Piece, pictures: Loop | None, sound: Sound | None
) -> _Samples | None:
    """Return what an MP4 holds of each track; None of what is packed otherwise."""
    is_usual = (
        spec.container is Container.MP4
        and spec.video_codec is VideoCodec.H264
        and spec.audio_codec in {None, AudioCodec.AAC}
        and len(piece.pictures) + len(piece.sounds) <= _SAMPLES_MAX
    )
    if not is_usual or pictures is None:
        return None
    # Equal pictures are the same object, most of them.
    distinct = {id(packet): packet for packet in pictures.packets}
    made = {which: lengthened(packet) for which, packet in distinct.items()}
    shown = [made[id(pictures.packets[index])] for index in piece.pictures]
    known = [sample for sample in shown if sample is not None]
    if len(known) < len(shown):
        return None
    if sound is None:
        return (known,)
    return known, [sound.packets[sound.order[number]] for number in piece.sounds]


def _key(
    spec: MediaSpec, piece: Piece, pictures: Loop, sound: Sound | None
) -> Hashable:
    """Return what decides all of an index but the sizes of samples."""
    of_sound: Hashable = None
    if sound is not None:
        ticks = [sound.ticks[sound.order[number]] for number in piece.sounds]
        starts = sound.starts[piece.sounds.start : piece.sounds.stop]
        rates = spec.sample_rate_hz, spec.channels, spec.audio_bit_rate
        settings = bytes(sound.template.codec_context.extradata or b"")
        of_sound = rates, settings, starts.tobytes(), tuple(ticks)
    keys = bytes(index % piece.keys == 0 for index in piece.pictures)
    shape = spec.encoded_px, spec.aspect, spec.fps, spec.fast_start, spec.video_bit_rate
    return shape, pictures.settings, piece.first_frame, keys, of_sound
