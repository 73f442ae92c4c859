"""The documentation of scenarios holds what there is, and nothing else."""

import re
from pathlib import Path

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.scenarios.book.past import EVENTS
from mockserver.scenarios.written import language
from mockserver.scenarios.written.magic import MAGIC
from mockserver.scenarios.written.parameters import TYPES, text_of
from mockserver.scenarios.written.shapes import Record
from mockserver.scenarios.written.source import Source

TEXT = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()


def _rows(title: str) -> list[str]:
    section = TEXT.split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize(
    "record",
    [language.ON, language.JOB, language.MEDIA, language.ANSWER, language.DELIVERY],
)
def test_every_word_is_documented(record: Record) -> None:
    rows = [f"| `{name}` | {about} |" for name, (_, about) in record.members.items()]

    assert "\n".join(rows) in TEXT


def test_every_suffix_is_documented() -> None:
    rows = [f"| `__{w.form}` | `{w.example}` | {w.about} |" for w in MAGIC.values()]

    assert _rows("Magic inputs") == rows


def test_every_shipped_scenario_is_documented(stage: Stage) -> None:
    read = map(stage.read, stage.library.names())

    rows = [f"| `{s.name}` | {s.provider or 'all'} | {s.about} |" for s in read]

    assert _rows("What ships") == rows


def test_every_parameter_that_ships_is_documented(stage: Stage) -> None:
    rows = [
        f"| `{s.name}` | `{p.name}` | {p.type} | `{text_of(p.default)}` | {p.about} |"
        for s in map(stage.read, stage.library.names())
        for p in s.parameters
    ]

    assert _rows("What may be chosen") == rows


def test_every_type_of_a_parameter_is_documented() -> None:
    section = TEXT.split("\n## Parameters", 1)[1].split("\n## ", 1)[0]

    assert [name for name in TYPES if f"`{name}`" not in section] == []


def test_the_example_is_a_scenario(stage: Stage) -> None:
    found = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None

    scenario = stage.check(Source.parse(found[1], "docs"))

    assert (scenario.name, len(scenario.rules)) == ("my-bad-day", 2)


def test_every_event_that_a_rule_may_follow_on_is_documented() -> None:
    assert [event for event in EVENTS if f"`{event}`" not in TEXT] == []
