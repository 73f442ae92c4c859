"""The page of scenarios by provider says what the suite has played, and all of it."""

from tests.scenarios.matrix import (
    PAGE,
    acts_early,
    acts_on_deliveries,
    page,
    rows,
    shipped,
)


def test_the_page_is_what_was_played() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_scenario_for_all_providers_is_played_at_each() -> None:
    generic = {
        name
        for name, one in shipped().items()
        if "provider" not in one and not (acts_on_deliveries(one) or acts_early(one))
    }
    slugs = {"digitalcarbon", "hourone", "idomoo", "impossible", "stupeflix"}
    played = {(scenario, slug) for scenario, slug, _ in rows()}

    assert {(name, slug) for name in generic for slug in slugs} - played == set()
