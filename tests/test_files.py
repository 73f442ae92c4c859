"""Every file of the repository reads well: syntax, encoding, end of file."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
SKIPPED = {"node_modules", "vendor", "__pycache__", "dist", "build"}
FOLDERS = ("benchmarks", "docs", "fixtures", "mockserver", "scenarios", "schemas")
SYNTAX: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".toml": tomllib.loads,
    ".yaml": lambda text: [*yaml.safe_load_all(text)],  # a cluster's has several
    ".yml": yaml.safe_load,
}
PROSE = {".py", ".md", ".html", ".css", ".js", ".txt", ".cfg", ".pyi"}


def _files() -> list[Path]:
    inside = [path for name in FOLDERS for path in (ROOT / name).rglob("*")]
    inside += [*(ROOT / "tests").rglob("*"), *ROOT.iterdir()]
    return sorted(
        path
        for path in inside
        if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts)
    )


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


DATA = [path for path in _files() if path.suffix in SYNTAX]
TEXTS = [path for path in _files() if path.suffix in {*SYNTAX, *PROSE}]


@pytest.mark.parametrize("path", DATA, ids=_name)
def test_data_can_be_parsed(path: Path) -> None:
    assert SYNTAX[path.suffix](path.read_text(encoding="utf-8")) not in (None, [None])


def test_text_ends_with_one_newline_and_has_no_carriage_returns() -> None:
    texts = {_name(path): path.read_bytes() for path in TEXTS}

    assert [name for name, text in texts.items() if text and text[-1:] != b"\n"] == []
    assert [name for name, text in texts.items() if text.endswith(b"\n\n")] == []
    assert [name for name, text in texts.items() if b"\r\n" in text] == []


def test_no_file_names_a_place_of_the_machine_it_was_written_on() -> None:
    marks = ("/ho" + "me/", "/wo" + "rk/", "/Use" + "rs/", "/ro" + "ot/")
    texts = {_name(path): path.read_text(encoding="utf-8") for path in TEXTS}

    found = [
        (name, mark) for name, text in texts.items() for mark in marks if mark in text
    ]

    assert found == []
