"""A service that has moved sends its clients there, with what they have to say."""

import pytest

from tests.scenarios.conftest import Play
from tests.scenarios.faults.conftest import Theatre
from tests.scenarios.players import PLAYERS

# What clients are told whose key is an Authorization header.
WITHOUT_KEY = {
    "fal": 401,
    "idomoo": 401,
    "luma": 403,
    "luma-agents": 401,
    "mux": 401,
    "openai": 401,
    "replicate": 401,
    "runway": 401,
}
MOVED = {"scenario": "x", "rules": [{"fault": {"kind": "moved", "status": 307}}]}


async def test_a_call_is_sent_to_the_other_host(theatre: Theatre) -> None:
    theatre.use({"kind": "moved", "to": "https://new.example"})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 308 Permanent Redirect"
    assert heard.headers["Location"] == (
        "https://new.example/digitalcarbon/films/film?mock-redirected=1"
    )


async def test_an_order_is_carried_out_only_there(theatre: Theatre) -> None:
    theatre.use({"kind": "moved"}, operation="generate-video")

    before = len(theatre.space.jobs("digitalcarbon"))
    line = await theatre.call("/films", "POST", "{}", Connection="close")
    sent = await line.read_all()

    assert sent.line == b"HTTP/1.1 308 Permanent Redirect"
    assert len(theatre.space.jobs("digitalcarbon")) == before


@pytest.mark.parametrize("slug", sorted(PLAYERS.keys() - WITHOUT_KEY.keys()))
async def test_every_provider_is_found_there(player: Play, slug: str) -> None:
    """Who follows redirects sees its job done, as if nothing had been."""
    customer = await player(slug, MOVED)

    job = await customer.order()
    assert job is not None
    await customer.follow(job)

    assert customer.log[-1] == "succeeded"


@pytest.mark.parametrize(("slug", "status"), WITHOUT_KEY.items())
async def test_an_authorization_is_not_carried_along(
    player: Play, slug: str, status: int
) -> None:
    """No client sends that header to another host, so such keys stay behind."""
    customer = await player(slug, MOVED)

    await customer.order()

    assert customer.log == [f"create {status}"]
