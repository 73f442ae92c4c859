"""Prices: what a provider takes for its jobs, as worlds and providers' files say it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct, field

from mockserver.engine.timeline import Phase

__all__ = ["CREDITS", "RATES", "SCHEMA", "Made", "PriceList", "Quote", "Rate"]

CREDITS: Final = "credits"
"""What bills are in where nobody says what one of a provider's credits costs."""

_AMOUNT: Final[Mapping[str, Any]] = {
    "anyOf": [
        {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,9})?$"},
        {"type": "number", "minimum": 0, "maximum": 10**12},
    ]
}
_TEXT: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1}
RATES: Final[Mapping[str, tuple[Mapping[str, Any], str]]] = {
    "operation": (_TEXT, "Only for jobs of this operation; * stands for anything."),
    "model": (_TEXT, "Only for this model; * stands for anything."),
    "resolution": (
        {"type": "string", "pattern": r"^([0-9]{2,4}p|[0-9]{2,5}x[0-9]{2,5})$"},
        "Only for films of this size: 720p by their shorter side, or 1280x720.",
    ),
    "per_job": (_AMOUNT, "For each job."),
    "per_second": (_AMOUNT, "For each second of film or sound that it makes."),
}
"""The members of a rate: schema and sentence."""

SCHEMA: Final[Mapping[str, Any]] = {
    "type": ["object", "null"],
    "description": "What its jobs cost.",
    "additionalProperties": False,
    "dependentRequired": {"rates": ["currency"], "credit": ["currency"]},
    "properties": {
        "currency": {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "description": "Three letters, such as USD.",
        },
        "credit": {
            **_AMOUNT,
            "description": "What one of the provider's own credits costs.",
        },
        "charged": {
            "enum": ["submit", "success"],
            "description": "When a job is charged; success if missing.",
        },
        "refunds": {
            "type": "array",
            "items": _TEXT,
            "description": "States or phases in which what was charged is given back.",
        },
        "rates": {
            "type": "array",
            "description": "What jobs cost: the first that fits, else what the provider"
            " itself takes.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "anyOf": [{"required": ["per_job"]}, {"required": ["per_second"]}],
                "properties": {
                    name: {**schema, "description": about}
                    for name, (schema, about) in RATES.items()
                },
            },
        },
    },
}
"""The JSON Schema of a price list."""


class Made(Struct, frozen=True):
    """One file that a job makes.

    Attributes:
        width_px, height_px: Its size; 0 for sound.
        seconds: Its length; 0 for a picture.
    """

    width_px: int
    height_px: int
    seconds: float


class Quote(Struct, frozen=True):
    """What a provider itself takes for a job, in its own credits.

    Attributes:
        amount: What it takes when the job is accepted.
        cost: What the job has cost in the end, if the provider says so.
        is_assumed: Nothing of the provider's says so: the price is ours.
    """

    amount: Decimal
    cost: Decimal | None = None
    is_assumed: bool = False

    def __mul__(self, credit: Decimal) -> "Quote":
        """Return it in a currency, where a credit costs so much of that."""
        cost = None if self.cost is None else self.cost * credit
        return Quote(self.amount * credit, cost, self.is_assumed)


class Rate(Struct, frozen=True):
    """What some jobs cost.

    Attributes:
        operation, model: Patterns of names; empty for any.
        resolution: Such as `720p` or `1280x720`; empty for any.
        per_job: For each job.
        per_second: For each second of what it makes.
    """

    operation: str = ""
    model: str = ""
    resolution: str = ""
    per_job: Decimal = Decimal(0)
    per_second: Decimal = Decimal(0)

    def fits(self, operation: str, model: str, made: Sequence[Made]) -> bool:
        """Say whether it is for such a job."""
        named = ((self.operation, operation), (self.model, model))
        if not all(fnmatchcase(name, form or "*") for form, name in named):
            return False
        sizes = [size for one in made for size in _sizes(one)]
        return not self.resolution or self.resolution in sizes

    def of(self, made: Iterable[Made]) -> Decimal:
        """Return what a job costs that makes these files."""
        seconds = sum((Decimal(str(one.seconds)) for one in made), Decimal(0))
        return self.per_job + self.per_second * seconds


class PriceList(Struct, frozen=True):
    """What a provider takes for its jobs.

    Attributes:
        currency: Of the rates, and of the price of a credit; empty if not said.
        credit: What one of the provider's own credits costs; None if not said.
        is_charged_at_once: When the job is accepted, not when it has succeeded.
        refunds: States and phases in which that is given back.
        rates: The first that fits a job says its price.
    """

    currency: str = ""
    credit: Decimal | None = None
    is_charged_at_once: bool = False
    refunds: frozenset[str] = field(default_factory=frozenset)
    rates: tuple[Rate, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "PriceList":
        """Return the list that a world or a provider's file says; it fits `SCHEMA`."""
        credit = said.get("credit")
        return cls(
            currency=said.get("currency") or "",
            credit=None if credit is None else _amount(credit),
            is_charged_at_once=said.get("charged") == "submit",
            refunds=frozenset(map(str, said.get("refunds") or ())),
            rates=tuple(map(_rate, said.get("rates") or ())),
        )

    def rate(self, operation: str, model: str, made: Sequence[Made]) -> Rate | None:
        """Return the rate for a job; None if there is none."""
        fitting = (one for one in self.rates if one.fits(operation, model, made))
        return next(fitting, None)

    def gives_back(self, state: str, phase: Phase) -> bool:
        """Say whether a job costs nothing that ends so."""
        return state in self.refunds or phase.value in self.refunds


def _rate(said: Mapping[str, Any]) -> Rate:
    return Rate(
        operation=said.get("operation", ""),
        model=said.get("model", ""),
        resolution=said.get("resolution", ""),
        per_job=_amount(said.get("per_job", 0)),
        per_second=_amount(said.get("per_second", 0)),
    )


def _amount(raw: str | float) -> Decimal:
    """Return an amount as it was written: 0.1 is a tenth, and nothing beside it."""
    return Decimal(str(raw))


@lru_cache(maxsize=256)
def _sizes(made: Made) -> tuple[str, str]:
    """Return what the size of a file is called."""
    shorter = min(made.width_px, made.height_px)
    return f"{shorter}p", f"{made.width_px}x{made.height_px}"
