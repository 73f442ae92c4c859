"""What is there no more leaves nothing on the page that could still be pressed."""

import pytest
from playwright.async_api import expect

from tests.edge.conftest import KEY, OTHER_KEY, Running
from tests.edge.room.browser import Tab
from tests.edge.room.conftest import Visit
from tests.edge.room.test_pages import LIST, has_rows

pytestmark = pytest.mark.browser

ACTS = ".detail .acts"


async def _says_gone(tab: Tab, what: str, why: str) -> None:
    await tab.shows(".detail [role=status]", f"{what} is not there, or no longer.")
    await tab.shows(".detail [role=status]", why)
    await tab.counts(ACTS, 0)


async def test_a_job_that_was_deleted_is_gone_from_list_and_detail(
    server: Running, visit: Visit
) -> None:
    kept, job = await server.draw(), await server.draw()
    tab = await visit(server, f"#/jobs/sketch.main/sketch/{job}")
    await tab.counts(ACTS, 1)
    await has_rows(tab, 2)

    await server.ask("DELETE", f"/jobs/{job}")

    await _says_gone(tab, "This job", "It was deleted")
    await has_rows(tab, 1)
    await tab.shows(f"{LIST} .row[aria-rowindex='2']", kept)


async def test_with_its_space_a_job_is_gone(server: Running, visit: Visit) -> None:
    job = await server.draw()
    await server.draw(OTHER_KEY)
    tab = await visit(server, f"#/jobs/sketch.main/sketch/{job}")
    await has_rows(tab, 3)

    await server.ask("DELETE", "/spaces/sketch.main")

    await _says_gone(tab, "This job", "or with its space")
    await has_rows(tab, 2)


async def test_with_its_space_an_exchange_is_gone(
    server: Running, visit: Visit
) -> None:
    await server.draw()
    await server.draw(OTHER_KEY)
    tab = await visit(server, "#/exchanges/1")
    await has_rows(tab, 2)

    await server.ask("DELETE", "/spaces/sketch.main")

    await _says_gone(tab, "This exchange", "its space was deleted")
    await has_rows(tab, 1)
    await tab.click("button", "Back to the list")
    await tab.counts(".detail", 0)


async def test_a_webhook_of_a_space_that_began_anew_is_gone(
    filled: Running, visit: Visit
) -> None:
    (one,) = (await filled.get("/deliveries"))["deliveries"]
    tab = await visit(filled, f"#/deliveries/sketch.main/{one['id']}")
    await tab.counts(ACTS, 1)

    await filled.post("/spaces/sketch.main/reset")

    await _says_gone(tab, "This delivery", "deleted or begun anew")
    await tab.shows(LIST, "Nothing has been sent that fits.")


async def test_another_server_in_its_place_has_a_world_of_its_own(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    tab = await visit(server, f"#/jobs/sketch.main/sketch/{job}")
    await has_rows(tab, 1)
    held = await tab.holds("**/api/events?*")
    server.instance.control.hub.close()
    route = await held
    # What is started again has nothing of what was, and has been up for less long.
    server.instance.control.started_s += 3600.0
    server.instance.services.spaces.delete("sketch.main")
    server.instance.services.journal.clear()

    await tab.see(route.continue_())

    await _says_gone(tab, "This job", "or the server was started anew")
    await tab.shows(LIST, "No job fits.")


async def test_who_reads_further_down_goes_on_reading_the_same_line(
    server: Running, visit: Visit
) -> None:
    for _ in range(3):
        await server.draw()
    for _ in range(200):
        await server.client.get("/sketch/drawings/none", headers={"X-Sketch-Key": KEY})
    tab = await visit(server, "#/exchanges")
    await has_rows(tab, 100)
    place = tab.page.locator(LIST)
    await tab.see(place.evaluate("(list) => list.scrollTop = 60 * 28"))
    row = tab.page.locator(f"{LIST} [data-key='143']")
    await tab.is_seen(row)
    before = await tab.see(row.bounding_box())

    for _ in range(30):
        await server.draw()

    await tab.see(expect(place).to_have_attribute("aria-rowcount", "131"))
    assert await tab.see(row.bounding_box()) == before
