"""A job's life: drawn as lanes, moved forward, ended as the provider does, played."""

import pytest

from tests.clients import programs
from tests.edge.conftest import KEY, Running, Serve
from tests.edge.room.browser import Tab
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser

HANDLE = ".lanes .now"
BADGE = ".detail header .badge"


def _at(job: str, provider: str = "sketch") -> str:
    return f"#/jobs/{provider}.main/{provider}/{job}"


async def _draw_time_forward(tab: Tab) -> None:
    """Take the handle of now with the mouse, and let it go at the right end."""
    handle = tab.page.locator(HANDLE)
    plot = await tab.see(tab.page.locator(".lanes .plot").bounding_box())
    at = await tab.see(handle.bounding_box())
    assert plot is not None
    assert at is not None
    mouse = tab.page.mouse
    await tab.see(mouse.move(at["x"] + at["width"] / 2, at["y"] + 8))
    await tab.see(mouse.down())
    await tab.see(mouse.move(plot["x"] + plot["width"] * 0.7, at["y"] + 8, steps=4))
    await tab.see(mouse.move(plot["x"] + plot["width"] * 0.97, at["y"] + 8, steps=4))
    await tab.see(mouse.up())


async def test_a_job_is_told_as_it_moves(server: Running, visit: Visit) -> None:
    job = await server.draw()
    tab = await visit(server)
    row = f"[aria-label=Jobs] .row:has-text('{job}')"
    await tab.shows(row, "waiting")

    await server.post("/clock/advance", {"by": "15s"})

    await tab.shows(row, "drawing")
    await tab.shows(row, "25")


async def test_time_drawn_forward_is_confirmed_and_ends_the_job(
    server: Running, visit: Visit
) -> None:
    job = await server.draw(hook=server.hook)
    tab = await visit(server, _at(job))
    await tab.shows(BADGE, "waiting")

    await _draw_time_forward(tab)
    await tab.shows(".ahead", "drawn")
    before = (await server.get("/clock"))["clocks"][0]["now"]
    await tab.click("button", "Move")
    await tab.shows(BADGE, "drawn")

    assert before == "2030-01-01T00:00:00.000Z"
    assert (await server.get(f"/jobs/{job}"))["phase"] == "succeeded"
    assert server.received == [("/hook", b"{}")]
    await tab.counts(".lanes .dot.good", 2)


async def test_time_can_be_left_where_it_is(server: Running, visit: Visit) -> None:
    job = await server.draw()
    tab = await visit(server, _at(job))
    await tab.shows(BADGE, "waiting")

    await _draw_time_forward(tab)
    await tab.click("button", "Leave it")
    await tab.counts(".ahead", 0)

    assert (await server.get("/clock"))["clocks"][0]["now"].endswith("00:00:00.000Z")


async def test_the_handle_moves_by_keys(server: Running, visit: Visit) -> None:
    job = await server.draw()
    tab = await visit(server, _at(job))

    await tab.see(tab.page.locator(HANDLE).focus())
    await tab.press("End")
    await tab.shows(".ahead", "drawn")
    await tab.click("button", "Move")

    await tab.shows(BADGE, "drawn")


async def test_polls_and_faults_are_on_the_lanes(server: Running, visit: Visit) -> None:
    job = await server.draw()
    await server.look(job)
    rule = {"on": {"operation": "look"}, "fault": {"kind": "error", "status": 503}}
    await server.post("/faults", {"scenario": {"scenario": "refused", "rules": [rule]}})
    tab = await visit(server, _at(job))
    await tab.counts(".lanes .dot", 2)

    await server.client.get(f"/sketch/drawings/{job}", headers={"X-Sketch-Key": KEY})

    await tab.counts(".lanes .dot.bad", 1)
    await tab.see(tab.page.locator(".lanes .dot.bad").click())
    await tab.shows(".detail", "503")


@pytest.mark.parametrize(
    ("button", "state"), [("Finish", "drawn"), ("Next state", "drawing")]
)
async def test_buttons_move_it_on(
    server: Running, visit: Visit, button: str, state: str
) -> None:
    job = await server.draw()
    tab = await visit(server, _at(job))

    await tab.click("button", button)

    await tab.shows(BADGE, state)


async def test_it_fails_with_an_error_of_the_provider(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    tab = await visit(server, _at(job))

    await tab.see(tab.page.get_by_label("How it fails").select_option("paper-jam"))
    await tab.click("button", "Fail")

    await tab.shows(BADGE, "torn")
    await tab.shows(".detail .problem", "paper-jam")
    await tab.shows(".detail .clip", "failed because of paper-jam")


async def test_a_state_is_forced_and_a_job_forgotten(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    tab = await visit(server, _at(job))

    await tab.see(tab.page.get_by_label("State to force").select_option("drawing"))
    await tab.click("button", "Force")
    await tab.shows(BADGE, "drawing")
    await tab.click("button", "Delete")
    await tab.counts("[aria-label=Jobs] .row[data-key]", 0)

    assert (await server.get("/jobs"))["jobs"] == []


async def test_a_job_that_is_not_there_is_told(server: Running, visit: Visit) -> None:
    tab = await visit(server, "#/jobs/sketch.main/sketch/nothing")

    await tab.shows(".detail", "This job is not there, or no longer.")
    await tab.shows(".detail", "found 'nothing'")


@pytest.mark.ffmpeg
async def test_the_clip_of_a_finished_job_plays(
    serve_real: Serve, visit: Visit
) -> None:
    programs.tool("ffmpeg")
    server = await serve_real()
    answer = await server.client.post(
        "/digitalcarbon/v1-beta/generate-video",
        headers={"X-API-Key": "digitalcarbon-test-key"},
        json={
            "files": [{"url": "https://example.com/image1.jpg"}],
            "template_params": {"template_id": "ActiveListing1"},
        },
    )
    job = (await answer.json())["job_id"]
    tab = await visit(server, _at(job, "digitalcarbon"))
    await tab.shows(".detail .clip", "No film yet")

    await _draw_time_forward(tab)
    await tab.click("button", "Move")
    await tab.counts(".detail video.clip", 1)
    await tab.see(
        tab.page.evaluate(
            "async () => { const film = document.querySelector('video.clip');"
            " film.muted = true; await film.play();"
            " while (film.currentTime < 0.3)"
            " await new Promise((go) => film.addEventListener('timeupdate', go,"
            " { once: true })); film.pause(); }"
        )
    )

    assert await tab.value("document.querySelector('video.clip').duration") == (
        pytest.approx(30, abs=0.1)
    )
    exchanges = (await server.get("/exchanges"))["exchanges"]
    assert [one["operation"] for one in exchanges] == ["generate-video"]


async def test_the_menu_of_failures_says_what_each_means(
    server: Running, visit: Visit
) -> None:
    job = await server.draw()
    tab = await visit(server, f"#/jobs/sketch.main/sketch/{job}")
    menu = tab.page.get_by_label("How it fails")

    told = await tab.see(menu.locator("option").all_inner_texts())
    await tab.see(menu.select_option("no-ink"))
    await tab.click("button", "Fail")
    await tab.shows(".detail .problem", "E7")

    assert told == [
        "usual error",
        "paper-jam",
        "no-ink (E7: The ink has run out.)",
    ]
