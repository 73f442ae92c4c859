"""A test's own sleeps become jumps of the clock."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mockserver.server.mock import MockServer
from mockserver.server.sleeping import Sleeping

ORDER: Any = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(pace="manual", auth="strict") as server:
        yield server


@pytest.fixture
def sleeping(server: MockServer, monkeypatch: pytest.MonkeyPatch) -> Sleeping:
    made = Sleeping(server.space, time.sleep, asyncio.sleep)
    monkeypatch.setattr(time, "sleep", made.sleep)
    monkeypatch.setattr(asyncio, "sleep", made.asleep)
    return made


def test_a_polling_loop_that_sleeps_takes_no_time(
    server: MockServer, sleeping: Sleeping
) -> None:
    headers = {"X-API-Key": server.space.credential("digitalcarbon")}
    url = server.url_for("digitalcarbon") + "/v1-beta/generate-video"
    job = requests.post(url, json=ORDER, headers=headers, timeout=9).json()["job_id"]
    began, status = time.monotonic(), ""

    while status != "completed":
        time.sleep(60)
        answer = requests.get(f"{url}/{job}/status", headers=headers, timeout=9)
        status = answer.json()["status"]

    assert sleeping.slept_s >= 900
    assert time.monotonic() - began < 20


async def test_asyncio_sleeps_move_the_clock(
    server: MockServer, sleeping: Sleeping
) -> None:
    start = server.space.now

    found = await asyncio.sleep(3600, "done")

    assert found == "done"
    assert server.space.now - start == 3600


async def test_giving_way_is_no_sleep(server: MockServer, sleeping: Sleeping) -> None:
    start = server.space.now

    await asyncio.sleep(0)

    assert server.space.now == start
    assert sleeping.slept_s == 0
