"""docs/faults.md names every kind and parameter, and its examples are read."""

import re
import sys
from pathlib import Path

import pytest
import yaml

from mockserver.scenarios.faults import FAULT_SCHEMAS, FAULTS, parse_fault

PAGE = (Path(__file__).parents[3] / "docs/faults.md").read_text(encoding="utf-8")
SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(
        r"^### `([a-z-]+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
}
TITLES = {
    kind: title
    for title, part in re.findall(
        r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    for kind in re.findall(r"^### `([a-z-]+)`$", part, re.MULTILINE)
}


def test_every_kind_has_a_section() -> None:
    assert sorted(SECTIONS) == sorted(FAULT_SCHEMAS)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_kind_lies_in_the_folder_of_its_chapter(kind: str) -> None:
    """The first line of the folder begins with the chapter's title."""
    folder = sys.modules[FAULTS[kind].__module__.rpartition(".")[0]]

    assert (folder.__doc__ or "").partition(":")[0] == TITLES[kind]


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
