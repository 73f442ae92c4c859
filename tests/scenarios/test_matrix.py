"""The page of scenarios by provider says what the suite has played, and all of it."""

from mockserver.edge.staging.stage import Stage
from tests.scenarios.listeners import LISTENERS
from tests.scenarios.matrix import (
    GOOD,
    PAGE,
    acts_early,
    acts_on_deliveries,
    page,
    rows,
    shipped,
    shows,
)


def test_the_page_is_what_was_played() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_scenario_for_all_providers_is_played_at_each() -> None:
    """Of deliveries those are played that there are."""
    wanted = {
        (name, slug)
        for name, one in shipped().items()
        if "provider" not in one and not acts_early(one)
        for slug in (LISTENERS if acts_on_deliveries(one) else GOOD)
    }

    assert wanted - {(scenario, slug) for scenario, slug, _ in rows()} == set()


def test_a_scenario_shows_where_it_says_so_and_nowhere_else(stage: Stage) -> None:
    """Said but not seen, or seen but not said, fails."""
    said = {
        name: {*stage.shows_at(stage.read(name))}
        for name, one in shipped().items()
        if "provider" not in one and not acts_early(one)
    }

    assert said == {name: slugs for name, slugs in shows().items() if name in said}
