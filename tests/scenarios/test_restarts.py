"""What has been counted goes on where it was after each `kill -9`."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deep import first
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

Act = Callable[[Player, list[str]], Awaitable[int | str]]

REFUSE: dict[str, Any] = {
    "on": {"operation": "status"},
    "fault": {"kind": "error", "status": 503},
}
MAYBE: dict[str, Any] = {
    "on": {"operation": "status", "probability": 0.5},
    "fault": {
        "kind": "one-of",
        "faults": [{"kind": "error", "status": one} for one in (500, 502, 504)],
    },
}
COSTS: dict[str, Any] = {"job": {"credits": {"balance": 10, "price": 3}}}
PER_JOB: dict[str, Any] = {"share": 0.5, "per": "job"}


def _day(rule: dict[str, Any], budget: Any = None) -> dict[str, Any]:
    bound = {} if budget is None else {"budget": budget}
    return {"scenario": "day", "rules": [rule], **bound}


async def _order(customer: Player, jobs: list[str]) -> int | str:
    status, document = await customer.ask(*customer.creation())
    if status in {200, 201}:
        jobs.append(customer.job_in(document))
    return status


def _read(number: int) -> Act:
    async def read(customer: Player, jobs: list[str]) -> int | str:
        return (await customer.ask(*customer.reading(jobs[number])))[0]

    return read


TWO = [_order, _order]
DAYS: dict[str, tuple[Any, list[Act], list[int | str]]] = {
    "credits": (_day(COSTS), [_order] * 5, [200, 200, 200, 403, 403]),
    "a budget of two for each job": (
        _day(REFUSE, 2),
        [*TWO, *[_read(0), _read(1)] * 3],
        [200, 200, 503, 503, 503, 503, 200, 200],
    ),
    "two fifths of all": (
        _day(REFUSE, {"share": 0.4}),
        [*TWO, *[_read(0), _read(1)] * 5],
        [200, 200, 200, 200, 503, 200, 503, 200, 200, 503, 200, 503],
    ),
    "half of each job's": (
        _day(REFUSE, PER_JOB),
        [*TWO, *[_read(0)] * 4, *[_read(1)] * 4],
        [200, 200, 200, 503, 200, 503, 200, 503, 200, 503],
    ),
    "by chance": (_day(MAYBE, {"share": 0.5}), [*TWO, *[_read(0), _read(1)] * 8], []),
}


async def lived(
    player: Play,
    folder: Path,
    day: Any,
    acts: list[Act],
    *,
    is_killed: bool,
    slug: str = "digitalcarbon",
    **more: Any,
) -> list[int | str]:
    """Return how a customer fares; on a server that is killed after each answer."""
    settings: dict[str, Any] = {"pace": "manual", "seed": 4, **more}
    settings["store"] = f"sqlite:{_folder(folder, 0)}/mock.db"
    days = [] if day is None else [day]
    customer = await player(slug, *days, **settings)
    seen, jobs = list[int | str](), list[str]()
    for number, act in enumerate(acts, 1):
        seen.append(await act(customer, jobs))
        if is_killed:
            # What is in the files now is what a process that is killed leaves.
            copied = shutil.copytree(folder / str(number - 1), folder / str(number))
            (copied / "mock.db.pid").unlink()
            settings["store"] = f"sqlite:{copied}/mock.db"
            customer = await player(slug, **settings)
    return seen


def _folder(folder: Path, number: int) -> Path:
    made = folder / str(number)
    made.mkdir(parents=True)
    return made


@pytest.mark.parametrize("name", first(DAYS))
async def test_a_killed_server_goes_on_counting(
    player: Play, tmp_path: Path, name: str
) -> None:
    day, acts, expected = DAYS[name]

    whole = await lived(player, tmp_path / "whole", day, acts, is_killed=False)
    parts = await lived(player, tmp_path / "parts", day, acts, is_killed=True)

    assert parts == whole
    assert len(set(whole)) > 1
    assert not expected or whole == expected


@pytest.mark.parametrize(
    ("slug", "credit", "expected"),
    [
        ("luma", {"credit_cents": 213}, [201, 201, 201, 400, 400]),
        ("replicate", {"credit_usd": 2}, [201, 201, 402, 402, 402]),
    ],
)
async def test_an_account_is_not_richer_for_a_kill(
    player: Play, tmp_path: Path, slug: str, credit: Any, expected: list[int | str]
) -> None:
    """What jobs hold of a provider's own credits is held in the next process, too."""
    limits = "real" if slug == "luma" else "off"  # where its credits have an end
    more: dict[str, Any] = {
        "slug": slug,
        "limits": limits,
        "providers_settings": {slug: credit},
    }

    seen = await lived(player, tmp_path, None, [_order] * 5, is_killed=True, **more)

    assert seen == expected
