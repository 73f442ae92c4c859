"""The house keeps its rules, and the rules find what breaks them."""

from pathlib import Path

import pytest

from tests.house import (
    RULES,
    Rule,
    cycles,
    exceptions_swallowed,
    files_without_a_name,
    folders_that_are_too_full,
    imports_against_the_ranks,
    imports_inside_functions,
    imports_of_a_single_provider,
    imports_of_http_in_the_engine,
    inner_imports,
    late_imports,
    modules_that_are_too_long,
    mutable_state_of_modules,
    real_sleeps,
    rooms_without_a_rank,
    uses_of_time_and_chance,
)

ROOT = Path(__file__).parent.parent / "mockserver"
SOURCES = {
    ".".join(("mockserver", *path.relative_to(ROOT).with_suffix("").parts)): (
        path.read_text(encoding="utf-8")
    )
    for path in sorted(ROOT.rglob("*.py"))
}


def _name(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_the_house_has_no(rule: Rule) -> None:
    assert list(rule(SOURCES)) == []


def test_the_house_is_seen_at_all() -> None:
    inner = [target for _, target in inner_imports(SOURCES)]

    assert "mockserver.errors" in inner
    assert "mockserver.config.values" in inner
    assert len(inner) > 50


HOUSE = {
    "mockserver.__init__": "",
    "mockserver.errors": "",
    "mockserver.config.__init__": "",
    "mockserver.config.load": "",
    "mockserver.engine.__init__": "",
    "mockserver.engine.clock": "",
    "mockserver.engine.jobs": "",
    "mockserver.media.cache": "",
    "mockserver.verdict.journal": "",
    "mockserver.providers.__init__": "",
    "mockserver.providers.call": "",
    "mockserver.providers.one.__init__": "",
    "mockserver.providers.one.wire": "",
    "mockserver.providers.two.__init__": "",
    "mockserver.edge.layers.envelope": "",
    "mockserver.cli.time": "",
}
BROKEN: list[tuple[Rule, str, str]] = [
    (imports_against_the_ranks, "engine.jobs", "from mockserver.providers import call"),
    (
        imports_against_the_ranks,
        "engine.jobs",
        "import mockserver.edge.layers.envelope",
    ),
    (imports_against_the_ranks, "media.cache", "import mockserver.verdict.journal"),
    (imports_against_the_ranks, "errors", "from mockserver import config"),
    (imports_against_the_ranks, "errors", "from mockserver.config.load import x"),
    (imports_against_the_ranks, "engine.jobs", "from ..media.cache import x"),
    (imports_against_the_ranks, "cli.time", "from mockserver import MockServer"),
    (rooms_without_a_rank, "attic", ""),
    (imports_of_a_single_provider, "providers.one.wire", "from ..two import PROVIDER"),
    (
        imports_of_a_single_provider,
        "edge.layers.envelope",
        "import mockserver.providers.one",
    ),
    (
        imports_of_a_single_provider,
        "providers.call",
        "from mockserver.providers.one.wire import X",
    ),
    (imports_of_http_in_the_engine, "engine.jobs", "from aiohttp import web"),
    (imports_of_http_in_the_engine, "engine.jobs", "import aiohttp.web"),
    (imports_inside_functions, "errors", "def f():\n    if 1:\n        import os"),
    (imports_inside_functions, "errors", "async def f():\n    from os import path"),
    (late_imports, "errors", "import importlib\nimportlib.import_module('x')"),
    (cycles, "config.load", "from . import load"),
    (
        cycles,
        "config.load",
        "if TYPE_CHECKING:\n    from mockserver.config.load import load",
    ),
    (
        imports_against_the_ranks,
        "engine.jobs",
        "if TYPE_CHECKING:\n    from mockserver.providers import call",
    ),
    (uses_of_time_and_chance, "engine.jobs", "import time\ntime.time()"),
    (uses_of_time_and_chance, "engine.jobs", "import time as t\nt.monotonic()"),
    (uses_of_time_and_chance, "engine.jobs", "from time import sleep\nsleep(1)"),
    (uses_of_time_and_chance, "engine.jobs", "import random\nrandom.Random(1)"),
    (uses_of_time_and_chance, "engine.jobs", "from uuid import uuid4\nuuid4()"),
    (uses_of_time_and_chance, "engine.jobs", "import uuid\nuuid.uuid4()"),
    (uses_of_time_and_chance, "engine.jobs", "import asyncio\nasyncio.sleep(1)"),
    (uses_of_time_and_chance, "cli.time", "import asyncio\nasyncio.sleep(1)"),
    (
        uses_of_time_and_chance,
        "engine.jobs",
        "from datetime import datetime as d\nd.now()",
    ),
    (
        uses_of_time_and_chance,
        "engine.jobs",
        "import datetime\ndatetime.datetime.now()",
    ),
    (files_without_a_name, "engine.utils", ""),
    (files_without_a_name, "helpers.clock", ""),
    (modules_that_are_too_long, "errors", "\n" * 401),
    (mutable_state_of_modules, "errors", "cache = {}"),
    (mutable_state_of_modules, "errors", "cache: list[int] = list()"),
    (mutable_state_of_modules, "errors", "CACHE = {}\ndef f(): CACHE['a'] = 1"),
    (mutable_state_of_modules, "errors", "CACHE = {}\ndef f(): del CACHE['a']"),
    (mutable_state_of_modules, "errors", "CACHE = []\ndef f(): CACHE.append(1)"),
    (mutable_state_of_modules, "errors", "x = 1\ndef f():\n    global x\n    x = 2"),
    (exceptions_swallowed, "errors", "try: f()\nexcept Exception: pass"),
    (exceptions_swallowed, "errors", "try: f()\nexcept: pass"),
    (exceptions_swallowed, "errors", "try: f()\nexcept (OSError, Exception): pass"),
    (exceptions_swallowed, "errors", "try: f()\nexcept Exception as e: raise X from e"),
]


@pytest.mark.parametrize(("rule", "module", "source"), BROKEN)
def test_what_breaks_a_rule_is_found(rule: Rule, module: str, source: str) -> None:
    broken = {**HOUSE, f"mockserver.{module}": source}

    assert list(rule(broken)) != []


def test_a_folder_that_is_too_full_is_found() -> None:
    crowd = {f"mockserver.attic.one{number}": "" for number in range(31)}

    assert list(folders_that_are_too_full(crowd)) == [
        "mockserver.attic: 31 modules, at most 30: give it an inner order"
    ]


def test_a_circle_through_several_modules_is_found() -> None:
    broken = {
        **HOUSE,
        "mockserver.config.__init__": "from mockserver.config.load import load",
        "mockserver.config.load": "from mockserver.config import SETTINGS",
    }

    assert list(cycles(broken)) == [
        "mockserver.config.__init__ imports itself in a circle",
        "mockserver.config.load imports itself in a circle",
    ]


FINE: list[tuple[str, str]] = [
    (
        "edge.layers.envelope",
        "from mockserver.providers import call\nfrom aiohttp import web",
    ),
    ("edge.layers.envelope", "try: f()\nexcept Exception: pass"),
    ("providers.one.__init__", "from . import wire\nfrom .wire import STATES"),
    ("engine.clock", "import time\nimport asyncio\ntime.time()\nasyncio.sleep(1)"),
    ("cli.time", "import time\ntime.sleep(1)"),
    ("engine.jobs", "from mockserver.engine.clock import now\nnow()\nself.time()"),
    ("engine.jobs", "STATES = {'a': 1}\n__all__ = ['a']\nx: Final = [1]\ny = (1,)"),
    ("engine.jobs", "def f():\n    cache = {}\n    cache['a'] = 1"),
    ("engine.jobs", "try: f()\nexcept BaseException:\n    close()\n    raise"),
    ("engine.jobs", "from datetime import datetime\ndatetime.fromtimestamp(1)"),
    ("errors", "\n" * 400),
]


@pytest.mark.parametrize(("module", "source"), FINE)
def test_what_keeps_the_rules_is_not_found(module: str, source: str) -> None:
    house = {**HOUSE, f"mockserver.{module}": source}

    assert [sin for rule in RULES for sin in rule(house)] == []


SLEEPERS = "sleepers.py"  # fails where a sleep would be a real one
TESTS = {
    str(path): path.read_text(encoding="utf-8")
    for path in sorted(Path(__file__).parent.rglob("*.py"))
    if path.name != SLEEPERS
}
# A text that the rule reads; nobody runs it.
WAITING = """
import asyncio
from time import sleep as rest
rest(3)
await asyncio.sleep(0)
await asyncio.sleep(0.1)
"""


def test_no_test_waits() -> None:
    assert len(TESTS) > 100
    assert list(real_sleeps(TESTS)) == []


def test_a_test_that_waits_is_found() -> None:
    assert list(real_sleeps({"test_x": WAITING})) == [
        "test_x:4: time.sleep(3)",
        "test_x:6: asyncio.sleep(0.1)",
    ]
