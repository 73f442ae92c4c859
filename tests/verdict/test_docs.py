"""The page of findings has each rule, with its words."""

import re
from pathlib import Path

from mockserver.verdict.rules.registry import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "findings.md").read_text("utf-8")
SECTIONS = dict(
    re.findall(r"^### ([a-z-]+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
)


def test_each_rule_has_its_section_and_no_section_is_left_over() -> None:
    assert SECTIONS.keys() == RULES.keys()


def test_a_section_says_what_the_rule_says() -> None:
    wrong = [
        rule.id
        for rule in RULES.values()
        for words in (f"*{rule.severity.value}.*", rule.about, rule.fix)
        if words not in SECTIONS[rule.id]
    ]

    assert wrong == []
