"""Sealing: each attempt at a webhook is dated and signed when it is sent."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from mockserver.delivery.body import Body, pieces_of
from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.engine.spaces import Space
from mockserver.providers.signing import Signing

__all__ = ["Signs", "bytes_of", "seal", "signed_as"]

Signs = Callable[[str], Signing | None]


def seal(signing_of: Signs, space: Space, delivery: Delivery, at: float, /) -> Delivery:
    """Date a delivery, and sign it anew with the secret that it has been signed with.

    Args:
        signing_of: Returns how a provider signs; None if it does not.
        space: The space.
        delivery: What is to be sent.
        at: When that is due, in virtual seconds since 1970.
    """
    signing, planned = signing_of(delivery.slug), delivery.message
    if not delivery.dated_by or signing is None or not isinstance(planned, Message):
        return delivery
    at_s = space.clock.wall() if delivery.dated_by == "wall" else at
    dated = planned.with_header(signing.timestamp, str(int(at_s)))
    message = signed_as(planned, dated, signing, signing.secrets(space))
    return replace(delivery, message=message)


def signed_as(
    planned: Message, sent: Message, signing: Signing, secrets: Iterable[str]
) -> Message:
    """Return a message signed with the secret that another one was signed with.

    What was signed with none of the secrets stays as it is.
    """
    before, after = bytes_of(planned.body), bytes_of(sent.body)
    if before is None or after is None:
        return sent
    own, told = planned.header(signing.header), _named(planned)
    fits = (one for one in secrets if signing.sign(one, told, before) == own)
    secret = next(fits, None)
    if secret is None:
        return sent
    signature = signing.sign(secret, _named(sent), after)
    return sent.with_header(signing.header, signature)


def bytes_of(body: Body) -> bytes | None:
    """Return a body whose bytes are in memory; None if they are elsewhere."""
    pieces = pieces_of(body)
    known = [piece for piece in pieces if isinstance(piece, bytes)]
    return b"".join(known) if len(known) == len(pieces) else None


def _named(message: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in message.header_pairs}
