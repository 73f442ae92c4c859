"""Loops: one is encoded for each card; a montage repeats them to a clip's length."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Final, NamedTuple

from mockserver.media.cards.footer import Footer
from mockserver.media.spec import MediaSpec, VideoCodec

__all__ = ["Montage", "montage_of", "told_frame"]

# A loop of 10 frames is quick to encode; at most 90 of them keep the file small.
_SHORTEST, _LONGEST, _REPEATS = 10, 250, 90
_ENCODED_IN_ALL: Final = 120
_PIXELS_PER_ENCODER: Final = 16_000_000
# What one encoder does in about 60 ms; from there on two work side by side.
_PIXELS_ALONE: Final = 3_000_000
_SHORTEST_OF_MANY: Final = 4
# A minute of encoding; what is larger than 4K moves in fewer steps.
_PIXELS_IN_ALL: Final = 1_000_000_000
_SHORTEST_OF_LARGE: Final = 2
# A clip that tells the time does so in shots, in as many pixels as 100 ms allow.
_PIXELS_OF_TIME: Final = 16_000_000
_SHORTEST_OF_TIME, _REPEATS_OF_TIME = 5, 180
_FEWEST_SHOTS, _MOST_SHOTS = 3, 30
# Of each time that a clip tells only the edge is drawn and encoded, about an eighth.
_PIXELS_OF_STILLS: Final = 120_000_000
_MOST_STILLS: Final = 600
_STILL_FRAMES_MAX: Final = 60
_SHORT_S: Final = 10
_PIXELS_OF_ART: Final = 12_000_000
_FEWEST_TURNS, _MOST_TURNS = 4, 8


class Shot(NamedTuple):
    """A stretch of a clip in which one card shows one time.

    Attributes:
        card: Index of the card.
        start: Its first frame.
        frames: How many it has.
    """

    card: int
    start: int
    frames: int


@dataclass(frozen=True, slots=True)
class Montage:
    """What is encoded, and which encoded frame is shown when.

    Attributes:
        loop: Frames per shot that are encoded; the first is a key frame and none
            refers to another loop, so that any beginning of it can stand alone.
        shots: What is on screen for a frame or more, in order.
        turns: How many pictures a loop has, each as long as the others.
        is_composed: The part of a picture that tells the time is encoded apart from
            the rest, which goes on moving, if it does, from one shot to the next.
    """

    loop: int
    shots: tuple[Shot, ...]
    turns: int = 1
    is_composed: bool = False

    def batches(self, frame_px: int) -> list[tuple[Shot, ...]]:
        """Return which shots one encoder takes, in order; encoders run side by side.

        The split depends on the clip alone, never on the machine.

        Args:
            frame_px: Pixels of one frame.
        """
        most = len(self.shots)
        pixels = most * self.turns * frame_px
        if self.is_composed:
            # Each encoder needs the cards of its shots, and little for each shot.
            most = len({shot.card for shot in self.shots})
            pixels = most * self.turns * frame_px
        encoders = max(-(-pixels // _PIXELS_PER_ENCODER), 1 + (pixels > _PIXELS_ALONE))
        size = -(-len(self.shots) // min(encoders, most))
        return [self.shots[i : i + size] for i in range(0, len(self.shots), size)]

    def sequence(self, start: int, stop: int) -> Iterator[int]:
        """Yield the index of the encoded frame for each frame of a stretch.

        The stretch begins with a key frame, as does each shot in it.
        """
        for position, shot in enumerate(self.shots):
            end = shot.start + shot.frames
            for place in range(min(end, stop) - max(shot.start, start)):
                yield position * self.loop + place % self.loop

    def shot_at(self, frame: int) -> Shot:
        """Return the shot that is on screen in a frame, clamped."""
        place = bisect_right(self.shots, frame, key=lambda shot: shot.start)
        return self.shots[max(0, place - 1)]

    def phase_at(self, frame: int) -> int:
        """Return the place within its loop of a frame of the clip."""
        shot = self.shot_at(frame)
        return (max(0, frame - shot.start) + self._begun(shot)) % self.loop

    def turns_of(self, shot: Shot) -> list[int]:
        """Return which of its pictures a shot shows, for each frame of its loop."""
        begun = self._begun(shot)
        return [self.turn_of(begun + place) for place in range(self.loop)]

    def _begun(self, shot: Shot) -> int:
        """Return how many frames what moves has moved before a shot."""
        if not self.is_composed or self.turns < 2:
            return 0
        return shot.start - next(s for s in self.shots if s.card == shot.card).start

    def turn_of(self, phase: int) -> int:
        """Return which of its pictures a loop shows at a place."""
        return phase % self.loop * self.turns // self.loop


def montage_of(spec: MediaSpec) -> Montage:
    """Return the montage of a clip."""
    pairs = [(i, share) for i, share in enumerate(spec.card_frames) if share]
    width, height = spec.encoded_px
    is_moving = any(spec.cards[i].art for i, _ in pairs if spec.cards)
    is_told = spec.sign and Footer.of(width, height) and spec.frames > 1
    if is_moving and is_told and (spec.is_still or spec.video_codec is VideoCodec.H264):
        return _flowing(spec, pairs, width * height)
    if is_moving:
        return _moving(spec, pairs, width * height)
    if spec.sign and spec.video_codec is VideoCodec.H264:
        return _still(spec, pairs)
    if spec.sign:
        return _timed(spec, pairs, width * height)
    longest = max(share for _, share in pairs)
    loop = min(_LONGEST, max(_SHORTEST, -(-spec.frames // _REPEATS)), longest)
    if len(pairs) > 1:
        loop = min(loop, max(_SHORTEST_OF_MANY, _ENCODED_IN_ALL // len(pairs)))
    affordable = _PIXELS_IN_ALL // (width * height * len(pairs))
    loop = min(loop, max(_SHORTEST_OF_LARGE, affordable))
    return Montage(loop, _cut(pairs, spec, len(pairs)))


def told_frame(spec: MediaSpec, frame: int) -> int:
    """Return the frame in which a clip begins to tell the time of another frame.

    That is each half second of a short clip and each second of others, as far as that
    can be drawn quickly, and the beginning of a card.
    """
    card, step = spec.card_at(frame), _step_s(spec)
    start = sum(spec.card_frames[:card])
    if spec.card_frames[card] <= step * spec.fps:
        return start
    number = int(frame / spec.fps / step)
    at = ceil(number * step * spec.fps)
    # A time may begin between two frames.
    return max(start, min(at, frame))


def _step_s(spec: MediaSpec) -> Fraction:
    """Return how long one time is shown."""
    width, height = spec.encoded_px
    seconds = spec.frames / spec.fps
    cards = sum(1 for share in spec.card_frames if share)
    most = min(_MOST_STILLS, _PIXELS_OF_STILLS // (width * height)) - cards
    step = Fraction(1, 2) if seconds <= _SHORT_S else Fraction(1)
    while seconds / step > max(_FEWEST_SHOTS, most):
        step *= 2
    return step


def _still(spec: MediaSpec, pairs: list[tuple[int, int]]) -> Montage:
    """Return a montage of pictures that stand still, one for each time."""
    shots, start, step = [], 0, _step_s(spec)
    for card, share in pairs:
        first = int(start / spec.fps / step) + 1
        last = int((start + share) / spec.fps / step) + 1
        numbers = range(first, last) if share > step * spec.fps else ()
        times = (ceil(number * step * spec.fps) for number in numbers)
        inner = [at for at in times if start < at < start + share]
        marks = [start, *dict.fromkeys(inner), start + share]
        shots += [Shot(card, a, b - a) for a, b in pairwise(marks)]
        start += share
    longest = max(shot.frames for shot in shots)
    return Montage(min(longest, _STILL_FRAMES_MAX), tuple(shots), is_composed=True)


def _flowing(spec: MediaSpec, pairs: list[tuple[int, int]], frame_px: int) -> Montage:
    """Return a montage of pictures that move while their edge tells the time."""
    loop, turns = _turning(spec, pairs, frame_px)
    return replace(_still(spec, pairs), loop=loop, turns=turns)


def _timed(spec: MediaSpec, pairs: list[tuple[int, int]], frame_px: int) -> Montage:
    """Return a montage of as many shots as tell the time well."""
    loop = min(_LONGEST, max(_SHORTEST_OF_TIME, -(-spec.frames // _REPEATS_OF_TIME)))
    affordable = _PIXELS_OF_TIME // (frame_px * loop)
    shots = _cut(pairs, spec, min(_MOST_SHOTS, max(_FEWEST_SHOTS, affordable)))
    loop = min(loop, max(shot.frames for shot in shots))
    most = max(_SHORTEST_OF_MANY, _PIXELS_OF_TIME // (frame_px * len(shots)))
    if len(shots) > _MOST_SHOTS // 2 or len(pairs) > 1:
        loop = min(loop, most)
    loop = min(loop, max(_SHORTEST_OF_LARGE, _PIXELS_IN_ALL // (frame_px * len(shots))))
    return Montage(loop, shots)


def _moving(spec: MediaSpec, pairs: list[tuple[int, int]], frame_px: int) -> Montage:
    """Return a montage whose loops have pictures that differ."""
    loop, turns = _turning(spec, pairs, frame_px)
    affordable = max(_FEWEST_SHOTS, _PIXELS_OF_ART // (frame_px * turns))
    return Montage(loop, _cut(pairs, spec, min(_MOST_SHOTS, affordable)), turns)


def _turning(
    spec: MediaSpec, pairs: list[tuple[int, int]], frame_px: int
) -> tuple[int, int]:
    """Return how long a loop of what moves is, and how many pictures it has."""
    turns = min(_MOST_TURNS, max(_FEWEST_TURNS, _PIXELS_OF_ART // (frame_px * 3)))
    each = max(1, round(spec.fps / (12 if turns > _FEWEST_TURNS else 8)))
    longest = max(share for _, share in pairs)
    turns = max(1, min(turns, longest // each))
    return min(turns * each, longest), turns


def _cut(pairs: list[tuple[int, int]], spec: MediaSpec, most: int) -> tuple[Shot, ...]:
    """Return the shots of a clip, about equally long, each a second or more."""
    shots, start = [], 0
    for card, share in pairs:
        wished = round(most * share / spec.frames)
        count = max(1, min(wished, int(share / spec.fps), share))
        marks = [start + share * number // count for number in range(count + 1)]
        shots += [Shot(card, a, b - a) for a, b in pairwise(marks)]
        start += share
    return tuple(shots)
