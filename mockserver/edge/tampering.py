"""Tampering: delivery rules become what is really sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from mockserver.delivery.body import Padded
from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut, Parcel, S3Put
from mockserver.edge.stage import book_of
from mockserver.engine.spaces import Space
from mockserver.scenarios.patches import DeliveryPatch

__all__ = ["tamper"]

_FLIPPED: Final = str.maketrans("0123456789abcdef", "fedcba9876543210")
_AGO: Final = "Tue, 01 Jan 2019 00:00:00 GMT"
_AGO_S: Final = 1_546_300_800


def tamper(
    space: Space, delivery: Delivery, number: int, /
) -> Sequence[tuple[Delivery, float]]:
    """Let a space's rules decide what becomes of an attempt: a `Tamper`."""
    job = space.jobs(delivery.slug).find(delivery.job_id)
    book = book_of(space)
    fired = book.deliver(delivery.slug, delivery.label, job, number, delivery.id)
    return _tampered(delivery, [patch for _, patch in fired])


def _tampered(
    delivery: Delivery, patches: Iterable[DeliveryPatch]
) -> Sequence[tuple[Delivery, float]]:
    late_s, copies = 0.0, 0
    for patch in patches:
        if patch.drops:
            return ()
        late_s += patch.late_s
        copies += patch.copies
        delivery = _changed(delivery, patch)
    return ((delivery, late_s), *((delivery, late_s) for _ in range(copies)))


def _changed(delivery: Delivery, patch: DeliveryPatch) -> Delivery:
    parcel = delivery.message
    if patch.body is not None:
        parcel = replace(parcel, body=patch.body.encode())
    if patch.pads_to_bytes and parcel.body is not None:
        parcel = replace(parcel, body=Padded(parcel.body, patch.pads_to_bytes))
    if patch.content_type is not None:
        parcel = _typed(parcel, patch.content_type)
    if patch.signature is not None:
        parcel = _missigned(parcel, patch.signature)
    key = "" if patch.overtakes else delivery.order_key
    return replace(delivery, message=parcel, order_key=key)


def _typed(parcel: Parcel, content_type: str) -> Parcel:
    """Return a parcel that says of itself to be something else; FTP says nothing."""
    if isinstance(parcel, Message):
        pairs = [one for one in parcel.header_pairs if one[0].lower() != "content-type"]
        return replace(parcel, headers=(*pairs, ("Content-Type", content_type)))
    if isinstance(parcel, FtpPut):
        return parcel
    return replace(parcel, content_type=content_type)


def _missigned(parcel: Parcel, how: str) -> Parcel:
    """Return a parcel whose signature is wrong, missing, or of another day."""
    if isinstance(parcel, S3Put):
        return _missigned_put(parcel, how)
    if not isinstance(parcel, Message):
        return parcel
    pairs = []
    for name, value in parcel.header_pairs:
        is_signature = "signature" in name.lower()
        if is_signature and how == "missing":
            continue
        pairs.append((name, _spoiled(name, value, how, is_signature=is_signature)))
    return replace(parcel, headers=tuple(pairs))


def _missigned_put(put: S3Put, how: str) -> S3Put:
    if put.access is None or how == "missing":
        return replace(put, access=None)
    if how == "expired":
        return replace(put, signed_at_s=_AGO_S)
    secret = f"not {put.access.secret_key}"
    return replace(put, access=replace(put.access, secret_key=secret))


def _spoiled(name: str, value: str, how: str, *, is_signature: bool) -> str:
    if is_signature:
        # Without a date of its own, what was right for another day is wrong today.
        return value.translate(_FLIPPED)
    if how == "expired" and "timestamp" in name.lower():
        return str(_AGO_S)
    return _AGO if how == "expired" and name.lower() == "date" else value
