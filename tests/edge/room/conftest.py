"""Tabs of a real browser that look at a server's control room."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from tests.clients import programs
from tests.edge.conftest import Running
from tests.edge.room.browser import Driver, Tab, driving

Visit = Callable[..., Awaitable[Tab]]


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Return the browser that all tests of this process share."""
    with driving(programs.tool("chromium")) as driver:
        yield driver


@pytest.fixture
async def visit(driver: Driver) -> AsyncIterator[Visit]:
    """Return a function that opens the room; no tab may have complained at the end."""
    tabs: list[Tab] = []

    async def opened(
        server: Running,
        where: str = "",
        *,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        is_live: bool = True,
    ) -> Tab:
        url = f"{server.client.make_url('/_mock/')}{where}"
        tab = await driver.open(url, width=width, height=height, scheme=scheme)
        tabs.append(tab)
        if is_live:
            await tab.shows(".live", "live")
        return tab

    yield opened
    for tab in tabs:
        await driver.close(tab)
        assert tab.errors == []
