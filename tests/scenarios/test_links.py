"""Links that expire: read again, a job has new ones where its provider issues them."""

import pytest
from yarl import URL

from mockserver.edge.staging.stage import Stage
from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, MediaLife, Request
from mockserver.engine.packing import pack
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.expiry import expiring, issued_at
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

pytestmark = pytest.mark.ffmpeg


async def _done(customer: Player) -> str:
    job = await customer.order()
    assert job is not None
    assert await customer.follow(job)
    return job


async def _link(customer: Player, job: str) -> str:
    method, path, _ = customer.reading(job)
    if customer.slug == "digitalcarbon":
        path = path.replace("/status", "/results")
    _, document = await customer.ask(method, path)
    link = customer.link_in(document)
    assert link is not None
    return link


@pytest.mark.parametrize("slug", ["digitalcarbon", "hourone"])
async def test_a_job_that_is_read_again_has_a_new_link(player: Play, slug: str) -> None:
    customer = await player(slug, "expired-link")
    job = await _done(customer)
    old = await _link(customer, job)
    customer.space.clock.advance(11)

    new = await _link(customer, job)

    assert await customer.download(old) == "file 403"
    assert await customer.download(new) == "file whole"


async def test_a_link_says_when_it_ends(player: Play) -> None:
    customer = await player("hourone", "expired-link", pace="manual")
    job = await customer.order()
    assert job is not None
    customer.space.clock.advance(1000)

    link = URL(await _link(customer, job))

    assert link.query["Expires"] == "1893457010"


async def test_links_that_never_end_say_nothing(player: Play) -> None:
    customer = await player("hourone")

    link = URL(await _link(customer, await _done(customer)))

    assert dict(link.query) == {}


async def test_a_job_has_one_link_where_it_is_the_jobs_own(player: Play) -> None:
    customer = await player("impossible", "expired-link")
    await _done(customer)
    link = customer.link
    assert link is not None
    customer.space.clock.advance(11)

    assert await customer.download(link) == "file 403"


@pytest.mark.parametrize(("own_s", "links_s"), [(86_400.0, 82_800.0), (None, None)])
def test_links_may_end_an_hour_early(
    stage: Stage, own_s: float | None, links_s: float | None
) -> None:
    """What never ends has no time before which it could."""
    document = {"scenario": "x", "rules": [{"media": {"link_early": "1h"}}]}
    patch = stage.read(document).rules[0].job
    assert patch is not None
    life = Timeline((Step("queued", Phase.WAITING, 1.0), Step("done", Phase.SUCCEEDED)))
    order = Request("create-video", {}, life, MediaLife(link_s=own_s))

    made = patch.change(order, stage.catalogue["hourone"], Chance("x"))

    assert made.media == MediaLife(link_s=links_s)


def _job(link_s: float | None) -> Job:
    life = Timeline((Step("done", Phase.SUCCEEDED),))
    media = MediaLife(link_s=link_s)
    return Job("1", "s", 0, "make", 0.0, life, (), pack({}), media)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://x/clip.mp4", "http://x/clip.mp4?Expires=1011"),
        ("http://x/clip?as=mp4", "http://x/clip?as=mp4&Expires=1011"),
    ],
)
def test_a_link_is_good_until_the_second_that_it_names(url: str, link: str) -> None:
    assert expiring(url, _job(10.0), 1000.5) == link
    assert expiring(url, _job(None), 1000.5) == url


@pytest.mark.parametrize(
    ("told", "at"),
    [("1010", 1000.0), ("", None), ("-1", None), ("٣", None), ("9" * 13, None)],
)
def test_a_link_was_issued_as_long_before_its_end_as_it_lives(
    told: str, at: float | None
) -> None:
    assert issued_at({"Expires": told}, _job(10.0)) == at
    assert issued_at({"Expires": told}, _job(None)) is None
