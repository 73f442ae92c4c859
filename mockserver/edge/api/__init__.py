"""Control API under /_mock/api/, and the pages under /_mock/."""

from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Final

from aiohttp import web

from mockserver.edge import pages
from mockserver.edge.api import (
    bill,
    clocks,
    coming,
    credentials,
    deliveries,
    exchanges,
    findings,
    jobs,
    metrics,
    mistakes,
    replays,
    scenarios,
    server,
    spaces,
    stories,
    streams,
)
from mockserver.edge.api.access import Access
from mockserver.edge.api.desk import Desk
from mockserver.edge.api.endpoints import PREFIX, Control, Endpoint
from mockserver.edge.events import Hub
from mockserver.edge.gallery import PREFIX as GALLERY
from mockserver.edge.gallery import Gallery
from mockserver.edge.instance import Instance
from mockserver.edge.judgements import Judgements
from mockserver.edge.layers.envelope import honest
from mockserver.edge.routing.turns import Turns
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
        coming.table,
        jobs.table,
        stories.table,
        replays.table,
        exchanges.table,
        deliveries.table,
        findings.table,
        bill.table,
        scenarios.table,
        mistakes.table,
    )
)


def handler(instance: Instance, otherwise: Handler) -> Handler:
    """Return what answers the control API and the pages.

    Its state is kept as `instance.control`.

    Args:
        instance: The server that it is about.
        otherwise: Answers what is neither.
    """
    control = instance.control = Control(
        instance=instance,
        endpoints=ENDPOINTS,
        hub=Hub(instance.services),
        tally=Tally(instance.services.journal),
        judgements=Judgements(instance.services),
        stop=instance.stop,
        started_s=instance.started_s,
    )
    desk = Desk(control, Access(instance.config), Turns.of(instance))
    shown = {
        page.path: honest(desk.own(page.handler), instance.bugs)
        for page in pages.routes()
    }
    gallery = honest(desk.own(Gallery(instance.services).answer), instance.bugs)
    control_api = honest(desk.answer, instance.bugs)

    async def answer(request: web.Request) -> web.StreamResponse:
        path = request.path
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            return await control_api(request)
        if request.method not in {"GET", "HEAD"}:
            return await otherwise(request)
        if path.startswith(GALLERY):
            return await gallery(request)
        return await shown.get(path, otherwise)(request)

    return answer
