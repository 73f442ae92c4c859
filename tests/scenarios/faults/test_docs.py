"""docs/faults.md names every kind and parameter, and its examples are read."""

import re
from pathlib import Path

import pytest
import yaml

from mockserver.scenarios.faults import FAULT_SCHEMAS, parse_fault

PAGE = (Path(__file__).parents[3] / "docs/faults.md").read_text(encoding="utf-8")
SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(
        r"^### `([a-z-]+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
}


def test_every_kind_has_a_section() -> None:
    assert sorted(SECTIONS) == sorted(FAULT_SCHEMAS)


@pytest.mark.parametrize("kind", FAULT_SCHEMAS)
def test_a_section_names_every_parameter_as_editors_do(kind: str) -> None:
    said = FAULT_SCHEMAS[kind]["properties"]
    wanted = {name: one["description"] for name, one in said.items() if name != "kind"}

    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", SECTIONS[kind], re.MULTILINE)

    assert dict(rows) == wanted


@pytest.mark.parametrize("kind", FAULT_SCHEMAS)
def test_a_section_says_what_is_required(kind: str) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|[^|]*\| required \|", SECTIONS[kind], re.MULTILINE
    )

    assert rows == FAULT_SCHEMAS[kind]["required"][1:]


@pytest.mark.parametrize("kind", FAULT_SCHEMAS)
def test_the_example_of_a_section_is_read(kind: str) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", SECTIONS[kind], re.DOTALL)

    fault = parse_fault(yaml.safe_load(example)["fault"])

    assert fault.kind == kind
    assert SECTIONS[kind].lstrip().startswith(FAULT_SCHEMAS[kind]["description"])
