"""Lists come page by page, and go on where they were, whatever happens meanwhile."""

import re

import pytest
from playwright.async_api import expect

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.engine.jobs import Request
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.verdict.exchange import Exchange
from tests.edge.conftest import Running
from tests.edge.room.browser import Tab
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser

LIST = ".list"


async def has_rows(tab: Tab, count: int) -> None:
    place = expect(tab.page.locator(LIST))
    await tab.see(place.to_have_attribute("aria-rowcount", str(count + 1)))


async def _go_to_the_end(tab: Tab) -> None:
    place = tab.page.locator(LIST)
    await tab.see(place.evaluate("(list) => list.scrollTop = list.scrollHeight"))


def _plan(server: Running, count: int) -> None:
    space = server.instance.services.spaces.find("sketch.main")
    assert space is not None
    message = Message("POST", "https://example.com/hook", body=b"{}")
    one = Delivery(slug="sketch", label="drawn", message=message)
    for _ in range(count):
        server.instance.services.outbox.plan(space, one, space.clock.now() + 3600.0)


async def test_jobs_go_on_after_one_has_come(server: Running, visit: Visit) -> None:
    """What is asked for anew is the first page: the last row is followed as before."""
    await server.draw()
    space = server.instance.services.spaces.find("sketch.main")
    assert space is not None
    timeline = Timeline((Step("drawn", Phase.SUCCEEDED),))
    for number in range(299):
        space.jobs("sketch").submit(Request("draw", {"number": number}, timeline))
    tab = await visit(server, "#/jobs")
    await has_rows(tab, 100)
    await _go_to_the_end(tab)
    await has_rows(tab, 200)

    await server.draw()
    await has_rows(tab, 201)
    await _go_to_the_end(tab)

    await has_rows(tab, 301)


async def test_webhooks_come_page_by_page(filled: Running, visit: Visit) -> None:
    _plan(filled, 249)
    tab = await visit(filled, "#/deliveries")
    asked: list[str] = []
    await tab.hears("request", lambda request: asked.append(request.url))
    await has_rows(tab, 100)

    await _go_to_the_end(tab)
    await has_rows(tab, 200)
    await _go_to_the_end(tab)
    await has_rows(tab, 250)

    pages = [url for url in asked if re.search(r"/deliveries\?.*after=", url)]
    assert len(pages) == 2


async def test_a_new_webhook_is_listed_with_those_of_its_space(
    filled: Running, visit: Visit
) -> None:
    _plan(filled, 149)
    tab = await visit(filled, "#/deliveries")
    await has_rows(tab, 100)
    await _go_to_the_end(tab)
    await has_rows(tab, 150)

    job = await filled.draw(hook=filled.hook)
    await filled.post(f"/jobs/{job}/finish")

    await has_rows(tab, 151)
    await tab.see(tab.page.locator(LIST).evaluate("(list) => list.scrollTop = 0"))
    await tab.shows(f"{LIST} .row[aria-rowindex='2']", job[:5])


async def test_webhooks_that_were_dropped_can_be_asked_for(
    filled: Running, visit: Visit
) -> None:
    tab = await visit(filled, "#/deliveries")
    await has_rows(tab, 1)

    await tab.see(tab.page.get_by_label("State").select_option("dropped"))

    await tab.shows(LIST, "Nothing has been sent that fits.")
    await tab.counts("[role=alert]", 0)


async def test_a_finding_has_a_link_as_long_as_it_is_seen(
    server: Running, visit: Visit
) -> None:
    await server.client.get("/sketch/nowhere")
    (one,) = (await server.get("/findings"))["findings"]
    tab = await visit(server, f"#/findings/{one['id']}")
    await tab.shows(".detail", "unknown-path")
    await tab.shows("nav a[aria-current=page]", "Findings1")

    await server.post("/exchanges/clear")
    await server.draw()

    await tab.shows(".detail", "It is there no more.")


async def test_who_was_cut_off_is_told_at_once_what_came_since(
    server: Running, visit: Visit
) -> None:
    """Also what is else asked for every half a minute only."""
    tab = await visit(server, "#/jobs")
    held = await tab.holds("**/api/events?*")
    server.instance.control.hub.close()
    await tab.shows(".live", "not connected")
    route = await held
    await server.client.get("/sketch/nowhere")

    await tab.see(route.continue_())

    await tab.shows("nav a[href='#/findings']", "Findings1")
    await tab.shows(".live", "live")


async def test_findings_come_page_by_page(server: Running, visit: Visit) -> None:
    for number in range(501):
        await server.client.get(f"/sketch/nowhere/{number}")
    tab = await visit(server, "#/findings")
    await has_rows(tab, 500)

    await _go_to_the_end(tab)

    await has_rows(tab, 501)
    await _go_to_the_end(tab)
    await tab.shows(f"{LIST} .row[aria-rowindex='502']", "/sketch/nowhere/500")


@pytest.mark.timeout(120)
async def test_the_last_of_very_many_is_reached(server: Running, visit: Visit) -> None:
    """In steps that grow: there were 20,000 lines at most, and nobody was told."""
    journal = server.instance.services.journal
    # The server keeps a thousand of each space; there are many spaces.
    for number in range(20):
        for _ in range(1000):
            one = Exchange(
                "GET", "/", {}, 200, {}, b"", 0, 0.0, 0.0, space=f"s{number}"
            )
            journal.add(one)
    tab = await visit(server, "#/exchanges")
    asked: list[str] = []
    await tab.hears("request", lambda request: asked.append(request.url))
    place = tab.page.locator(LIST)

    await tab.see(
        place.evaluate(
            "(list) => { const go = () => { list.scrollTop = list.scrollHeight;"
            " requestAnimationFrame(go); }; go(); }"
        )
    )

    await has_rows(tab, 20_000)
    pages = [url for url in asked if "before=" in url]
    assert len(pages) < 40
