"""Control API under /_mock/api/ (being written)."""

from collections.abc import Iterable

from aiohttp import web

from mockserver.edge.house import House

__all__ = ["routes"]


def routes(house: House) -> Iterable[web.RouteDef]:
    """Return our own routes."""
    del house
    return ()
