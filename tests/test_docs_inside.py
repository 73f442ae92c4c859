"""What is written for those who change the code names what there is."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from mockserver.cli import VERBS
from tests.house import LONGEST, RANKS

ROOT = Path(__file__).parents[1]
CODE = ROOT / "mockserver"
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
both = pytest.mark.parametrize(
    "text", [ARCHITECTURE, CONTRIBUTING], ids=["ARCHITECTURE", "CONTRIBUTING"]
)

# Tools, and words of theirs and of HTTP.
FOREIGN = {"make", "mypy", "ruff", "GET", "Host", "SECONDS"}


def _defined(text: str) -> Iterator[str]:
    """Yield every name that some code defines or has as a keyword."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def undefined(names: Iterable[str]) -> set[str]:
    """Return the names that our code neither defines nor has as a keyword.

    Only what may hold one of those that are left is parsed, which is little of it.
    """
    left = {*names} - FOREIGN
    for path in [*CODE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        left -= {path.stem, path.parent.name}
        text = path.read_text(encoding="utf-8")
        if any(name in text for name in left):
            left -= {*_defined(text)}
    return left


def quoted(text: str) -> list[str]:
    """Return what stands in back quotes, outside of fenced examples."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def is_there(path: str) -> bool:
    """Say whether a path exists, in the project or in its package."""
    return any([*ROOT.glob(path), *CODE.glob(path)])


@both
def test_every_path_exists(text: str) -> None:
    """A `<slug>` or `<case>` stands for any."""
    named = [re.sub(r"<\w+>", "*", one) for one in quoted(text)]
    paths = [one for one in named if re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+|\w+\.py", one)]

    lost = [path for path in paths if not is_there(path.rstrip("/"))]

    assert paths
    assert [one for one in lost if not any(CODE.rglob(one))] == []


@both
def test_every_name_is_defined(text: str) -> None:
    found = [re.sub(r"\(.*\)$|=\w+$|=$|^@", "", one) for one in quoted(text)]
    names = [one for one in found if re.fullmatch(r"[A-Za-z_]\w+(\.[a-z_]\w+)*", one)]
    code = [one for one in names if not one.endswith((".py", ".md", ".toml", ".txt"))]

    assert len(code) > 20
    assert undefined(part for one in code for part in one.split(".")) == set()


@both
def test_every_command_is_one(text: str) -> None:
    words = [one.split() for one in quoted(text) if " " in one]
    targets = [word[1] for word in words if word[0] == "make"]
    verbs = [word[1] for word in words if word[0] == "mockserver"]

    assert [one for one in targets if f"\n{one}:" not in MAKEFILE] == []
    assert [one for one in verbs if one not in VERBS] == []


TREE = re.findall(
    r"^```\n(mockserver/.*?)^```", ARCHITECTURE, re.MULTILINE | re.DOTALL
)[0]


def test_the_tree_names_every_room() -> None:
    here = [*CODE.iterdir(), *(CODE / "providers").iterdir()]
    rooms = [path for path in here if path.is_dir() and path.name[0] != "_"]

    missing = [path.name for path in rooms if f" {path.name}/" not in TREE]

    assert missing == []
    assert [path.name for path in CODE.glob("*.py") if path.name not in TREE] == []


def test_the_tree_names_what_exists() -> None:
    inside, outside = TREE.split("\nschemas/")

    named = re.findall(r"(?<![\w<>/.-])(\w+(?:\.py|/))", inside)
    tops = re.findall(r"^(\w+)/", f"schemas/{outside}", re.MULTILINE)

    assert [one for one in named if not any(ROOT.rglob(one.rstrip("/")))] == []
    assert [one for one in tops if not (ROOT / one).is_dir()] == []


def test_the_table_of_ranks_is_that_of_the_house() -> None:
    rows = re.findall(r"^\| (\d) \| ([^|]+) \|", ARCHITECTURE, re.MULTILINE)

    written = {name: int(rank) for rank, cell in rows for name in quoted(cell)}

    assert written == RANKS
    assert f"at most {LONGEST} lines" in ARCHITECTURE


GLOSSARY = re.findall(
    r"^\| ([a-z][a-z ,-]*) \| [^|]+ \| `([\w/.]+)` \|$", ARCHITECTURE, re.MULTILINE
)


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = [words for words, _ in GLOSSARY]

    assert len(words) > 50
    assert words == sorted(words)


@pytest.mark.parametrize(("words", "home"), GLOSSARY)
def test_a_word_of_the_glossary_is_used_where_it_says(words: str, home: str) -> None:
    text = (CODE / home).read_text(encoding="utf-8").lower()
    bare = re.sub(r"[-_ ]", "", text)

    used = [re.sub(r"[- ]", "", word) for word in words.split(", ")]

    assert [word for word in used if word not in bare] == []
