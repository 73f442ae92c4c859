"""A room behind a token asks for it, and then opens."""

import pytest

from tests.edge.conftest import Serve
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser


async def test_a_token_is_asked_for_and_then_used(serve: Serve, visit: Visit) -> None:
    server = await serve(control_token="the-token")
    tab = await visit(server, is_live=False)
    await tab.counts("main", 0)

    await tab.see(tab.page.locator("#token").fill("the-token"))
    await tab.click("button", "Open")

    await tab.shows(".live", "live")
    await tab.counts("main", 1)


async def test_a_wrong_token_is_asked_for_again(serve: Serve, visit: Visit) -> None:
    server = await serve(control_token="the-token")
    tab = await visit(server, is_live=False)

    await tab.see(tab.page.locator("#token").fill("another"))
    await tab.click("button", "Open")

    await tab.counts("#token", 1)
    await tab.counts("main", 0)
