"""Pictures and clips that creates link to, where they are asked for."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import ORDER, Api

UNREAD = "Failed to read user input frames"
PHOTON = {"model": "photon-1", "prompt": "A fern"}


@pytest.fixture
async def files() -> AsyncIterator[str]:
    """Return where `/fern.jpg` is, and nothing else."""

    async def fern(request: web.Request) -> web.Response:
        assert request.headers["Range"] == "bytes=0-0"
        return web.Response(status=206, body=b"f")

    app = web.Application()
    app.router.add_get("/fern.jpg", fern)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url(""))
    await server.close()


@pytest.fixture
async def reader(serve: Serve) -> Api:
    return Api(await serve(providers_settings={"luma": {"fetch_inputs": True}}))


def framed(link: str) -> dict[str, Any]:
    return {**ORDER, "keyframes": {"frame0": {"type": "image", "url": link}}}


async def test_what_is_there_is_taken(reader: Api, files: str) -> None:
    done = await reader.finished(framed(f"{files}/fern.jpg"))

    assert done["state"] == "completed"


@pytest.mark.parametrize("link", ["/gone.jpg", ":1/fern.jpg"])
async def test_what_is_not_there_lets_it_fail(
    reader: Api, files: str, link: str
) -> None:
    at = files if link.startswith("/") else "http://127.0.0.1"

    done = await reader.finished(framed(at + link))

    assert (done["state"], done["failure_reason"]) == ("failed", UNREAD)


async def test_what_is_no_address_lets_it_fail(reader: Api) -> None:
    done = await reader.finished(framed("data:image/png;base64,AAAA"))

    assert done["failure_reason"] == UNREAD


async def test_one_of_many_that_is_gone_is_enough(reader: Api, files: str) -> None:
    refs = [{"url": f"{files}/fern.jpg"}, {"url": f"{files}/gone.jpg"}]

    done = await reader.finished(PHOTON, path="/image", image_ref=refs)

    assert done["failure_reason"] == UNREAD


async def test_what_may_not_be_reached_from_here_is_not_asked_for(reader: Api) -> None:
    done = await reader.finished(framed("https://example.com/fern.jpg"))

    assert done["state"] == "completed"


async def test_nothing_is_asked_for_unless_that_is_set(api: Api, files: str) -> None:
    done = await api.finished(framed(f"{files}/gone.jpg"))

    assert done["state"] == "completed"
