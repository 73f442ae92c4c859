"""A fresh space is lent for one example, and is the same each time."""

from collections.abc import Iterator

import pytest

from mockserver import MockServer
from mockserver.errors import ScenarioError
from tests.sleepers import nap

FAILS = {
    "scenario": "x",
    "provider": "digitalcarbon",
    "rules": [{"job": {"fail_at": 5}}],
}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(pace="step", auth="strict") as running:
        yield running


def test_equal_scenarios_have_equal_spaces(server: MockServer) -> None:
    seen = []
    for scenario in (FAILS, dict(FAILS), None):
        with server.fresh(scenario) as space:
            key = space.credential("digitalcarbon")
            seen.append((space.id, str(key), [one.scenario for one in space.faults]))

    assert seen[0] == seen[1]
    assert seen[0][0] != seen[2][0]
    assert [names for *_, names in seen] == [["x"], ["x"], []]


def test_two_at_once_are_two(server: MockServer) -> None:
    with server.fresh(FAILS) as one, server.fresh(FAILS) as other:
        assert one.id != other.id


def test_nothing_is_left_of_it(server: MockServer) -> None:
    before = len(server.instance.services.spaces)
    with server.fresh(FAILS) as space:
        space.credential("digitalcarbon")

    assert len(server.instance.services.spaces) == before


def test_a_scenario_that_is_wrong_leaves_nothing(server: MockServer) -> None:
    before = len(server.instance.services.spaces)

    with pytest.raises(ScenarioError), server.fresh({"scenario": "x"}):
        pass

    assert len(server.instance.services.spaces) == before


def test_sleeps_are_jumps_of_its_clock(server: MockServer) -> None:
    with server.fresh(sleep=True, pace="manual") as space:
        began = space.now
        nap(3600)

        assert space.now == began + 3600


def test_who_never_gives_up_is_stopped(server: MockServer) -> None:
    def wait_for_ever() -> None:
        while True:
            nap(600)

    with (
        server.fresh(sleep=True, patience="1h") as space,
        pytest.raises(
            AssertionError, match="slept for 4200 s of its space's time, exp"
        ),
    ):
        wait_for_ever()

    assert space.id


def test_a_bug_of_ours_fails_the_test(server: MockServer) -> None:
    with pytest.raises(AssertionError, match="bug in video-mockserver"), server.fresh():
        server.instance.bugs.add(ValueError("ours"), "here")
