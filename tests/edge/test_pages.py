"""The control room's files and their headers; what a browser shows: see `room`."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from tests.edge.conftest import Running, Serve

STATIC = files("mockserver.edge") / "static"
FILES = sorted(
    str(path.relative_to(str(STATIC)))
    for path in Path(str(STATIC)).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg"}
)
OURS = [name for name in FILES if not name.startswith("vendor/")]
SCRIPTS = [name for name in OURS if name.endswith(".js")]


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
