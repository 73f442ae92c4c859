"""Seconds become frames by one rule."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import MediaError
from mockserver.media.timing import (
    FrameRate,
    frame_at,
    frame_count,
    frame_rate,
    shares,
)


@pytest.mark.parametrize(
    ("given_rate", "rate"),
    [
        (25, Fraction(25)),
        (12.5, Fraction(25, 2)),
        (29.97, Fraction(30000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (11.988, Fraction(12000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ((25, 1), Fraction(25)),
    ],
)
def test_frame_rates_are_exact_fractions(given_rate: FrameRate, rate: Fraction) -> None:
    assert frame_rate(given_rate) == rate


@pytest.mark.parametrize("bad", [0, -1, 1000, "soon", (1, 0), float("nan")])
def test_what_is_no_frame_rate_is_refused(bad: FrameRate) -> None:
    with pytest.raises(MediaError, match="frame"):
        frame_rate(bad)


@pytest.mark.parametrize(
    ("seconds", "rate", "frames"),
    [
        (30, Fraction(30), 900),
        (0.1, Fraction(30), 3),
        (10, Fraction(30000, 1001), 300),
        (0, Fraction(25), 1),
        (0.02, Fraction(25), 1),
        (0.059, Fraction(25), 1),
        (0.06, Fraction(25), 2),
    ],
)
def test_a_length_is_rounded_to_the_nearest_frame(
    seconds: float, rate: Fraction, frames: int
) -> None:
    assert frame_count(seconds, rate) == frames


@pytest.mark.parametrize(
    ("seconds", "frame"), [(0, 0), (0.99, 24), (1, 25), (99, 249), (-1, 0)]
)
def test_a_moment_shows_the_frame_that_has_begun(seconds: float, frame: int) -> None:
    assert frame_at(seconds, Fraction(25), 250) == frame


def test_cards_share_a_clip_evenly() -> None:
    assert shares([None] * 4, Fraction(30), 900) == (225, 225, 225, 225)


def test_cards_with_seconds_leave_the_rest_to_the_others() -> None:
    assert shares([2, None, 5, None], Fraction(10), 100) == (20, 15, 50, 15)


def test_the_last_card_is_held_to_the_end() -> None:
    assert shares([1, 1], Fraction(10), 100) == (10, 90)


def test_a_card_after_the_end_has_no_frames() -> None:
    assert shares([10, 10], Fraction(10), 100) == (100, 0)


@given(
    st.lists(st.none() | st.floats(-5, 50), min_size=1, max_size=40),
    st.integers(1, 5000),
)
def test_shares_always_sum_to_the_clip(wanted: list[float | None], frames: int) -> None:
    parts = shares(wanted, Fraction(frames, 25), frames)

    assert sum(parts) == frames
    assert min(parts) >= 0
