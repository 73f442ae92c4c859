"""Waiting for a state or a request: who moves or asks is another thread."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
import requests

from mockserver.errors import ConfigError
from mockserver.server.handles import JobHandle
from mockserver.server.mock import AsyncMockServer, MockServer

ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    with MockServer(pace="manual", auth="strict", media_dir=tmp_path) as running:
        yield running


def _order(server: MockServer) -> JobHandle:
    url = server.url_for("digitalcarbon") + "/v1-beta/generate-video"
    headers = {"X-API-Key": server.space.credential("digitalcarbon")}
    requests.post(url, json=ORDER, headers=headers, timeout=5)
    return server.jobs.last()


def _meanwhile(action: Callable[[], object]) -> Thread:
    thread = Thread(target=action)
    thread.start()
    return thread


@pytest.mark.parametrize("state", ["completed", "succeeded"])
def test_a_job_is_waited_for_whoever_moves_the_clock(
    server: MockServer, state: str
) -> None:
    job = _order(server)
    other = _meanwhile(job.finish)

    assert server.wait_for(job.id, state, timeout="30s").state == "completed"
    other.join()


def test_a_job_that_somebody_lets_fail_is_waited_for(server: MockServer) -> None:
    job = _order(server)
    other = _meanwhile(job.fail)

    assert server.wait_for(job, "failed", timeout=30).state == "failed"
    other.join()


def test_a_job_that_has_ended_otherwise_is_told_at_once(server: MockServer) -> None:
    job = _order(server)
    job.fail()

    with pytest.raises(AssertionError) as caught:
        server.wait_for(job, "completed", timeout="1h")

    assert str(caught.value) == f"job {job.id} is not completed: it has ended in failed"


def test_when_the_time_is_over_it_says_where_the_job_is(server: MockServer) -> None:
    job = _order(server)

    with pytest.raises(AssertionError) as caught:
        server.wait_for(job, "completed", timeout=0)

    assert str(caught.value) == (
        f"job {job.id} is not completed: it is queued (time stands still) after 0 s"
    )


def test_a_state_that_there_is_not_is_named(server: MockServer) -> None:
    job = _order(server)

    with pytest.raises(ConfigError, match=r"^state: found 'complete', expected "):
        server.wait_for(job, "complete")


def test_a_request_is_waited_for(server: MockServer) -> None:
    other = _meanwhile(lambda: _order(server))

    found = server.wait_for_request(
        provider="digitalcarbon", operation="generate-video", method="post",
        status=200, timeout="30s",
    )  # fmt: skip

    other.join()
    assert found.role == "submit"
    assert server.wait_for_request(job=server.jobs.only()) is found


def test_a_request_that_does_not_come_is_told_with_those_that_did(
    server: MockServer,
) -> None:
    with pytest.raises(AssertionError, match=r"^no request with status 503 came"):
        server.wait_for_request(status=503, timeout=0)
    job = _order(server)

    with pytest.raises(AssertionError) as caught:
        server.wait_for_request(operation="status", timeout=0)

    first, line = str(caught.value).splitlines()
    assert first == "no request with operation status came within 0 s"
    path = "/digitalcarbon/v1-beta/generate-video"
    assert re.fullmatch(rf"  #\d+ POST {path} 200 generate-video {job.id}", line)


async def test_on_the_servers_own_loop_waiting_is_refused(tmp_path: Path) -> None:
    async with AsyncMockServer(pace="manual", media_dir=tmp_path) as server:
        with pytest.raises(RuntimeError, match="which waiting would stop"):
            server.wait_for_request(status=200)


async def test_an_asyncio_test_waits_in_a_thread(server: MockServer) -> None:
    wait = asyncio.to_thread(server.wait_for_request, status=200, timeout="30s")
    found, job = await asyncio.gather(wait, asyncio.to_thread(_order, server))

    assert found.job == job.id
