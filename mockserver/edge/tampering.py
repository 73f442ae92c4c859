"""Tampering: delivery rules become what is really sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.scenarios.patches import DeliveryPatch

__all__ = ["tampered"]

_FLIPPED: Final = str.maketrans("0123456789abcdef", "fedcba9876543210")
_AGO: Final = "Tue, 01 Jan 2019 00:00:00 GMT"
_AGO_S: Final = "1546300800"


def tampered(
    delivery: Delivery, patches: Iterable[DeliveryPatch]
) -> Sequence[tuple[Delivery, float]]:
    """Return what is sent in place of a delivery, and how many seconds late."""
    late_s, copies = 0.0, 0
    for patch in patches:
        if patch.drops:
            return ()
        late_s += patch.late_s
        copies += patch.copies
        delivery = _changed(delivery, patch)
    return ((delivery, late_s), *((delivery, late_s) for _ in range(copies)))


def _changed(delivery: Delivery, patch: DeliveryPatch) -> Delivery:
    message = delivery.message
    if patch.body is not None:
        message = replace(message, body=patch.body.encode())
    if patch.pads_to_bytes and isinstance(message.body, bytes):
        # Blanks after a JSON document leave it what it is.
        message = replace(message, body=message.body.ljust(patch.pads_to_bytes))
    if patch.content_type is not None:
        message = _with(message, "Content-Type", patch.content_type)
    if patch.signature is not None:
        message = _missigned(message, patch.signature)
    key = "" if patch.overtakes else delivery.order_key
    return replace(delivery, message=message, order_key=key)


def _with(message: Message, name: str, value: str) -> Message:
    kept = [pair for pair in message.header_pairs if pair[0].lower() != name.lower()]
    return replace(message, headers=(*kept, (name, value)))


def _missigned(message: Message, how: str) -> Message:
    """Return a message whose signature is wrong, missing, or of another day."""
    pairs = []
    for name, value in message.header_pairs:
        is_signature = "signature" in name.lower()
        if is_signature and how == "missing":
            continue
        pairs.append((name, _spoiled(name, value, how, is_signature=is_signature)))
    return replace(message, headers=tuple(pairs))


def _spoiled(name: str, value: str, how: str, *, is_signature: bool) -> str:
    if is_signature:
        # Without a date of its own, what was right for another day is wrong today.
        return value.translate(_FLIPPED)
    if how == "expired" and "timestamp" in name.lower():
        return _AGO_S
    return _AGO if how == "expired" and name.lower() == "date" else value
