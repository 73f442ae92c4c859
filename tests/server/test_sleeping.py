"""A test's own patience is counted on its space's clock, whatever client it has."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any

import aiohttp
import httpx
import pytest
import requests
from time_machine import escape_hatch

from mockserver.server.mock import MockServer
from mockserver.server.sleeping import Sleeping
from mockserver.server.travelling import living_by
from tests.sleepers import anap, nap

ORDER: Any = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}
EPOCH_S = 1_893_456_000  # 2030-01-01T00:00:00Z
PATIENCE_S = 1500


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(pace="manual", auth="strict") as server:
        yield server


@pytest.fixture
def sleeping(server: MockServer) -> Iterator[Sleeping]:
    with living_by(server.space) as made:
        yield made


@pytest.fixture
def stuck(server: MockServer) -> None:
    """Let no job ever end."""
    server.use("stuck-in-processing")


@pytest.fixture
def url(server: MockServer) -> str:
    return server.url_for("digitalcarbon") + "/v1-beta/generate-video"


@pytest.fixture
def headers(server: MockServer) -> dict[str, str]:
    return {"X-API-Key": server.space.credential("digitalcarbon")}


@pytest.fixture
async def session(headers: dict[str, str]) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


def wait_with_requests(url: str, headers: dict[str, str]) -> str:
    """Wait as the documentation's clients do, at most 25 minutes."""
    job = requests.post(url, json=ORDER, headers=headers, timeout=9).json()["job_id"]
    deadline, status = time.monotonic() + PATIENCE_S, ""
    while status != "completed":
        if time.monotonic() >= deadline:
            raise TimeoutError(status)
        nap(10)
        answer = requests.get(f"{url}/{job}/status", headers=headers, timeout=9)
        status = answer.json()["status"]
    return status


def wait_with_httpx(url: str, headers: dict[str, str]) -> str:
    """Wait by date, and with a name that was imported before."""
    with httpx.Client(headers=headers) as client:
        job = client.post(url, json=ORDER).json()["job_id"]
        deadline, status = datetime.now(UTC).timestamp() + PATIENCE_S, ""
        while status != "completed":
            if time.time() >= deadline:
                raise TimeoutError(status)
            nap(10, sleep)
            status = client.get(f"{url}/{job}/status").json()["status"]
    return status


async def wait_with_async_httpx(url: str, headers: dict[str, str]) -> str:
    """Wait inside of one time-out."""
    async with (
        httpx.AsyncClient(headers=headers) as client,
        asyncio.timeout(PATIENCE_S),
    ):
        job = (await client.post(url, json=ORDER)).json()["job_id"]
        status = ""
        while status != "completed":
            await anap(10)
            status = (await client.get(f"{url}/{job}/status")).json()["status"]
    return status


async def wait_with_aiohttp(session: aiohttp.ClientSession, url: str) -> str:
    """Wait without a deadline of its own."""
    async with session.post(url, json=ORDER) as made:
        job = (await made.json())["job_id"]
    status = ""
    while status != "completed":
        await anap(10)
        async with session.get(f"{url}/{job}/status") as answer:
            status = (await answer.json())["status"]
    return status


@pytest.mark.parametrize("wait", [wait_with_requests, wait_with_httpx])
def test_waiting_takes_no_time(
    wait: Any, url: str, headers: dict[str, str], sleeping: Sleeping
) -> None:
    assert wait(url, headers) == "completed"
    assert 900 <= sleeping.slept_s <= 1200, "15 to 20 minutes, by the documentation"


@pytest.mark.usefixtures("stuck")
@pytest.mark.parametrize("wait", [wait_with_requests, wait_with_httpx])
def test_a_client_whose_patience_ends_gives_up(
    wait: Any, url: str, headers: dict[str, str], sleeping: Sleeping
) -> None:
    with pytest.raises(TimeoutError, match="processing"):
        wait(url, headers)

    assert sleeping.slept_s == PATIENCE_S


async def test_waiting_with_async_httpx_takes_no_time(
    url: str, headers: dict[str, str], sleeping: Sleeping
) -> None:
    assert await wait_with_async_httpx(url, headers) == "completed"
    assert 900 <= sleeping.slept_s <= 1200


# uvloop looks at a clock of its own for time-outs, which nobody can move.
@pytest.mark.asyncio(loop_factories=["asyncio"])
@pytest.mark.usefixtures("stuck")
async def test_a_timeout_of_asyncio_ends_patience(
    url: str, headers: dict[str, str], sleeping: Sleeping
) -> None:
    with pytest.raises(TimeoutError):
        await wait_with_async_httpx(url, headers)

    assert sleeping.slept_s == PATIENCE_S


async def test_waiting_with_aiohttp_takes_no_time(
    session: aiohttp.ClientSession, url: str, sleeping: Sleeping
) -> None:
    assert await wait_with_aiohttp(session, url) == "completed"
    assert 900 <= sleeping.slept_s <= 1200


@pytest.mark.asyncio(loop_factories=["asyncio"])
@pytest.mark.usefixtures("stuck")
async def test_wait_for_ends_the_patience_of_aiohttp(
    session: aiohttp.ClientSession, url: str, sleeping: Sleeping
) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wait_with_aiohttp(session, url), PATIENCE_S)

    assert sleeping.slept_s == PATIENCE_S


async def test_sleeping_together_takes_as_long_as_the_longest(
    server: MockServer, sleeping: Sleeping
) -> None:
    woken: list[int] = []

    async def sleeper(seconds: int) -> None:
        await anap(seconds)
        woken.append(seconds)

    await asyncio.gather(sleeper(30), sleeper(10), sleeper(20))

    assert woken == [10, 20, 30]
    assert sleeping.slept_s == 30
    assert server.space.now == EPOCH_S + 30


async def test_an_asynchronous_sleep_returns_its_result(
    server: MockServer, sleeping: Sleeping
) -> None:
    assert await anap(3600, "done") == "done"
    assert server.space.now == EPOCH_S + 3600


async def test_giving_way_is_no_sleep(server: MockServer, sleeping: Sleeping) -> None:
    await asyncio.sleep(0)

    assert server.space.now == EPOCH_S
    assert sleeping.slept_s == 0


def test_dates_are_the_spaces(server: MockServer, sleeping: Sleeping) -> None:
    server.advance("1h")

    assert time.time() == EPOCH_S + 3600
    assert datetime.now(UTC) == datetime(2030, 1, 1, 1, tzinfo=UTC)
    assert time.strftime("%H:%M", time.gmtime()) == "01:00"


def test_the_monotonic_clock_gains_what_the_space_gains(
    server: MockServer, sleeping: Sleeping
) -> None:
    before = time.monotonic(), monotonic()
    server.advance("1h")

    assert time.monotonic() - before[0] >= 3600
    assert monotonic() - before[1] >= 3600, "imported by name before"


def test_the_monotonic_clock_goes_on_where_time_stands_still(
    server: MockServer, sleeping: Sleeping
) -> None:
    """A time-out that waits for a socket waits in real time, or it would never end."""
    before = time.monotonic_ns(), server.space.now
    threading.Event().wait(0.001)

    assert time.monotonic_ns() > before[0]
    assert server.space.now == before[1]


def test_the_monotonic_clock_never_goes_back(
    server: MockServer, sleeping: Sleeping
) -> None:
    server.advance("1h")
    before = time.monotonic()
    server.space.reset()

    assert time.time() == EPOCH_S
    assert time.monotonic() >= before


@pytest.mark.parametrize("pace", ["demo", "x60"])
def test_a_space_whose_time_runs_can_be_lived_by(server: MockServer, pace: str) -> None:
    space = server.open_space("running", pace=pace)

    with living_by(space):
        began = time.time(), time.monotonic()
        nap(600)
        ended = time.time(), time.monotonic()

    assert ended[0] - began[0] >= 600
    assert ended[1] - began[1] >= 600


def test_threads_sleep_on_the_same_clock(
    server: MockServer, sleeping: Sleeping
) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(nap, 60).result()

        assert pool.submit(time.time).result() == EPOCH_S + 60


def test_a_date_that_a_client_signs_is_fresh(
    server: MockServer, sleeping: Sleeping
) -> None:
    """The client's date is the space's own, and needs no mapping from real time."""
    server.advance("2h")

    assert server.space.clock.at_wall(time.time()) == EPOCH_S + 7200


def test_a_server_that_is_started_meanwhile_has_real_time(sleeping: Sleeping) -> None:
    with MockServer(pace="demo") as other:
        assert abs(other.space.now - escape_hatch.time.time()) < 3600


def test_afterwards_everything_is_as_before(server: MockServer) -> None:
    before = time.sleep, time.monotonic, asyncio.sleep, sleep
    with living_by(server.space):
        assert sleep is not before[0]

    assert (time.sleep, time.monotonic, asyncio.sleep, sleep) == before
    assert not escape_hatch.is_travelling()
    assert not server.space.clock.is_shared
