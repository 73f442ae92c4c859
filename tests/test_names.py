"""Whoever has written a name that is not known is told which is."""

import pytest

from mockserver.names import nearest


@pytest.mark.parametrize(
    ("found", "known", "said"),
    [
        ("slwo", ("slow", "stall"), "'slow', the nearest known name"),
        ("x", ("slow", "stall"), "one of: slow, stall"),
        (7, ("slow",), "one of: slow"),
        ("x", (), "one of: nothing, there is none"),
    ],
)
def test_the_nearest_name_is_told_or_all(
    found: object, known: tuple[str, ...], said: str
) -> None:
    assert nearest(found, known) == said
