"""Faults that are drawn heal: a careful client survives, and each bug is caught."""

from typing import Any

import pytest
from hypothesis import find, given, settings

from mockserver import MockServer
from mockserver.strategies import Story, faults
from tests.deep import examples, first
from tests.strategies.clients import (
    Careful,
    KnowsAllStates,
    PaysTwice,
    TakesHtmlForSuccess,
    fails,
    is_survived,
)

pytestmark = pytest.mark.slow


@pytest.mark.timeout(120)
def test_a_careful_client_survives_two_hundred_bad_days(server: MockServer) -> None:
    seen = set()

    @settings(max_examples=examples(200))
    @given(story=faults("digitalcarbon"))
    def check(story: Story) -> None:
        seen.add(story["scenario"])
        assert is_survived(Careful, story, server)

    check()
    assert len(seen) > examples(100)


SHORTEST: list[tuple[type[Careful], dict[str, Any]]] = [
    (
        KnowsAllStates,
        {"job": {"unknown_word": {"word": "ON_HOLD", "at": 50, "for": "1s"}}},
    ),
    (
        TakesHtmlForSuccess,
        {
            "on": {"operation": "status", "times": 1},
            "fault": {"kind": "html", "status": 200},
        },
    ),
    (
        PaysTwice,
        {
            "on": {"operation": "create", "times": 1},
            "fault": {"kind": "reset", "after": True},
        },
    ),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("client", "rule"), first(SHORTEST), ids=lambda one: str(one)[:50]
)
def test_a_bug_is_caught_with_the_shortest_story(
    client: type[Careful], rule: dict[str, Any], server: MockServer
) -> None:
    story = find(faults("digitalcarbon"), fails(client, server))

    assert story["rules"] == [rule]


def test_the_simplest_bad_day_is_one_refused_read() -> None:
    story = find(faults("digitalcarbon"), lambda _: True)

    assert story["rules"] == [
        {
            "on": {"operation": "status", "times": 1},
            "fault": {
                "kind": "error",
                "status": 503,
                "problem": "unavailable",
                "retry_after": "2s",
            },
        }
    ]
    assert story["about"] == (
        "A status read is refused with 503 and Retry-After, times: 1."
    )


def test_notices_go_wrong_where_there_are_some() -> None:
    twice = find(faults("openai"), lambda one: "delivery" in one["rules"][0])

    assert twice["rules"] == [{"delivery": {"copies": 1}}]


@given(story=faults("runway"))
def test_no_notice_goes_wrong_where_there_are_none(story: Story) -> None:
    assert not [rule for rule in story["rules"] if "delivery" in rule]


@given(story=faults("digitalcarbon"))
def test_everything_heals(story: Story) -> None:
    counted = [rule for rule in story["rules"] if "fault" in rule]

    assert 1 <= len(story["rules"]) <= 3
    assert all(1 <= rule["on"]["times"] <= 3 for rule in counted)
