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
FILES = ("index.html", "page.css", "page.js", "icon.svg")
EVIL = '<img src=x onerror="document.title=666">'
JOBS = "[...document.querySelectorAll('.job')]"

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
        ("/_mock/static/page.css", "text/css"),
        ("/_mock/static/page.js", "text/javascript"),
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
    first = await server.client.get("/_mock/static/page.js")

    again = await server.client.get(
        "/_mock/static/page.js", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status, await again.read()) == (304, b"")


async def test_the_page_is_not_shown_by_foreign_names(server: Running) -> None:
    response = await server.client.get("/_mock/", headers={"Host": "evil.example"})

    assert response.status == 403


async def test_the_page_itself_needs_no_token(serve: Serve) -> None:
    server = await serve(control_token="a-token")

    response = await server.client.get("/_mock/")

    assert response.status == 200


@pytest.mark.parametrize("name", FILES)
def test_files_ask_nobody_else_for_anything(name: str) -> None:
    text = (STATIC / name).read_text("utf-8")

    foreign = set(re.findall(r"https?://[^\s\"'`)]+", text))

    assert foreign <= {"http://www.w3.org/2000/svg"}


def test_nothing_is_written_as_markup_by_the_script() -> None:
    script = (STATIC / "page.js").read_text("utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b", script)


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
            server: Running, *, width: int = 1100, scheme: str = "light"
        ) -> Page:
            page = await tab(session, address)
            url = str(server.client.make_url("/_mock/"))
            await page.open(url, width=width, scheme=scheme)
            return page

        yield opened


@browses
@needs_chromium
async def test_an_empty_server_says_how_to_begin(
    server: Running, browse: Browse
) -> None:
    page = await browse(server)

    await page.wait_for("document.querySelector('.live.on')")

    base = str(server.client.make_url("/sketch"))
    text = await page.run("document.querySelector('main').innerText")
    assert base in text
    assert f"curl {base}/drawings -H 'X-Sketch-Key: {KEY}'" in text
    assert f"MOCKSERVER_SKETCH_URL={base}" in text
    assert f"set SKETCH_URL={base} and SKETCH_SECRET=sketch-test-secret" in text
    assert "No jobs yet" in text
    assert page.errors == []


@browses
@needs_chromium
async def test_a_job_appears_and_moves_without_a_reload(
    server: Running, browse: Browse
) -> None:
    page = await browse(server)
    await page.wait_for("document.querySelector('.live.on')")

    job = await server.draw()
    await page.wait_for(f"{JOBS}.length === 1")
    first = await page.run(f"{JOBS}[0].innerText")
    await server.post("/clock/advance", {"by": "15s"})
    await page.wait_for("document.querySelector('.badge').innerText === 'drawing'")
    second = await page.run(f"{JOBS}[0].innerText")

    assert job in first
    assert "waiting" in first
    assert "25 %" in second
    assert page.errors == []


@browses
@needs_chromium
async def test_buttons_move_time(server: Running, browse: Browse) -> None:
    await server.draw()
    page = await browse(server)
    await page.wait_for("document.querySelector('.live.on')")

    await page.run(
        "[...document.querySelectorAll('.space button')]"
        ".find((one) => one.innerText === '+1 min').click()"
    )
    await page.wait_for("document.querySelector('.badge').innerText === 'drawn'")

    clocks = (await server.get("/clock"))["clocks"]
    assert [clock["now"] for clock in clocks] == ["2030-01-01T00:01:00.000Z"]
    assert page.errors == []


@browses
@needs_chromium
async def test_a_failed_job_tells_its_problem(server: Running, browse: Browse) -> None:
    await server.draw()
    page = await browse(server)
    await page.wait_for("document.querySelector('.live.on')")

    await page.run(
        "[...document.querySelectorAll('.job button')]"
        ".find((one) => one.innerText === 'Fail').click()"
    )
    await page.wait_for("document.querySelector('.badge').innerText === 'torn'")

    assert "paper-jam" in await page.run(f"{JOBS}[0].innerText")


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
    await server.post("/spaces", {"name": "a-space"})

    page = await browse(server)
    await page.wait_for("document.querySelector('.problem').innerText.length > 0")

    assert EVIL in await page.run("document.querySelector('.problem').textContent")
    assert await page.run("document.querySelectorAll('img[src=x]').length") == 0
    assert await page.run("document.title") == "video-mockserver"
    assert page.errors == []


@browses
@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_screen_needs_no_sideways_scrolling(
    filled: Running, browse: Browse, scheme: str
) -> None:
    page = await browse(filled, width=400, scheme=scheme)
    await page.wait_for(f"{JOBS}.length === 1")

    width = await page.run("document.documentElement.scrollWidth")
    ground = await page.run("getComputedStyle(document.body).backgroundColor")

    assert width <= 400
    assert ground == {"light": "rgb(245, 246, 250)", "dark": "rgb(16, 19, 28)"}[scheme]


@browses
@needs_chromium
async def test_a_token_is_asked_for_and_then_used(serve: Serve, browse: Browse) -> None:
    server = await serve(control_token="the-token")
    page = await browse(server)
    await page.wait_for("!document.querySelector('#login').hidden")
    hidden = await page.run("document.querySelector('main').hidden")

    await page.run(
        "document.querySelector('#token').value = 'the-token';"
        "document.querySelector('#login button').click()"
    )
    await page.wait_for("document.querySelector('.live.on')")

    assert hidden is True
    assert await page.run("document.querySelector('main').hidden") is False


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

    page = await browse(server)
    await page.wait_for("document.querySelector('video')?.src")
    await page.run("document.querySelector('video').preload = 'auto'")
    duration = await page.wait_for("document.querySelector('video').duration")

    assert duration == pytest.approx(30, abs=0.1)
