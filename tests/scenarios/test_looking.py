"""A page that is merely open takes no fault away from a client, at any provider."""

import pytest

from mockserver.edge.staging.stage import STAGE, book_of
from tests.scenarios.conftest import Play

# What the players of the others order is not shown on the page.
SHOWN = ("digitalcarbon", "hourone", "idomoo")
FORBIDS = {
    "scenario": "forbids-once",
    "rules": [
        {
            "on": {"operation": "media", "times": 1},
            "fault": {"kind": "error", "status": 403},
        }
    ],
}


@pytest.mark.ffmpeg
@pytest.mark.parametrize("slug", SHOWN)
async def test_an_open_page_takes_nothing_from_a_client(
    player: Play, slug: str
) -> None:
    customer = await player(slug)
    job_id = await customer.order()
    assert job_id is not None
    await customer.follow(job_id)
    instance, space = customer.running.instance, customer.space
    instance.app[STAGE].use([space], FORBIDS)
    client = customer.running.client
    job, *_ = (await (await client.get("/_mock/api/jobs")).json())["jobs"]
    before = (space.clock.now(), instance.services.journal.recorded)

    looked = [
        (await client.get(link, headers={"Range": "bytes=0-99"})).status
        for link in job["preview"].values()
    ]
    after = (space.clock.now(), instance.services.journal.recorded)
    fired = [one.fired for one in book_of(space).record()]
    await customer.fetch()

    assert looked
    assert set(looked) == {206}
    assert (after, fired) == (before, [0])
    assert customer.log[-1] == "file 403"
