"""The journal names the rule of whatever a client has met."""

from typing import Any

import pytest

from mockserver.verdict.journal import Exchange
from tests.scenarios.conftest import Play
from tests.scenarios.players import PLAYERS, Player


def _last(customer: Player) -> Exchange:
    return [*customer.running.instance.services.journal.exchanges()][-1]


def _job(**said: Any) -> dict[str, Any]:
    return {"scenario": "x", "rules": [{"name": "culprit", "job": said}]}


@pytest.mark.parametrize("slug", PLAYERS)
async def test_a_refused_order_names_its_rule(player: Play, slug: str) -> None:
    customer = await player(slug, _job(refuse="rate-limited"))
    await customer.order()

    last = _last(customer)

    assert last.fault == "culprit"
    assert "rule culprit refused the job" in last.notes


@pytest.mark.parametrize("slug", PLAYERS)
async def test_a_vanished_job_names_its_rule(player: Play, slug: str) -> None:
    customer = await player(slug, _job(vanish_after="1s"))
    job = await customer.order()
    assert job is not None
    customer.space.clock.advance(2)
    await customer.ask(*customer.reading(job))
    await customer.ask(*customer.reading(job))

    last = _last(customer)

    assert last.fault == "culprit"
    assert f"rule culprit has let job {job} vanish" in last.notes


async def test_a_public_job_that_has_vanished_names_its_rule(player: Play) -> None:
    """Nobody knows any more whose it was; the rule is told all the same."""
    customer = await player("impossible", _job(vanish_after="1s"))
    job = await customer.order()
    assert job is not None
    customer.space.clock.advance(2)
    await customer.ask(*customer.reading(job))
    await customer.ask(*customer.reading(job))

    last = _last(customer)

    assert (last.status, last.space, last.fault) == (404, "", "culprit")


async def test_what_vanished_before_a_reset_is_not_told(player: Play) -> None:
    customer = await player("impossible", _job(vanish_after="1s"))
    job = await customer.order()
    assert job is not None
    customer.space.clock.advance(2)
    await customer.ask(*customer.reading(job))
    customer.running.instance.services.spaces.reset(customer.space.id)
    await customer.ask(*customer.reading(job))

    assert _last(customer).fault == ""
