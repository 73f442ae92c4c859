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

from tests.deep import EXAMPLES, Sample, few, many
from tests.lasting import Watch, lasting
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


WHOLE = pytest.StashKey[bool]()
WHOLE_INPUT = "mockserver_is_whole"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--wide`, which leaves out no test, and `--deep`: no case either."""
    parser.addoption(
        "--wide", action="store_true", help="try each test, and more cases of it"
    )
    parser.addoption(
        "--deep", action="store_true", help="try every case, and far more examples"
    )
    parser.addoption(
        "--deepest", action="store_true", help="try every value at every place, too"
    )
    parser.addoption(
        "--note-long", action="store_true", help="write tests/lasting.txt anew"
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
    """Return the name of the profile of a run: plain, wide, deep or deepest."""
    asked = (one for one in ("deepest", "deep", "wide") if config.getoption(one))
    return next(asked, "plain")


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile before the modules with the laws are imported."""
    settings.load_profile(depth(config))
    config.stash[WHOLE] = _is_whole(config)
    if config.getoption("note_long") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch())


def _is_whole(config: pytest.Config) -> bool:
    """Say whether nobody has told which tests are wanted, by file or by name."""
    if hasattr(config, "workerinput"):
        return bool(config.workerinput[WHOLE_INPUT])
    option = config.option
    has_failed = getattr(option, "lf", False) or getattr(option, "failedfirst", False)
    is_named = option.keyword or option.markexpr or has_failed
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not is_named


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell the processes of a parallel run what its own command line has said."""
    node.workerinput[WHOLE_INPUT] = node.config.stash[WHOLE]


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
    each = {"plain": plain, "wide": deep, "deep": deep, "deepest": 1}[depth]
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


def _deeper(run: str, item: pytest.Item) -> bool:
    """Say whether a test is for a deeper run than this one."""
    is_plain, is_deepest = run == "plain", run == "deepest"
    left = ("deep",) * is_plain + ("deepest",) * (not is_deepest)
    return any(item.get_closest_marker(mark) for mark in left)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what is only for `--deep`, or for `--deepest`."""
    run = depth(config)
    wanted = [item for item in items if not _deeper(run, item)]
    if config.stash[WHOLE] and run == "plain":
        wanted = [*few(wanted, lasting())]
    elif config.stash[WHOLE] and run == "wide":
        wanted = [*many(wanted, lasting())]
    kept = {id(item) for item in wanted}
    config.hook.pytest_deselected(items=[one for one in items if id(one) not in kept])
    items[:] = wanted


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say that there is more, and how to have it."""
    if config.stash[WHOLE] and depth(config) == "plain":
        terminalreporter.write_line(
            "a plain run: a few cases of each test, and few that last;"
            " --wide tries each test, as .ci/run does, and --deep each case"
        )
