"""Whoever asserts something wrongly is told what was wrong, not that a client was."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from mockserver import MockServer
from mockserver.errors import ClockError, ConfigError
from mockserver.server.claims import checked_wait
from mockserver.server.handles import JobHandle

Claim = Callable[[JobHandle], None]


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(pace="manual", providers=("luma",)) as one:
        yield one


@pytest.fixture(scope="module")
def key(server: MockServer) -> str:
    return str(server.space.credential("luma"))


@pytest.fixture(scope="module")
def job(server: MockServer, key: str) -> JobHandle:
    order = {"prompt": "a lighthouse", "model": "ray-2"}
    url = f"{server.url_for('luma')}/dream-machine/v1/generations"
    headers = {"Authorization": f"Bearer {key}"}
    assert (
        requests.post(url, json=order, headers=headers, timeout=10).status_code == 201
    )
    return server.jobs.only()


COUNT = "expected a whole number from 0 on"
WAIT = "expected a duration from 0 on, such as 2s"
WRONG: tuple[tuple[Any, str], ...] = (
    (lambda job: job.assert_polled(at_most=-1), f"at_most: found -1, {COUNT}"),
    (lambda job: job.assert_polled(at_least=-3), f"at_least: found -3, {COUNT}"),
    (lambda job: job.assert_polled(at_most="3"), f"at_most: found '3', {COUNT}"),
    (lambda job: job.assert_polled(at_most=2.5), f"at_most: found 2.5, {COUNT}"),
    (lambda job: job.assert_polled(at_most=True), f"at_most: found True, {COUNT}"),
    (
        lambda job: job.assert_polled(at_least=5, at_most=2),
        "at_most: found 2, expected at least 5, which at_least asks for",
    ),
    (lambda job: job.assert_polled(every=-2), f"every: found -2, {WAIT}"),
    (lambda job: job.assert_polled(every=float("nan")), f"every: found nan, {WAIT}"),
    (lambda job: job.assert_polled(every=["2s"]), f"every: found ['2s'], {WAIT}"),
    (
        lambda job: job.assert_polled(every="2 seconds"),
        "every: found '2 seconds', expected a duration such as 1500ms, 2s",
    ),
    (lambda job: job.assert_downloaded(-1), f"times: found -1, {COUNT}"),
    (lambda job: job.assert_downloaded("2"), f"times: found '2', {COUNT}"),
    (
        lambda job: job.assert_webhook_acknowledged(within=timedelta(seconds=-1)),
        f"within: found datetime.timedelta(days=-1, seconds=86399), {WAIT}",
    ),
)


@pytest.mark.parametrize(("claim", "said"), WRONG)
def test_what_nobody_can_mean_is_no_failure_of_a_client(
    job: JobHandle, claim: Claim, said: str
) -> None:
    with pytest.raises((ConfigError, ClockError)) as caught:
        claim(job)

    assert str(caught.value).startswith(said)


def test_a_wait_may_be_given_in_each_way() -> None:
    assert checked_wait(None, "every") is None
    assert checked_wait(0, "every") == 0
    assert checked_wait("1500ms", "every") == 1.5
    assert checked_wait(timedelta(minutes=1), "every") == 60


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"least": "bad"}, "least: found 'bad', expected one of: note, warning, error"),
        ({"least": 3}, "least: found 3, expected one of: note, warning, error"),
        (
            {"ignore": "poll-too-fast"},
            "ignore: found 'poll-too-fast', expected a list of rules' names",
        ),
        (
            {"ignore": ["poll-to-fast"]},
            "ignore: found 'poll-to-fast', expected 'poll-too-fast', the nearest",
        ),
    ],
)
def test_who_asks_wrongly_for_findings_is_told_what_is_right(
    server: MockServer, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        server.judge(**asked)

    assert str(caught.value).startswith(said)


def test_bounds_that_nothing_fits_are_refused_over_the_control_api(
    server: MockServer, job: JobHandle
) -> None:
    url = f"{server.url}/_mock/api/jobs/{job.id}/assert"
    claim = {"polled": {"at_least": 5, "at_most": 2}}

    answer = requests.post(url, json=claim, timeout=10)

    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "body/polled/at_most: found 2, expected at least 5, which at_least asks for",
    )


def test_a_finding_shows_no_secret_however_a_test_shows_it(
    server: MockServer, key: str
) -> None:
    url = f"{server.url_for('luma')}/nowhere/{key}/x"
    requests.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10)

    shown = repr(server.findings)

    assert "unknown-path" in shown
    assert key not in shown
