"""A real headless Chromium for the control room, driven by Playwright.

Playwright lives in a thread of its own, with one browser for all tests of a process: to
start it takes seconds, and each test's server has the loop of that test.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Final, TypeVar

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
    async_playwright,
    expect,
)

__all__ = ["TWO_FRAMES", "Driver", "Tab", "driving"]

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS: Final = 45_000.0
TWO_FRAMES: Final = (
    "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
)

Result = TypeVar("Result")


@dataclass(slots=True)
class Tab:
    """One tab, and what its console has complained about.

    Attributes:
        page: Playwright's page: its methods make coroutines, which `see` runs.
        errors: Exceptions of the page, and what its console calls an error.
        asking: What it has asked the server and has no answer to; not the stream.
    """

    page: Page
    driver: "Driver"
    errors: list[str] = field(default_factory=list)
    asking: set[Request] = field(default_factory=set)

    async def see(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """Let Playwright do something; return what comes of it."""
        return await self.driver.run(doing)

    async def hears(self, event: Any, listener: Any) -> None:
        """Have a listener told of what happens in the page; in Playwright's thread."""

        async def begin() -> None:
            self.page.on(event, listener)

        await self.see(begin())

    async def shows(self, selector: str, text: str) -> None:
        """Wait until an element has a text."""
        await self.see(expect(self.page.locator(selector)).to_contain_text(text))

    async def look_at(self, where: str) -> None:
        """Go to a view, and wait until it is drawn with all that it asks for."""
        await self.value(f"location.hash = {json.dumps(where)}")
        while True:
            await self.value(TWO_FRAMES)
            if not self.asking:
                return

    async def holds(self, address: str) -> asyncio.Future[Route]:
        """Hold the next question to an address; it goes on when it is let go."""
        loop = asyncio.get_running_loop()
        held: asyncio.Future[Route] = loop.create_future()

        def hold(route: Route) -> None:
            loop.call_soon_threadsafe(held.set_result, route)

        await self.see(self.page.route(address, hold, times=1))
        return held

    async def lacks(self, selector: str, text: str) -> None:
        """Wait until an element has not, or no longer, a text."""
        await self.see(expect(self.page.locator(selector)).not_to_contain_text(text))

    async def is_seen(self, place: Locator) -> None:
        """Wait until an element can be seen."""
        await self.see(expect(place).to_be_visible())

    async def is_unseen(self, place: Locator) -> None:
        """Wait until an element cannot be seen, or is gone."""
        await self.see(expect(place).to_be_hidden())

    async def counts(self, selector: str, number: int) -> None:
        """Wait until there are so many of an element."""
        await self.see(expect(self.page.locator(selector)).to_have_count(number))

    async def click(self, role: Any, name: str) -> None:
        """Click the one thing of a role and name."""
        await self.see(self.page.get_by_role(role, name=name, exact=True).click())

    async def press(self, keys: str) -> None:
        """Press keys, parted by blanks."""
        for key in keys.split():
            await self.see(self.page.keyboard.press(key))

    async def text(self, selector: str) -> str:
        """Return the text of the first such element, as people see it."""
        return await self.see(self.page.locator(selector).first.inner_text())

    async def value(self, script: str) -> Any:
        """Return the value of an expression of the page."""
        return await self.see(self.page.evaluate(script))


class Driver:
    """The browser, in its thread.

    Args:
        loop: The loop of that thread.
        browser: What runs there.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, browser: Browser) -> None:
        self._loop = loop
        self._browser = browser

    async def run(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine of Playwright's where it belongs."""
        return await asyncio.wrap_future(
            asyncio.run_coroutine_threadsafe(doing, self._loop)
        )

    async def open(self, url: str, *, width: int, height: int, scheme: str) -> Tab:
        """Return a tab with a profile of its own, gone to a page."""
        tab = await self.run(self._opened(width, height, scheme))
        await tab.see(tab.page.goto(url))
        return tab

    async def close(self, tab: Tab) -> None:
        """Close a tab with its profile."""
        await self.run(tab.page.context.close())

    async def _opened(self, width: int, height: int, scheme: Any) -> Tab:
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        context.set_default_timeout(PATIENCE_MS)
        tab = Tab(await context.new_page(), self)
        tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))

        def note(asked: Request) -> None:
            if "/_mock/api/events" not in asked.url:
                tab.asking.add(asked)

        def forget(answered: Request) -> None:
            tab.asking.discard(answered)

        tab.page.on("request", note)
        tab.page.on("requestfinished", forget)
        tab.page.on("requestfailed", forget)
        tab.page.on("console", lambda told: tab.errors.extend(_complaints(told)))
        return tab


def _complaints(told: ConsoleMessage) -> list[str]:
    """Return what is wrong; that the API refuses something is the page's to tell."""
    is_refusal = "/_mock/api/" in told.location["url"]
    return [] if told.type != "error" or is_refusal else [told.text]


@contextmanager
def driving(binary: str) -> Iterator[Driver]:
    """Keep a browser while the context lasts."""
    expect.set_options(timeout=PATIENCE_MS)
    ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, Browser]] = Future()

    async def live() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=binary, args=[*FLAGS]
            )
            over = asyncio.Event()
            ready.set_result((asyncio.get_running_loop(), over, browser))
            await over.wait()
            await browser.close()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    thread = Thread(target=run, name="browser", daemon=True)
    thread.start()
    loop, over, browser = ready.result(timeout=PATIENCE_MS / 1000)
    yield Driver(loop, browser)
    loop.call_soon_threadsafe(over.set)
    thread.join(timeout=PATIENCE_MS / 1000)
