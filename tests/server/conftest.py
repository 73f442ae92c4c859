"""What stands between sockets and the server is tried on each event loop."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.loops import LOOPS


def pytest_asyncio_loop_factories() -> Mapping[str, Any]:
    """Run each coroutine that is a test on each loop."""
    return LOOPS


@pytest.fixture(params=LOOPS, scope="module")
def loop(request: pytest.FixtureRequest) -> str:
    """Return the setting of each loop, for servers in a thread of their own."""
    return str(request.param)
