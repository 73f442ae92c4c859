"""Whole stories: what is drawn is right, can happen, and tells clients apart."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from mockserver import MockServer
from mockserver.app import build
from mockserver.edge.staging.stage import STAGE
from mockserver.errors import ConfigError
from mockserver.providers import discover
from mockserver.strategies import Story, faults, stories, timelines
from tests.deep import examples
from tests.strategies.clients import Careful, PollsForEver, fails, is_survived

STAGES = build().app[STAGE]
Drawn = Callable[[str], st.SearchStrategy[Story]]
every_provider = pytest.mark.parametrize("slug", discover())

pytestmark = pytest.mark.slow


@every_provider
@pytest.mark.parametrize("drawn", [timelines, faults, stories])
def test_each_story_is_right_and_can_happen(slug: str, drawn: Drawn) -> None:
    @settings(max_examples=examples(50))
    @given(story=drawn(slug))
    def check(story: Story) -> None:
        assert [one.message for one in STAGES.warnings(story)] == []
        assert story["provider"] == slug

    check()


@pytest.mark.deep
def test_a_story_may_be_a_life_alone_faults_alone_or_both() -> None:
    drawn = stories("digitalcarbon")

    def has(*keys: str) -> Callable[[Story], bool]:
        return lambda story: [*map(_kind, story["rules"])] == [*keys]

    assert find(drawn, has("timeline"))
    assert find(drawn, has("fault"))
    assert find(drawn, has("timeline", "fault"))


def test_an_unknown_provider_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="found 'digitalcarbn', expected 'digitalc"):
        stories("digitalcarbn")


def test_a_provider_that_a_file_describes_has_stories() -> None:
    file = Path(__file__).parents[2] / "fixtures" / "providers" / "luma-agents.yaml"

    story = find(stories(str(file)), lambda _: True)

    assert story["provider"] == "luma-agents"


def test_a_careful_client_survives_whole_stories(server: MockServer) -> None:
    @settings(max_examples=examples(60))
    @given(story=stories("digitalcarbon"))
    def check(story: Story) -> None:
        assert is_survived(Careful, story, server)

    check()


@pytest.mark.deep
def test_a_client_with_a_bug_is_caught_with_the_shortest_story(
    server: MockServer,
) -> None:
    story = find(
        timelines("digitalcarbon"),
        fails(PollsForEver, server),
    )

    assert story["rules"] == [
        {"timeline": [{"state": "failed", "error": "render-failed"}]}
    ]


def _kind(rule: dict[str, object]) -> str:
    return next(name for name in rule if name != "on")
