"""Lives that are drawn pass through a provider's own states, in their order."""

import pytest
from hypothesis import find, given, settings

from mockserver import MockServer
from mockserver.errors import ConfigError
from mockserver.strategies import Story, timelines
from tests.deep import examples, first
from tests.strategies.clients import Careful, is_survived

pytestmark = pytest.mark.slow


def states(story: Story) -> list[str]:
    return [step["state"] for step in story["rules"][0]["timeline"]]


@given(story=timelines("openai"))
def test_states_come_in_the_order_of_the_provider(story: Story) -> None:
    order = ["queued", "in_progress", "completed", "failed"]
    seen = [order.index(state) for state in states(story)]

    assert seen == sorted(seen)
    assert {"completed", "failed"} != {*states(story)} & {"completed", "failed"}


@given(story=timelines("openai"))
def test_progress_never_falls(story: Story) -> None:
    steps = story["rules"][0]["timeline"]
    told = [at for step in steps for at in step.get("progress", ())]

    assert told == sorted(told)
    assert all(0 <= at <= 100 for at in told)


def test_the_simplest_job_succeeds_at_once() -> None:
    story = find(timelines("digitalcarbon"), lambda _: True)

    assert story["rules"] == [{"timeline": [{"state": "completed"}]}]
    assert story["about"] == "The job is completed."


def test_the_shortest_job_that_stands_still_is_in_its_first_state() -> None:
    story = find(
        timelines("digitalcarbon"),
        lambda one: not {*states(one)} & {"completed", "failed"},
    )

    assert story["rules"] == [{"timeline": [{"state": "queued"}]}]
    assert story["about"] == "The job is queued for ever."


@pytest.mark.parametrize("name", first(["render-failed", "blocked", "filtered"]))
def test_a_job_fails_in_each_way_that_the_provider_knows(name: str) -> None:
    story = find(
        timelines("google", operation="predict"),
        lambda one: one["rules"][0]["timeline"][-1].get("error") == name,
    )

    assert story["rules"] == [
        {
            "on": {"operation": ["predict"]},
            "timeline": [{"state": "failed", "error": name}],
        }
    ]


def test_a_job_stands_still_on_its_way_and_goes_on() -> None:
    story = find(timelines("openai"), lambda one: len(one["rules"][0]["timeline"]) == 4)

    running = {"state": "in_progress", "for": "1s"}
    assert story["rules"][0]["timeline"] == [
        {**running, "progress": [0, 50]},
        {**running, "progress": [50, 50]},
        {**running, "progress": [50, 100]},
        {"state": "completed"},
    ]


@pytest.mark.deep
def test_a_documented_state_that_usual_jobs_never_show_is_drawn() -> None:
    story = find(timelines("runway"), lambda one: "THROTTLED" in states(one))

    assert states(story) == ["THROTTLED", "SUCCEEDED"]


def test_an_operation_has_its_own_states_only() -> None:
    @settings(max_examples=examples(30))
    @given(story=timelines("idomoo", operation="generate-storyboard"))
    def check(story: Story) -> None:
        assert not {*states(story)} & {"Exporting", "Done", "In Process"}
        assert story["rules"][0]["on"] == {"operation": ["generate-storyboard"]}

    check()


def test_an_operation_that_makes_no_jobs_is_refused() -> None:
    with pytest.raises(ConfigError, match="operation: found 'status', expected"):
        timelines("digitalcarbon", operation="status")


def test_a_careful_client_survives_every_life(server: MockServer) -> None:
    @settings(max_examples=examples(100))
    @given(story=timelines("digitalcarbon"))
    def check(story: Story) -> None:
        assert is_survived(Careful, story, server)

    check()
