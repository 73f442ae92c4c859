"""What requests link to is fetched from loopback, if that is wanted, and shown."""

import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from mockserver.config import Config
from mockserver.delivery.guard import Guard
from mockserver.edge.fetching import Fetcher, sent_pictures


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def host() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/gone.png":
            return web.Response(status=404, body=picture("red"))
        return web.Response(body=picture("#c81e28"), content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


def test_nothing_is_fetched_unless_somebody_wants_it() -> None:
    assert sent_pictures(Config()).fetch is None
    assert sent_pictures(Config(shows_sent=True)).fetch is not None


async def test_loopback_is_read_and_others_are_not(host: TestServer) -> None:
    fetch = Fetcher(Guard())

    found = [
        await fetch(str(host.make_url("/a.png"))),
        await fetch(str(host.make_url("/gone.png"))),
        await fetch("http://192.0.2.1/a.png"),
        await fetch("no link"),
    ]

    assert found == [picture("#c81e28"), None, None, None]
