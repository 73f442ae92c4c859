"""Fixtures and guards that every test lives with."""

import os

import pytest
from hypothesis import settings

# Two busy cores may take long for one example; the timeout still bounds each test.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep MOCKSERVER_* and proxy variables of the machine out of the tests."""
    for name in list(os.environ):
        is_proxy = name.lower().endswith("_proxy")
        if is_proxy or name.startswith("MOCKSERVER_"):
            monkeypatch.delenv(name)
