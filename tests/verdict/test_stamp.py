"""Our own JSON writes times in one way."""

import pytest

from mockserver.verdict.stamp import stamp


@pytest.mark.parametrize(
    ("at_s", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1893456000.0, "2030-01-01T00:00:00.000Z"),
        (1893456000.9876, "2030-01-01T00:00:00.987Z"),
    ],
)
def test_a_time_is_written_in_utc_to_the_millisecond(at_s: float, text: str) -> None:
    assert stamp(at_s) == text
