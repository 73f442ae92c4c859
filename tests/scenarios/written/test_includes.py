"""Scenarios are made of scenarios, and each mistake is told with the way to it."""

# ruff: noqa: E501 - messages are shown whole

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage, book_of
from mockserver.errors import ScenarioError
from mockserver.scenarios.faults.refusals.quota import Quota
from mockserver.scenarios.written.includes import Kept
from mockserver.scenarios.written.load import load
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.source import Source
from tests.scenarios.conftest import Play

LIMITED = """\
scenario: limited
parameters: {limit: {type: integer, default: 5}}
rules:
  - fault: {kind: quota, calls: $limit, per: 1m}
"""
BLIPS = """\
scenario: blips
rules:
  - name: first
    fault: {kind: error, status: 503}
  - fault: {kind: error, status: 502}
"""
BOTH = "scenario: both\nincludes: [limited, blips]\n"
SHELF = {"limited": LIMITED, "blips": BLIPS, "both": BOTH}


def _loaded(
    stage: Stage,
    text: str,
    shelf: Mapping[str, str] = SHELF,
    given: Mapping[str, Any] = {},
) -> Scenario:
    sources = {n: Source.parse(one, f"{n}.yaml") for n, one in shelf.items()}
    source = Source.parse(text, "day.yaml")
    return load(source, stage.catalogue, Kept(sources), given)


def _refused(stage: Stage, text: str, shelf: Mapping[str, str] = SHELF) -> str:
    with pytest.raises(ScenarioError) as caught:
        _loaded(stage, text, shelf)
    return str(caught.value)


def _names(scenario: Scenario) -> list[str]:
    return [rule.name for rule in scenario.rules]


def test_included_rules_come_first_and_keep_their_names(stage: Stage) -> None:
    text = "scenario: day\nincludes: [limited]\nrules: [{fault: {kind: reset}}]\n"

    assert _names(_loaded(stage, text)) == ["limited/1", "day/1"]


def test_includes_alone_are_a_scenario(stage: Stage) -> None:
    assert _names(_loaded(stage, "scenario: day\nincludes: [limited]\n")) == [
        "limited/1"
    ]


def test_a_rule_with_a_name_is_called_after_its_own_scenario(stage: Stage) -> None:
    assert _names(_loaded(stage, "scenario: day\nincludes: [blips]\n")) == [
        "blips/first",
        "blips/2",
    ]


def test_what_is_included_may_include(stage: Stage) -> None:
    assert _names(_loaded(stage, "scenario: day\nincludes: [both]\n")) == [
        "both/limited/1",
        "both/blips/first",
        "both/blips/2",
    ]


def test_one_scenario_may_be_included_twice_under_two_names(stage: Stage) -> None:
    text = "scenario: day\nincludes: [limited, {scenario: limited, as: strict}]\n"

    assert _names(_loaded(stage, text)) == ["limited/1", "strict/1"]


@pytest.mark.parametrize(
    "include",
    ["{scenario: limited, with: {limit: 3}}", "'limited; limit=3'"],
)
def test_a_value_is_handed_to_what_is_included(stage: Stage, include: str) -> None:
    scenario = _loaded(stage, f"scenario: day\nincludes: [{include}]\n")

    assert scenario.rules[0].fault == Quota(calls=3, window_s=60.0)


def test_a_parameter_is_handed_on(stage: Stage) -> None:
    text = (
        "scenario: day\nparameters: {calls: {type: integer, default: 1}}\n"
        "includes: [{scenario: limited, with: {limit: $calls}}]\n"
    )

    scenario = _loaded(stage, text, given={"calls": 7})

    assert scenario.rules[0].fault == Quota(calls=7, window_s=60.0)


def test_what_is_included_is_for_the_provider_of_what_includes_it(
    stage: Stage,
) -> None:
    text = "scenario: day\nprovider: hourone\nincludes: [limited]\n"

    assert _loaded(stage, text).rules[0].target.slug == "hourone"


def test_a_state_that_one_part_makes_up_is_known_to_the_others(stage: Stage) -> None:
    held = "scenario: held\nrules: [{job: {unknown_word: ON_HOLD}}]\n"
    text = (
        "scenario: day\nincludes: [held]\n"
        "rules: [{on: {state: ON_HOLD}, fault: {kind: reset}}]\n"
    )

    assert _names(_loaded(stage, text, {"held": held})) == ["held/1", "day/1"]


def test_the_way_a_scenario_was_is_kept(stage: Stage) -> None:
    scenario = _loaded(stage, "scenario: day\nincludes: [both]\n")

    assert scenario.origins == ("day.yaml", "both.yaml", "limited.yaml", "blips.yaml")


# What is written, what there is beside it, and what is told.
REFUSED = {
    "an unknown scenario": (
        "scenario: day\nincludes: [limted]\n",
        SHELF,
        (
            'day.yaml:2: includes/0: found "limted", expected the name of a scenario:'
            " 'limited', the nearest known name"
        ),
    ),
    "a path": (
        "scenario: day\nincludes: [./limited.yaml]\n",
        {},
        (
            'day.yaml:2: includes/0: found "./limited.yaml", expected the name of a'
            " scenario: one of: nothing, there is none"
        ),
    ),
    "itself": (
        "scenario: day\nincludes: [day]\n",
        SHELF,
        (
            'day.yaml:2: includes/0: found "day", expected none that goes in a circle: day'
            " > day"
        ),
    ),
    "a circle": (
        "scenario: day\nincludes: [a]\n",
        {"a": "scenario: a\nincludes: [b]\n", "b": "scenario: b\nincludes: [a]\n"},
        (
            'b.yaml:2: includes/0: found "a", expected none that goes in a circle: day > a'
            " > b > a, included by a.yaml:2: includes/0, included by day.yaml:2:"
            " includes/0"
        ),
    ),
    "one twice": (
        "scenario: day\nincludes:\n  - limited\n  - limited\n",
        SHELF,
        (
            "day.yaml:4: includes/1: found \"limited\", expected 'as' with another name:"
            " what is called so is included already"
        ),
    ),
    "a name that its rules cannot have": (
        "scenario: day\nincludes: [{scenario: limited, as: a/b}]\n",
        SHELF,
        (
            'day.yaml:2: includes/0/as: found "a/b", expected letters, digits, dots and'
            " dashes"
        ),
    ),
    "the name of one of its own rules": (
        "scenario: day\nincludes: [limited]\nrules:\n  - name: limited/1\n    fault: {kind: reset}\n",
        SHELF,
        (
            'day.yaml:4: rules/0/name: found "limited/1", expected a name that no other'
            " rule here has"
        ),
    ),
    "an unknown parameter": (
        "scenario: day\nincludes:\n  - scenario: limited\n    with: {limt: 3}\n",
        SHELF,
        (
            "day.yaml:4: includes/0/with/limt: found \"limt\", expected 'limit', the nearest"
            " known name"
        ),
    ),
    "a value of another type": (
        "scenario: day\nincludes: ['limited; limit=few']\n",
        SHELF,
        (
            'day.yaml:2: includes/0/with/limit: found "few", expected a whole number from'
            " 0"
        ),
    ),
    "a text that is no include": (
        "scenario: day\nincludes: ['limited; few']\n",
        SHELF,
        'day.yaml:2: includes/0: found "few", expected NAME; parameter=value; ...',
    ),
    "a mistake in what is included": (
        "scenario: day\nincludes: [wrong]\n",
        {"wrong": "scenario: wrong\nrules:\n  - fault: {kind: rest}\n"},
        (
            "wrong.yaml:3: rules/0/fault/kind: found \"rest\", expected 'reset', the nearest"
            " known name, included by day.yaml:2: includes/0"
        ),
    ),
    "what no provider of it has, two files away": (
        "scenario: day\nincludes: [outer]\n",
        {
            "outer": "scenario: outer\nincludes: [inner]\n",
            "inner": "scenario: inner\nrules:\n  - on: {operation: stattus}\n    fault: {kind: reset}\n",
        },
        (
            "inner.yaml:3: rules/0/on/operation: found \"stattus\", expected 'status', the"
            " nearest known name, included by outer.yaml:2: includes/0, included by"
            " day.yaml:2: includes/0"
        ),
    ),
    "two mistakes in two files": (
        "scenario: day\nincludes: [wrong, limted]\n",
        {**SHELF, "wrong": "scenario: wrong\nrules: []\n"},
        (
            "wrong.yaml:2: rules: found [], expected a list of 1 or more, included by"
            " day.yaml:2: includes/0\n"
            'day.yaml:2: includes/1: found "limted", expected the name of a scenario:'
            " 'limited', the nearest known name"
        ),
    ),
    "another provider's": (
        "scenario: day\nprovider: hourone\nincludes: [other]\n",
        {
            "other": "scenario: other\nprovider: idomoo\nrules: [{fault: {kind: reset}}]\n"
        },
        (
            'other.yaml:2: provider: found "idomoo", expected one for hourone, or for all:'
            " so is what includes it, included by day.yaml:3: includes/0"
        ),
    ),
    "nothing at all": (
        "scenario: day\n",
        SHELF,
        "day.yaml:1: found [\"scenario\"], expected also 'rules' or 'includes'",
    ),
    "an empty list": (
        "scenario: day\nincludes: []\n",
        SHELF,
        "day.yaml:2: includes: found [], expected a list of 1 or more",
    ),
    "a misspelt member": (
        "scenario: day\nincludes: [{scenario: limited, wiht: {limit: 1}}]\n",
        SHELF,
        (
            "day.yaml:2: includes/0/wiht: found \"wiht\", expected 'with', the nearest known"
            " name"
        ),
    ),
}


@pytest.mark.parametrize(("text", "shelf", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_told_with_the_way_to_it(
    stage: Stage, text: str, shelf: dict[str, str], told: str
) -> None:
    assert _refused(stage, text, shelf) == told


def test_more_than_anybody_could_mean_is_refused(stage: Stage) -> None:
    many = ", ".join(f"{{scenario: limited, as: n{n}}}" for n in range(101))

    told = _refused(stage, f"scenario: day\nincludes: [{many}]\n")

    assert told == (
        'day.yaml:2: includes/100: found "limited", expected at most 100 scenarios in one'
    )


def _quota(operation: str, name: str) -> str:
    fault = f"{{kind: quota, calls: 1, per: 1h, name: {name}}}"
    return f"scenario: q\nrules: [{{on: {{operation: {operation}}}, fault: {fault}}}]\n"


@pytest.mark.parametrize(
    ("quota", "seen"),
    [
        pytest.param("calls", ["create 201", "waiting"], id="each its own"),
        pytest.param("/calls", ["create 201", "read 429"], id="one for all"),
    ],
)
async def test_included_scenarios_share_a_quota_if_it_is_written_so(
    player: Play, stage: Stage, quota: str, seen: list[str]
) -> None:
    shelf = {"a": _quota("create", quota), "b": _quota("status", quota)}
    customer = await player("hourone")
    customer.use(_loaded(stage, "scenario: day\nincludes: [a, b]\n", shelf))
    customer.polls = 1

    await customer.play()

    assert customer.log[:2] == seen


async def test_included_rules_act_and_are_told_by_their_names(player: Play) -> None:
    customer = await player("hourone")
    customer.use({"scenario": "day", "includes": ["status-blips; times=1"]})

    await customer.play()

    assert customer.log[:3] == ["create 201", "read 503", "running"]
    (loaded,) = book_of(customer.space).record()
    assert [(one.rule.name, one.fired) for one in loaded.actives] == [
        ("status-blips/1", 1)
    ]
