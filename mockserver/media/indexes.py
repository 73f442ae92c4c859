"""Indexes of MP4 files: one that was packed once is written anew for other samples.

What PyAV packs for a clip differs from what it packs for another of the same length
and rates only in the samples, their sizes and where they lie. Giving it thousands of
samples one by one takes longer than all that is written here.

Source: ISO/IEC 14496-12, sections 8.7.3.2 (stsz), 8.7.4 (stsc), 8.7.5 (stco) and
8.5.2.2 (btrt); ISO/IEC 14496-14, section 3.1.2 (esds).
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from operator import eq
from typing import Final, NamedTuple

__all__ = ["Index", "lengthened"]

_START: Final = b"\x00\x00\x00\x01"
_SHORT_START: Final = b"\x00\x00\x01"
_ZERO: Final = b"\x00"
_PARENTS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
# What comes before the boxes within.
_ENTRIES: Final = {b"stsd": 16, b"avc1": 86, b"mp4a": 36}
# From here on the muxer begins another chunk.
_CHUNK_BYTES: Final = 1 << 20


class _Rates(NamedTuple):
    """Where the bit rates of a track are told: the highest, and the mean behind it.

    Attributes:
        places: Where.
        floor: The least that is told as the highest.
        timescale: Units of time in a second.
        duration: How many the track lasts.
    """

    places: tuple[int, ...]
    floor: int
    timescale: int
    duration: int

    def told(self, size_bytes: int) -> bytes:
        """Return what is told of samples of a size."""
        mean = size_bytes * 8 * self.timescale // self.duration
        return struct.pack(">II", max(self.floor, mean), mean)


@dataclass(frozen=True, slots=True)
class _Track:
    """Where an index tells about one track.

    Attributes:
        sizes_at: Where the box with the sizes of its samples begins.
        is_even: All of them are equal, and told once.
        count: How many samples there are.
        chunks_at: Where the first place of a chunk is told.
        rates: Where its bit rates are told.
    """

    sizes_at: int
    is_even: bool
    count: int
    chunks_at: int
    rates: _Rates


@dataclass(frozen=True, slots=True)
class Index:
    """What an MP4 consists of beside its samples.

    Attributes:
        before: All that is in front of the samples.
        after: All that is behind them.
        tracks: Where in both of these each track is told.
        order: Which sample lies where: their numbers in the order of the file, counted
            through all tracks.
        chunks: For each chunk its track, and how many samples lie before its end.
    """

    before: bytes
    after: bytes
    tracks: tuple[_Track, ...]
    order: "array[int]"
    chunks: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, file: bytes, samples: Sequence[Sequence[bytes]], floors: Sequence[int]
    ) -> "Index | None":
        """Return the index of a file; None if it cannot be written for others.

        Args:
            file: An MP4.
            samples: What it holds, by track.
            floors: The bit rate that each track is told to have, in bits per second;
                more is told where it has more.
        """
        try:
            index = cls._read(file, floors)
        except (KeyError, ValueError, struct.error):
            return None
        return index if index.written(samples) == file else None

    @classmethod
    def _read(cls, file: bytes, floors: Sequence[int]) -> "Index":
        top = {name: (at, size) for name, at, size in _boxes(file, 0, len(file))}
        data, size = top[b"mdat"]
        before, after = file[: data + 8], file[data + size :]
        whole = before + after
        found = list(_inner(whole, 0, data)) + list(
            _inner(whole, len(before), len(whole))
        )
        tracks, chunks, begun = list[_Track](), list[tuple[int, ...]](), 0
        for boxes, floor in zip(_by_track(found), floors, strict=True):
            track, places, held = _track(whole, boxes, floor)
            firsts = accumulate(held, initial=begun)
            chunks += zip(places, repeat(len(tracks)), firsts, held, strict=False)
            tracks.append(track)
            begun += track.count
        chunks.sort()
        owners = [number for _, number, _, _ in chunks]
        if any(map(eq, owners, owners[1:])):
            # Their sizes decided where one ends, which others need not have.
            raise ValueError
        runs = (range(first, first + held) for _, _, first, held in chunks)
        ends = accumulate(held for _, _, _, held in chunks)
        order = array("I", chain.from_iterable(runs))
        return cls(
            before, after, tuple(tracks), order, tuple(zip(owners, ends, strict=True))
        )

    def written(self, samples: Sequence[Sequence[bytes]]) -> bytes | None:
        """Return the file that holds other samples, as it would be packed.

        Args:
            samples: By track.

        Returns:
            None if they are too many, too few or too large for this index.
        """
        if [len(some) for some in samples] != [track.count for track in self.tracks]:
            return None
        whole = bytearray(self.before + self.after)
        every = [sample for some in samples for sample in some]
        laid = [every[number] for number in self.order]
        ends = list(accumulate(map(len, laid), initial=len(self.before)))
        starts: list[list[int]] = [[] for _ in self.tracks]
        begun = 0
        for number, stop in self.chunks:
            if ends[stop] - ends[begun] >= _CHUNK_BYTES:
                return None
            starts[number].append(ends[begun])
            begun = stop
        for track, some, chunks in zip(self.tracks, samples, starts, strict=True):
            if not _tell(whole, track, list(map(len, some)), chunks):
                return None
        size = ends[-1] - len(self.before) + 8
        struct.pack_into(">I", whole, len(self.before) - 8, size)
        cut = len(self.before)
        return b"".join([whole[:cut], *laid, whole[cut:]])


def lengthened(sample: bytes) -> bytes | None:
    """Return a picture of H.264 as MP4 has it: lengths in place of start codes.

    Returns:
        None if its start codes are not as long as lengths.
    """
    before, *units = sample.split(_START)
    is_long = sample.count(_SHORT_START) == len(units) and b"" not in units
    # What stands before a start code does not end in zeros.
    is_whole = not before and _ZERO + _START not in sample and sample[-1:] != _ZERO
    if not (is_long and is_whole):
        return None
    return b"".join([len(unit).to_bytes(4) + unit for unit in units])


def _tell(whole: bytearray, track: _Track, sizes: list[int], chunks: list[int]) -> bool:
    """Write what an index tells of a track; False if it has no room for that."""
    if track.is_even is not (len(set(sizes)) == 1):
        return False
    if track.is_even:
        struct.pack_into(">I", whole, track.sizes_at + 12, sizes[0])
    else:
        struct.pack_into(f">{len(sizes)}I", whole, track.sizes_at + 20, *sizes)
    struct.pack_into(f">{len(chunks)}I", whole, track.chunks_at, *chunks)
    told = track.rates.told(sum(sizes))
    for at in track.rates.places:
        whole[at : at + len(told)] = told
    return True


_Box = tuple[bytes, int, int]


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    """Yield the boxes of a stretch: name, place and size."""
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        if size < 8:
            raise ValueError
        yield name, at, size
        at += size


def _inner(data: bytes, at: int, end: int) -> Iterator[_Box]:
    """Yield all boxes of a stretch, those within others as well."""
    for name, place, size in _boxes(data, at, end):
        yield name, place, size
        skipped = 8 if name in _PARENTS else _ENTRIES.get(name)
        if skipped is not None:
            yield from _inner(data, place + skipped, place + size)


def _by_track(found: list[_Box]) -> list[dict[bytes, int]]:
    tracks: list[dict[bytes, int]] = []
    for name, at, _ in found:
        if name == b"trak":
            tracks.append({})
        if tracks:
            tracks[-1][name] = at
    return tracks


def _track(
    data: bytes, boxes: dict[bytes, int], floor: int
) -> tuple[_Track, Sequence[int], list[int]]:
    """Return what is told of a track; its chunks' places, and how much each holds."""
    sizes_at, chunks_at = boxes[b"stsz"], boxes[b"stco"]
    even, count = struct.unpack_from(">II", data, sizes_at + 12)
    (chunks,) = struct.unpack_from(">I", data, chunks_at + 12)
    places = struct.unpack_from(f">{chunks}I", data, chunks_at + 16)
    held = _held(data, boxes[b"stsc"], chunks)
    timescale, duration = struct.unpack_from(">II", data, boxes[b"mdhd"] + 20)
    size = even * count
    if not even:
        size = sum(struct.unpack_from(f">{count}I", data, sizes_at + 20))
    told = _Rates((), floor, timescale, duration)
    rated = [data.index(told.told(size), boxes[b"btrt"])]
    if b"esds" in boxes:
        rated.append(data.index(told.told(size), boxes[b"esds"], boxes[b"btrt"]))
    rates = told._replace(places=tuple(rated))
    track = _Track(sizes_at, bool(even), count, chunks_at + 16, rates)
    return track, places, held


def _held(data: bytes, at: int, chunks: int) -> list[int]:
    """Return how many samples each chunk has."""
    (count,) = struct.unpack_from(">I", data, at + 12)
    told = struct.unpack_from(f">{3 * count}I", data, at + 16)
    runs = list(zip(told[::3], told[1::3], strict=True))
    firsts = [*(first for first, _ in runs), chunks + 1]
    found: list[int] = []
    for (first, held), after in zip(runs, firsts[1:], strict=True):
        found += [held] * (after - first)
    if len(found) != chunks:
        raise ValueError
    return found
