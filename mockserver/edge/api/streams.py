"""Endpoint that streams what happens, as server-sent events."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from aiohttp import ClientConnectionResetError, hdrs, web

from mockserver.delivery.delivery import Record
from mockserver.edge.api import shapes
from mockserver.edge.api.desk import HEADERS, dumped
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints, mistaken
from mockserver.edge.api.relaying import Relaying
from mockserver.edge.api.views import Views
from mockserver.edge.events import KINDS, Event, Hub, Subscription
from mockserver.engine.clock import pause
from mockserver.engine.jobengine import Change
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange

__all__ = ["table"]

table: Final = Endpoints()
HEARTBEAT_S: Final = 15.0
LISTENERS_MAX: Final = 256
LAST_ID: Final = "Last-Event-ID"
STALL_S: Final = 30.0  # who reads nothing for so long is let go
# How long a listener rests after each time it was told something, for each one that
# listens: together they cost the same, however many they are.
REST_S: Final = 0.005


@table.get(
    "/events",
    "stream-events",
    is_at_once=True,
    about="Stream what happens (server-sent events): " + ", ".join(KINDS) + "; `lost`"
    " says how many a reader has missed. Who was cut off sends `Last-Event-ID` and"
    " hears what came since.",
    query={
        "space": shapes.text("Only in this space."),
        "kinds": shapes.text("Only these, parted by commas."),
    },
    answer=shapes.text(),
    errors=(503,),
    media_type="text/event-stream",
)
async def stream_events(ask: Ask) -> web.StreamResponse:
    """Stream until the client goes or the server ends."""
    kinds = ask.query.get("kinds", ",".join(KINDS)).split(",")
    for kind in kinds:
        if kind not in KINDS:
            raise ApiError(400, f"query/kinds: {mistaken(kind, KINDS)}")
    hub = ask.control.hub
    if len(hub) >= LISTENERS_MAX:
        raise ApiError(503, f"events: {len(hub)} listen already, more may not")
    last = ask.request.headers.get(LAST_ID, "")
    after = hub.number_of(last)
    subscription = hub.subscribe(kinds, ask.query.get("space"), after)
    relaying = Relaying(ask, subscription)
    # Of several workers, each has numbers of its own.
    is_alone = ask.part is None and not relaying.is_shared
    told = _Told(ask.services, hub if is_alone else None)
    # Nobody knows how much was missed of what another server has told, or long ago.
    missed = _line("lost", {"events": None}) if last and after is None else ""
    try:
        await relaying.start()
        return await _stream(ask, subscription, told, missed)
    finally:
        hub.unsubscribe(subscription)
        await relaying.close()


class _Told:
    """Tells one listener of events.

    Args:
        services: The server's rooms.
        hub: Names the events; None if they are to have no names.
    """

    def __init__(self, services: Services, hub: Hub | None) -> None:
        self._services, self._hub = services, hub
        self._lost = 0

    def lines(self, events: list[Event], lost: int) -> list[str]:
        """Return events as text, and what has been lost since it was last told."""
        lines = [*self._events(events)]
        if lost > self._lost:
            lines.append(_line("lost", {"events": lost - self._lost}))
            self._lost = lost
        return lines

    def _events(self, events: list[Event]) -> Iterator[str]:
        views = Views(self._services)

        def tell(event: Event) -> str:
            shown = _shown(views, self._services, event)
            return "" if shown is None else _line(event.kind, shown)

        for event in events:
            said = event.told(tell)
            name = self._hub.id_of(event) if self._hub is not None and said else ""
            yield f"id: {name}\n{said}" if name else said


async def _stream(
    ask: Ask, subscription: Subscription, told: _Told, missed: str
) -> web.StreamResponse:
    response = web.StreamResponse(headers=HEADERS)
    response.content_type = "text/event-stream"
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    await response.prepare(ask.request)
    try:
        missed += "".join(told.lines([], subscription.lost))
        await response.write(f": listening\nretry: 1000\n\n{missed}".encode())
        while True:
            events = await subscription.take(HEARTBEAT_S)
            if subscription.is_closed and not events:
                break
            lines = told.lines(events, subscription.lost)
            async with asyncio.timeout(STALL_S):
                await response.write("".join(lines).encode() or b": still here\n\n")
            await pause(REST_S * len(ask.control.hub))
        await response.write_eof()
    except TimeoutError:
        _let_go(ask.request)
    except (ClientConnectionResetError, ConnectionResetError):
        return response
    return response


def _let_go(request: web.Request) -> None:
    """End a connection without waiting until what was sent has been read."""
    if request.transport is not None:
        request.transport.abort()


def _line(kind: str, document: Any) -> str:
    return f"event: {kind}\ndata: {dumped(document).decode()}\n\n"


def _shown(views: Views, services: Services, event: Event) -> Any:
    """Return what is told about an event; None if it is over already."""
    subject = event.subject
    space = services.spaces.find_here(event.space)
    if isinstance(subject, Exchange):
        return views.exchange(subject)
    if isinstance(subject, Change):
        job = subject.after or subject.before
        if space is None or job is None:
            return None
        shown = views.job(space, subject.slug, job)
        return {**shown, "is_forgotten": subject.after is None}
    if isinstance(subject, Record):
        return None if space is None else views.delivery(space, subject)
    if isinstance(subject, Space):
        return views.space(subject) if event.kind == "space" else views.time(subject)
    return {"space": event.space, "is_open": space is not None}
