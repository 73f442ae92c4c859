"""A plain run tries some of many cases, a deep one all, and no case is ever lost.

A wide one, between them, leaves out no test.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.conftest import WHOLE, chosen, depth, pytest_collection_modifyitems
from tests.deep import EXAMPLES, examples, few, first, many, some
from tests.lasting import LONG_S, lasting, left_out, written


@dataclass
class Hook:
    """Keeps what a run says that it leaves out."""

    left: list[Any] = field(default_factory=list)

    def pytest_deselected(self, items: list[Any]) -> None:
        self.left.extend(items)


@dataclass
class Config:
    """A run's options."""

    options: set[str]
    stash: dict[Any, bool]
    hook: Hook = field(default_factory=Hook)

    def getoption(self, name: str) -> bool:
        return name in self.options


@dataclass
class Item:
    """A test with or without the mark."""

    name: str
    marks: tuple[Any, ...] = ()

    def get_closest_marker(self, name: str) -> Any:
        return next((mark for mark in self.marks if mark.name == name), None)


def collected(cases: list[Any], *options: str) -> tuple[list[str], list[str]]:
    """Return what runs of some cases, and what is said to be left out."""
    items: list[Any] = [
        Item(case.values[0], tuple(one.mark for one in case.marks))
        if hasattr(case, "marks")
        else Item(case)
        for case in cases
    ]
    config: Any = Config({*options}, {WHOLE: False})
    pytest_collection_modifyitems(config, items)
    return [item.name for item in items], [item.name for item in config.hook.left]


def test_a_plain_run_tries_the_first_and_says_what_it_leaves_out() -> None:
    assert collected(first("abc")) == (["a"], ["b", "c"])


def test_a_plain_run_tries_some_from_everywhere() -> None:
    assert collected(some("abcdefg", of=3)) == (["a", "d", "g"], ["b", "c", "e", "f"])


@pytest.mark.parametrize("option", ["wide", "deep", "deepest"])
@pytest.mark.parametrize("cases", [first("abcdefg"), some("abcdefg", of=3)], ids=len)
def test_a_deep_run_tries_all(cases: list[Any], option: str) -> None:
    assert collected(cases, option) == ([*"abcdefg"], [])


def test_a_case_keeps_its_name_its_values_and_its_other_marks() -> None:
    case = pytest.param(1, 2, id="both", marks=pytest.mark.ffmpeg)

    _, kept = some([case, case], of=2)

    assert (kept.id, kept.values) == ("both", (1, 2))
    assert [mark.name for mark in kept.marks] == ["ffmpeg", "deep"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [([], 4), (["wide"], 12), (["deep"], 12), (["wide", "deepest"], 48)],
)
def test_of_many_values_each_is_tried_in_the_deepest(
    options: list[str], expected: int
) -> None:
    config: Any = Config({*options}, {WHOLE: False})

    tried = chosen(depth(config), range(48), 3, plain=12, deep=4)

    assert len(tried) == expected


@pytest.mark.parametrize("name", ["plain", "deep"])
def test_wherever_a_sample_begins_it_is_never_empty(name: str) -> None:
    tried = [chosen(name, "ab", at, plain=48, deep=12) for at in range(99)]

    assert {*tried} == {"a", "b"}


def test_a_law_has_fewer_examples_in_a_plain_run_and_at_least_one() -> None:
    share = settings().max_examples / EXAMPLES["deep"]

    assert examples(200) == 200 * share
    assert examples(1) == max(1, int(share))


def test_examples_grow_with_the_depth() -> None:
    assert EXAMPLES == {"plain": 20, "wide": 100, "deep": 100, "deepest": 500}


@dataclass
class Case:
    """A test that was collected."""

    nodeid: str


def tried(names: list[str], seconds: dict[str, float]) -> list[str]:
    items: list[Any] = [*map(Case, names)]
    return [item.nodeid for item in few(items, seconds, most=3)]


def test_of_a_matrix_a_few_cases_from_end_to_end_are_tried() -> None:
    matrix = [f"a.py::test_it[{number}]" for number in range(9)]

    assert tried(["a.py::test_one", *matrix], {}) == [
        "a.py::test_one",
        "a.py::test_it[0]",
        "a.py::test_it[4]",
        "a.py::test_it[8]",
    ]


def test_of_what_lasts_in_a_file_the_shortest_is_tried_with_one_case() -> None:
    names = ["a.py::test_x[1]", "a.py::test_x[2]", "a.py::test_y", "b.py::test_z"]
    seconds = {"a.py::test_x": 0.11, "a.py::test_y": 0.15, "b.py::test_z": 0.8}

    assert tried(names, seconds) == ["a.py::test_x[1]"]


def test_a_wide_run_leaves_out_no_test_and_gives_none_too_much_time() -> None:
    names = [f"{kind}[{case}]" for kind in ("a.py::x", "a.py::y", "a.py::z")
             for case in range(5)]  # fmt: skip
    items: list[Any] = [*map(Case, names)]

    tried = many(items, {"a.py::x": 0.5, "a.py::y": 8.0}, most=3, share_s=1.0)

    assert [item.nodeid for item in tried] == [
        "a.py::x[0]",
        "a.py::x[4]",
        "a.py::y[0]",
        "a.py::z[0]",
        "a.py::z[2]",
        "a.py::z[4]",
    ]


def test_a_test_that_lasts_and_was_not_collected_lets_another_stay() -> None:
    seconds = {"a.py::test_x": 0.11, "a.py::test_y": 0.15}

    assert left_out(seconds, ["a.py::test_y"]) == set()


def test_a_list_of_what_lasts_is_written_and_read() -> None:
    text = written({"a.py::x": {"1": 0.1, "2": 0.5}, "b.py::y": {"1": 0.09}})

    assert text.splitlines()[1:] == ["0.30 a.py::x"]


def test_all_that_is_said_to_last_is_there() -> None:
    root = Path(__file__).parents[1]
    names = [name.split("::") for name in lasting()]

    assert [
        (file, test)
        for file, *_, test in names
        if f"def {test}(" not in (root / file).read_text("utf-8")
    ] == []
    assert min(lasting().values()) >= LONG_S
