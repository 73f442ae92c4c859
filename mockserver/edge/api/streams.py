"""Endpoint that streams what happens, as server-sent events."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
from aiohttp import ClientConnectionResetError, hdrs, web

from mockserver.delivery.delivery import Record
from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints, nearest
from mockserver.edge.api.serve import HEADERS
from mockserver.edge.api.views import Views
from mockserver.edge.events import KINDS, Event, Subscription
from mockserver.engine.jobengine import Change
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange

__all__ = ["table"]

table: Final = Endpoints()
HEARTBEAT_S: Final = 15.0


@table.get(
    "/events",
    "stream-events",
    about="Stream what happens (server-sent events): " + ", ".join(KINDS) + "; `lost`"
    " says how many a slow reader has missed.",
    query={
        "space": shapes.text("Only in this space."),
        "kinds": shapes.text("Only these, parted by commas."),
    },
    answer=shapes.text(),
    media_type="text/event-stream",
)
async def stream_events(ask: Ask) -> web.StreamResponse:
    """Stream until the client goes or the server ends."""
    kinds = ask.query.get("kinds", ",".join(KINDS)).split(",")
    for kind in kinds:
        if kind not in KINDS:
            raise ApiError(400, f"query/kinds: {nearest(kind, KINDS)}")
    hub = ask.control.hub
    subscription = hub.subscribe(kinds, ask.query.get("space"))
    try:
        return await _stream(ask, subscription)
    finally:
        hub.unsubscribe(subscription)


async def _stream(ask: Ask, subscription: Subscription) -> web.StreamResponse:
    response = web.StreamResponse(headers=HEADERS)
    response.content_type = "text/event-stream"
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    await response.prepare(ask.request)
    try:
        await response.write(b": listening\nretry: 1000\n\n")
        told = 0
        while True:
            events = await subscription.take(HEARTBEAT_S)
            if subscription.is_closed and not events:
                break
            lines = [*_lines(ask.services, events)]
            if subscription.lost > told:
                lines.append(_line("lost", {"events": subscription.lost - told}))
                told = subscription.lost
            await response.write("".join(lines).encode() or b": still here\n\n")
        await response.write_eof()
    except (ClientConnectionResetError, ConnectionResetError):
        return response
    return response


def _lines(services: Services, events: list[Event]) -> Iterator[str]:
    views = Views(services)
    for event in events:
        shown = _shown(views, services, event)
        if shown is not None:
            yield _line(event.kind, shown)


def _line(kind: str, document: Any) -> str:
    return f"event: {kind}\ndata: {orjson.dumps(document).decode()}\n\n"


def _shown(views: Views, services: Services, event: Event) -> Any:
    """Return what is told about an event; None if it is over already."""
    subject = event.subject
    space = services.spaces.find(event.space)
    if isinstance(subject, Exchange):
        return views.exchange(subject)
    if isinstance(subject, Change):
        job = subject.after or subject.before
        if space is None or job is None:
            return None
        return views.job(space, subject.slug, job)
    if isinstance(subject, Record):
        return None if space is None else views.delivery(space, subject)
    if isinstance(subject, Space):
        return views.space(subject) if event.kind == "space" else views.time(subject)
    return None
