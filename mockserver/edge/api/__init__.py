"""Control API under /_mock/api/, and the pages under /_mock/."""

from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Final

from aiohttp import web

from mockserver.edge import pages
from mockserver.edge.api import (
    clocks,
    credentials,
    deliveries,
    exchanges,
    jobs,
    metrics,
    scenarios,
    server,
    spaces,
    streams,
)
from mockserver.edge.api.access import Access
from mockserver.edge.api.desk import Desk
from mockserver.edge.api.endpoints import PREFIX, Control, Endpoint
from mockserver.edge.envelope import honest
from mockserver.edge.events import Hub
from mockserver.edge.house import House
from mockserver.edge.tally import Tally

__all__ = ["ENDPOINTS", "handler"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ENDPOINTS: Final[tuple[Endpoint, ...]] = tuple(
    chain(
        server.table,
        metrics.table,
        streams.table,
        spaces.table,
        credentials.table,
        clocks.table,
        jobs.table,
        exchanges.table,
        deliveries.table,
        scenarios.table,
    )
)


def handler(house: House, otherwise: Handler) -> Handler:
    """Return what answers the control API and the pages; `house.control` is its state.

    Args:
        house: The server that it is about.
        otherwise: Answers what is neither.
    """
    control = house.control = Control(
        house=house,
        endpoints=ENDPOINTS,
        hub=Hub(house.services),
        tally=Tally(house.services.journal),
        stop=house.stop,
        started_s=house.started_s,
    )
    desk = Desk(control, Access(house.config))
    shown = {
        page.path: honest(desk.own(page.handler), house.bugs) for page in pages.routes()
    }
    control_api = honest(desk.answer, house.bugs)

    async def answer(request: web.Request) -> web.StreamResponse:
        path = request.path
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            return await control_api(request)
        page = shown.get(path) if request.method in {"GET", "HEAD"} else None
        return await (page or otherwise)(request)

    return answer
