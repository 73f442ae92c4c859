"""Several processes serve one port; one that dies is started again."""

import os
import select
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from mockserver.cli.workers import Plan
from tests.cradle import Child
from tests.redises import RedisServer

Start = Callable[..., Child]

KEY = {"X-API-Key": "mine"}
JOBS = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}
TIMEOUT_S = 20


def children(process: Child) -> list[int]:
    """Return the processes that a process has started and that live."""
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(one) for one in told.read_text().split()]


def line_of(process: Child) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def two(start: Start, redis_server: RedisServer) -> tuple[Child, str]:
    """Two workers, once they serve; with where."""
    process = start(
        "serve", "--port", "0", "--workers", "2", "--store", redis_server.url,
        "--pace", "manual", "--quiet", "--log-level", "error", "--lease", "1s",
    )  # fmt: skip
    return process, line_of(process)


def test_a_plan_is_read_as_it_was_written() -> None:
    plan = Plan("serve", ["--port", "0"], [3, 4], [], 7, "täg", True, False)

    assert Plan.parse(plan.pack()) == plan


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
