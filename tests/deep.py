"""Many cases of a kind, of which a plain run tries some, and `--deep` all."""

from collections.abc import Iterable
from typing import Any

import pytest


def first(cases: Iterable[Any], *, plain: int = 1) -> list[Any]:
    """Return the cases for `parametrize`; only `plain` of them run without `--deep`."""
    all_cases = [*cases]
    deep = (
        pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.deep])
        if hasattr(case, "marks")
        else pytest.param(*_values(case), marks=pytest.mark.deep)
        for case in all_cases[plain:]
    )
    return [*all_cases[:plain], *deep]


def some(cases: Iterable[Any], *, of: int) -> list[Any]:
    """Return the cases for `parametrize`; only one of so many runs without `--deep`."""
    return [
        case if number % of == 0 else pytest.param(*case, marks=pytest.mark.deep)
        for number, case in enumerate(cases)
    ]


def _values(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)
