"""Framing: the headers of a request that only its sender may write."""

from collections.abc import Iterable
from typing import Final

__all__ = ["unframed"]

# How a message ends, what becomes of its connection, and who is asked (RFC 9110, 9112).
# Whoever writes them for us sends another request behind ours, or to somebody else.
_FRAMING: Final = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    }
)  # fmt: skip

Pair = tuple[str, str]


def unframed(pairs: Iterable[Pair]) -> list[Pair]:
    """Return a message's headers without those that are the sender's own."""
    return [pair for pair in pairs if pair[0].strip().lower() not in _FRAMING]
