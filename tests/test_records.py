"""What records are made of is told alike, whichever class they have."""

from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from mockserver.records import members


class Quick(Struct, frozen=True):
    """A record as most are."""

    first: int
    second: str = ""


@dataclass(frozen=True, slots=True)
class Slow:
    """One with a member that nobody hands in."""

    first: int
    second: str = field(default="", repr=False)
    known: int = field(init=False, default=0)


class Pair(NamedTuple):
    """What has names as well, and is a tuple."""

    first: int


def test_members_are_told_in_their_order() -> None:
    """Of a Struct and of a dataclass."""
    assert members(Quick) == ("first", "second")
    assert members(Slow) == ("first", "second")


def test_what_is_no_record_has_no_members() -> None:
    """A tuple with names is a tuple."""
    assert members(Pair) == ()
    assert members(dict) == ()
