"""Docstrings explain parameters, attributes and errors that there really are."""

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.house import nodes

ROOT = Path(__file__).parents[1] / "mockserver"
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*.py"))
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def explained(node: Documented, section: str) -> set[str]:
    """Return what a section of a docstring has entries for."""
    text = ast.get_docstring(node) or ""
    found = re.search(rf"^{section}:\n((?: .*\n?|\n)+)", text, re.MULTILINE)
    entries = found[1] if found else ""
    names = re.findall(r"^    (\*{0,2}\w+(?:, \w+)*):", entries, re.MULTILINE)
    return {one.strip("* ") for several in names for one in several.split(",")}


def parameters(node: Documented) -> set[str]:
    """Return the parameters of a function, or those of a class's own methods."""
    if isinstance(node, ast.ClassDef):
        methods = (one for one in node.body if isinstance(one, Function))
        return {name for one in methods for name in parameters(one)}
    given = node.args
    several = [one for one in (given.vararg, given.kwarg) if one is not None]
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *several]
    return {one.arg for one in every}


def attributes(node: ast.ClassDef) -> set[str]:
    """Return the names of all that an object of a class has of its own."""
    inner = [*ast.walk(node)]
    return {
        *(one.id for one in inner if isinstance(one, ast.Name)),
        *(one.attr for one in inner if isinstance(one, ast.Attribute)),
        *(one.name for one in inner if isinstance(one, Function)),
    }


def documented(sources: Mapping[str, str]) -> Iterator[tuple[str, Documented]]:
    """Yield all functions and classes, with the place of each."""
    for name, source in sources.items():
        for node in nodes(source):
            if isinstance(node, ast.ClassDef | Function):
                yield f"{name}:{node.lineno}", node


def untrue_arguments(sources: Mapping[str, str]) -> Iterator[str]:
    for place, node in documented(sources):
        told = explained(node, "Args")
        if not told or (isinstance(node, ast.ClassDef) and node.bases):
            continue
        known = parameters(node)
        known |= attributes(node) if isinstance(node, ast.ClassDef) else set()
        for name in sorted(told - known):
            yield f"{place}: there is no parameter {name}"


def untrue_attributes(sources: Mapping[str, str]) -> Iterator[str]:
    for place, node in documented(sources):
        told = explained(node, "Attributes")
        if told and isinstance(node, ast.ClassDef):
            for name in sorted(told - attributes(node)):
                yield f"{place}: there is no attribute {name}"


def untrue_errors(sources: Mapping[str, str]) -> Iterator[str]:
    """Say which docstrings tell of an error that no code of ours names."""
    code = (re.sub(r'"""(?:.|\n)*?"""', "", source) for source in sources.values())
    known = {*dir(builtins)}.union(
        *(re.findall(r"\w+Error|(?<=class )\w+", one) for one in code)
    )
    for place, node in documented(sources):
        for name in sorted(explained(node, "Raises") - known):
            yield f"{place}: there is no error {name}"


Check = Callable[[Mapping[str, str]], Iterator[str]]


@pytest.mark.parametrize("check", [untrue_arguments, untrue_attributes, untrue_errors])
def test_there_are_no(check: Check) -> None:
    assert list(check(SOURCES)) == []


UNTRUE = '''
class Clock:
    """Tell the time.

    Args:
        gone: Not any more.

    Attributes:
        lost: Nor this.
    """

    def now(self, zone):
        """Return the time.

        Args:
            place: Where.

        Raises:
            NoSuchError: Never.
        """
'''


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (
            untrue_arguments,
            [
                "x.py:2: there is no parameter gone",
                "x.py:12: there is no parameter place",
            ],
        ),
        (untrue_attributes, ["x.py:2: there is no attribute lost"]),
        (untrue_errors, ["x.py:12: there is no error NoSuchError"]),
    ],
)
def test_what_is_not_true_is_found(check: Check, said: list[str]) -> None:
    assert list(check({"x.py": UNTRUE})) == said
