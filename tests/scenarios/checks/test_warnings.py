"""For which providers a scenario's rules are doubted, and how that is told."""

import pytest
from msgspec import structs

from mockserver.app import build
from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.checks.warnings import warnings_of
from mockserver.scenarios.written.source import Source
from tests.scenarios.matrix import shows

DROPPED = "scenario: x\n{head}rules:\n  - delivery: {{drop: true}}\n{rule}"


def told(six: Stage, head: str = "", rule: str = "") -> list[str]:
    text = DROPPED.format(head=head, rule=rule)
    source = Source.parse(text, "x.yaml")
    return [one.message for one in six.warnings(six.check(source))]


def test_a_warning_names_rule_place_providers_why_and_what_works(six: Stage) -> None:
    (message,) = told(six)

    assert message == (
        "x.yaml:3: rules/0/delivery: rule x/1 does nothing at idomoo: it sends no"
        " webhooks and no uploads; expected a provider that sends some, or shows_at:"
        " [digitalcarbon, hourone, impossible, replicate, stupeflix]"
    )


@pytest.mark.parametrize(
    ("head", "rule"),
    [
        ("shows_at: [hourone, stupeflix]\n", ""),
        ("shows_at: hourone\n", ""),
        ("provider: hourone\n", ""),
        ("", "    shows_at: [hourone]\n"),
        ("shows_at: [idomoo, hourone]\n", "    shows_at: [hourone]\n"),
    ],
)
def test_only_providers_at_which_it_is_to_show_are_doubted(
    six: Stage, head: str, rule: str
) -> None:
    assert told(six, head, rule) == []


def test_where_it_is_to_show_it_is_doubted(six: Stage) -> None:
    (message,) = told(six, "shows_at: [idomoo]\n")

    assert message == (
        "x.yaml:4: rules/0/delivery: rule x/1 does nothing at idomoo: it sends no"
        " webhooks and no uploads; expected a provider that sends some"
    )


@pytest.mark.parametrize("head", ["provider: idomoo", "shows_at: [idomoo]"])
def test_what_is_included_is_doubted_where_it_is_included_for(
    six: Stage, head: str
) -> None:
    """Whatever it says of itself; it is named after its own file."""
    text = f"scenario: x\n{head}\nincludes: [webhook-twice]\n"
    (warning,) = six.warnings(six.check(Source.parse(text, "x.yaml")))

    assert (warning.rule, warning.providers) == ("webhook-twice/1", ("idomoo",))
    assert warning.place.endswith("webhook-twice.yaml:8: rules/0/delivery")


@pytest.mark.parametrize(
    ("head", "rule", "said"),
    [
        (
            "shows_at: [hourne]\n",
            "",
            (
                "x.yaml:2: shows_at: found \"hourne\", expected 'hourone', the nearest"
                " known name"
            ),
        ),
        (
            "",
            "    shows_at: [hourne]\n",
            (
                "x.yaml:4: rules/0/shows_at: found \"hourne\", expected 'hourone', the"
                " nearest known name"
            ),
        ),
        (
            "provider: idomoo\nshows_at: [hourone]\n",
            "",
            (
                'x.yaml:3: shows_at: found ["hourone"], expected none: it is for idomoo'
                " alone"
            ),
        ),
    ],
)
def test_a_provider_that_cannot_be_meant_is_refused(
    six: Stage, head: str, rule: str, said: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        told(six, head, rule)

    assert str(refused.value) == said


def test_a_provider_that_is_not_served_may_be_named() -> None:
    lone = build(pace="manual", providers=("idomoo",)).app[STAGE]

    assert told(lone, "shows_at: [hourone]\n") == []


def test_where_a_scenario_shows_is_listed(six: Stage) -> None:
    names = ("flaky", "webhook-wrong-signature", "idomoo-asset-missing")

    assert [", ".join(six.shows_at(six.read(name))) for name in names] == [
        "digitalcarbon, hourone, idomoo, impossible, replicate, stupeflix",
        "hourone, impossible, replicate, stupeflix",
        "idomoo",
    ]


def test_nothing_that_ships_is_doubted_where_it_has_been_seen(stage: Stage) -> None:
    """Whatever its head says: a customer has seen what the rules do."""
    shown = {(name, slug) for name, slugs in shows().items() for slug in slugs}
    read = {name: stage.read(name) for name, _ in shown}

    doubted = {
        (name, slug)
        for name, one in read.items()
        for warning in warnings_of(structs.replace(one, shows_at=()), stage.catalogue)
        for slug in warning.providers
    }

    assert len(shown) > 150
    assert doubted & shown == set()
