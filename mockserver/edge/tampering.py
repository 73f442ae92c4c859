"""Tampering: delivery rules become what is really sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from msgspec import structs

from mockserver.delivery.body import Padded
from mockserver.delivery.delivery import Delivery, Record
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut, Parcel, S3Put
from mockserver.edge.sealing import Signs, bytes_of, signed_as
from mockserver.edge.staging.stage import book_of
from mockserver.engine.spaces import Space
from mockserver.providers.signing import Signing
from mockserver.scenarios.book.facts import Trial
from mockserver.scenarios.book.skew import shifted_text
from mockserver.scenarios.written.patches import DeliveryPatch

__all__ = ["is_signed", "tamper"]

_FLIPPED: Final = str.maketrans("0123456789abcdef", "fedcba9876543210")
_AGO: Final = "Tue, 01 Jan 2019 00:00:00 GMT"
_AGO_S: Final = 1_546_300_800


def tamper(
    signing_of: Signs, space: Space, record: Record, /
) -> Sequence[tuple[Delivery, float]]:
    """Let a space's rules decide what becomes of an attempt: a `Tamper`.

    What is sent is what is signed: whatever rules do to a body happens before, and
    only those about the signature itself come after.

    Args:
        signing_of: Returns how a provider signs; None if it does not.
        space: The space.
        record: What is to be sent, and what has become of it so far.
    """
    delivery = record.delivery
    trial = Trial(
        slug=delivery.slug,
        label=delivery.label,
        job=space.jobs(delivery.slug).find(delivery.job_id),
        number=record.number,
        delivery=delivery.id,
        status=record.status,
    )
    fired = book_of(space).deliver(trial)
    patches = [patch for _, patch in fired]
    if any(patch.drops for patch in patches):
        return ()
    signing = signing_of(delivery.slug)
    parcel = _filled(delivery.message, patches)
    if signing is not None:
        parcel = _dated(parcel, signing.timestamp, sum(one.skew_s for one in patches))
    if signing is not None and parcel is not delivery.message:
        parcel = _signed(delivery.message, parcel, signing, space)
    overtakes = any(patch.overtakes for patch in patches)
    key = "" if overtakes else delivery.order_key
    sent = structs.replace(delivery, message=_spoilt(parcel, patches), order_key=key)
    copies = sum(patch.copies for patch in patches)
    late_s = sum(patch.late_s for patch in patches)
    later = [late_s + one.again_s for one in patches if one.again_s is not None]
    return [(sent, at_s) for at_s in (*[late_s] * (1 + copies), *later)]


def is_signed(parcel: Parcel) -> bool:
    """Say whether there is a signature that a rule could spoil."""
    if isinstance(parcel, S3Put):
        return parcel.access is not None
    return isinstance(parcel, Message) and any(
        "signature" in name.lower() for name, _ in parcel.header_pairs
    )


def _filled(parcel: Parcel, patches: Iterable[DeliveryPatch]) -> Parcel:
    """Return a parcel with another body, or a longer one."""
    for patch in patches:
        if patch.body is not None:
            parcel = structs.replace(parcel, body=patch.body.encode())
        written = bytes_of(parcel.body) if patch.skew_s else None
        shifted = None if written is None else shifted_text(written, patch.skew_s)
        if shifted != written:
            parcel = structs.replace(parcel, body=shifted)
        if patch.pads_to_bytes and parcel.body is not None:
            parcel = structs.replace(
                parcel, body=Padded(parcel.body, patch.pads_to_bytes)
            )
    return parcel


def _dated(parcel: Parcel, header: str, skew_s: float) -> Parcel:
    """Return a parcel whose header of its time is by a clock that is off."""
    told = parcel.header(header) if isinstance(parcel, Message) else None
    if not skew_s or told is None or not isinstance(parcel, Message):
        return parcel
    try:
        return parcel.with_header(header, str(int(int(told) + skew_s)))
    except ValueError:
        return parcel


def _signed(planned: Parcel, sent: Parcel, signing: Signing, space: Space) -> Parcel:
    """Return a parcel that has another body, signed anew with its own secret."""
    if isinstance(planned, Message) and isinstance(sent, Message):
        return signed_as(planned, sent, signing, signing.secrets(space))
    return sent


def _spoilt(parcel: Parcel, patches: Iterable[DeliveryPatch]) -> Parcel:
    """Return a parcel with something the matter with its type or its signature."""
    for patch in patches:
        if patch.content_type is not None:
            parcel = _typed(parcel, patch.content_type)
        if patch.signature is not None:
            parcel = _missigned(parcel, patch.signature)
    return parcel


def _typed(parcel: Parcel, content_type: str) -> Parcel:
    """Return a parcel that says of itself to be something else; FTP says nothing."""
    if isinstance(parcel, Message):
        pairs = [one for one in parcel.header_pairs if one[0].lower() != "content-type"]
        return structs.replace(parcel, headers=(*pairs, ("Content-Type", content_type)))
    if isinstance(parcel, FtpPut):
        return parcel
    return structs.replace(parcel, content_type=content_type)


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
    # What has no signature is not said to be changed.
    if (changed := tuple(pairs)) == parcel.header_pairs:
        return parcel
    return structs.replace(parcel, headers=changed)


def _missigned_put(put: S3Put, how: str) -> S3Put:
    if put.access is None or how == "missing":
        return structs.replace(put, access=None)
    if how == "expired":
        return structs.replace(put, signed_at_s=_AGO_S)
    secret = f"not {put.access.secret_key}"
    access = replace(put.access, secret_key=secret)
    return structs.replace(put, access=access)


def _spoiled(name: str, value: str, how: str, *, is_signature: bool) -> str:
    if is_signature:
        # Without a date of its own, what was right for another day is wrong today.
        return value.translate(_FLIPPED)
    if how == "expired" and "timestamp" in name.lower():
        return str(_AGO_S)
    return _AGO if how == "expired" and name.lower() == "date" else value
