"""A rule has acted where something came of it, and nowhere else."""

from typing import Any

from tests.scenarios.conftest import Play
from tests.scenarios.players import Player


def _day(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"scenario": "day", "rules": [*rules], **more}


async def _creates(customer: Player, number: int) -> list[int | str]:
    return [(await customer.ask(*customer.creation()))[0] for _ in range(number)]


def _fired(customer: Player) -> int:
    (loaded,) = customer.space.script.record()  # type: ignore[attr-defined]  # a book
    fired: int = loaded.fired
    return fired


QUOTA = {"kind": "quota", "calls": 2, "per": "1h"}


async def test_a_quota_acts_on_the_calls_that_it_refuses(player: Play) -> None:
    customer = await player("digitalcarbon", _day({"fault": QUOTA}))
    before = await _creates(customer, 2)
    quiet = _fired(customer)

    after = await _creates(customer, 3)

    assert (before, quiet) == ([200, 200], 0)
    assert (after, _fired(customer)) == ([429, 429, 429], 3)


async def test_what_a_rule_lets_through_uses_up_none_of_its_times(player: Play) -> None:
    rule = {"on": {"times": 1}, "fault": QUOTA}
    customer = await player("digitalcarbon", _day(rule))

    assert await _creates(customer, 5) == [200, 200, 429, 200, 200]


async def test_what_a_rule_lets_through_costs_no_budget(player: Play) -> None:
    customer = await player("digitalcarbon", _day({"fault": QUOTA}, budget=1))

    assert await _creates(customer, 4) == [200, 200, 429, 200]


async def test_the_journal_and_the_report_tell_the_same(player: Play) -> None:
    customer = await player("digitalcarbon", _day({"fault": QUOTA}))
    await _creates(customer, 3)

    kept = customer.running.instance.services.journal.exchanges()
    (loaded,) = customer.space.script.record()  # type: ignore[attr-defined]  # a book
    (rule,) = loaded.acted
    told = [firing.exchange for firing in rule.firings]

    assert told == [one.number for one in kept if one.fault]
    assert len(told) == 1
