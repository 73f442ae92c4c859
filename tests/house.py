"""The rules of the house: who may import whom, and what no room may do."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

RANKS = {
    "errors": 0,
    "config": 1,
    "names": 1,
    "numbers": 1,
    "records": 1,
    "resources": 1,
    "version": 1,
    "engine": 2,
    "patterns": 2,
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
    "strategies": 8,
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
CATCHERS = (
    "mockserver.edge.layers.envelope",
    "mockserver.engine.bugs",
    # What fails there is asked for once more, in the usual way, which tells it.
    "mockserver.edge.answering.remembered",
    # A user's own module may raise anything while it loads; it is told with its line.
    "mockserver.providers.declared.module",
)
# Each loads by name: public names at first use, the verb that was typed, jsonschema
# at the first violation, YAML with the first world, providers as they are found, faker
# when a list needs people, aioftp when the first file goes by FTP, the store if there
# is one and Redis's client if it is one, cryptography at the first TLS or key pair,
# uvloop in a server's own process, what replaces clocks when a test sleeps by one, the
# rules about clients when somebody asks for findings, and the language of scenarios
# with the first one that is read.
LATE_IMPORTERS = (
    "mockserver.__init__",
    "mockserver.app",
    "mockserver.cli.__init__",
    "mockserver.validation",
    "mockserver.providers.discovery",
    "mockserver.providers.people",
    "mockserver.providers.wires.asymmetric",
    "mockserver.delivery.carrier",
    "mockserver.edge.own",
    "mockserver.edge.staging.stage",
    "mockserver.edge.storing.stores",
    "mockserver.media.binary",
    "mockserver.media.render",
    "mockserver.media.sent",
    "mockserver.scenarios.book.keeping",
    "mockserver.scenarios.faults.__init__",
    "mockserver.scenarios.faults.choices.one_of",
    "mockserver.scenarios.written.source",
    "mockserver.server.sockets.entrance",
    "mockserver.server.face",
    "mockserver.server.sockets.loops",
    "mockserver.server.mock",
    "mockserver.providers.world",
    "mockserver.pytest_plugin",
)
TOOLS = (
    "wires",
    "declared",
)  # folders beside the providers' that belong to all of them
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST = 400
FULLEST = 30
# One rule about clients a file: an order inside would only hide them.
SHELVES = ("mockserver.verdict.rules",)
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


# Each rule reads each module.
parsed = cache(ast.parse)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(source)))


@dataclass(frozen=True)
class Import:
    """One imported module, made absolute; `name` is what was asked of it."""

    source: str
    module: str
    name: str
    line: int

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
    is_inside = is_inside and parts[2] not in TOOLS
    return parts[2] if is_inside and len(parts) > 3 else ""


@cache
def _imports(module: str, source: str) -> tuple[Import, ...]:
    return tuple(_find_imports(module, source))


def _find_imports(module: str, source: str) -> Iterator[Import]:
    """Yield all imports; who needs another one's types needs the other one, too."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield Import(module, each.name, "", node.lineno)
        elif isinstance(node, ast.ImportFrom):
            home = module.split(".")[: -node.level] if node.level else []
            path = ".".join([*home, *([node.module] if node.module else [])])
            for each in node.names:
                yield Import(module, path, each.name, node.lineno)


def inner_imports(sources: Mapping[str, str]) -> Iterator[tuple[Import, str]]:
    """Yield every import of one of our own modules, with the module."""
    for module, source in sources.items():
        for one in _imports(module, source):
            if target := one.target(sources):
                yield one, target


def imports_against_the_ranks(sources: Mapping[str, str]) -> Iterator[str]:
    for one, target in inner_imports(sources):
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
    for one, target in inner_imports(sources):
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
        for outer in nodes(source):
            if not isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(outer):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{module}:{node.lineno}: imports inside a function"


def late_imports(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        for node in nodes(source):
            if isinstance(node, ast.Call) and module not in LATE_IMPORTERS:
                name = ast.unparse(node.func).split(".")[-1]
                if name in {"import_module", "__import__"}:
                    yield f"{module}:{node.lineno}: calls {name}"


def cycles(sources: Mapping[str, str]) -> Iterator[str]:
    graph: dict[str, set[str]] = {module: set() for module in sources}
    for one, target in inner_imports(sources):
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


def _aliases(source: str) -> dict[str, str]:
    """Return what each imported name stands for, such as `dt: datetime`."""
    names = {
        each.asname or each.name: each.name
        for node in nodes(source)
        if isinstance(node, ast.Import)
        for each in node.names
    }
    froms = (node for node in nodes(source) if isinstance(node, ast.ImportFrom))
    for node in froms:
        for each in node.names:
            names[each.asname or each.name] = f"{node.module}.{each.name}"
    return names


def uses_of_time_and_chance(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        if module in CLOCKS:
            continue
        names = _aliases(source)
        for node in nodes(source):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            first, _, rest = ast.unparse(node).partition(".")
            meant = ".".join(filter(None, (names.get(first, ""), rest)))
            is_cli = _room(module) == "cli" and meant.split(".")[0] == "time"
            for banned, sin in TIMELESS.items():
                is_it = meant == banned or meant.startswith(f"{banned}.")
                if is_it and first in names and not is_cli:
                    yield f"{module}:{node.lineno}: {sin}: {meant}"


def real_sleeps(sources: Mapping[str, str]) -> Iterator[str]:
    """Find calls by which a test would wait; giving way is none."""
    for module, source in sources.items():
        names = _aliases(source)
        for node in nodes(source):
            if not isinstance(node, ast.Call):
                continue
            first, _, rest = ast.unparse(node.func).partition(".")
            meant = ".".join(filter(None, (names.get(first, ""), rest)))
            how_long = ast.unparse(node.args[0]) if node.args else ""
            if meant in {"time.sleep", "asyncio.sleep"} and how_long != "0":
                yield f"{module}:{node.lineno}: {meant}({how_long})"


def files_without_a_name(sources: Mapping[str, str]) -> Iterator[str]:
    for module in sources:
        if NAMELESS & set(module.split(".")):
            yield f"{module}: says nothing about its purpose"


def modules_that_are_too_long(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        if (length := len(source.splitlines())) > LONGEST:
            yield f"{module}: {length} lines, at most {LONGEST}"


def folders_that_are_too_full(sources: Mapping[str, str]) -> Iterator[str]:
    rooms = Counter(module.rpartition(".")[0] for module in sources)
    for room, size in rooms.items():
        if size > FULLEST and room not in SHELVES:
            yield f"{room}: {size} modules, at most {FULLEST}: give it an inner order"


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


def _changed(source: str) -> Iterator[tuple[str, int]]:
    """Yield each name whose value is changed in place, and the line."""
    for node in nodes(source):
        if (isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)) or (
            isinstance(node, ast.Attribute) and node.attr in MUTATORS
        ):
            yield ast.unparse(node.value), node.lineno


def mutable_state_of_modules(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        tree = parsed(source)
        held = {name: (is_meant, line) for name, is_meant, line in _collections(tree)}
        for name, (is_meant, line) in held.items():
            if not is_meant:
                yield f"{module}:{line}: {name} is neither Final nor UPPER_CASE"
        for name, line in _changed(source):
            if name in held:
                yield f"{module}:{line}: changes {name}"
        for node in nodes(source):
            if isinstance(node, ast.Global):
                yield f"{module}:{node.lineno}: global {', '.join(node.names)}"


def exceptions_swallowed(sources: Mapping[str, str]) -> Iterator[str]:
    for module, source in sources.items():
        for node in nodes(source):
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
    folders_that_are_too_full,
    mutable_state_of_modules,
    exceptions_swallowed,
]
