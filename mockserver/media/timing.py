"""How seconds become frames: frame rates, frame counts and each card's share.

A clip of `seconds` at `fps` has `floor(seconds * fps + 1/2)` frames, at least one; so
its true length is `frames / fps`, within half a frame of what was asked. Everything is
computed with fractions of the decimal text of a float: 0.1 s at 30/s is 3 frames.
"""

from collections.abc import Sequence
from fractions import Fraction

from mockserver.errors import MediaError

__all__ = ["FrameRate", "exact", "frame_at", "frame_count", "frame_rate", "shares"]

FrameRate = int | float | str | Fraction | tuple[int, int]

_SLOWEST, _FASTEST = Fraction(1, 10), Fraction(240)
_HALF = Fraction(1, 2)


def exact(value: float | Fraction) -> Fraction:
    """Return a number as its decimal text says, not as its bits say."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def frame_rate(value: FrameRate) -> Fraction:
    """Return frames per second as a fraction.

    The television rates may be written short: 29.97 is 30000/1001, 23.976 and 23.98
    are 24000/1001, 11.988 is 12000/1001.

    Args:
        value: A number, `(numerator, denominator)`, or text such as `"30000/1001"`.

    Raises:
        MediaError: It is no number from 0.1 to 240.
    """
    try:
        rate = Fraction(*value) if isinstance(value, tuple) else Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise MediaError(f"frame rate {value!r} is no number of frames/s") from error
    if not _SLOWEST <= rate <= _FASTEST:
        raise MediaError(f"frame rate {value!r} is outside 0.1 to 240 frames/s")
    return _television(rate)


def frame_count(seconds: float, fps: Fraction) -> int:
    """Return how many frames a clip of that length has, at least 1."""
    return max(1, int(exact(seconds) * fps + _HALF))


def frame_at(seconds: float, fps: Fraction, frames: int) -> int:
    """Return the 0-based frame on screen at a moment, clamped into the clip."""
    return min(max(0, int(exact(seconds) * fps)), frames - 1)


def shares(
    wanted: Sequence[float | None], seconds: Fraction, frames: int
) -> tuple[int, ...]:
    """Return each card's number of frames; they sum to `frames`.

    Args:
        wanted: Seconds per card; `None` shares what the others leave, evenly.
        seconds: The true length of the clip.
        frames: Its number of frames.

    A card that starts after the end, or is shorter than half a frame, gets 0 frames;
    the last card on screen is held until the end.
    """
    ends = _ends(wanted, seconds)
    marks = [min(frames, int(end / seconds * frames + _HALF)) for end in ends]
    marks[-1] = frames
    starts = [0, *marks[:-1]]
    return tuple(end - start for start, end in zip(starts, marks, strict=True))


def _ends(wanted: Sequence[float | None], seconds: Fraction) -> list[Fraction]:
    given = sum(
        (max(exact(w), Fraction()) for w in wanted if w is not None), Fraction()
    )
    open_ones = sum(1 for w in wanted if w is None)
    rest = max(seconds - given, Fraction()) / open_ones if open_ones else Fraction()
    ends, at = [], Fraction()
    for w in wanted:
        at += rest if w is None else max(exact(w), Fraction())
        ends.append(at)
    return ends


def _television(rate: Fraction) -> Fraction:
    for whole in (12, 15, 24, 30, 48, 60, 120):
        slowed = Fraction(whole * 1000, 1001)
        if rate != whole and abs(rate - slowed) < Fraction(5, 1000):
            return slowed
    return rate.limit_denominator(1001)
