"""Everything random: drawn from (seed, space, ordinal, purpose), never from time."""

from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

__all__ = ["Chance", "is_uuid"]


class Chance:
    """A source of repeatable draws; each purpose has a stream of its own.

    The same key and purpose give the same value however often and in whatever
    order they are asked for, so that a new draw never changes an old one.

    Args:
        key: What the draws depend on, such as `"1/main/digitalcarbon/7"`.
    """

    __slots__ = ("_key",)

    def __init__(self, *key: object) -> None:
        text = str(key[0]) if len(key) == 1 else "/".join(map(str, key))
        self._key = text.encode("utf-8", "surrogatepass")

    def fork(self, *key: object) -> "Chance":
        """Return an independent source below this one."""
        child = Chance(*key)
        child._key = self._key + b"/" + child._key
        return child

    def draw_bytes(self, purpose: str, size: int = 16) -> bytes:
        """Return `size` bytes, 1 or more."""
        if size <= 64:
            return blake2b(
                purpose.encode(),
                digest_size=size,
                key=self._key if len(self._key) <= 64 else self._short_key(),
            ).digest()
        count = -(-size // 64)
        parts = (self.draw_bytes(f"{purpose}#{index}", 64) for index in range(count))
        return b"".join(parts)[:size]

    def hex(self, purpose: str, digits: int = 32) -> str:
        """Return `digits` lower-case hexadecimal digits."""
        return self.draw_bytes(purpose, (digits + 1) // 2).hex()[:digits]

    def uuid(self, purpose: str = "id") -> str:
        """Return a version-4 UUID in canonical lower-case form."""
        raw = bytearray(self.draw_bytes(purpose, 16))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        text = raw.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def word(self, purpose: str, length: int, alphabet: str) -> str:
        """Return `length` characters of an alphabet of at most 256, all ASCII."""
        return self.draw_bytes(purpose, length).translate(_letters(alphabet)).decode()

    def number(self, purpose: str) -> float:
        """Return a number from 0 up to, but not including, 1."""
        return (int.from_bytes(self.draw_bytes(purpose, 8)) >> 11) / (1 << 53)

    def integer(self, purpose: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.number(purpose) * (high - low + 1))

    def seed(self, purpose: str) -> int:
        """Return 64 bits to seed another generator with, such as faker's."""
        return int.from_bytes(self.draw_bytes(purpose, 8))

    def _short_key(self) -> bytes:
        return blake2b(self._key, digest_size=64).digest()


@lru_cache(maxsize=64)
def _letters(alphabet: str) -> bytes:
    """Return which letter each byte stands for; alphabets are ASCII."""
    size = len(alphabet)
    return "".join(alphabet[byte % size] for byte in range(256)).encode("ascii")


def is_uuid(text: str) -> bool:
    """Say whether a text is a UUID in canonical form, upper or lower case."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
