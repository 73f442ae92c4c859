"""A provider's switches take values of their own type and nothing else."""

import pytest

from mockserver.errors import ConfigError
from mockserver.providers.provider import Setting

WHOLE = Setting("most", default=10, about="How many.")
NUMBER = Setting("ttl_s", default=1.5, about="How long.")
SWITCH = Setting("is_strict", default=False, about="Whether.")
TEXT = Setting("mode", default="a", about="Which.", choices=("a", "b"))


@pytest.mark.parametrize(
    ("setting", "raw", "value"),
    [
        (WHOLE, 3, 3),
        (WHOLE, "3", 3),
        (WHOLE, " 3 ", 3),
        (WHOLE, 3.0, 3),
        (WHOLE, "+3", 3),
        (WHOLE, "-3", -3),
        (WHOLE, 2**60 + 1, 2**60 + 1),
        (NUMBER, 3, 3.0),
        (NUMBER, "2.5", 2.5),
        (SWITCH, True, True),
        (SWITCH, "off", False),
        (TEXT, "b", "b"),
    ],
)
def test_a_fitting_value_is_taken(setting: Setting, raw: object, value: object) -> None:
    parsed = setting.parse(raw, place="here")

    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(
    ("setting", "raw"),
    [
        (WHOLE, 2.5),
        (WHOLE, "2.5"),
        (WHOLE, float("inf")),
        (WHOLE, "nan"),
        (WHOLE, "1e400"),
        (WHOLE, "9" * 5000),
        (WHOLE, True),
        (WHOLE, [1]),
        (NUMBER, "inf"),
        (NUMBER, float("nan")),
        (NUMBER, 10**400),
        (NUMBER, True),
        (NUMBER, "soon"),
        (SWITCH, 2),
        (SWITCH, "perhaps"),
        (TEXT, "c"),
        (TEXT, 5),
    ],
)
def test_another_value_is_refused_with_its_place(setting: Setting, raw: object) -> None:
    with pytest.raises(ConfigError, match=r"^here: found .*, expected "):
        setting.parse(raw, place="here")
