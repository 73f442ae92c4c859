"""Whoever looks up a symptom finds a scenario that there is, and examples that run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.app import build
from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.source import Source
from tests.transcripts import blocks

PAGE = Path(__file__).parents[1] / "docs/simulate.md"
# The second cell of each row: names of scenarios, or rules in braces.
SPANS = [
    span
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
    for span in re.findall(r"`([^`]+)`", line.split(" | ")[1])
]
RULES = [span for span in SPANS if span.startswith("{")]
NAMES = [span for span in SPANS if not span.startswith("{")]


@pytest.fixture(scope="module")
def stage() -> Stage:
    """Return what knows the scenarios that ship."""
    return build().app[STAGE]


@pytest.mark.parametrize("name", NAMES)
def test_a_symptom_leads_to_a_scenario_that_there_is(name: str, stage: Stage) -> None:
    assert stage.read(name).name == name


def test_every_scenario_that_ships_has_a_symptom(stage: Stage) -> None:
    assert sorted(NAMES) == sorted(stage.library.names())


@pytest.mark.parametrize("rule", RULES)
def test_a_symptom_leads_to_a_rule_that_fits(rule: str, stage: Stage) -> None:
    text = f"{{scenario: of-the-page, rules: [{rule}]}}"

    scenario = stage.check(Source.parse(text, "docs"))

    assert len(scenario.rules) == 1


def test_a_rule_that_does_not_fit_would_be_found(stage: Stage) -> None:
    text = "{scenario: wrong, rules: [{fault: {kind: hangs}}]}"

    with pytest.raises(ScenarioError, match="hang"):
        stage.check(Source.parse(text, "docs"))


def test_the_scenario_of_ones_own_fits(stage: Stage) -> None:
    (text,) = blocks(PAGE, "yaml")

    scenario = stage.check(Source.parse(text, "docs"))

    assert (scenario.name, len(scenario.rules)) == ("only-the-second-order-fails", 2)


@pytest.mark.slow
@pytest.mark.ffmpeg
@pytest.mark.timeout(120)
def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    (code,) = blocks(PAGE, "python")
    (tmp_path / "test_studio.py").write_text(code, encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "mockserver.pytest_plugin"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "4 passed" in ran.stdout, ran.stdout
