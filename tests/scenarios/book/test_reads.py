"""A read belongs to its job, whoever answers it: the provider, or a fault."""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.edge.staging.stage import book_of
from tests.scenarios.conftest import Play
from tests.scenarios.players import PLAYERS

FAULTS: Mapping[str, Mapping[str, Any]] = {
    "an error": {"kind": "error", "status": 503},
    "a reset": {"kind": "reset"},
    "an empty answer": {"kind": "empty-answer"},
    "no JSON": {"kind": "malformed-json"},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("slug", PLAYERS)
async def test_reads_that_a_fault_answers_are_the_jobs(
    player: Play, slug: str, fault: str
) -> None:
    rule = {"on": {"operation": "status", "times": 2}, "fault": FAULTS[fault]}
    customer = await player(slug, {"scenario": "blip", "rules": [rule]})
    job_id = await customer.order()
    assert job_id is not None

    for _ in range(3):
        await customer.ask(*customer.reading(job_id))

    journal = customer.running.instance.services.journal
    [lead] = {one.job for one in journal.exchanges() if one.is_poll}
    reads = list(journal.find(customer.space.id, about=lead, is_poll=True))
    [loaded] = book_of(customer.space).record()
    [active] = loaded.actives
    assert [one.fault for one in reads] == ["blip/1", "blip/1", ""]
    assert [one.exchange for one in active.firings] == [
        one.number for one in reads if one.fault
    ]
    assert {one.job for one in active.firings} == {lead}
    assert loaded.is_quiet(customer.space.clock.now(), [slug])
