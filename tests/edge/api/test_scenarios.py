"""Scenarios in the control API: how they are listed."""

import asyncio

from tests.edge.conftest import Running


async def test_clients_are_served_while_scenarios_are_tried(server: Running) -> None:
    """They are read off the loop: each is tried, which takes seconds together."""
    listing = asyncio.ensure_future(server.get("/scenarios"))
    drawn = 0
    while not listing.done():
        await server.draw()
        drawn += 1

    assert len((await listing)["scenarios"]) > 20
    assert drawn > 5
