"""A page among a provider's files cannot call the control API."""

from dataclasses import replace

import pytest
from multidict import CIMultiDictProxy

from mockserver.providers.call import Call
from mockserver.providers.provider import Provider
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from tests.edge.conftest import KEY, Running, Serve

POLICY = "sandbox allow-scripts allow-forms allow-downloads"
PAGE = b"<script>fetch('/_mock/api/reset', {method: 'POST'})</script>"
HOST = {"Host": "api.sketch.example"}


def _kept() -> Routes[Call]:
    table = Routes[Call]()

    @table.get("/kept", "read")
    async def read(call: Call) -> Reply:
        return Reply(body=PAGE, content_type=call.headers.get("X-Type", ""))

    return table


@pytest.fixture
async def keeper(serve: Serve, sketch: Provider) -> Running:
    """A server of a provider that hands back what was stored, as what it was called."""
    return await serve(provider=replace(sketch, routes=_kept()))


async def read(keeper: Running, kind: str, **more: str) -> CIMultiDictProxy[str]:
    """Return the headers that a file of a type is served with."""
    headers = {"X-Sketch-Key": KEY, "X-Type": kind, **more}
    path = "/kept" if "Host" in more else "/sketch/kept"
    response = await keeper.client.get(path, headers=headers)
    assert await response.read() == PAGE
    return response.headers


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "TEXT/HTML; charset=utf-8",
        "application/xhtml+xml",
        "text/xml",
        "application/xml",
        "image/svg+xml",
        "application/pdf",
        "text/javascript",
        "",
        "image/",
        "image/png, text/html",
        "application/json;, text/html",
        "nonsense",
    ],
)
async def test_what_a_browser_may_run_has_an_origin_of_its_own(
    keeper: Running, kind: str
) -> None:
    headers = await read(keeper, kind)

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "kind",
    ["application/json", "video/mp4", "image/png", "text/plain; charset=utf-8",
     "application/octet-stream", "application/vnd.apple.mpegurl"],
)  # fmt: skip
async def test_what_a_browser_only_shows_is_served_as_the_provider_does(
    keeper: Running, kind: str
) -> None:
    headers = await read(keeper, kind)

    assert "Content-Security-Policy" not in headers
    assert "X-Content-Type-Options" not in headers


async def test_under_the_providers_own_name_the_wire_is_the_providers(
    keeper: Running,
) -> None:
    """Its origin is another one than ours already."""
    assert "Content-Security-Policy" not in await read(keeper, "text/html", **HOST)
