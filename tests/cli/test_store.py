"""A server that is killed and started again goes on where it would be by now."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

pytestmark = pytest.mark.slow
Start = Callable[..., subprocess.Popen[str]]
JOBS = "/digitalcarbon/v1-beta/generate-video"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "1 Main St", "price": "$5"},
    },
}


def served(start: Start, *more: str) -> tuple[subprocess.Popen[str], str]:
    process = start("serve", "--port", "0", "--store", "sqlite:mock.db", *more)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_killed_server_has_every_job_that_it_had_told_of(start: Start) -> None:
    """`kill -9` loses nothing acknowledged; jobs have gone on meanwhile."""
    process, url = served(start, "--pace", "manual")
    told = [
        requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=20).json()["job_id"]
        for _ in range(5)
    ]
    moved = requests.post(
        f"{url}/_mock/api/clock/advance", json={"by": "1h"}, timeout=20
    )
    process.kill()
    process.wait()

    _, url = served(start, "--pace", "manual")

    states = [
        requests.get(f"{url}{JOBS}/{job}/status", headers=KEY, timeout=20).json()
        for job in told
    ]
    assert moved.status_code == 200
    assert [state["status"] for state in states] == ["completed"] * 5


def test_a_second_server_on_one_file_names_the_first(
    start: Start, tmp_path: Path
) -> None:
    """It ends before it serves."""
    first, _ = served(start)

    second = start("serve", "--port", "0", "--store", "sqlite:mock.db")
    _, said = second.communicate(timeout=25)

    assert second.returncode != 0
    assert f"mock.db: another server has it (process {first.pid})" in said
    assert (tmp_path / "mock.db").exists()
