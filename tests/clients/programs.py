"""Clients that are programs of their own: found, or skipped with the reason."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "WAIT",
    "WAIT_2",
    "WAIT_NODE",
    "file",
    "interpreter",
    "node",
    "outcome",
    "pace",
    "php",
    "python",
    "python_27",
    "tool",
]

# What a program's own loop does between two reads: nobody waits, the clock moves.
WAIT = """
from urllib.request import urlopen
def wait(seconds):
    place = base.rpartition("/")[0] + "/_mock/api/clock/advance"
    urlopen(place, b'{"by": %d}' % seconds).read()
"""
WAIT_2 = WAIT.replace("urllib.request", "urllib2")
WAIT_NODE = """
const wait = async (seconds) => {
  const place = base.replace(/\\/[^/]+$/, "/_mock/api/clock/advance");
  await (await fetch(place, {
    method: "POST", body: JSON.stringify({ by: seconds }),
  })).text();
};
"""


def tool(name: str) -> str:
    """Return a program of this machine."""
    found = shutil.which(name)
    return found or pytest.skip(f"{name} is not installed; .ci/run installs it")


def interpreter(language: str) -> list[str]:
    """Return the command that runs a text of a language, which follows it."""
    if language == "curl":
        tool("curl")
        return [tool("sh"), "-c"]
    if language == "python":
        return [sys.executable, "-c"]
    return [node(), "--input-type=module", "-e"]


def node(package: str = "", least: tuple[int, int] = (18, 0)) -> str:
    """Return Node, if it is new enough and finds a package.

    Args:
        package: The package; any Node will do without one.
        least: Its version; from 22.21 on it reads proxy variables.
    """
    found = tool("node")
    told = subprocess.run([found, "--version"], capture_output=True, check=True)
    version = told.stdout.decode().strip()
    if tuple(map(int, version[1:].split(".")[:2])) < least:
        wanted = ".".join(map(str, least))
        pytest.skip(f"Node is {version}, and {wanted} is needed; .ci/run installs it")
    if not package:
        return found
    asked = [found, "-e", f"require.resolve({package!r})"]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip(f"{package} is not installed; .ci/run installs it")
    return found


def php() -> str:
    """Return PHP, if it has the extension that its clients call with."""
    found = tool("php")
    told = subprocess.run([found, "-m"], capture_output=True, check=True)
    if b"curl" not in told.stdout.split():
        pytest.skip("PHP has no curl extension; .ci/run installs it")
    return found


def python(name: str) -> str:
    """Return the Python of an environment that has another release of a client."""
    found = Path(sys.prefix) / "clients" / name / "bin" / "python"
    if not found.exists():
        pytest.skip(f"{found} does not exist; .ci/run makes it")
    return str(found)


def python_27(client: str) -> tuple[str, str]:
    """Return a Python 2.7 and the folder of a client that runs on no other."""
    folder = Path(sys.prefix) / "clients" / client
    found = folder / "bin" / "python"
    if not found.exists():
        pytest.skip(
            f"{found} does not exist; .ci/run makes it where there is a Python 2.7,"
            " which no package of Debian's has any more"
        )
    return str(found), str(folder / "lib")


def outcome(
    *command: str, given: object = None, surroundings: Mapping[str, str] | None = None
) -> Any:
    """Return the document that a program prints, which gets another one."""
    ran = subprocess.run(
        command,
        input=json.dumps(given),
        env={**os.environ, **(surroundings or {})},
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return json.loads(ran.stdout)


def file(package: str, path: str) -> Path:
    """Return a file of a package from npm, which a test reads or runs itself."""
    found = Path(sys.prefix) / "node" / "node_modules" / package / path
    if not found.exists():
        pytest.skip(f"{package} is not installed; .ci/run installs it")
    return found


def pace(program: str) -> str:
    """Return the pace for a program: what clients wait inside is real time."""
    return "manual" if "wait(" in program else "real"
