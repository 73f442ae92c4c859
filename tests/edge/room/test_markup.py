"""What clients and providers say is text everywhere, never markup."""

import json
from dataclasses import replace

import pytest

from mockserver.providers.provider import Provider, Trial
from tests.edge.conftest import KEY, Serve
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser

EVIL = '<img src=x onerror="document.title=666">'
SCENARIO = {
    "scenario": "evil",
    "about": EVIL,
    "rules": [
        {
            "name": "r",
            "on": {"operation": "look"},
            "fault": {"kind": "error", "status": 503},
        }
    ],
}


async def test_evil_text_in_every_field_stays_text(
    serve: Serve, sketch: Provider, visit: Visit
) -> None:
    evil = (Trial(about=EVIL, path=f"/{EVIL}", headers={"X-Evil": EVIL}, saves=EVIL),)
    server = await serve(
        provider=replace(sketch, title=EVIL, start=evil, clients={EVIL: EVIL})
    )
    answer = await server.client.post(
        "/sketch/drawings",
        params={"hook": f"{server.hook}?{EVIL}", EVIL: EVIL},
        headers={"X-Sketch-Key": KEY, "X-Evil": EVIL},
        data=json.dumps({EVIL: EVIL, "deep": [{EVIL: [EVIL]}]}),
    )
    job = (await answer.json())["id"]
    await server.client.get(f"/sketch/{EVIL}", headers={"X-Sketch-Key": KEY})
    await server.client.post(
        "/sketch/drawings", headers={"X-Sketch-Key": KEY}, data=f"<a>{EVIL}</a>"
    )
    await server.client.post(
        "/sketch/drawings",
        headers={"X-Sketch-Key": KEY},
        data={EVIL: EVIL},
    )
    await server.post(f"/jobs/{job}/finish")
    other = await server.draw()
    await server.post(f"/jobs/{other}/fail", {"error": f'"{EVIL}"'})
    await server.post(
        "/credentials/label", {"provider": "sketch", "key": KEY, "label": EVIL}
    )
    await server.post("/faults", {"scenario": SCENARIO})
    (delivery,) = (await server.get("/deliveries"))["deliveries"]
    numbers = [one["number"] for one in (await server.get("/exchanges"))["exchanges"]]

    tab = await visit(server)
    seen = ""
    for view in (
        "start", "jobs", f"jobs/sketch.main/sketch/{job}", "exchanges",
        f"jobs/sketch.main/sketch/{other}", *(f"exchanges/{one}" for one in numbers),
        "deliveries", f"deliveries/sketch.main/{delivery['id']}", "findings",
        "scenarios", "time", f"jobs?text={EVIL}", f"jobs/{EVIL}/{EVIL}/{EVIL}",
        f"exchanges/{EVIL}", f"scenarios/{EVIL}", f"{EVIL}/{EVIL}", "jobs/%E0%A4%A",
    ):  # fmt: skip
        await tab.look_at(f"#/{view}")
        for tabs in await tab.see(tab.page.locator("[role=tab]").all()):
            await tab.see(tabs.dispatch_event("click"))
        for opened in await tab.see(tab.page.locator("summary").all()):
            await tab.see(opened.dispatch_event("click"))
        seen += await tab.value("document.body.textContent")

    assert seen.count(EVIL) > 20
    assert await tab.value("document.querySelectorAll('img[src=x]').length") == 0
    assert await tab.value("document.title") == "video-mockserver"
