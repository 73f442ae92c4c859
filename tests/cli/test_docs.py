"""The documentation of command and settings holds what there is, and nothing else."""

import re
from pathlib import Path

from mockserver.cli import VERBS
from mockserver.config import SETTINGS, Setting

DOCS = Path(__file__).parents[2] / "docs"


def default(setting: Setting) -> str:
    """Return a default as the table has it."""
    if setting.default in {None, ()}:
        return "none"
    if isinstance(setting.default, bool):
        return "yes" if setting.default else "no"
    return f"`{setting.default}`"


def row(setting: Setting) -> str:
    """Return a setting's row of the table."""
    return (
        f"| `{setting.key}` | `{setting.flag}` | `{setting.env}` | {default(setting)}"
        f" | {setting.about} |"
    )


def test_the_table_of_settings_is_complete_and_in_order() -> None:
    text = (DOCS / "configuration.md").read_text()

    rows = [line for line in text.splitlines() if "| `MOCKSERVER_" in line]

    settings = [line for line in rows if line.count("|") == 6]
    assert settings == [row(setting) for setting in SETTINGS]


def test_the_table_of_verbs_is_complete() -> None:
    text = (DOCS / "cli.md").read_text().partition("## serve")[0]

    verbs = re.findall(r"^\| `(\w+)`", text, re.MULTILINE)

    assert sorted(verbs) == sorted(VERBS)
