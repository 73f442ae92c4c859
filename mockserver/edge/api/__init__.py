"""Control API under /_mock/api/, and the pages under /_mock/."""

import asyncio
from collections.abc import Iterable
from itertools import chain
from typing import Final

from aiohttp import web

from mockserver.edge import pages
from mockserver.edge.api import (
    clocks,
    deliveries,
    exchanges,
    jobs,
    metrics,
    server,
    spaces,
    streams,
)
from mockserver.edge.api.access import Access
from mockserver.edge.api.endpoints import PREFIX, Control, Endpoint
from mockserver.edge.api.serve import Desk
from mockserver.edge.envelope import honest
from mockserver.edge.events import Hub
from mockserver.edge.house import House
from mockserver.edge.tally import Tally
from mockserver.engine.clock import monotonic_s

__all__ = ["CONTROL", "ENDPOINTS", "routes"]

CONTROL: Final = web.AppKey("control", Control)

ENDPOINTS: Final[tuple[Endpoint, ...]] = tuple(
    chain(
        server.table,
        metrics.table,
        streams.table,
        spaces.table,
        clocks.table,
        jobs.table,
        exchanges.table,
        deliveries.table,
    )
)


def routes(house: House) -> Iterable[web.RouteDef]:
    """Return our own routes; `app[CONTROL].stop` tells who asked for the end."""
    control = house.app[CONTROL] = Control(
        house=house,
        endpoints=ENDPOINTS,
        hub=Hub(house.services),
        tally=Tally(house.services.journal),
        stop=asyncio.Event(),
        started_s=monotonic_s(),
    )
    access = Access(house.config)
    desk = Desk(control, access)

    async def end(app: web.Application) -> None:
        app[CONTROL].stop.set()
        app[CONTROL].hub.close()

    house.app.on_shutdown.append(end)
    return (
        web.route("*", PREFIX + "{rest:(?:/.*)?}", honest(desk.answer, house.bugs)),
        *(
            web.route(
                page.method, page.path, honest(desk.own(page.handler), house.bugs)
            )
            for page in pages.routes()
        ),
    )
