"""What is wrong with a scenario is told with its file, its line and what would fit."""

# ruff: noqa: E501 - messages are shown whole

import subprocess
import sys
from textwrap import dedent

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.source import Source


def _refused(stage: Stage, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        stage.check(Source.parse(dedent(text), "day.yaml"))
    return str(caught.value)


HEAD = "scenario: day\nrules:\n"

REFUSED = {
    "a misspelt operation": (
        "  - on: {operation: stattus}\n    fault: {kind: reset}\n",
        (
            "day.yaml:3: rules/0/on/operation: found \"stattus\", expected 'status', the"
            " nearest known name"
        ),
    ),
    "a misspelt condition": (
        "  - on:\n      tymes: 3\n    fault: {kind: reset}\n",
        (
            "day.yaml:4: rules/0/on/tymes: found \"tymes\", expected 'times', the nearest"
            " known name"
        ),
    ),
    "a misspelt kind": (
        "  - fault:\n      kind: latenzy\n",
        (
            "day.yaml:4: rules/0/fault/kind: found \"latenzy\", expected 'latency', the"
            " nearest known name"
        ),
    ),
    "a misspelt state": (
        "  - on: {state: RENDERIN}\n    fault: {kind: reset}\n",
        (
            "day.yaml:3: rules/0/on/state: found \"RENDERIN\", expected 'RENDERING', the"
            " nearest known name"
        ),
    ),
    "an unknown problem": (
        "  - fault: {kind: error, problem: rate-limitd}\n",
        (
            'day.yaml:3: rules/0/fault/problem: found "rate-limitd", expected'
            " 'rate-limited', the nearest known name"
        ),
    ),
    "no duration": (
        "  - job:\n      stall: {at: 50, for: 10 minutes}\n",
        (
            'day.yaml:4: rules/0/job/stall/for: found "10 minutes", expected a duration'
            " such as 1500ms, 2s, 12m, 3h or 1d"
        ),
    ),
    "nothing that happens": (
        "  - on: {operation: status}\n",
        (
            'day.yaml:3: rules/0: found ["on"], expected also what happens: fault, answer,'
            " timeline, job, media or delivery"
        ),
    ),
    "a job rule about reads": (
        "  - on: {operation: status}\n    job: {fail_at: 60}\n",
        (
            'day.yaml:3: rules/0/on/operation: found ["status"], expected one that makes'
            " jobs: create"
        ),
    ),
    "a job rule about progress": (
        "  - on: {progress: 60}\n    job: {fail_at: 60}\n",
        (
            'day.yaml:3: rules/0/on/progress: found "progress", expected a condition'
            " on jobs that are being accepted: after, body, every, job, nth,"
            " operation, per, probability, provider, since, times, ttl, window"
        ),
    ),
    "a step without a length": (
        (
            "  - on: {provider: idomoo}\n    timeline:\n"
            "      - {state: ERROR}\n      - {state: RENDERING}\n"
        ),
        (
            'day.yaml:5: rules/0/timeline/0: found {"state": "ERROR"}, expected also for:'
            " only the last step has no end"
        ),
    ),
    "a phase that a provider has no word for": (
        "  - on: {provider: idomoo}\n    timeline: [{phase: cancelled}]\n",
        (
            'day.yaml:4: rules/0/timeline/0/phase: found "cancelled", expected a phase'
            " that idomoo has a word for"
        ),
    ),
    "a step that is nowhere": (
        "  - timeline: [{for: 1s}, {phase: failed}]\n",
        ('day.yaml:3: rules/0/timeline/0: found ["for"], expected also state or phase'),
    ),
    "a job of no number": (
        "  - on: {job: 0}\n    fault: {kind: reset}\n",
        (
            "day.yaml:3: rules/0/on/job: found 0, expected a job's identifier, or its"
            " number from 1"
        ),
    ),
    "a range of one value": (
        "  - timeline: [{phase: running, for: [1s]}, {phase: failed}]\n",
        'day.yaml:3: rules/0/timeline/0/for: found ["1s"], expected two values',
    ),
    "a number that is none": (
        "  - on: {age: !!int x}\n    fault: {kind: reset}\n",
        (
            "day.yaml:3: found no plain value: invalid literal for int() with base 10:"
            " 'x'"
        ),
    ),
    "a name that is a list": (
        "  - {[on]: 1}\n",
        "day.yaml:3: found a name that is none",
    ),
    "a name that stands twice": (
        "  - on: {times: 1}\n    on: {times: 2}\n",
        "day.yaml:4: found 'on' twice",
    ),
    "no YAML": (
        "  - [",
        "day.yaml:3: found no readable YAML: a value that is missing",
    ),
    "a tab": (
        "\t- {}",
        "day.yaml:3: found no readable YAML: a tab; indent with blanks",
    ),
    "a colon too many": (
        "  - name: a: b",
        (
            "day.yaml:3: found no readable YAML: a ':' where none may be; put the"
            " value in quotes"
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_scenario_is_refused_with(stage: Stage, case: str) -> None:
    text, said = REFUSED[case]

    assert _refused(stage, HEAD + text).startswith(said)


def test_an_unknown_provider_is_named(stage: Stage) -> None:
    said = _refused(
        stage, "scenario: day\nprovider: idomo\nrules: [{job: {slow: 2}}]\n"
    )

    assert said == (
        "day.yaml:2: provider: found \"idomo\", expected 'idomoo', the nearest known"
        " name"
    )


def test_an_unknown_scenario_is_named(stage: Stage) -> None:
    with pytest.raises(ScenarioError) as caught:
        stage.read("slow-rendr")

    assert str(caught.value) == (
        "scenario: found 'slow-rendr', expected 'slow-render', the nearest known name"
    )


def test_a_document_has_places_without_lines(stage: Stage) -> None:
    with pytest.raises(ScenarioError) as caught:
        stage.read({"scenario": "day", "rules": [{"job": {"slwo": 2}}]})

    assert str(caught.value) == (
        "scenario: rules/0/job/slwo: found \"slwo\", expected 'slow', the nearest known"
        " name"
    )


def test_a_huge_scenario_is_refused(stage: Stage) -> None:
    said = _refused(stage, "x" * (1024 * 1024 + 1))

    assert said == "day.yaml: found 1048577 characters, expected 1 MiB"


def test_aliases_do_not_explode(stage: Stage) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert "found too many parts" in _refused(stage, "\n".join(lines))


def test_a_rule_that_is_refused_leaves_what_acts_as_it_is(stage: Stage) -> None:
    bad = {"scenario": "x", "rules": [{"job": {"slow": 2}}, {"job": {"slow": "x"}}]}

    with pytest.raises(ScenarioError):
        stage.start_with(bad)

    assert stage.files() == []


def test_the_language_is_loaded_with_the_first_scenario_that_is_read() -> None:
    code = (
        "import sys\n"
        "from mockserver.app import build\n"
        "from mockserver.edge.staging.stage import STAGE\n"
        "stage = build(providers=['luma']).app[STAGE]\n"
        "name = 'mockserver.scenarios.written.language'\n"
        "before = name in sys.modules\n"
        "stage.read('brownout')\n"
        "print(before, name in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout == "False True\n"
