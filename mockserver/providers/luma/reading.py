"""Reading: whether the pictures and clips that a request links to are there."""

from asyncio import gather
from collections.abc import Mapping
from typing import Any, Final

from mockserver.delivery.delivery import Delivery, DeliveryState, Policy
from mockserver.delivery.message import Message
from mockserver.providers.call import Call
from mockserver.providers.luma import sources, wire

__all__ = ["LABEL", "is_unread"]

LABEL: Final = "input"
_HEADERS: Final = {"Accept": "*/*", "Range": "bytes=0-0"}
_TIMEOUT_S: Final = 5.0


async def is_unread(call: Call, said: Mapping[str, Any]) -> bool:
    """Say whether a request links to something that cannot be read.

    What is elsewhere is only asked for if the setting `fetch_inputs` says so. An
    address that may not be reached from here counts as one that can be read.

    Source: contract luma, section 6.
    """
    if sources.is_unread(call, said):
        return True
    if not call.setting("fetch_inputs"):
        return False
    links = dict.fromkeys(sources.links_elsewhere(call, said))
    found = await gather(*(_is_there(call, link) for link in links))
    return not all(found)


async def _is_there(call: Call, link: str) -> bool:
    """Ask for the first byte of a file."""
    patience_s = call.services.options.delivery_timeout_s
    delivery = Delivery(
        slug=wire.SLUG,
        label=LABEL,
        message=Message("GET", link, _HEADERS),
        policy=Policy.AUTO,
        timeout_s=min(_TIMEOUT_S, patience_s),
    )
    record = await call.services.outbox.deliver(call.space, delivery)
    return record.state is DeliveryState.DELIVERED
