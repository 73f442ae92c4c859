"""Clients of Node are those that .ci/run has put into the environment, if it has."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(sys.prefix) / "node" / "node_modules"


@pytest.fixture(scope="session", autouse=True)
def _clients_of_node() -> Iterator[None]:
    """Let Node be the one among them, and find the others."""
    with pytest.MonkeyPatch.context() as machine:
        if HOME.is_dir():
            machine.setenv("NODE_PATH", str(HOME))
            machine.setenv("PATH", str(HOME / ".bin"), prepend=os.pathsep)
        yield
