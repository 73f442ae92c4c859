"""Parameters are chosen by whoever uses a scenario, and a wrong choice is told."""

# ruff: noqa: E501 - messages are shown whole

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.faults.refusals.error import Error
from mockserver.scenarios.faults.refusals.quota import Quota
from mockserver.scenarios.written.library import Library
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.parameters import TYPES, split, written
from mockserver.scenarios.written.source import Source

LIMITED = """\
scenario: day
parameters:
  limit: {type: integer, default: 5}
  window: {type: duration, default: 1m}
rules:
  - fault: {kind: quota, calls: $limit, per: $window}
"""
# A rule that takes a value of each type.
RULES = {
    "integer": "{on: {times: $it}, fault: {kind: reset}}",
    "number": "{job: {slow: $it}}",
    "share": "{on: {probability: $it}, fault: {kind: reset}}",
    "percent": "{job: {fail_at: $it}}",
    "text": "{answer: {text: $it}}",
    "duration": "{media: {link_for: $it}}",
    "offset": "{fault: {kind: clock-skew, by: $it}}",
    "size": "{delivery: {size: $it}}",
    "status": "{fault: {kind: error, status: $it}}",
    "boolean": "{delivery: {drop: $it}}",
    "choice": "{delivery: {signature: $it}}",
}
DEFAULTS = {
    "integer": "1",
    "number": "2.5",
    "share": "0.5",
    "percent": "60",
    "text": "hello",
    "duration": "10s",
    "offset": "-5m",
    "size": "1KiB",
    "status": "503",
    "boolean": "true",
    "choice": "wrong, of: [wrong, missing]",
}


def _loaded(stage: Stage, text: str, given: Mapping[str, Any] = {}) -> Scenario:
    return stage.check(Source.parse(dedent(text), "day.yaml"), given)


def _refused(stage: Stage, text: str, given: Mapping[str, Any] = {}) -> str:
    with pytest.raises(ScenarioError) as caught:
        _loaded(stage, text, given)
    return str(caught.value)


def _of(kind: str) -> str:
    return (
        f"scenario: day\nparameters: {{it: {{type: {kind}, default: {DEFAULTS[kind]}}}}}\n"
        f"rules: [{RULES[kind]}]\n"
    )


def test_a_parameter_is_its_default(stage: Stage) -> None:
    scenario = _loaded(stage, LIMITED)

    assert scenario.rules[0].fault == Quota(calls=5, window_s=60.0)


def test_a_parameter_is_what_is_chosen(stage: Stage) -> None:
    scenario = _loaded(stage, LIMITED, {"limit": 3})

    assert scenario.rules[0].fault == Quota(calls=3, window_s=60.0)


def test_a_text_will_do_for_every_type(stage: Stage) -> None:
    scenario = _loaded(stage, LIMITED, {"limit": "3", "window": "10s"})

    assert scenario.rules[0].fault == Quota(calls=3, window_s=10.0)


def test_two_dollars_are_the_text_of_one(stage: Stage) -> None:
    text = (
        "scenario: day\nrules: [{fault: {kind: error, status: 500, body: $$limit}}]\n"
    )

    assert _loaded(stage, text).rules[0].fault == Error(status=500, body="$limit")


def test_a_part_of_a_text_is_no_parameter(stage: Stage) -> None:
    text = "scenario: day\nrules: [{fault: {kind: error, status: 500, body: costs $limit}}]\n"

    assert _loaded(stage, text).rules[0].fault == Error(status=500, body="costs $limit")


def test_every_type_has_a_rule_that_takes_it() -> None:
    assert sorted(RULES) == sorted(TYPES)


@pytest.mark.parametrize("kind", sorted(RULES))
def test_a_type_fits_where_its_values_stand(stage: Stage, kind: str) -> None:
    assert _loaded(stage, _of(kind)).rules[0].name == "day/1"


# Type, what is given, and what is told about it.
WRONG = [
    ("integer", "three", "a whole number from 0"),
    ("integer", 2.5, "a whole number from 0"),
    ("integer", True, "a whole number from 0"),
    ("integer", None, "a whole number from 0"),
    ("number", "fast", "a number from 0"),
    ("number", -1, "a number from 0"),
    ("share", 20, "a number from 0 to 1"),
    ("percent", "101", "percent: a number from 0 to 100"),
    ("text", 5, "a text"),
    ("text", "", "a text"),
    ("duration", 10, "a duration with its unit: 10ms, 10s or 10m"),
    ("duration", "10 s", "a duration such as 1500ms, 2s, 12m, 3h or 1d"),
    ("offset", "later", "a time such as 5m, or -5m"),
    ("size", "large", "a size such as 512KiB, 64MiB or 1000"),
    ("status", 99, "an HTTP status from 200 to 599"),
    ("status", "5xx", "an HTTP status from 200 to 599"),
    ("boolean", "yes", "true or false"),
    ("boolean", 1, "true or false"),
    ("choice", "expired", "one of: wrong, missing"),
    ("integer", ["3"], "a whole number from 0"),
]


@pytest.mark.parametrize(("kind", "value", "right"), WRONG)
def test_a_value_of_another_type_is_refused(
    stage: Stage, kind: str, value: object, right: str
) -> None:
    told = _refused(stage, _of(kind), {"it": value})

    assert told.startswith("day.yaml: with/it: found ")
    assert told.endswith(f", expected {right}")


# What is written, what is given, and what is told.
REFUSED = {
    "an unknown parameter": (
        LIMITED,
        {"limt": 3},
        "day.yaml: with/limt: found \"limt\", expected 'limit', the nearest known name",
    ),
    "a parameter where there is none": (
        "scenario: day\nrules: [{fault: {kind: reset}}]\n",
        {"limit": 3},
        'day.yaml: with/limit: found "limit", expected no parameter: the scenario has none',
    ),
    "two mistakes": (
        LIMITED,
        {"limit": "x", "window": "y"},
        (
            'day.yaml: with/limit: found "x", expected a whole number from 0\n'
            'day.yaml: with/window: found "y", expected a duration such as 1500ms, 2s, 12m,'
            " 3h or 1d"
        ),
    ),
    "a name that is not declared": (
        LIMITED.replace("$limit", "$limt"),
        {},
        (
            "day.yaml:6: rules/0/fault/calls: found \"$limt\", expected 'limit', the nearest"
            " known name; $$limt is the text"
        ),
    ),
    "a name where nothing is declared": (
        "scenario: day\nrules:\n  - fault: {kind: error, body: $oops}\n",
        {},
        (
            'day.yaml:3: rules/0/fault/body: found "$oops", expected no parameter: the'
            " scenario has none; $$oops is the text"
        ),
    ),
    "a parameter that is not used": (
        LIMITED.replace("$limit", "5"),
        {},
        (
            'day.yaml:3: parameters/limit: found "limit", expected $limit somewhere in'
            " includes or rules: nothing uses it"
        ),
    ),
    "a value that its place does not take": (
        LIMITED.replace("calls: $limit", "calls: 1").replace(
            "  - fault", "  - on: {times: $limit}\n    fault"
        ),
        {"limit": 0},
        (
            "day.yaml:6: rules/0/on/times: found 0 in $limit, expected a whole number from"
            " 1"
        ),
    ),
    "an unknown type": (
        LIMITED.replace("type: integer", "type: int"),
        {},
        (
            "day.yaml:3: parameters/limit/type: found \"int\", expected 'integer', the"
            " nearest known name"
        ),
    ),
    "no default": (
        LIMITED.replace(", default: 5", ""),
        {},
        "day.yaml:3: parameters/limit: found [\"type\"], expected also 'default'",
    ),
    "a default of another type": (
        LIMITED.replace("default: 5", "default: five"),
        {},
        (
            'day.yaml:3: parameters/limit/default: found "five", expected a whole number'
            " from 0"
        ),
    ),
    "a default alone": (
        LIMITED.replace("{type: integer, default: 5}", "5"),
        {},
        (
            "day.yaml:3: parameters/limit: found 5, expected a mapping with type, default,"
            " of, about"
        ),
    ),
    "a choice without words": (
        LIMITED.replace("type: integer", "type: choice"),
        {},
        (
            'day.yaml:3: parameters/limit: found ["type", "default"], expected \'of\' with'
            " its words for a choice, and for nothing else"
        ),
    ),
    "a name that is none": (
        LIMITED.replace("limit:", "Rate-Limit:"),
        {},
        (
            'day.yaml:3: parameters/Rate-Limit: found "Rate-Limit", expected a name of'
            " small letters, digits and _, such as limit"
        ),
    ),
    "a list of parameters": (
        "scenario: day\nparameters: [limit]\nrules: [{fault: {kind: reset}}]\n",
        {},
        (
            'day.yaml:2: parameters: found ["limit"], expected a mapping of names to {type:'
            " ..., default: ...}"
        ),
    ),
    "a file that a parameter names": (
        """\
        scenario: day
        parameters: {file: {type: text, default: delays.txt}}
        rules: [{fault: {kind: latency, samples: $file}}]
        """,
        {"file": "/etc/passwd"},
        (
            'day.yaml:3: rules/0/fault/samples: found "/etc/passwd" in $file, expected the'
            " name of a file written out: whoever calls must not choose what is opened"
        ),
    ),
}


@pytest.mark.parametrize(("text", "given", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_told(
    stage: Stage, text: str, given: dict[str, Any], told: str
) -> None:
    assert _refused(stage, text, given) == told


SPLIT = [
    ("flaky", "flaky", {}),
    ("rate-limited; limit=3", "rate-limited", {"limit": "3"}),
    (" x ;a = 1;b=2s; ", "x", {"a": "1", "b": "2s"}),
    ('x; text="a; b"', "x", {"text": "a; b"}),
    ("x; text=a=b", "x", {"text": "a=b"}),
    ('x; text=""', "x", {"text": ""}),
    ("x;", "x", {}),
]


@pytest.mark.parametrize(("text", "name", "given"), SPLIT)
def test_one_text_names_a_scenario_and_its_values(
    text: str, name: str, given: dict[str, str]
) -> None:
    assert split(text) == (name, given)


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("x; limit", "limit", "NAME; parameter=value; ..."),
        ("x; =3", "=3", "NAME; parameter=value; ..."),
        ('x; a="open', 'a=\\"open', "NAME; parameter=value; ..."),
        ("x; a=1; a=2", "a", "each parameter once"),
    ],
)
def test_a_text_that_says_something_else_is_refused(
    text: str, found: str, right: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        split(text)

    assert str(caught.value).endswith(f': found "{found}", expected {right}')


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "x"),
        ({"limit": 3, "on": True}, "x; limit=3; on=true"),
        ({"text": "a; b"}, 'x; text="a; b"'),
    ],
)
def test_what_was_chosen_is_shown_as_one_text(
    given: dict[str, object], text: str
) -> None:
    assert written("x", given) == text


def test_every_parameter_that_ships_says_what_it_changes(stage: Stage) -> None:
    found = map(stage.read, Library().names())

    silent = [(s.name, p.name) for s in found for p in s.parameters if not p.about]

    assert silent == []
