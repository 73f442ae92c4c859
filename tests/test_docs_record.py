"""The pages about the record: their examples pass, and their tables are true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mockserver
from mockserver import MockServer

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    with MockServer(pace="step", auth="strict", media_dir=tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("page", "test"),
    [
        ("what-my-client-sent.md", "test_the_client_survives_a_blip"),
        ("receiving-webhooks.md", "test_a_finished_video_is_told"),
    ],
)
def test_the_test_that_a_page_shows_passes(
    page: str, test: str, server: MockServer
) -> None:
    names: dict[str, Any] = {}
    (code,) = re.findall(r"(?s)^```python\n(.*?)^```", _text(page), re.MULTILINE)
    exec(code, names)  # noqa: S102 - our own example

    names[test](server.space)


def test_the_table_of_types_names_all_that_is_public() -> None:
    first = _text("types.md").partition("## ClientCredential")[0]
    rows = [line for line in first.splitlines() if line.startswith("| `")]

    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}

    assert named == {*mockserver.__all__} - {"__version__", "create_app"}


@pytest.mark.parametrize(
    ("title", "type_"),
    [("Exchange", mockserver.Exchange), ("Firing", mockserver.Firing)],
)
def test_the_attributes_that_a_page_names_are_there(title: str, type_: type) -> None:
    part = _text("types.md").partition(f"## {title}\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in part.splitlines() if "| `" in line]

    names = re.findall(r"`(\w+)`", " ".join(cells) or part)

    assert names
    assert [name for name in names if not hasattr(type_, name)] == []


def _text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")
