"""Prices: how a provider's file says what its jobs cost."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mockserver.scenarios.written.shapes import (
    TEXT,
    TEXTS,
    Record,
    Shape,
    choice,
    list_of,
)
from mockserver.scenarios.written.source import Place
from mockserver.verdict.prices import RATES, SCHEMA

__all__ = ["PRICES"]

_MOST: Final = 10**12


def _about(member: str) -> str:
    return str(SCHEMA["properties"][member]["description"])


def _matching(form: str, right: str) -> Shape:
    """Return the shape of a text of some form."""

    def read(raw: Any, place: Place) -> str:
        if not isinstance(raw, str) or re.fullmatch(form, raw) is None:
            place.fail(raw, right)
        return raw

    return Shape({"type": "string", "pattern": f"^{form}$"}, read)


def _amount(raw: Any, place: Place) -> str:
    """Return an amount as it was written."""
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    is_text = isinstance(raw, str) and re.fullmatch(r"\d{1,12}(\.\d{1,9})?", raw)
    if not is_text and not (is_number and 0 <= raw <= _MOST):
        place.fail(raw, 'an amount that is not negative, such as "0.05"')
    return str(raw)


_AMOUNT: Final = Shape(dict(RATES["per_job"][0]), _amount)
_RATE: Final = Record(
    {
        **{name: (TEXT, about) for name, (_, about) in RATES.items()},
        "resolution": (
            _matching(r"(\d{2,4}p|\d{2,5}x\d{2,5})", "such as 720p or 1280x720"),
            RATES["resolution"][1],
        ),
        "per_job": (_AMOUNT, RATES["per_job"][1]),
        "per_second": (_AMOUNT, RATES["per_second"][1]),
    },
    about="What some jobs cost.",
)
_LIST: Final = Record(
    {
        "currency": (
            _matching("[A-Z]{3}", "three letters, such as USD"),
            _about("currency"),
        ),
        "charged": (choice("submit", "success"), _about("charged")),
        "refunds": (TEXTS, _about("refunds")),
        "rates": (list_of(_RATE.shape, 1), _about("rates")),
    },
    required=("currency", "rates"),
    about="What its jobs cost; a world file may say otherwise.",
)


def _read(raw: Any, place: Place) -> Mapping[str, Any]:
    said = _LIST.read(raw, place)
    for number, rate in enumerate(said["rates"]):
        if not rate.keys() & {"per_job", "per_second"}:
            place.at("rates", number).fail([*rate], "per_job or per_second")
    return said


PRICES: Final = Shape(_LIST.shape.schema, _read)
"""The shape of a provider's price list."""
