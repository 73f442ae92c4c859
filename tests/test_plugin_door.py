"""A provider of another distribution is found, served and checked like our own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "example-provider"
USE = """
import asyncio, json
from aiohttp.test_utils import TestClient, TestServer
from mockserver.app import build
from mockserver.providers import known_slugs

async def main():
    house = build(pace="step", auth="strict", checks_replies=True)
    key = {"Authorization": "Bearer acme-test-key"}
    async with TestClient(TestServer(house.app)) as client:
        made = await client.post("/acme/v1/films", json={"title": "Hi"}, headers=key)
        film = (await made.json())["id"]
        states = []
        for _ in range(6):
            seen = await client.get(f"/acme/v1/films/{film}", headers=key)
            states.append((await seen.json())["state"])
        wrong = await client.post("/acme/v1/films", json={}, headers=key)
        nobody = await client.get("/acme/v1/films/x")
        host = {"Host": "api.acme.example", **key}
        frozen = await client.get("/v1/films/finished-film", headers=host)
        print(json.dumps({
            "slugs": known_slugs(),
            "made": made.status,
            "states": states,
            "wrong": [wrong.status, await wrong.json()],
            "nobody": nobody.status,
            "frozen": await frozen.json(),
            "bugs": house.bugs.latest,
        }))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the example beside us and return the environment that finds it."""
    target = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps",
         "--no-build-isolation", "--target", str(target), str(EXAMPLE)],
        check=True,
    )  # fmt: skip
    return {**os.environ, "PYTHONPATH": f"{target}{os.pathsep}{ROOT}"}


def test_an_installed_provider_is_served(installed: dict[str, str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", USE],
        env=installed,
        capture_output=True,
        text=True,
        check=True,
    )

    seen = json.loads(told.stdout)
    assert "acme" in seen["slugs"]
    assert seen["made"] == 201
    assert seen["states"] == [
        "waiting",
        "shooting",
        "shooting",
        "shooting",
        "shooting",
        "done",
    ]
    assert seen["wrong"] == [400, {"error": {"code": "invalid", "at": [""]}}]
    assert seen["nobody"] == 401
    assert seen["frozen"]["state"] == "done"
    assert seen["frozen"]["url"] == "http://api.acme.example/files/finished-film.mp4"
    assert seen["bugs"] == []


def test_an_installed_provider_passes_the_contract_suite(
    installed: dict[str, str],
) -> None:
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


def test_the_example_is_about_a_hundred_lines() -> None:
    lines = (EXAMPLE / "mockserver_acme" / "__init__.py").read_text().splitlines()

    assert len(lines) <= 130
