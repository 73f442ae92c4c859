"""A fault stays visible once it has fired: when, on which exchange, about which job."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.errors import ConfigError
from mockserver.server.mock import MockServer
from mockserver.server.spaces import SpaceHandle

JOBS = "/v1-beta/generate-video"
ORDER: dict[str, Any] = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}
BLIP = {
    "scenario": "blip",
    "rules": [
        {
            "name": "once",
            "on": {"operation": "status", "times": 1},
            "fault": {"kind": "error", "status": 503},
        }
    ],
}
SLOW = {"scenario": "slow", "rules": [{"name": "twice", "job": {"slow": 2}}]}
NEVER = {
    "scenario": "never",
    "rules": [
        {
            "name": "tenth",
            "on": {"operation": "status", "nth": 10},
            "fault": {"kind": "error", "status": 500},
        }
    ],
}

PARTS = {
    "scenario": "parts",
    "rules": [{"job": {"slow": 2}, "media": {"link_for": "10s"}}],
}

Submit = Callable[[], str]
Status = Callable[[str], int]


@pytest.fixture
def space(tmp_path: Path) -> Iterator[SpaceHandle]:
    with MockServer(pace="step", auth="strict", media_dir=tmp_path) as server:
        yield server.space


@pytest.fixture
def headers(space: SpaceHandle) -> dict[str, str]:
    return {"X-API-Key": space.credential("digitalcarbon")}


@pytest.fixture
def submit(space: SpaceHandle, headers: dict[str, str]) -> Submit:
    url = space.url_for("digitalcarbon") + JOBS

    def order() -> str:
        answer = requests.post(url, json=ORDER, headers=headers, timeout=5)
        return str(answer.json()["job_id"])

    return order


@pytest.fixture
def status(space: SpaceHandle, headers: dict[str, str]) -> Status:
    url = space.url_for("digitalcarbon") + JOBS

    def read(job_id: str) -> int:
        where = f"{url}/{job_id}/status"
        return requests.get(where, headers=headers, timeout=5).status_code

    return read


@pytest.mark.parametrize(
    ("scenario", "parameters"),
    [("status-blips; times=1", None), ("status-blips", {"times": 1})],
)
def test_values_of_parameters_are_chosen(
    space: SpaceHandle,
    submit: Submit,
    status: Status,
    scenario: str,
    parameters: dict[str, int] | None,
) -> None:
    space.use(scenario, parameters=parameters)
    job_id = submit()

    assert [status(job_id), status(job_id)] == [503, 200]


def test_a_healed_fault_tells_when_and_on_which_exchange(
    space: SpaceHandle, submit: Submit, status: Status
) -> None:
    space.use(BLIP)
    job_id = submit()

    answers = [status(job_id), status(job_id)]

    fault = space.faults.get("blip")
    [firing] = fault.firings
    [blip] = [one for one in space.exchanges if one.status == 503]
    assert answers == [503, 200]
    assert (fault.is_active, fault.fired) == (False, 1)
    assert (firing.rule, firing.job, firing.operation) == ("once", job_id, "status")
    assert (firing.exchange, firing.at) == (blip.number, blip.at)
    assert space.faults.active == []


def test_a_read_that_a_fault_answers_belongs_to_the_job(
    space: SpaceHandle, submit: Submit, status: Status
) -> None:
    space.use(BLIP)
    job_id = submit()

    status(job_id)
    status(job_id)

    job = space.jobs.only()
    assert [one.status for one in job.polls] == [503, 200]
    assert [one.rule for one in job.firings] == ["once"]


def test_a_rule_that_changes_jobs_tells_of_the_call_that_made_them(
    space: SpaceHandle, submit: Submit
) -> None:
    space.use(SLOW)

    job_id = submit()

    [firing] = space.faults.get("slow").firings
    [creation] = space.exchanges
    assert (firing.job, firing.exchange) == (job_id, creation.number)


def test_firings_are_asserted(
    space: SpaceHandle, submit: Submit, status: Status
) -> None:
    space.use(BLIP)
    status(submit())

    fault = space.faults.get("blip")

    fault.assert_fired()
    fault.assert_fired(1, rule="once")
    with pytest.raises(AssertionError, match="blip: fired 1 times, expected 2 times"):
        fault.assert_fired(2)
    with pytest.raises(ConfigError, match=r"rule: found 'twice', expected .*once"):
        fault.assert_fired(rule="twice")


def test_rules_that_never_fired_are_named(
    space: SpaceHandle, submit: Submit, status: Status
) -> None:
    space.use(NEVER)
    status(submit())

    with pytest.raises(AssertionError, match="never/tenth: its conditions held 1 time"):
        space.faults.assert_all_fired()


def test_a_fault_that_was_not_applied_is_named_with_those_that_were(
    space: SpaceHandle,
) -> None:
    space.use(BLIP)

    with pytest.raises(ConfigError, match=r"found 'blib', expected one of \['blip'\]"):
        space.faults.get("blib")


def test_a_cleared_fault_is_gone(space: SpaceHandle) -> None:
    space.use(BLIP)

    space.clear_faults("blip")

    assert list(space.faults) == []


def test_where_no_scenario_acts_none_has_fired(space: SpaceHandle) -> None:
    """It was forgotten, or the space begun anew: such a test shows nothing."""
    with pytest.raises(AssertionError) as caught:
        space.faults.assert_all_fired()

    said = "no scenario acts or has acted here: nothing has fired"
    assert str(caught.value) == said


def test_a_rule_of_several_parts_is_told_as_the_one_that_it_is(
    space: SpaceHandle, submit: Submit
) -> None:
    """That its links have not expired yet does not make it one that never fired."""
    space.use(PARTS)
    job = submit()

    (rule,) = space.faults.get("parts").rules
    space.faults.assert_all_fired()
    assert (rule.name, rule.fired, rule.is_healed) == ("parts/1", 1, False)
    assert [one.job for one in rule.firings] == [job]
