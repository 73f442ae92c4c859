"""Several processes serve one port; one that dies is started again."""

import asyncio
import os
import select
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from aiohttp import ClientSession

from tests.cradle import Child

Start = Callable[..., Child]

KEY = {"X-API-Key": "mine"}
JOBS = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}
TIMEOUT_S = 30


def children(process: Child) -> list[int]:
    """Return the processes that a process has started and that live."""
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(one) for one in told.read_text().split()]


def line_of(process: Child) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def two(start: Start, redis_url: str) -> tuple[Child, str]:
    """Two workers, once they serve; with where."""
    process = start(
        "serve", "--port", "0", "--workers", "2", "--store", redis_url,
        "--pace", "manual", "--quiet", "--log-level", "error", "--lease", "1s",
    )  # fmt: skip
    return process, line_of(process)


def test_whichever_worker_is_asked_the_space_is_one(two: tuple[Child, str]) -> None:
    """Each request has a connection of its own, which either may take."""
    process, url = two

    made = [
        requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=TIMEOUT_S).json()
        for _ in range(8)
    ]
    states = [
        requests.get(
            f"{url}{JOBS}/{one['job_id']}/status", headers=KEY, timeout=TIMEOUT_S
        ).json()
        for one in made
    ]

    assert states == [{"status": "queued"}] * 8
    assert len(children(process)) == 2


def test_what_a_killed_worker_has_acknowledged_is_there(two: tuple[Child, str]) -> None:
    """Another begins in its place; nobody is told of an error."""
    process, url = two
    job = requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=TIMEOUT_S).json()
    before = children(process)

    os.kill(before[0], signal.SIGKILL)
    said = process.stderr.readline()
    read = requests.get(
        f"{url}{JOBS}/{job['job_id']}/status", headers=KEY, timeout=TIMEOUT_S
    )

    assert (
        said == f"mockserver: worker {before[0]} has ended (SIGKILL); another begins\n"
    )
    assert read.json() == {"status": "queued"}


def test_a_signal_ends_all_of_them(two: tuple[Child, str]) -> None:
    process, _ = two
    workers = children(process)

    process.terminate()

    assert process.wait(TIMEOUT_S) == 143
    assert [one for one in workers if Path(f"/proc/{one}").exists()] == []


def test_no_worker_outlives_who_has_started_it(two: tuple[Child, str]) -> None:
    """Not even when that one is killed, and can tell nobody."""
    process, _ = two
    ends = [os.pidfd_open(one) for one in children(process)]

    process.kill()

    ended = [select.select([one], [], [], TIMEOUT_S)[0] for one in ends]
    assert ended == [[one] for one in ends]
    os.close(ends[0])
    os.close(ends[1])


def test_a_start_that_is_refused_is_told_once(start: Start, tmp_path: Path) -> None:
    nowhere = f"redis+unix://{tmp_path}/nowhere.sock"

    process = start(
        "serve", "--port", "0", "--workers", "2", "--store", nowhere, "--quiet"
    )

    out, complaints = process.communicate(TIMEOUT_S)
    assert (process.returncode, out) == (3, "")
    assert "nowhere.sock" in complaints
    assert "another begins" not in complaints


def terminated(worker: int) -> None:
    """Tell a worker to end, and wait until it has."""
    end = os.pidfd_open(worker)
    os.kill(worker, signal.SIGTERM)
    assert select.select([end], [], [], TIMEOUT_S)[0] == [end]
    os.close(end)


def told_in(process: Child, said: str) -> str:
    """Return the next line of complaints that says something."""
    return next(line for line in iter(process.stderr.readline, "") if said in line)


async def orders(
    url: str, key: str, stop: asyncio.Event, seen: Counter[int | str]
) -> list[str]:
    """Order and look at films on kept connections until told to stop; return them."""
    made = list[str]()
    async with ClientSession(headers={"X-API-Key": key}) as session:
        while not stop.is_set():
            async with session.post(url + JOBS, json=ORDER) as response:
                seen[response.status] += 1
                assert response.status == 200, dict(response.headers)
                made.append((await response.json())["job_id"])
            async with session.get(f"{url}{JOBS}/{made[-1]}/status") as response:
                seen[response.status] += 1
    return made


async def test_a_rolling_restart_under_load_loses_no_call(
    start: Start, redis_url: str
) -> None:
    """Each of three workers is told to end while clients create and poll."""
    process = await asyncio.to_thread(
        start, "serve", "--port", "0", "--workers", "3", "--store", redis_url,
        "--pace", "manual", "--quiet", "--log-level", "error",
    )  # fmt: skip
    url = await asyncio.to_thread(line_of, process)
    async with ClientSession() as session:
        await served_by(session, url, 3)
    stop, seen = asyncio.Event(), Counter[int | str]()
    loads = [
        asyncio.create_task(orders(url, f"rolling-{n}", stop, seen)) for n in range(6)
    ]
    first = children(process)

    for worker in first:
        before = seen[200]
        await asyncio.to_thread(terminated, worker)
        said = await asyncio.to_thread(told_in, process, f"worker {worker} ")
        assert "another begins" in said
        async with ClientSession() as session:
            await served_by(session, url, 3)
        assert seen[200] > before
    stop.set()
    made = await asyncio.gather(*loads)

    assert set(first).isdisjoint(children(process))
    assert [*seen] == [200]
    async with ClientSession() as session:
        for number, jobs in enumerate(made):
            headers = {"X-API-Key": f"rolling-{number}"}
            for job in jobs[-20:]:
                path = f"{url}{JOBS}/{job}/status"
                async with session.get(path, headers=headers) as response:
                    assert await response.json() == {"status": "queued"}


async def served_by(session: ClientSession, url: str, count: int) -> None:
    """Return once so many workers know each other and are ready."""
    async with asyncio.timeout(6 * TIMEOUT_S):
        while True:
            async with session.get(f"{url}/_mock/api/workers") as response:
                said = await response.json()
            ready = [one for one in said["workers"] if one["ready"]]
            if len(ready) == count and "missing" not in said:
                return
