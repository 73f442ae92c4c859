"""Who cannot see well, or at all, can use each view: axe finds nothing serious."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients import programs
from tests.deep import some
from tests.edge.conftest import KEY, Running
from tests.edge.room.browser import Tab
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser

# Each view, and what there is once it is drawn; a singular is that of one thing.
VIEWS = {
    "jobs": ".list .badge",
    "job": ".detail .lanes",
    "exchanges": ".list .row[data-key]",
    "exchange": ".detail .body",
    "deliveries": ".list .badge",
    "delivery": ".detail .attempts",
    "findings": ".list .badge",
    "finding": ".detail .said",
    "scenarios": ".library .row-button",
    "scenario": ".detail pre",
    "scenarios/new": ".compose textarea",
    "time": ".clock .big",
    "start": ".command",
}

# One width of every third view, in turns, in a plain run; both of each in a deep one.
CASES = [
    (view, width)
    for number, view in enumerate(VIEWS)
    for width in ((1280, 400) if number % 2 == 0 else (400, 1280))
]


@pytest.fixture
async def busy(filled: Running) -> Running:
    """Return a server that has something for each view."""
    job = await filled.draw()
    for _ in range(3):
        await filled.look(job)
    await filled.post(f"/jobs/{job}/fail")
    await filled.client.get("/sketch/nowhere", headers={"X-Sketch-Key": KEY})
    await filled.post("/faults", {"scenario": "status-blips"})
    return filled


async def _where(server: Running, view: str) -> str:
    """Return the address of a view; a singular is that of one thing in it."""
    if view == "job":
        job = (await server.get("/jobs", phase="failed"))["jobs"][0]
        return f"jobs/sketch.main/sketch/{job['id']}"
    if view == "delivery":
        (delivery,) = (await server.get("/deliveries"))["deliveries"]
        return f"deliveries/sketch.main/{delivery['id']}"
    places = {
        "exchange": "exchanges/1",
        "finding": "findings",
        "scenario": "scenarios/status-blips",
    }
    return places.get(view, view)


@pytest.mark.parametrize(("view", "width"), some(CASES, of=6))
async def test_axe_finds_nothing_serious(
    busy: Running, visit: Visit, view: str, width: int
) -> None:
    axe = programs.file("axe-core", "axe.min.js").read_text("utf-8")
    tab = await visit(busy, f"#/{await _where(busy, view)}", width=width)
    if view == "finding":
        await tab.see(tab.page.locator(".list .row[data-key]").first.click())
    await tab.see(tab.page.locator(VIEWS[view]).first.wait_for())
    await tab.see(tab.page.evaluate(axe))

    light = await _found(tab)
    await tab.see(tab.page.emulate_media(color_scheme="dark"))
    dark = await _found(tab)

    assert [*_serious(light), *_serious(dark)] == []


async def _found(tab: Tab) -> list[dict[str, Any]]:
    result = await tab.value("axe.run(document, { resultTypes: ['violations'] })")
    assert len(result["passes"]) > 5
    violations: list[dict[str, Any]] = result["violations"]
    return violations


def _serious(violations: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is wrong, and where; a sentence each."""
    for one in violations:
        if one["impact"] in {"serious", "critical"}:
            for node in one["nodes"]:
                yield f"{one['id']}: {node['html'][:200]}: {node['failureSummary']}"


async def test_axe_would_find_what_is_wrong(server: Running, visit: Visit) -> None:
    axe = programs.file("axe-core", "axe.min.js").read_text("utf-8")
    tab = await visit(server)
    await tab.see(tab.page.evaluate(axe))

    await tab.value("document.querySelector('main').append(new Image())")

    assert [one.split(":")[0] for one in _serious(await _found(tab))] == ["image-alt"]
