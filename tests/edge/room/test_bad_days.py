"""Bad days: composed in the form, chosen by name, switched off; and webhooks again."""

import pytest
from playwright.async_api import Locator

from tests.edge.conftest import KEY, Running
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser


async def _status(server: Running, job: str) -> int:
    answer = await server.client.get(
        f"/sketch/drawings/{job}", headers={"X-Sketch-Key": KEY}
    )
    return answer.status


async def test_a_fault_from_the_form_hits_the_next_poll(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    tab = await visit(server, "#/scenarios/new?space=sketch.main")
    form = tab.page.locator(".compose .fields")

    def field(name: str) -> Locator:
        label = form.locator(f"label:has(> span:text-matches('^{name}( \\\\*)?$'))")
        return label.locator("input, select")

    await tab.see(field("what happens").select_option("error"))
    await tab.see(field("status").first.fill("418"))
    await tab.see(field("operation").fill("look"))
    await tab.see(field("nth").fill("1"))
    await tab.shows(".verdict", "It can act")
    await tab.click("button", "Apply")
    await tab.shows(".verdict", "It acts in sketch.main")

    statuses = [await _status(server, job), await _status(server, job)]

    assert statuses == [418, 200]
    await tab.shows(".acting", "of-my-own")
    await tab.shows(".acting thead", "still may")
    await tab.shows(".acting tbody", "always")
    await tab.see(tab.page.get_by_role("button", name="Switch off").click())
    await tab.shows("main", "No scenario acts")
    assert (await server.get("/faults"))["faults"] == []


async def test_the_form_says_how_often(server: Running, visit: Visit) -> None:
    """It offers what the schema knows, and the text beside it can be used."""
    job = await server.draw()
    tab = await visit(server, "#/scenarios/new?space=sketch.main")
    form = tab.page.locator(".compose .fields").first

    def field(name: str) -> Locator:
        label = form.locator(f"label:has(> span:text-is('{name}'))")
        return label.locator("input, select").last

    for name, value in {"operation": "look", "nth": "", "times": "0"}.items():
        await tab.see(field(name).fill(value))
    await tab.shows(
        ".verdict", "rules/0/on/times: found 0, expected a whole number from 1"
    )
    for name, value in {"times": "2", "every": "2", "after": "1"}.items():
        await tab.see(field(name).fill(value))
    await tab.see(field("per").select_option("job"))
    await tab.see(form.locator("summary").click())
    await tab.see(field("header").fill('{"X-Sketch-Key": "sketch-*"}'))
    await tab.shows(".verdict", "It can act")
    text = await tab.see(tab.page.get_by_label("The scenario as YAML").input_value())
    await tab.click("button", "Apply")
    await tab.shows(".verdict", "It acts in sketch.main")

    statuses = [await _status(server, job) for _ in range(6)]

    assert text.splitlines()[2:10] == [
        "  - on:",
        "      operation: look",
        "      times: 2",
        "      every: 2",
        "      after: 1",
        "      per: job",
        "      header:",
        '        X-Sketch-Key: "sketch-*"',
    ]
    assert statuses == [200, 200, 503, 200, 503, 200]


async def test_the_text_is_checked_as_one_types(server: Running, visit: Visit) -> None:
    tab = await visit(server, "#/scenarios/new")
    text = tab.page.get_by_label("The scenario as YAML")
    await tab.see(text.fill("scenario: mine\nrules:\n  - fault: {kind: eror}\n"))

    await tab.shows(".verdict", "found \"eror\", expected 'error'")
    await tab.shows(".marked-line[data-line='3']", "expected 'error'")
    await tab.counts(".marked-line", 1)
    apply = tab.page.get_by_role("button", name="Apply", exact=True)
    assert await tab.see(apply.is_disabled())


async def test_a_ready_made_day_is_applied_to_one_space(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    tab = await visit(server, "#/scenarios/status-blips?space=sketch.main")

    await tab.click("button", "Apply")
    await tab.shows(".detail [role=status]", "It acts in sketch.main")

    faults = (await server.get("/faults"))["faults"]
    assert [(one["scenario"], one["space"]) for one in faults] == [
        ("status-blips", "sketch.main")
    ]
    assert await _status(server, job) in {200, 503}


async def test_a_webhook_is_sent_again(filled: Running, visit: Visit) -> None:
    (delivery,) = (await filled.get("/deliveries"))["deliveries"]
    tab = await visit(filled, f"#/deliveries/sketch.main/{delivery['id']}")
    await tab.counts(".attempts li", 1)
    await tab.shows(".attempts", "thanks")

    await tab.click("button", "Send again")
    await tab.counts(".attempts li", 2)

    assert filled.received == [("/hook", b"{}"), ("/hook", b"{}")]


async def test_time_of_a_space_goes_to_its_next_event(
    server: Running, visit: Visit
) -> None:
    await server.draw()
    tab = await visit(server, "#/time")
    await tab.shows(".clock .coming", "drawing")

    await tab.see(
        tab.page.locator(".clock").get_by_role("button", name="Next event").click()
    )
    await tab.shows(".clock .big", "00:00:10")

    (clock,) = (await server.get("/clock"))["clocks"]
    assert clock["now"] == "2030-01-01T00:00:10.000Z"
