"""Many cases of a kind: a plain run tries some, `--deep` all, `--deepest` the most."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import pytest
from hypothesis import settings

# How many examples a law has that names no number.
EXAMPLES = {"plain": 20, "deep": 100, "deepest": 500}


class Sample(Protocol):
    """Chooses of many, as the fixture `sample` says."""

    def __call__(
        self, many: Sequence[Any], at: int = 0, *, plain: int, deep: int
    ) -> Sequence[Any]: ...


def first(cases: Iterable[Any], *, plain: int = 1) -> list[Any]:
    """Return the cases for `parametrize`; only `plain` of them run without `--deep`."""
    all_cases = [*cases]
    return [*all_cases[:plain], *map(_deep, all_cases[plain:])]


def some(cases: Iterable[Any], *, of: int) -> list[Any]:
    """Return the cases for `parametrize`; only one of so many runs without `--deep`."""
    return [
        case if number % of == 0 else _deep(case) for number, case in enumerate(cases)
    ]


def examples(deep: int) -> int:
    """Return how many examples a law tries that has so many in a deep run."""
    return max(1, deep * settings().max_examples // EXAMPLES["deep"])


def _deep(case: Any) -> Any:
    """Return the case with the mark that keeps it out of a plain run."""
    if hasattr(case, "marks"):
        marks = [*case.marks, pytest.mark.deep]
        return pytest.param(*case.values, id=case.id, marks=marks)
    return pytest.param(
        *(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.deep
    )
