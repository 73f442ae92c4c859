"""Fixtures and guards that every test lives with."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.deep import EXAMPLES, Sample
from tests.redises import redis_server, redis_url

__all__ = ["redis_server", "redis_url"]

# Compiling would be half of each worker's start, and of each command's that tests run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Two busy cores may take long for one example; the timeout still bounds each test.
for name, number in EXAMPLES.items():
    settings.register_profile(
        name, deadline=None, derandomize=True, max_examples=number
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--deep`, which leaves out no case, and `--deepest` with the most of each."""
    parser.addoption(
        "--deep", action="store_true", help="try every case, and far more examples"
    )
    parser.addoption(
        "--deepest", action="store_true", help="try every value at every place, too"
    )


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


def depth(config: pytest.Config) -> str:
    """Return the name of the profile of a run: plain, deep or deepest."""
    if config.getoption("deepest"):
        return "deepest"
    return "deep" if config.getoption("deep") else "plain"


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile before the modules with the laws are imported."""
    settings.load_profile(depth(config))


@pytest.fixture(scope="session")
def sample(request: pytest.FixtureRequest) -> Sample:
    """Return a function that chooses what is tried of many, spread over all of them.

    `sample(many, at, plain=48, deep=12)` is every 48th from `at` on, in a deep run
    every twelfth, and in the deepest each.
    """
    return partial(chosen, depth(request.config))


def chosen(
    depth: str, many: Sequence[Any], at: int = 0, *, plain: int, deep: int
) -> Sequence[Any]:
    """Return every so many of them, and at least one."""
    each = {"plain": plain, "deep": deep, "deepest": 1}[depth]
    return many[at % max(1, min(each, len(many))) :: each]


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
    if depth(config) != "plain":
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    config.hook.pytest_deselected(items=deep)
    items[:] = [item for item in items if item not in deep]
