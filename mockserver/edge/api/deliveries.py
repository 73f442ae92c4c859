"""Endpoints about deliveries: what providers send, and sending it again."""

from typing import Any, Final

from mockserver.delivery.delivery import DeliveryState, Record
from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.parts import Reach, Row, Rows, opened
from mockserver.edge.api.views import Views
from mockserver.engine.spaces import Space

__all__ = ["table"]

table: Final = Endpoints()
_SPACE: Final = {"space": shapes.text("Only in this space.")}


def _seek(ask: Ask) -> list[tuple[str, str]]:
    """Return where the delivery is that the path names."""
    delivery_id, outbox = ask.path["delivery"], ask.services.outbox
    return [
        (space.id, f"?space={space.id}")
        for space in ask.spaces()
        if outbox.find(space, delivery_id) is not None
    ]


@table.get(
    "/deliveries",
    "list-deliveries",
    about="List what providers send, webhooks and uploads alike, space by space, in"
    " order.",
    query={
        **_SPACE,
        "provider": shapes.text("Only of this provider."),
        "job": shapes.text("Only about the job of this identifier."),
        "state": shapes.choice([state.value for state in DeliveryState]),
        "limit": shapes.integer("How many at most; 100 if missing.", maximum=10_000),
    },
    answer=shapes.record({"deliveries": shapes.array(shapes.ref("delivery"))}),
    reach=Reach.LATEST,
)
async def list_deliveries(ask: Ask) -> Rows:
    """Return `{"deliveries": [...]}`."""
    slug = ask.query.get("provider")
    if slug is not None:
        ask.provider(slug, "query/provider")
    views, outbox = Views(ask.services), ask.services.outbox
    found = [
        (space, record)
        for space in ask.spaces()
        for record in outbox.deliveries(
            space,
            slug=slug,
            job_id=ask.query.get("job"),
            state=ask.query.get("state"),
        )
    ]
    limit = ask.query.get("limit", 100)
    rows = [
        Row(opened(space), space.id, views.delivery(space, record))
        for space, record in found[:limit]
    ]
    return Rows(name="deliveries", rows=rows, limit=limit)


@table.get(
    "/deliveries/{delivery}",
    "show-delivery",
    about="Show one delivery with what was sent and each attempt.",
    query=_SPACE,
    answer=shapes.ref("delivery"),
    errors=(404,),
    seek=_seek,
)
async def show_delivery(ask: Ask) -> dict[str, Any]:
    """Return one delivery."""
    space, record = _find(ask)
    return Views(ask.services).delivery(space, record)


@table.post(
    "/deliveries/{delivery}/resend",
    "resend-delivery",
    about="Send a delivery again now, with all its retries; answer after the first.",
    query=_SPACE,
    answer=shapes.ref("delivery"),
    errors=(404,),
    seek=_seek,
)
async def resend_delivery(ask: Ask) -> dict[str, Any]:
    """Return the delivery as it is now."""
    (space, _), outbox = _find(ask), ask.services.outbox
    record = outbox.resend(space, ask.path["delivery"])
    await ask.services.scheduler.settle(space)
    record = outbox.find(space, record.id) or record
    return Views(ask.services).delivery(space, record)


def _find(ask: Ask) -> tuple[Space, Record]:
    """Return the delivery that the path names, and its space."""
    delivery_id = ask.path["delivery"]
    for space in ask.spaces():
        record = ask.services.outbox.find(space, delivery_id)
        if record is not None:
            return space, record
    raise ApiError(404, f"delivery: found {delivery_id!r}, expected one that there is")
