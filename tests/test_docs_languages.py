"""A test in each language of the documentation runs, and can fail."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.deep import first
from tests.transcripts import blocks, ran_alone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PAGE = Path(__file__).parents[1] / "docs/other-languages.md"


@dataclass(frozen=True, slots=True)
class Language:
    """How a test of a language is run.

    Attributes:
        name: What its examples are fenced with.
        file: What the page calls the example.
        command: What runs it.
        passed: What it says when it passes.
        failed: What it says when no read has failed.
    """

    name: str
    file: str
    command: tuple[str, ...]
    passed: str
    failed: str


LANGUAGES = [
    Language("js", "video.test.mjs", ("node", "--test"), "# pass 1", "0 !== 2"),
    Language("java", "VideoTest.java", ("java", "VideoTest.java"), "ok", "0, not 2"),
    Language("php", "VideoTest.php", ("php", "VideoTest.php"), "ok", "0, not 2"),
    Language(
        "ruby", "video_test.rb", ("ruby", "video_test.rb"), "0 failures", "Expected: 2"
    ),
    Language("go", "video_test.go", ("go", "test", "./video_test.go"), "ok", "[{0}]"),
]


# These compile their whole libraries first, for seconds.
COMPILED = {"java", "go"}


def _case(language: Language) -> Any:
    program = language.command[0]
    missing = pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}")
    marks = [missing, *([pytest.mark.deep] if language.name in COMPILED else [])]
    return pytest.param(language, id=language.name, marks=marks)


def ran(language: Language, code: str, folder: Path) -> tuple[int, str]:
    """Run an example; return its exit code and what it has said."""
    (folder / language.file).write_text(code, encoding="utf-8")
    cache = {"GOCACHE": str(folder / "cache")}
    return ran_alone(language.command, folder, cache, limit_s=200)


@pytest.mark.parametrize("language", first([*map(_case, LANGUAGES)]))
def test_the_example_passes(language: Language, tmp_path: Path) -> None:
    (code,) = blocks(PAGE, language.name)

    status, said = ran(language, code, tmp_path)

    assert (status, language.passed in said) == (0, True), said


@pytest.mark.deep
@pytest.mark.parametrize("language", [*map(_case, LANGUAGES)])
def test_the_example_fails_when_nothing_went_wrong(
    language: Language, tmp_path: Path
) -> None:
    """It checks that the fault has met its reads; one of downloads never does."""
    (code,) = blocks(PAGE, language.name)
    code = code.replace("status-blips", "download-breaks")

    status, said = ran(language, code, tmp_path)

    assert (status != 0, language.failed in said) == (True, True), said


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_the_example_is_named_as_it_is_run(language: Language) -> None:
    (code,) = blocks(PAGE, language.name)

    assert language.file in code[:40]
