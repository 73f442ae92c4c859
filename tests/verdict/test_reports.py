"""Findings as text, JUnit XML and SARIF, as their readers take them."""

import json
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from sarif_pydantic import Sarif

from mockserver.verdict.reports import FORMATS, text
from mockserver.verdict.rules.registry import RULES

FINDING: dict[str, Any] = {
    "rule": "poll-after-end",
    "severity": "warning",
    "space": "test",
    "provider": "acme",
    "job": "j-1",
    "said": "polled 2 times more <after> it was told done\x00",
    "about": "It goes on.",
    "fix": "Stop.",
    "exchanges": [3, 4],
    "deliveries": [],
}
NOTE = {**FINDING, "rule": "submit-twice", "severity": "note", "job": ""}


def test_people_are_told_what_where_and_what_to_do() -> None:
    told = {**FINDING, "said": "polled 2 times more"}

    assert text([told]) == (
        "warning poll-after-end: polled 2 times more\n"
        "  at space test, acme j-1, exchanges #3 #4\n"
        "  It goes on.\n"
        "  fix: Stop.\n"
        "1 warning"
    )


def test_severities_are_coloured_on_terminals() -> None:
    assert text([FINDING], colours=True).startswith("\x1b[33mwarning\x1b[0m ")


def test_nothing_found_is_said() -> None:
    assert text([]) == "no findings"


def test_junit_has_a_case_for_each_rule_and_fails_those_that_are_broken() -> None:
    told = FORMATS["junit"]([FINDING, NOTE], RULES, "1")
    [suite] = fromstring(told)  # noqa: S314 - our own

    cases = {case.attrib["name"]: case for case in suite}
    assert suite.attrib == {
        "name": "mockserver findings",
        "tests": "30",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
    }
    assert cases.keys() == RULES.keys()
    failure = cases["poll-after-end"].find("failure")
    assert failure is not None
    assert failure.attrib == {
        "message": "polled 2 times more <after> it was told done",
        "type": "warning",
    }
    assert cases["submit-twice"].find("failure") is None
    assert cases["submit-twice"].find("system-out") is not None
    assert len(cases["poll-too-fast"]) == 0


@pytest.mark.parametrize("findings", [[], [FINDING, NOTE]])
def test_sarif_is_read_by_others(findings: list[dict[str, Any]]) -> None:
    log = Sarif.model_validate_json(FORMATS["sarif"](findings, RULES, "1"))

    [run] = log.runs
    assert log.version == "2.1.0"
    assert [one.rule_id for one in run.results or ()] == [
        one["rule"] for one in findings
    ]


def test_sarif_names_rule_level_and_place() -> None:
    [run] = json.loads(FORMATS["sarif"]([FINDING], RULES, "1"))["runs"]

    driver, [result] = run["tool"]["driver"], run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == "poll-after-end"
    assert result["level"] == "warning"
    assert result["locations"] == [
        {
            "logicalLocations": [
                {
                    "name": "j-1",
                    "fullyQualifiedName": "acme/j-1",
                    "kind": "resource",
                }
            ]
        }
    ]
