"""Carrier: brings a parcel out, in whatever form, as far as it may leave."""

from importlib import import_module
from typing import Any

from msgspec.structs import replace

from mockserver.delivery.body import pieces_of
from mockserver.delivery.delivery import Attempt, Delivery, Policy
from mockserver.delivery.files import check_files
from mockserver.delivery.message import Answer, Message
from mockserver.delivery.parcel import FtpPut, Posting, S3Put
from mockserver.delivery.s3 import signed
from mockserver.delivery.send import Client
from mockserver.delivery.target import read_target
from mockserver.engine.clock import monotonic_s, wall_s
from mockserver.errors import DeliveryError

__all__ = ["Carrier"]

_ANSWER_CHARS = 2048
_REGIONS = 3  # redirects within S3, to where the bucket really is

Sendable = Message | S3Put | FtpPut


class Carrier:
    """Makes attempts.

    Args:
        client: Speaks HTTP; its guard says who may be reached, by whatever protocol.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Attempt:
        """Bring a parcel out; return the attempt with its outcome.

        Raises:
            MediaError: A file that is to be sent is gone.
        """
        parcel = delivery.message
        if isinstance(parcel, Posting):
            reason = f"{parcel.platform} is a closed platform"
            return replace(attempt, is_recorded=True, reason=reason)
        started_s = monotonic_s()
        try:
            _check(parcel)
            if delivery.policy is Policy.RECORD:
                reason = "nothing is sent: uploads=record"
                return replace(attempt, is_recorded=True, reason=reason)
            answer = await self._send(delivery, parcel)
        except DeliveryError as error:
            is_barred = error.kind == "refused"
            is_recorded = is_barred and delivery.policy is Policy.AUTO
            return replace(
                attempt,
                is_recorded=is_recorded,
                error=None if is_recorded else error.kind,
                reason=str(error),
                elapsed_s=monotonic_s() - started_s,
            )
        return replace(
            attempt,
            status=answer.status,
            answer=answer.text[:_ANSWER_CHARS],
            elapsed_s=monotonic_s() - started_s,
        )

    async def _send(self, delivery: Delivery, parcel: Sendable) -> Answer:
        connect_s = min(delivery.connect_timeout_s, delivery.timeout_s)
        if isinstance(parcel, FtpPut):
            ftp: Any = import_module("mockserver.delivery.ftp")
            answer: Answer = await ftp.put_file(
                self._client.guard,
                parcel,
                connect_timeout_s=connect_s,
                timeout_s=delivery.timeout_s,
            )
            return answer
        redirects = delivery.redirects
        if isinstance(parcel, S3Put):
            await check_files(pieces_of(parcel.body))
            # Whoever checks the date of a signature does so by a real clock.
            parcel = await signed(parcel, at_s=wall_s())
            redirects = max(redirects, _REGIONS)
        return await self._client.send(
            parcel,
            connect_timeout_s=connect_s,
            timeout_s=delivery.timeout_s,
            redirects=redirects,
        )


def _check(parcel: Sendable) -> None:
    """Refuse what could not be sent, whether or not it may leave.

    Raises:
        DeliveryError: Kind `invalid`; there is no such address.
    """
    if not isinstance(parcel, FtpPut):
        read_target(parcel.url)
    elif not parcel.host or not parcel.path.strip("/"):
        raise DeliveryError("invalid", f"{parcel.url}: no host and path to upload to")
