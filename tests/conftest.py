"""Fixtures and guards that every test lives with."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.redises import redis_server, redis_url

__all__ = ["redis_server", "redis_url"]

# Compiling would be half of each worker's start, and of each command's that tests run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Two busy cores may take long for one example; the timeout still bounds each test.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("deep", settings.get_profile("house"), max_examples=500)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--deep`: five times the examples for each law and fuzz test, all cases."""
    parser.addoption("--deep", action="store_true", help="try far more examples")


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage among what is collected, which the whole run needs."""
    gc.disable()
    yield
    gc.enable()
    gc.freeze()
    # Looking each 700 objects took a tenth of a run; what is garbage is soon found so,
    # too, and at the latest at the end.
    gc.set_threshold(20_000, 10, 10)


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile before the modules with the laws are imported."""
    settings.load_profile("deep" if config.getoption("deep") else "house")


@pytest.fixture(scope="session")
def is_deep(request: pytest.FixtureRequest) -> bool:
    """Say whether everything is tried, or of many of a kind some."""
    return bool(request.config.getoption("deep"))


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one cache of clips for all tests of a run, whichever worker has them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "media"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep MOCKSERVER_* and proxy variables of the machine out of the tests."""
    for name in list(os.environ):
        is_proxy = name.lower().endswith("_proxy")
        if is_proxy or name.startswith("MOCKSERVER_"):
            monkeypatch.delenv(name)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what is only for `--deep`."""
    if config.getoption("deep"):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    config.hook.pytest_deselected(items=deep)
    items[:] = [item for item in items if item not in deep]
