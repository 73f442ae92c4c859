"""Handshake: what faults have in common that act before there is any call."""

from enum import StrEnum
from typing import ClassVar

from mockserver.scenarios.checks.known import HANDSHAKE
from mockserver.scenarios.faults.early import OfBeginnings

__all__ = ["Flaw", "OfHandshakes"]


class Flaw(StrEnum):
    """What is wrong with a TLS handshake that is wrong on purpose."""

    NONE = "none"
    WRONG_NAME = "wrong-name"
    EXPIRED = "expired"
    UNTRUSTED = "untrusted"
    RESET = "reset"


class OfHandshakes(OfBeginnings):
    """What acts on TLS handshakes, and on nothing else.

    Attributes:
        flaw: What it makes of one.
    """

    __slots__ = ()

    stage: ClassVar[str] = HANDSHAKE
    flaw: ClassVar[Flaw]
