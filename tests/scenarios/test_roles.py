"""Exchanges say what they were in the life of their job, at every provider."""

import pytest

from mockserver.verdict.journal import Exchange
from tests.deep import some
from tests.scenarios.conftest import Play
from tests.scenarios.players import PLAYERS, Player


def _kept(customer: Player) -> list[Exchange]:
    journal = customer.running.instance.services.journal
    return list(journal.exchanges(customer.space.id))


@pytest.mark.ffmpeg
@pytest.mark.parametrize("slug", some(PLAYERS, of=5))
async def test_a_job_is_submitted_polled_and_downloaded(
    player: Play, slug: str
) -> None:
    customer = await player(slug)

    await customer.play()

    kept = _kept(customer)
    told = [one.role or "poll" for one in kept if one.role or one.is_poll]
    assert told[0] == "submit"
    assert told[-1] == "download"
    assert set(told[1:-1]) == {"poll"}
    assert {one.job for one in kept} == {kept[0].job}


@pytest.mark.parametrize("slug", PLAYERS)
async def test_what_a_fault_has_refused_submits_nothing(
    player: Play, slug: str
) -> None:
    rule = {"on": {"operation": "create"}, "fault": {"kind": "error", "status": 503}}
    customer = await player(slug, {"scenario": "down", "rules": [rule]})

    await customer.order()

    assert [one.role for one in _kept(customer)] == [""]


@pytest.mark.parametrize("slug", PLAYERS)
async def test_polls_come_before_the_moves_that_they_bring_about(
    player: Play, slug: str
) -> None:
    customer = await player(slug)
    job = await customer.order()
    assert job is not None

    for _ in range(3):
        await customer.ask(*customer.reading(job))

    kept = _kept(customer)
    # Nobody else moves the clock: each comes when the one before was answered.
    assert [one.asked_at for one in kept[1:]] == [one.at for one in kept[:-1]]
    assert kept[2].at > kept[2].asked_at
