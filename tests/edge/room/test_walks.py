"""Walks through the room: searching, links and the way back, and the keyboard alone."""

import json
import re

import pytest
from playwright.async_api import expect

from mockserver.engine.jobs import Request
from mockserver.engine.timeline import Phase, Step, Timeline
from tests.deep import first
from tests.edge.conftest import OTHER_KEY, Running
from tests.edge.room.browser import TWO_FRAMES
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser

ROWS = ".list .row[data-key]"
LISTED = "Number(document.querySelector('[aria-label=Jobs].list').ariaRowCount)"


async def test_a_search_asks_the_server_and_stands_in_the_address(
    server: Running, visit: Visit
) -> None:
    await server.draw(what="lighthouse")
    other = await server.draw(what="windmill")
    tab = await visit(server)
    await tab.counts(ROWS, 2)

    await tab.see(tab.page.get_by_label("Filter by text").fill("WINDMILL"))
    await tab.counts(ROWS, 1)

    await tab.shows(ROWS, other)
    await tab.see(expect(tab.page).to_have_url(re.compile("text=WINDMILL")))


async def test_what_arrives_during_a_search_is_listed_if_it_fits(
    server: Running, visit: Visit
) -> None:
    await server.draw(what="lighthouse")
    tab = await visit(server, "#/exchanges?text=windmill")
    await tab.shows("main", "No call fits")

    await server.draw(what="lighthouse")
    await server.draw(what="windmill")

    await tab.shows(ROWS, "windmill")
    await tab.counts(ROWS, 1)


async def test_filters_by_space_provider_state_and_errors(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    await server.draw(OTHER_KEY)
    await server.post(f"/jobs/{job}/fail")
    tab = await visit(server, "#/jobs?provider=sketch")
    await tab.counts(ROWS, 3)

    await tab.see(tab.page.get_by_label("errors only").check())
    await tab.counts(ROWS, 1)
    await tab.shows(ROWS, job)
    await tab.see(tab.page.get_by_label("errors only").uncheck())
    await tab.see(tab.page.get_by_label("State", exact=True).select_option("drawn"))
    await tab.counts(ROWS, 1)
    await tab.shows(ROWS, "framed")


async def test_a_link_opens_what_it_names_and_back_leads_back(
    filled: Running, visit: Visit
) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]
    tab = await visit(filled, f"#/jobs/sketch.main/sketch/{job['id']}")
    await tab.shows(".detail h2", job["id"])

    await tab.see(tab.page.locator(".detail .calls a").first.click())
    await tab.shows(".detail h2", "/sketch/drawings")
    linked = tab.page.url
    await tab.see(tab.page.go_back())
    await tab.shows(".detail h2", job["id"])
    again = await visit(filled, linked.split("/_mock/")[1])

    await again.shows(".detail h2", "/sketch/drawings")


async def test_the_keyboard_is_enough(server: Running, visit: Visit) -> None:
    for what in ("first", "second", "third"):
        await server.draw(what=what)
    jobs = [job["id"] for job in (await server.get("/jobs"))["jobs"]]
    tab = await visit(server)
    await tab.counts(ROWS, 3)

    await tab.press("j")
    await tab.shows(".detail h2", jobs[0])
    await tab.press("j j")
    await tab.shows(".detail h2", jobs[2])
    await tab.press("k")
    await tab.shows(".detail h2", jobs[1])
    await tab.press("Escape")
    await tab.counts(".detail", 0)
    await tab.press("/ s e c")
    await tab.counts(ROWS, 1)
    await tab.press("Escape Enter")
    await tab.shows(".detail h2", jobs[1])


HOLD = """(part) => {
  const real = fetch;
  window.held = [];
  window.fetch = (url, options) => (String(url).includes(part)
    ? new Promise((answer) => held.push(() => answer(real(url, options))))
    : real(url, options));
}"""


@pytest.mark.parametrize("view", ["jobs", "exchanges", "deliveries"])
async def test_what_is_open_stays_until_the_next_has_come(
    server: Running, visit: Visit, view: str
) -> None:
    """Whoever goes down a list sees no blank in between, however slow the answer."""
    for _ in range(2):
        await server.post(f"/jobs/{await server.draw(hook=server.hook)}/finish")
    tab = await visit(server, f"#/{view}?space=sketch.main")
    await tab.counts(ROWS, 2)
    await tab.press("j")
    await tab.see(tab.page.locator(".detail .scroll > *").first.wait_for())
    before = await tab.text(".detail")
    # What is asked for one is told of one: lists have a query behind their name.
    await tab.see(tab.page.evaluate(HOLD, f"api/{view}/"))

    await tab.press("j")
    await tab.see(tab.page.wait_for_function("held.length > 0"))
    meanwhile = await tab.text(".detail")
    url = tab.page.url
    await tab.value("held.forEach((go) => go())")
    await tab.see(
        expect(tab.page.locator(".detail")).not_to_have_text(
            before, use_inner_text=True
        )
    )

    # A job goes on while one looks: its lanes may have moved.
    assert meanwhile.splitlines()[0] == before.splitlines()[0] != ""
    assert len(meanwhile) > len(before) / 2
    assert tab.page.url == url


async def test_what_is_selected_is_saved_alone(server: Running, visit: Visit) -> None:
    for _ in range(6):
        await server.draw()
    tab = await visit(server, "#/exchanges")
    await tab.counts(ROWS, 6)

    async def saved() -> list[int]:
        async with tab.page.expect_download() as told:
            await tab.page.get_by_role("button", name="HAR", exact=True).click()
        path = await (await told.value).path()
        entries = json.loads(path.read_text())["log"]["entries"]
        return [entry["_number"] for entry in entries]

    everything = await tab.see(saved())
    await tab.see(tab.page.get_by_label("Select 2").click())
    await tab.see(tab.page.get_by_label("Select 4").click(modifiers=["Shift"]))
    await tab.counts(".detail", 0)
    await tab.press("j x")
    await tab.shows(".filters", "4 selected")
    some = await tab.see(saved())
    await tab.press("x")
    await tab.shows(".filters", "3 selected")
    await tab.see(tab.page.locator(".filters .chip").click())

    assert everything == [1, 2, 3, 4, 5, 6]
    assert some == [2, 3, 4, 6]
    await tab.counts(".filters .chip", 0)


async def test_a_question_mark_tells_the_keys(server: Running, visit: Visit) -> None:
    tab = await visit(server)

    await tab.press("?")
    await tab.shows("[role=dialog]", "filter by text")
    await tab.press("Escape")

    await tab.counts("[role=dialog]", 0)


async def test_a_narrow_screen_shows_one_column_at_a_time(
    filled: Running, visit: Visit
) -> None:
    tab = await visit(filled, width=400)
    row = tab.page.locator(ROWS).first
    await tab.counts(ROWS, 1)

    await tab.is_unseen(tab.page.locator(".side"))
    await tab.see(row.click())
    await tab.counts(".detail .lanes", 1)
    await tab.is_unseen(row)
    await tab.click("button", "Close")
    await tab.click("button", "What to look at")
    await tab.is_seen(tab.page.locator(".side"))
    await tab.is_unseen(row)


@pytest.mark.parametrize("scheme", first(["light", "dark"]))
@pytest.mark.parametrize("width", [400, 1280])
async def test_nothing_has_to_be_scrolled_sideways(
    filled: Running, visit: Visit, width: int, scheme: str
) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]
    tab = await visit(filled, width=width, scheme=scheme)

    widths = {}
    for view in (
        f"jobs/sketch.main/sketch/{job['id']}", "exchanges/1", "exchanges",
        "deliveries", "findings", "scenarios", "scenarios/new", "time", "start",
    ):  # fmt: skip
        await tab.look_at(f"#/{view}")
        widths[view] = await tab.value("document.documentElement.scrollWidth")

    assert {view: at for view, at in widths.items() if at > width} == {}


async def test_a_list_of_any_length_draws_what_is_in_sight(
    server: Running, visit: Visit
) -> None:
    """Ten thousand jobs are paged as one scrolls, and never all of them are there."""
    await server.draw()
    space = server.instance.services.spaces.find("sketch.main")
    assert space is not None
    timeline = Timeline((Step("drawn", Phase.SUCCEEDED),))
    for number in range(10_000):
        space.jobs("sketch").submit(Request("draw", {"number": number}, timeline))
    tab = await visit(server)
    rows = tab.page.locator(ROWS)
    table = tab.page.locator("[aria-label=Jobs].list")
    await tab.see(rows.first.wait_for())
    asked: list[str] = []
    await tab.hears("request", lambda request: asked.append(request.url))

    first = await tab.see(rows.count())
    await tab.see(tab.page.mouse.move(500, 400))
    for _ in range(5):
        listed = await tab.value(LISTED)
        await tab.see(tab.page.mouse.wheel(0, 28 * listed))
        more = re.compile(rf"^(?!{listed}$)")
        await tab.see(expect(table).to_have_attribute("aria-rowcount", more))
    later = await tab.see(rows.count())
    listed = await tab.value(LISTED)

    pages = [url for url in asked if "/jobs?" in url and "after=" in url]
    assert first < 100
    assert later < 100
    assert 5 <= len(pages) < 20
    assert 500 < listed < 2000


async def test_whoever_is_at_the_end_before_an_answer_gets_what_follows(
    server: Running, visit: Visit
) -> None:
    for _ in range(250):
        await server.client.get("/sketch/nowhere")
    tab = await visit(server, "#/exchanges?text=nowhere")
    table = tab.page.locator("[aria-label=Exchanges].list")
    await tab.see(expect(table).to_have_attribute("aria-rowcount", "101"))
    held = await tab.holds("**/exchanges/brief?*text=nowhere&limit=100")
    await server.client.get("/sketch/elsewhere")
    route = await held
    await tab.see(table.evaluate("(list) => list.scrollTop = list.scrollHeight"))
    await tab.value(TWO_FRAMES)
    await tab.see(route.continue_())

    await tab.see(expect(table).to_have_attribute("aria-rowcount", "201"))


async def test_rows_stay_where_they_are_read_when_others_come(
    server: Running, visit: Visit
) -> None:
    for _ in range(120):
        await server.client.get("/sketch/nowhere")
    tab = await visit(server, "#/exchanges")
    await tab.see(tab.page.locator(ROWS).first.wait_for())
    await tab.see(tab.page.locator(".list").evaluate("(list) => list.scrollTop = 900"))
    place = f"{ROWS}[data-key='80']"
    await tab.see(tab.page.locator(place).wait_for())
    before = await tab.see(tab.page.locator(place).bounding_box())

    await server.client.get("/sketch/nowhere")
    counted = expect(tab.page.locator(".list"))
    await tab.see(counted.to_have_attribute("aria-rowcount", re.compile("102|122")))

    assert before is not None
    assert await tab.see(tab.page.locator(place).bounding_box()) == before
