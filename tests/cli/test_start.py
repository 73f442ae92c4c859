"""The command as it is installed: a process that has to import everything itself."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "mockserver"],
        [Path(sys.executable).with_name("mockserver")],
    ],
    ids=["module", "script"],
)
def test_it_serves_and_ends(command: list[str], tmp_path: Path) -> None:
    with subprocess.Popen(
        [*command, "serve", "--port=0", "--quiet"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline()
        process.terminate()

    assert (url[:17], process.returncode) == ("http://127.0.0.1:", 143)
