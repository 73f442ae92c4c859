"""The provider of docs/write-a-provider.md, as it stands there, is one like our own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "write-a-provider.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "example-provider"
CODE = "mockserver_acme/__init__.py"
TOOLS = sorted(
    path.stem
    for path in (ROOT / "mockserver" / "providers" / "wires").glob("*.py")
    if path.stem != "__init__"
)


def files() -> Mapping[str, str]:
    """Return the files of the page, by name; parts of one are two lines apart."""
    parts: dict[str, list[str]] = {}
    for found in re.finditer(
        r'^```\w+ title="([^"]+)"\n(.*?)\n```$', PAGE, re.MULTILINE | re.DOTALL
    ):
        parts.setdefault(found[1], []).append(found[2])
    return {name: "\n\n\n".join(each) + "\n" for name, each in parts.items()}


USE = """
import asyncio, json
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from mockserver.app import build
from mockserver.edge.staging.stage import STAGE
from mockserver.providers import known_slugs
from yarl import URL

KEY = {"Authorization": "Bearer acme-test-key"}
heard = []

async def hook(request):
    heard.append([request.headers["Content-Type"], await request.json()])
    return web.Response(status=500 if len(heard) == 1 else 204)

async def told(response):
    return [response.status, await response.json()]

async def main():
    instance = build(pace="step", auth="strict", checks_replies=True)
    receiver = web.Application()
    receiver.router.add_post("/hook", hook)
    async with (
        TestServer(receiver) as listening,
        TestClient(TestServer(instance.app)) as client,
    ):
        order = {"title": "Hi", "webhook": str(listening.make_url("/hook"))}
        space = instance.services.spaces.open("acme.studio")

        async def make(document=order):
            return await told(
                await client.post("/acme/v1/films", json=document, headers=KEY)
            )

        async def ask(path, method="GET", **headers):
            return await told(
                await client.request(method, path, headers={**KEY, **headers})
            )

        made = await make()
        film = f"/acme/v1/films/{made[1]['id']}"
        seen = [(await ask(film))[1] for _ in range(6)]
        space.clock.advance(1)
        await instance.services.scheduler.settle(space)
        over = heard[:]
        video = await client.get(URL(seen[-1]["url"]).path)
        data = await video.read()

        other = f"/acme/v1/films/{(await make())[1]['id']}"
        cut = await ask(f"{other}/cancel", "POST")
        await instance.services.scheduler.settle(space)
        again = await ask(f"{other}/cancel", "POST")

        frozen = await ask("/v1/films/finished-film", Host="api.acme.example")
        third = f"/acme/v1/films/{(await make())[1]['id']}"
        rule = {"on": {"operation": "film"}, "fault": {"kind": "error", "status": 502}}
        instance.app[STAGE].use([space], {"scenario": "down", "rules": [rule]})
        print(json.dumps({
            "slugs": known_slugs(),
            "made": [made[0], made[1]["state"]],
            "states": [one["state"] for one in seen],
            "over": over,
            "video": [video.status, video.headers["Content-Type"], data[4:8].decode()],
            "cut": [cut[0], cut[1]["state"]],
            "cut_heard": [body["state"] for _, body in heard[len(over):]],
            "again": again,
            "wrong": await make({}),
            "nobody": await ask("/acme/v1/films/x", Authorization="Bearer x"),
            "lost": await ask("/acme/nothing"),
            "method": await ask(film, "PUT"),
            "down": await ask(third),
            "frozen": frozen,
            "bugs": instance.bugs.latest,
        }))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install what the page shows beside us; return the environment that finds it."""
    source = tmp_path_factory.mktemp("source")
    for name, text in files().items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    target = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps",
         "--no-build-isolation", "--target", str(target), str(source)],
        check=True,
    )  # fmt: skip
    return {**os.environ, "PYTHONPATH": f"{target}{os.pathsep}{ROOT}"}


@pytest.fixture(scope="module")
def seen(installed: dict[str, str]) -> dict[str, Any]:
    """Return what a client and a webhook see of the installed provider."""
    told = subprocess.run(
        [sys.executable, "-c", USE],
        env=installed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def test_an_installed_provider_is_found(seen: dict[str, Any]) -> None:
    assert "acme" in seen["slugs"]
    assert seen["bugs"] == []


def test_a_job_goes_through_its_states(seen: dict[str, Any]) -> None:
    assert seen["made"] == [201, "waiting"]
    assert seen["states"] == [
        "waiting",
        "shooting",
        "shooting",
        "shooting",
        "shooting",
        "done",
    ]


def test_the_webhook_is_told_the_end_and_tried_again(seen: dict[str, Any]) -> None:
    first, second = seen["over"]

    assert first == second
    assert first[0] == "application/json"
    assert first[1]["state"] == "done"
    assert first[1]["url"].endswith(f"/acme/files/{first[1]['id']}.mp4")


def test_a_cancelled_job_tells_its_webhook_at_once(seen: dict[str, Any]) -> None:
    assert seen["cut"] == [200, "cut"]
    assert seen["cut_heard"] == ["cut"]
    assert seen["again"] == [409, {"code": 409, "error": "The film is cut already"}]


@pytest.mark.ffmpeg
def test_its_media_are_real(seen: dict[str, Any]) -> None:
    assert seen["video"] == [200, "video/mp4", "ftyp"]


def test_its_errors_are_in_its_words(seen: dict[str, Any]) -> None:
    assert seen["wrong"] == [400, {"code": 400, "error": "Bad Request"}]
    assert seen["nobody"] == [401, {"code": 401, "error": "This key opens nothing"}]
    assert seen["lost"] == [404, {"code": 404, "error": "Not Found"}]
    assert seen["method"] == [405, {"code": 405, "error": "Method Not Allowed"}]
    assert seen["down"] == [502, {"code": 502, "error": "Bad Gateway"}]


def test_its_world_and_its_host_are_there(seen: dict[str, Any]) -> None:
    status, film = seen["frozen"]

    assert (status, film["state"]) == (200, "done")
    assert film["url"] == "http://api.acme.example/files/finished-film.mp4"


def test_it_passes_the_contract_suite(installed: dict[str, str]) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "acme", "-p", "no:cacheprovider",
         str(ROOT / "tests" / "providers" / "test_contract.py")],
        env=installed,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert told.returncode == 0, told.stdout[-3000:]
    assert " passed" in told.stdout


def test_it_needs_at_most_144_lines_of_python() -> None:
    assert len(files()[CODE].splitlines()) <= 144


def test_the_page_shows_the_files_of_the_example() -> None:
    known = {
        str(path.relative_to(EXAMPLE)): path.read_text(encoding="utf-8")
        for path in EXAMPLE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert files() == known


@pytest.mark.parametrize("tool", TOOLS)
def test_the_page_names_every_tool_for_wires(tool: str) -> None:
    module = import_module(f"mockserver.providers.wires.{tool}")
    row = next(line for line in PAGE.splitlines() if f"| `{tool}` |" in line)
    functions = [name for name in module.__all__ if isfunction(getattr(module, name))]

    assert [name for name in functions if f"`{name}`" not in PAGE] == []
    assert any(name in row for name in module.__all__)
