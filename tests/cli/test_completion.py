"""Shells complete verbs, flags and values; the parsers are the only source."""

import shutil
import subprocess
from pathlib import Path

import pytest

from mockserver.cli import VERBS
from mockserver.cli.completion import SHELLS, parser_of
from tests.cli.conftest import Tell


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_its_parser_and_does_nothing(verb: str) -> None:
    assert parser_of(verb).prog == f"mockserver {verb}"


@pytest.mark.parametrize("shell", SHELLS)
def test_every_verb_is_in_the_script_of_each_shell(shell: str, tell: Tell) -> None:
    said = tell("completion", shell)

    assert (said.code, said.err) == (0, "")
    assert [verb for verb in VERBS if verb not in said.out] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["sce"], ["scenarios"]),
        (["serve", "--pac"], ["--pace"]),
        (["serve", "--log-level", "s"], ["silent"]),
        (["time", "adv"], ["advance"]),
        (["completion", "f"], ["fish"]),
    ],
    ids=" ".join,
)
def test_bash_completes(
    typed: list[str], offered: list[str], tell: Tell, tmp_path: Path
) -> None:
    script = tmp_path / "completion"
    script.write_text(tell("completion", "bash").out)
    words = ["mockserver", *typed]
    program = (
        f'source "{script}"; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(typed)};'
        f" _shtab_mockserver mockserver {words[-1]} {words[-2]};"
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )

    ran = subprocess.run(
        ["bash", "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout.split() == offered


def test_another_shell_is_refused_with_those_there_are(tell: Tell) -> None:
    said = tell("completion", "csh")

    assert said.code == 2
    assert "choose from" in said.err
    assert "zsh" in said.err
