"""One server for all stories that clients go through here."""

from collections.abc import Iterator

import pytest

from mockserver import MockServer


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    with MockServer(pace="step", auth="strict") as running:
        yield running
