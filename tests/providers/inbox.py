"""An address for webhooks inside the test, which remembers what it got."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(slots=True)
class Inbox:
    """What has been received at one address.

    Attributes:
        url: The address.
        seen: Headers and body of each.
        statuses: What it answers next; then 200.
    """

    url: str = ""
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def told(self) -> list[Any]:
        """Return the document of each."""
        return [json.loads(body) for _, body in self.seen]

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator[Self]:
        """Listen on a free port."""
        inbox = cls()

        async def receive(request: web.Request) -> web.Response:
            inbox.seen.append((dict(request.headers), await request.read()))
            status = inbox.statuses.pop(0) if inbox.statuses else 200
            return web.Response(status=status)

        app = web.Application()
        app.router.add_post("/hook", receive)
        server = TestServer(app)
        await server.start_server()
        inbox.url = str(server.make_url("/hook"))
        yield inbox
        await server.close()
