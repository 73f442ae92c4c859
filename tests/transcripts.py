"""Transcripts: what a page of the documentation types, and what it says comes of it."""

import doctest
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "ADDRESS",
    "Typed",
    "blocks",
    "environment",
    "play",
    "ran_alone",
    "serving",
    "transcript",
]

ADDRESS = "http://127.0.0.1:7357"
# The command of the very Python that runs the tests, wherever it is installed.
BASH = 'mockserver() { "$PYTHON" -m mockserver "$@"; }\n'
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True, slots=True)
class Typed:
    """One command of a page, and what stands below it.

    Attributes:
        command: What is typed; it may have several lines.
        shown: What the page says comes; `...` stands for anything.
    """

    command: str
    shown: str


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced examples of one language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def transcript(page: Path) -> list[Typed]:
    """Return all that is typed on a page, in its order."""
    typed = r"^\$ ((?:[^\n]*\\\n|[^\n']|'[^']*')+)\n((?:(?!\$ ).*\n)*)"
    return [
        Typed(command, shown)
        for block in blocks(page, "console")
        for command, shown in re.findall(typed, block, re.MULTILINE)
    ]


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of somebody whose home is a folder, and who has us."""
    return {
        **os.environ,
        "NO_PROXY": "127.0.0.1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "HOME": str(folder),
    }


def ran_alone(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    *,
    limit_s: float,
) -> tuple[int, str]:
    """Run a command; return its exit code and what it has said.

    Whatever it leaves running is ended then, as its machine would.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**environment(folder), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=limit_s)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, said


@contextmanager
def serving(words: str, folder: Path) -> Iterator[str]:
    """Serve as a page says, but on a free port and with a seed of the tests."""
    own = ["--port", "0", "--quiet", "--seed", "1", "--media-dir", str(folder)]
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", *shlex.split(words)[1:], *own],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def play(typed: list[Typed], url: str, folder: Path) -> list[str]:
    """Type all in one shell; return what came otherwise than the page says."""
    script = "".join(
        f"{{ {one.command.replace(ADDRESS, url)}\n}} 2>&1\nprintf '\\0'\n"
        for one in typed
    )
    ran = subprocess.run(
        ["bash", "-c", BASH + script],
        cwd=folder,
        env={**environment(folder), "MOCKSERVER_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = ran.stdout.replace(url, ADDRESS).split("\0")
    checker = doctest.OutputChecker()
    return [
        f"$ {one.command}\n{came}"
        for one, came in zip(typed, found[:-1], strict=True)
        if not checker.check_output(one.shown, came.rstrip() + "\n", LENIENT)
    ]
