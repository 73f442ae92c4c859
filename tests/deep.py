"""Many cases of a kind: a plain run tries some, `--deep` all, `--deepest` the most.

A plain run leaves out what is marked `deep`. Where nobody has said which tests are
wanted, by file or by name, it tries only `FEW` cases of each, as far apart as can be,
and leaves out most of what lasts (`tests/lasting.py`). `--wide`, as `.ci/run` has it,
leaves out no test: it tries up to `MANY` cases of each, and of what lasts as many as
`SHARE_S` is enough for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

import pytest
from hypothesis import settings

from tests.lasting import left_out, name_of

FEW: Final = 3
MANY: Final = 4
SHARE_S: Final = 1.0

# How many examples a law has that names no number.
EXAMPLES = {"plain": 20, "wide": 100, "deep": 100, "deepest": 500}


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


def few(
    items: Iterable[pytest.Item], seconds: dict[str, float], most: int = FEW
) -> Iterator[pytest.Item]:
    """Yield of each test at most so many of its cases, and few that last.

    The first and the last case of a test are among them.
    """
    kinds = _kinds(items)
    out = left_out(seconds, kinds)
    for name, cases in kinds.items():
        count = 1 if name in seconds else most
        if name not in out:
            yield from _spread(cases, count)


def many(
    items: Iterable[pytest.Item],
    seconds: dict[str, float],
    most: int = MANY,
    share_s: float = SHARE_S,
) -> Iterator[pytest.Item]:
    """Yield of each test at most so many of its cases, and of what lasts at least one.

    Of that, as many as that share of a run's time is enough for.
    """
    for name, cases in _kinds(items).items():
        lasts_s = seconds.get(name)
        enough = most if lasts_s is None else int(share_s / lasts_s)
        yield from _spread(cases, max(1, min(most, enough)))


def _kinds(items: Iterable[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """Return the cases of each test."""
    kinds: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        kinds[name_of(item.nodeid)].append(item)
    return kinds


def _spread(cases: list[Any], most: int) -> Iterator[Any]:
    last, steps = len(cases) - 1, max(1, most - 1)
    if last < most:
        yield from cases[:most]
    else:
        yield from (cases[number * last // steps] for number in range(most))


def _deep(case: Any) -> Any:
    """Return the case with the mark that keeps it out of a plain run."""
    if hasattr(case, "marks"):
        marks = [*case.marks, pytest.mark.deep]
        return pytest.param(*case.values, id=case.id, marks=marks)
    return pytest.param(
        *(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.deep
    )
