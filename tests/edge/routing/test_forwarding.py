"""Requests that name in a header which address they are really for."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.providers.call import Call
from mockserver.providers.provider import Provider
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from tests.edge.conftest import KEY, Running, Serve

HOST = "https://api.sketch.example"


def _routes() -> Routes[Call]:
    table = Routes[Call]()

    @table.post("/pass-on", "pass-on", public=lambda _: None)
    async def refuse(call: Call) -> Reply:
        """Refuse what names no address of ours."""
        return call.reply("nowhere", 400)

    @table.post("/drawings", "draw")
    async def draw(call: Call) -> Reply:
        """Tell where links lead, and what has arrived."""
        job = call.submit({})
        return call.reply(
            {
                "link": call.url_for("look", job_id=job.id),
                "near": call.door.near,
                "asked": dict(call.query),
                "body": (await call.body()).decode(),
            }
        )

    @table.get("/drawings/{job_id}", "look", subject="job_id")
    async def look(call: Call) -> Reply:
        """Look at a drawing."""
        return call.reply({"state": call.moment(call.find_job()).step.state})

    return table


@pytest.fixture
async def server(sketch: Provider, serve: Serve) -> Running:
    """Return a server whose provider has requests passed on."""
    forwarding = ("/pass-on", "x-really-for")
    return await serve(
        provider=replace(sketch, routes=_routes(), forwarding=forwarding)
    )


async def post(server: Running, target: str | None, **more: Any) -> ClientResponse:
    """Post something for an address to where it is passed on."""
    headers = {"X-Sketch-Key": KEY}
    if target is not None:
        headers["X-Really-For"] = target
    return await server.client.post("/sketch/pass-on", headers=headers, **more)


async def test_it_is_answered_as_if_it_had_come_to_its_host(server: Running) -> None:
    response = await post(server, f"{HOST}/drawings?a=1&b=%2F", data=b"house")

    told = await response.json()
    assert told["link"].startswith(f"{HOST}/drawings/")
    assert told["near"] == f"{server.client.make_url('/sketch')}"
    assert told["asked"] == {"a": "1", "b": "/"}
    assert told["body"] == "house"


async def test_the_journal_has_what_it_was_for(server: Running) -> None:
    await post(server, f"{HOST}/drawings", data=b"house")

    (exchange,) = (await server.get("/exchanges"))["exchanges"]
    assert (exchange["provider"], exchange["operation"]) == ("sketch", "draw")


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "/drawings",
        "drawings",
        "ftp://api.sketch.example/drawings",
        "https://elsewhere.example/drawings",
        "https://",
        "https://[",
        "http://127.0.0.1/sketch/drawings",
    ],
)
async def test_an_address_of_nobody_is_left_to_the_provider(
    server: Running, target: str | None
) -> None:
    response = await post(server, target)

    assert (response.status, await response.json()) == (400, "nowhere")


async def test_elsewhere_the_header_means_nothing(server: Running) -> None:
    response = await server.client.post(
        "/sketch/drawings",
        headers={"X-Sketch-Key": KEY, "X-Really-For": f"{HOST}/pass-on"},
    )

    assert (await response.json())["near"] == ""


async def test_an_unknown_path_of_the_host_is_unknown(server: Running) -> None:
    response = await post(server, f"{HOST}/nothing")

    assert response.status == 404
