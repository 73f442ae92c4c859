"""Slices: parts of an H.264 picture that were encoded apart, put together.

Slices do not look at each other: one that was the whole of a small picture may be a
part of a larger one, wherever its rows of macroblocks begin. Only its header is written
anew, in which it says where and when it is; what is behind that stays as it is.

Source: ITU-T H.264, sections 7.3.1 to 7.3.3 and 7.4.1.1.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from mockserver.errors import MediaError

__all__ = ["MACROBLOCK_PX", "Slice", "number_bits", "picture", "slices_in"]

MACROBLOCK_PX: Final = 16

_START: Final = b"\x00\x00\x00\x01"
_STARTS: Final = re.compile(rb"\x00*\x00\x00\x01")
_ESCAPED: Final = re.compile(rb"\x00\x00\x03(?=[\x00-\x03]|\Z)")
_TO_ESCAPE: Final = re.compile(rb"\x00\x00(?=[\x00-\x03]|\Z)")
_PLAIN, _KEY, _SETTINGS, _PICTURES = 1, 5, 7, 8
# Of a file for players, others may refer to it: the most important of all.
_IMPORTANCE: Final = 3
_LONGEST_HEADER_BYTES: Final = 32
_HIGH: Final = 100
_INTRA, _INTER = 7, 5
_NO_FILTER, _OWN_EDGES = 1, 2
_NO_ORDER: Final = 2


class _Bits:
    """Reads the fields of a header."""

    def __init__(self, data: bytes) -> None:
        self._size = 8 * len(data)
        self._number = int.from_bytes(data)
        self.at = 0

    def plain(self, count: int) -> int:
        """Return a number of so many bits."""
        self.at += count
        if self.at > self._size:
            raise ValueError("the header ends too early")
        return self._number >> (self._size - self.at) & ((1 << count) - 1)

    def code(self) -> int:
        """Return a number that says how long it is: an Exp-Golomb code."""
        left = self._size - self.at
        zeros = left - (self._number & ((1 << left) - 1)).bit_length()
        self.at += zeros
        return self.plain(zeros + 1) - 1


def _code(number: int) -> str:
    text = f"{number + 1:b}"
    return "0" * (len(text) - 1) + text


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice, without where and when it is.

    Attributes:
        is_intra: It refers to no other picture.
        quant: The code of how coarse it is.
        start: The code of what its probabilities begin with.
        strength: The codes of how edges are smoothed; none if they are not.
        data: Its macroblocks.
    """

    is_intra: bool
    quant: int
    start: int
    strength: tuple[int, ...]
    data: bytes

    @classmethod
    def read(cls, unit: bytes, number_bits: int) -> Self:
        """Take a slice out of the unit that holds it."""
        plain = _ESCAPED.sub(b"\x00\x00", unit)
        bits = _Bits(plain[1:_LONGEST_HEADER_BYTES])
        is_key = unit[0] & 31 == _KEY
        bits.code()
        is_intra = bits.code() % 5 == _INTRA % 5
        bits.code()
        bits.plain(number_bits)
        if is_key:
            bits.code()
        if not is_intra:
            # Neither another number of pictures to refer to, nor another order.
            _expect(bits.plain(2) == 0)
        _expect(is_key or unit[0] >> 5 == 0 or bits.plain(1) == 0)
        _expect(not is_key or bits.plain(2) == 0)
        start = 0 if is_intra else bits.code()
        quant = bits.code()
        strength = () if bits.code() == _NO_FILTER else (bits.code(), bits.code())
        return cls(is_intra, quant, start, strength, plain[1 + (bits.at + 7) // 8 :])

    def written(
        self, first: int, number: int, number_bits: int, key: int | None
    ) -> bytes:
        """Return the unit that holds the slice.

        Args:
            first: The number of its first macroblock.
            number: The number of its picture since the last key frame.
            number_bits: How long that is.
            key: What tells a key frame from the one before; None if it is none.
        """
        told = _code(first) + _code(_INTRA if self.is_intra else _INTER) + _code(0)
        told += f"{number % (1 << number_bits):0{number_bits}b}"
        told += "" if key is None else _code(key)
        told += "" if self.is_intra else "00"
        told += "0" if key is None else "00"
        told += "" if self.is_intra else _code(self.start)
        told += _code(self.quant)
        told += _code(_OWN_EDGES if self.strength else _NO_FILTER)
        told += "".join(map(_code, self.strength))
        told += "1" * (-len(told) % 8)
        head = int(told, 2).to_bytes(len(told) // 8)
        kind = _IMPORTANCE << 5 | (_PLAIN if key is None else _KEY)
        inner = _TO_ESCAPE.sub(b"\x00\x00\x03", head + self.data)
        return _START + bytes([kind]) + inner


def number_bits(settings: bytes) -> int:
    """Return how long the numbers of pictures are.

    Args:
        settings: What a stream says of all its pictures.

    Raises:
        MediaError: They are of a kind that is not known here.
    """
    try:
        return _number_bits({unit[0] & 31: unit for unit in _units(settings)})
    except (KeyError, ValueError) as error:
        raise MediaError("the encoder's settings are not those it was given") from error


def _number_bits(units: dict[int, bytes]) -> int:
    bits = _Bits(_ESCAPED.sub(b"\x00\x00", units[_PICTURES])[1:])
    _expect((bits.code(), bits.code()) == (0, 0))
    # Coded by arithmetic, without order, as a whole, and without weights.
    _expect(bits.plain(2) == 0b10 and bits.code() == 0)
    _expect((bits.code(), bits.code()) == (0, 0) and bits.plain(3) == 0)
    bits = _Bits(_ESCAPED.sub(b"\x00\x00", units[_SETTINGS])[1:])
    _expect(bits.plain(24) >> 16 == _HIGH)
    _expect([bits.code() for _ in range(4)] == [0, 1, 0, 0] and bits.plain(2) == 0)
    length = bits.code() + 4
    _expect(bits.code() == _NO_ORDER)
    return length


def slices_in(settings: bytes, packets: Iterable[bytes]) -> list[Slice]:
    """Return the slices of an encoder that makes one for each picture.

    Args:
        settings: What its stream says of all of them.
        packets: Its pictures.

    Raises:
        MediaError: They are of a kind that is not known here.
    """
    bits = number_bits(settings)
    try:
        return [
            Slice.read(unit, bits)
            for packet in packets
            for unit in _units(packet)
            if unit[0] & 31 in {_PLAIN, _KEY}
        ]
    except ValueError as error:
        raise MediaError("the encoder's slices end in their headers") from error


def picture(
    parts: Sequence[tuple[Slice, int]],
    *,
    number: int,
    bits: int,
    key: int | None = None,
) -> bytes:
    """Return a picture that is made of slices.

    Args:
        parts: Each with the number of its first macroblock, from above.
        number: The picture's number since the last key frame.
        bits: How long such numbers are; see `number_bits`.
        key: What tells a key frame from the one before, 0 or 1; None if it is none.
    """
    return b"".join(part.written(first, number, bits, key) for part, first in parts)


def _units(data: bytes) -> Iterator[bytes]:
    yield from filter(None, _STARTS.split(data))


def _expect(is_so: bool) -> None:  # noqa: FBT001 - what is expected
    if not is_so:
        raise ValueError("another kind of stream")
