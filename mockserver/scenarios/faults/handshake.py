"""Handshake: what faults have in common that act before there is any call."""

from enum import StrEnum
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion

__all__ = ["Flaw", "OfHandshakes"]


class Flaw(StrEnum):
    """What is wrong with a TLS handshake that is wrong on purpose."""

    NONE = "none"
    WRONG_NAME = "wrong-name"
    EXPIRED = "expired"
    UNTRUSTED = "untrusted"
    RESET = "reset"


class OfHandshakes:
    """What acts on TLS handshakes, and on nothing else.

    Attributes:
        flaw: What it makes of one.
    """

    __slots__ = ()

    kind: ClassVar[str]
    about: ClassVar[str]
    is_of_files: ClassVar[bool] = False
    flaw: ClassVar[Flaw]

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Leave a call as it is: whoever has one to make has passed by then."""
        del course, occasion
