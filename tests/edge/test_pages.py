"""The landing page: its files, its headers, and what a real browser shows of it."""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from aiohttp import ClientSession

from mockserver.providers.provider import Provider
from tests.edge.browser import Page, launch, tab
from tests.edge.conftest import KEY, Running, Serve

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
STATIC = files("mockserver.edge") / "static"
FILES = sorted(
    str(path.relative_to(str(STATIC)))
    for path in Path(str(STATIC)).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg"}
)
OURS = [name for name in FILES if not name.startswith("vendor/")]
SCRIPTS = [name for name in OURS if name.endswith(".js")]
EVIL = '<img src=x onerror="document.title=666">'
JOBS = "[...document.querySelectorAll('[aria-label=Jobs] .rows .row[data-key]')]"
IS_LIVE = "document.querySelector('.live.live')"

browses = pytest.mark.browser
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not on the PATH"
)


async def test_the_root_leads_to_the_page(server: Running) -> None:
    response = await server.client.get("/", allow_redirects=False)

    assert response.status == 302
    assert response.headers["Location"] == "/_mock/"


async def test_the_prefix_without_slash_leads_to_the_page(server: Running) -> None:
    response = await server.client.get("/_mock", allow_redirects=False)

    assert (response.status, response.headers["Location"]) == (302, "/_mock/")


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/_mock/", "text/html"),
        ("/_mock/static/style/frame.css", "text/css"),
        ("/_mock/static/room/main.js", "text/javascript"),
        ("/_mock/static/vendor/LICENSES.txt", "text/plain"),
        ("/_mock/static/icon.svg", "image/svg+xml"),
    ],
)
async def test_files_have_their_type_and_may_run_nothing_foreign(
    server: Running, path: str, content_type: str
) -> None:
    response = await server.client.get(path)

    assert response.status == 200
    assert response.headers["Content-Type"] == f"{content_type}; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_an_unchanged_file_is_not_sent_twice(server: Running) -> None:
    first = await server.client.get("/_mock/static/room/main.js")

    again = await server.client.get(
        "/_mock/static/room/main.js", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status, await again.read()) == (304, b"")


async def test_the_page_is_not_shown_by_foreign_names(server: Running) -> None:
    response = await server.client.get("/_mock/", headers={"Host": "evil.example"})

    assert response.status == 403


async def test_the_page_itself_needs_no_token(serve: Serve) -> None:
    server = await serve(control_token="a-token")

    response = await server.client.get("/_mock/")

    assert response.status == 200


@pytest.mark.parametrize("name", OURS)
def test_files_ask_nobody_else_for_anything(name: str) -> None:
    text = (STATIC / name).read_text("utf-8")

    foreign = set(re.findall(r"https?://[^\s\"'`)]+", text))

    assert foreign <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_written_as_markup_by_a_script(name: str) -> None:
    script = (STATIC / name).read_text("utf-8")

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|dangerously|\beval\b", script
    )


def test_markup_holds_no_script_and_no_style() -> None:
    markup = (STATIC / "index.html").read_text("utf-8")

    assert not re.search(r"<style|\son\w+=|\sstyle=|<script>", markup)


Browse = Callable[..., Awaitable[Page]]


@pytest.fixture
async def browse(tmp_path: Path) -> AsyncIterator[Browse]:
    """Return a function that opens a server's page in Chromium."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        process, address = await launch(str(CHROMIUM), tmp_path / "profile")
        stack.push_async_callback(process.wait)
        stack.callback(process.kill)

        async def opened(
            server: Running,
            where: str = "",
            *,
            width: int = 1280,
            scheme: str = "light",
        ) -> Page:
            page = await tab(session, address)
            url = f"{server.client.make_url('/_mock/')}{where}"
            await page.open(url, width=width, scheme=scheme)
            return page

        yield opened


def test_what_is_loaded_is_there() -> None:
    named = {
        (Path(name).parent / found).as_posix()
        for name in SCRIPTS
        for found in re.findall(r'from "(\.[^"]+)"', (STATIC / name).read_text("utf-8"))
    }

    there = {(STATIC / name) for name in FILES}
    assert {Path(str(STATIC / name)).resolve() for name in named} <= {
        Path(str(one)).resolve() for one in there
    }


@browses
@needs_chromium
async def test_an_empty_server_says_how_to_begin_and_turns_into_the_tool(
    server: Running, browse: Browse
) -> None:
    page = await browse(server)
    await page.wait_for(IS_LIVE)

    base = str(server.client.make_url("/sketch"))
    text = await page.wait_for("document.querySelector('.start .scroll')?.innerText")
    job = await server.draw()
    await page.wait_for(f"{JOBS}.length === 1")

    assert f"curl {base}/drawings -H 'X-Sketch-Key: {KEY}'" in text
    assert f"MOCKSERVER_SKETCH_URL={base}" in text
    assert job in await page.run(f"{JOBS}[0].innerText")
    assert page.errors == []


@browses
@needs_chromium
async def test_a_job_moves_without_a_reload(server: Running, browse: Browse) -> None:
    job = await server.draw()
    page = await browse(server, "#/jobs/sketch.main/sketch/" + job)
    await page.wait_for(IS_LIVE)
    before = await page.wait_for("document.querySelector('.detail .badge')?.innerText")

    await server.post("/clock/advance", {"by": "15s"})
    await page.wait_for(
        "document.querySelector('.detail .badge').innerText === 'drawing'"
    )
    await page.wait_for(f"{JOBS}[0].innerText.includes('drawing')")

    assert before == "waiting"
    assert "25" in await page.run(f"{JOBS}[0].innerText")
    assert page.errors == []


@browses
@needs_chromium
async def test_a_button_fails_a_job_in_the_providers_way(
    server: Running, browse: Browse
) -> None:
    job = await server.draw()
    page = await browse(server, "#/jobs/sketch.main/sketch/" + job)
    await page.wait_for("document.querySelector('.detail .acts')")

    await page.run(
        "[...document.querySelectorAll('.detail button')]"
        ".find((one) => one.innerText === 'Fail').click()"
    )
    await page.wait_for("document.querySelector('.detail .badge').innerText === 'torn'")

    assert await page.run("document.querySelector('.problem').innerText") == "paper-jam"


@browses
@needs_chromium
async def test_what_users_and_providers_say_is_never_markup(
    serve: Serve, sketch: Provider, browse: Browse
) -> None:
    server = await serve(
        provider=replace(sketch, title=EVIL, start=EVIL, clients={EVIL: EVIL})
    )
    job = await server.draw()
    await server.post(f"/jobs/{job}/fail", {"error": f'"{EVIL}"'})

    page = await browse(server, "#/jobs/sketch.main/sketch/" + job)
    said = await page.wait_for("document.querySelector('.problem')?.textContent")

    assert EVIL in said
    assert EVIL in await page.run("document.querySelector('.side').textContent")
    assert await page.run("document.querySelectorAll('img[src=x]').length") == 0
    assert await page.run("document.title") == "video-mockserver"
    assert page.errors == []


@browses
@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["jobs", "exchanges", "time", "start", "scenarios"])
async def test_a_narrow_screen_needs_no_sideways_scrolling(
    filled: Running, browse: Browse, view: str, scheme: str
) -> None:
    page = await browse(filled, f"#/{view}", width=400, scheme=scheme)
    await page.wait_for("document.querySelector('main .middle')")

    width = await page.run("document.documentElement.scrollWidth")
    ground = await page.run("getComputedStyle(document.body).backgroundColor")

    assert width <= 400
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 27)"}[scheme]


@browses
@needs_chromium
async def test_a_token_is_asked_for_and_then_used(serve: Serve, browse: Browse) -> None:
    server = await serve(control_token="the-token")
    page = await browse(server)
    await page.wait_for("document.querySelector('.login')")
    hidden = await page.run("document.querySelector('main') === null")

    await page.run(
        "document.querySelector('#token').value = 'the-token';"
        "document.querySelector('.login button').click()"
    )
    await page.wait_for(IS_LIVE)

    assert hidden is True
    assert await page.run("document.querySelector('main') !== null") is True


@browses
@needs_chromium
@pytest.mark.ffmpeg
async def test_a_finished_jobs_clip_plays(browse: Browse, serve_real: Serve) -> None:
    server = await serve_real()
    provider = (await server.get("/providers"))["providers"][0]
    assert provider["slug"] == "digitalcarbon"
    await server.client.post(
        "/digitalcarbon/v1-beta/generate-video",
        headers={"X-API-Key": provider["credential"]["api_key"]},
        json={
            "files": [{"url": "https://example.com/image1.jpg"}],
            "template_params": {"template_id": "ActiveListing1"},
        },
    )
    await server.post("/clock/advance", {"by": "1h"})

    job = (await server.get("/jobs"))["jobs"][0]
    where = f"#/jobs/{job['space']}/{job['provider']}/{job['id']}"
    page = await browse(server, where)
    await page.wait_for("document.querySelector('video')?.src")
    await page.run("document.querySelector('video').preload = 'auto'")
    duration = await page.wait_for("document.querySelector('video').duration")

    assert duration == pytest.approx(30, abs=0.1)
