"""Digits that others have written are read as they mean them, or not at all."""

import pytest

from mockserver.numbers import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("7", 7), ("0010", 10), ("000000000000000000000000000000001", 1),
        ("9" * 18, 999_999_999_999_999_999), ("1" + "0" * 18, None), ("9" * 8000, None),
        (None, None), ("", None), ("-1", None), ("+1", None), (" 1", None),
        ("1.0", None), ("1_000", None), ("0x1", None), ("\u0661", None), ("²", None),
    ],
)  # fmt: skip
def test_a_number_is_plain_digits(text: str | None, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(("text", "number"), [("0", None), ("1", 1), ("00", None)])
def test_a_number_has_a_lower_bound(text: str, number: int | None) -> None:
    assert whole(text, least=1) == number


@pytest.mark.parametrize(
    ("text", "number"), [("99", 99), ("100", 100), ("101", None), ("9" * 30, None)]
)
def test_a_number_may_have_an_upper_bound(text: str, number: int | None) -> None:
    assert whole(text, most=100) == number
