"""A plain run tries some of many cases, a deep one all, and no case is ever lost."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings

from tests.conftest import chosen, depth, pytest_collection_modifyitems
from tests.deep import EXAMPLES, examples, first, some


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
    config: Any = Config({*options})
    pytest_collection_modifyitems(config, items)
    return [item.name for item in items], [item.name for item in config.hook.left]


def test_a_plain_run_tries_the_first_and_says_what_it_leaves_out() -> None:
    assert collected(first("abc")) == (["a"], ["b", "c"])


def test_a_plain_run_tries_some_from_everywhere() -> None:
    assert collected(some("abcdefg", of=3)) == (["a", "d", "g"], ["b", "c", "e", "f"])


@pytest.mark.parametrize("option", ["deep", "deepest"])
@pytest.mark.parametrize("cases", [first("abcdefg"), some("abcdefg", of=3)], ids=len)
def test_a_deep_run_tries_all(cases: list[Any], option: str) -> None:
    assert collected(cases, option) == ([*"abcdefg"], [])


def test_a_case_keeps_its_name_its_values_and_its_other_marks() -> None:
    case = pytest.param(1, 2, id="both", marks=pytest.mark.ffmpeg)

    _, kept = some([case, case], of=2)

    assert (kept.id, kept.values) == ("both", (1, 2))
    assert [mark.name for mark in kept.marks] == ["ffmpeg", "deep"]


@pytest.mark.parametrize(
    ("options", "expected"), [([], 4), (["deep"], 12), (["deepest"], 48)]
)
def test_of_many_values_each_is_tried_in_the_deepest(
    options: list[str], expected: int
) -> None:
    config: Any = Config({*options})

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
    assert EXAMPLES == {"plain": 20, "deep": 100, "deepest": 500}
