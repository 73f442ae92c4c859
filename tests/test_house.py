"""The house: who may import whom, and what no room may do."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "mockserver"
SOURCES = {
    ".".join(("mockserver", *path.relative_to(ROOT).with_suffix("").parts)): (
        path.read_text(encoding="utf-8")
    )
    for path in sorted(ROOT.rglob("*.py"))
}

RANKS = {
    "errors": 0,
    "config": 1,
    "resources": 1,
    "version": 1,
    "engine": 2,
    "validation": 2,
    "media": 3,
    "delivery": 3,
    "scenarios": 3,
    "verdict": 3,
    "providers": 4,
    "edge": 5,
    "app": 6,
    "server": 7,
    "__init__": 8,
    "cli": 8,
    "pytest_plugin": 8,
    "__main__": 9,
}
# violations.py is the half of validation that loads once something has failed.
ANNEXES = {"violations": "validation"}

CLOCKS = ("mockserver.engine.clock", "mockserver.engine.chance")
TIMELESS = {
    "time": "reads the wall clock",
    "random": "rolls its own dice",
    "uuid.uuid1": "rolls its own dice",
    "uuid.uuid4": "rolls its own dice",
    "asyncio.sleep": "sleeps",
    "datetime.datetime.now": "reads the wall clock",
    "datetime.datetime.utcnow": "reads the wall clock",
    "datetime.datetime.today": "reads the wall clock",
    "datetime.date.today": "reads the wall clock",
}
CATCHERS = ("mockserver.edge.envelope", "mockserver.delivery.outbox")
# Each loads by name: public names at first use, the verb that was typed, jsonschema
# at the first violation, providers as they are found.
LATE_IMPORTERS = (
    "mockserver.__init__",
    "mockserver.cli.__init__",
    "mockserver.validation",
    "mockserver.providers.discovery",
)
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST = 400
MUTABLE_CALLS = {
    "list",
    "dict",
    "set",
    "defaultdict",
    "deque",
    "Counter",
    "OrderedDict",
}
MUTATORS = {
    *("append", "extend", "insert", "remove", "pop", "clear", "update", "add"),
    *("setdefault", "popitem", "discard", "appendleft"),
}


@dataclass(frozen=True)
class Import:
    """One imported module, made absolute; `name` is what was asked of it."""

    source: str
    module: str
    name: str
    line: int
    is_typing: bool

    def target(self, known: Mapping[str, str]) -> str:
        """Return the module that is really imported; nothing if it is not ours."""
        named = (f"{self.module}.{self.name}", self.module) if self.name else ()
        for wanted in named or (self.module,):
            for candidate in (wanted, f"{wanted}.__init__"):
                if candidate in known:
                    return candidate
        return ""


def _room(module: str) -> str:
    room = module.split(".")[1]
    return ANNEXES.get(room, room)


def _provider(module: str, known: Mapping[str, str]) -> str:
    """Return the slug of the provider that a module belongs to, if to one."""
    parts = module.split(".")
    home = ".".join(parts[:3])
    is_inside = parts[1] == "providers" and f"{home}.__init__" in known
    return parts[2] if is_inside and len(parts) > 3 else ""


def _for_types(tree: ast.Module) -> set[ast.AST]:
    """Return all nodes below `if TYPE_CHECKING:`."""
    blocks = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    typing = (node for node in blocks if "TYPE_CHECKING" in ast.unparse(node.test))
    return {inner for node in typing for inner in ast.walk(node)}


def _imports(module: str, source: str) -> Iterator[Import]:
    tree = ast.parse(source)
    typing = _for_types(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield Import(module, each.name, "", node.lineno, node in typing)
        elif isinstance(node, ast.ImportFrom):
            home = module.split(".")[: -node.level] if node.level else []
            path = ".".join([*home, *([node.module] if node.module else [])])
            for each in node.names:
                yield Import(module, path, each.name, node.lineno, node in typing)


def _inner(sources: Mapping[str, str]) -> Iterator[tuple[Import, str]]:
    """Yield every import of one of our own modules, with the module."""
    for module, source in sources.items():
        for one in _imports(module, source):
            if target := one.target(sources):
                yield one, target


def imports_against_the_ranks(sources: Mapping[str, str]) -> Iterator[str]:
    for one, target in _inner(sources):
        here, there = _room(one.source), _room(target)
        if here != there and RANKS[here] <= RANKS[there]:
            yield (
                f"{one.source}:{one.line}: {here} ({RANKS[here]}) "
                f"imports {there} ({RANKS[there]})"
            )


def rooms_without_a_rank(sources: Mapping[str, str]) -> Iterator[str]:
    for room in sorted({_room(module) for module in sources} - set(RANKS)):
        yield f"mockserver/{room} has no rank"


def imports_of_a_single_provider(sources: Mapping[str, str]) -> Iterator[str]:
    for one, target in _inner(sources):
        slug = _provider(target, sources)
        if slug and slug != _provider(one.source, sources):
            yield f"{one.source}:{one.line}: imports the provider {slug}"


def imports_of_http_in_the_engine(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        for one in _imports(module, source):
            if _room(module) == "engine" and one.module.split(".")[0] == "aiohttp":
                yield f"{module}:{one.line}: imports aiohttp"


def imports_inside_functions(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        for outer in ast.walk(ast.parse(source)):
            if not isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(outer):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{module}:{node.lineno}: imports inside a function"


def late_imports(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and module not in LATE_IMPORTERS:
                name = ast.unparse(node.func).split(".")[-1]
                if name in {"import_module", "__import__"}:
                    yield f"{module}:{node.lineno}: calls {name}"


def cycles(sources: Mapping[str, str]) -> Iterator[str]:
    graph: dict[str, set[str]] = {module: set() for module in sources}
    for one, target in _inner(sources):
        if not one.is_typing:
            graph[one.source].add(target)
    for start in sorted(graph):
        reached, ahead = set[str](), list(graph[start])
        while ahead:
            module = ahead.pop()
            if module not in reached:
                reached.add(module)
                ahead.extend(graph[module])
        if start in reached:
            yield f"{start} imports itself in a circle"


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for, such as `dt: datetime`."""
    names = {
        each.asname or each.name: each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for each in node.names
    }
    froms = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    for node in froms:
        for each in node.names:
            names[each.asname or each.name] = f"{node.module}.{each.name}"
    return names


def uses_of_time_and_chance(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        if module in CLOCKS:
            continue
        tree = ast.parse(source)
        names = _aliases(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            first, _, rest = ast.unparse(node).partition(".")
            meant = ".".join(filter(None, (names.get(first, ""), rest)))
            is_cli = _room(module) == "cli" and meant.split(".")[0] == "time"
            for banned, sin in TIMELESS.items():
                is_it = meant == banned or meant.startswith(f"{banned}.")
                if is_it and first in names and not is_cli:
                    yield f"{module}:{node.lineno}: {sin}: {meant}"


def files_without_a_name(sources: Mapping[str, str]) -> Iterator[str]:
    for module in sources:
        if NAMELESS & set(module.split(".")):
            yield f"{module}: says nothing about its purpose"


def modules_that_are_too_long(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        if (length := len(source.splitlines())) > LONGEST:
            yield f"{module}: {length} lines, at most {LONGEST}"


def _is_mutable(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).split(".")[-1] in MUTABLE_CALLS
    kinds = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    return isinstance(value, kinds)


def _collections(tree: ast.Module) -> Iterator[tuple[str, bool, int]]:
    """Yield name, whether it is meant as a constant, and line."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and _is_mutable(node.value):
            targets, is_final = node.targets, False
        elif isinstance(node, ast.AnnAssign) and _is_mutable(node.value):
            targets, is_final = [node.target], "Final" in ast.unparse(node.annotation)
        else:
            continue
        for target in targets:
            name = ast.unparse(target)
            is_constant = re.fullmatch(r"_?[A-Z][A-Z0-9_]*|__\w+__", name)
            yield name, is_final or bool(is_constant), node.lineno


def _changed(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield each name whose value is changed in place, and the line."""
    for node in ast.walk(tree):
        if (isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)) or (
            isinstance(node, ast.Attribute) and node.attr in MUTATORS
        ):
            yield ast.unparse(node.value), node.lineno


def mutable_state_of_modules(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        tree = ast.parse(source)
        held = {name: (is_meant, line) for name, is_meant, line in _collections(tree)}
        for name, (is_meant, line) in held.items():
            if not is_meant:
                yield f"{module}:{line}: {name} is neither Final nor UPPER_CASE"
        for name, line in _changed(tree):
            if name in held:
                yield f"{module}:{line}: changes {name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                yield f"{module}:{node.lineno}: global {', '.join(node.names)}"


def exceptions_swallowed(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.ExceptHandler) or module in CATCHERS:
                continue
            caught = ast.unparse(node.type) if node.type else "BaseException"
            last = node.body[-1]
            is_passed_on = isinstance(last, ast.Raise) and last.exc is None
            names = set(re.findall(r"\w+", caught)) & {"Exception", "BaseException"}
            if names and not is_passed_on:
                yield f"{module}:{node.lineno}: swallows {caught}"


Rule = Callable[[Mapping[str, str]], Iterator[str]]
RULES: list[Rule] = [
    imports_against_the_ranks,
    rooms_without_a_rank,
    imports_of_a_single_provider,
    imports_of_http_in_the_engine,
    imports_inside_functions,
    late_imports,
    cycles,
    uses_of_time_and_chance,
    files_without_a_name,
    modules_that_are_too_long,
    mutable_state_of_modules,
    exceptions_swallowed,
]


def _name(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_the_house_has_no(rule: Rule) -> None:
    assert list(rule(SOURCES)) == []


def test_the_house_is_seen_at_all() -> None:
    inner = [target for _, target in _inner(SOURCES)]

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
    "mockserver.edge.envelope": "",
    "mockserver.cli.time": "",
}
BROKEN: list[tuple[Rule, str, str]] = [
    (imports_against_the_ranks, "engine.jobs", "from mockserver.providers import call"),
    (imports_against_the_ranks, "engine.jobs", "import mockserver.edge.envelope"),
    (imports_against_the_ranks, "media.cache", "import mockserver.verdict.journal"),
    (imports_against_the_ranks, "errors", "from mockserver import config"),
    (imports_against_the_ranks, "errors", "from mockserver.config.load import x"),
    (imports_against_the_ranks, "engine.jobs", "from ..media.cache import x"),
    (imports_against_the_ranks, "cli.time", "from mockserver import MockServer"),
    (rooms_without_a_rank, "attic", ""),
    (imports_of_a_single_provider, "providers.one.wire", "from ..two import PROVIDER"),
    (imports_of_a_single_provider, "edge.envelope", "import mockserver.providers.one"),
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
    ("edge.envelope", "from mockserver.providers import call\nfrom aiohttp import web"),
    ("edge.envelope", "try: f()\nexcept Exception: pass"),
    ("providers.one.__init__", "from . import wire\nfrom .wire import STATES"),
    ("engine.clock", "import time\nimport asyncio\ntime.time()\nasyncio.sleep(1)"),
    ("cli.time", "import time\ntime.sleep(1)"),
    ("engine.jobs", "from mockserver.engine.clock import now\nnow()\nself.time()"),
    ("engine.jobs", "STATES = {'a': 1}\n__all__ = ['a']\nx: Final = [1]\ny = (1,)"),
    ("engine.jobs", "def f():\n    cache = {}\n    cache['a'] = 1"),
    ("engine.jobs", "try: f()\nexcept BaseException:\n    close()\n    raise"),
    ("engine.jobs", "from datetime import datetime\ndatetime.fromtimestamp(1)"),
    ("config.load", "if TYPE_CHECKING:\n    from mockserver.config import load"),
    ("errors", "\n" * 400),
]


@pytest.mark.parametrize(("module", "source"), FINE)
def test_what_keeps_the_rules_is_not_found(module: str, source: str) -> None:
    house = {**HOUSE, f"mockserver.{module}": source}

    assert [sin for rule in RULES for sin in rule(house)] == []
