"""A space keeps a bounded number of jobs; the oldest finished ones go first."""

from collections.abc import Callable

import pytest

from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step, Timeline
from tests.engine.invented import SLUG, order

ENDLESS = Timeline((Step("COOKING", Phase.RUNNING),))
DONE = Timeline((Step("SERVED", Phase.SUCCEEDED),))


@pytest.fixture
def space(make_spaces: Callable[..., Spaces]) -> Space:
    """A space that keeps three jobs."""
    return make_spaces(jobs_max=3).open("s")


def submit(space: Space, *names: str, life: Timeline = DONE, slug: str = SLUG) -> None:
    for name in names:
        space.make_room()
        space.jobs(slug).submit(order(job_id=name, timeline=life))


def kept(space: Space) -> list[str]:
    return [job.id for _, job in space.all_jobs()]


def test_the_oldest_finished_job_goes(space: Space) -> None:
    submit(space, "a", "b", "c", "d")

    assert kept(space) == ["b", "c", "d"]


def test_a_job_that_is_forgotten_is_no_longer_public(space: Space) -> None:
    submit(space, "a", "b", "c", "d")

    assert space.store.owner(SLUG, "job", "a") is None
    assert space.store.owner(SLUG, "job", "b") == "s"


def test_what_is_unfinished_stays(space: Space) -> None:
    submit(space, "a", life=ENDLESS)
    submit(space, "b", "c", "d")

    assert kept(space) == ["a", "c", "d"]


def test_if_nothing_is_finished_there_are_more(space: Space) -> None:
    submit(space, "a", "b", "c", "d", "e", life=ENDLESS)

    assert kept(space) == ["a", "b", "c", "d", "e"]


def test_once_something_is_finished_it_goes(space: Space) -> None:
    submit(space, "a", "b", "c", "d", life=ENDLESS)
    submit(space, "e", "f")

    assert kept(space) == ["a", "b", "c", "d", "f"]


def test_a_job_that_finishes_later_goes_later(space: Space) -> None:
    space.jobs(SLUG).submit(order(job_id="a"))
    submit(space, "b", "c", "d")
    space.clock.advance(1000)
    submit(space, "e")

    assert kept(space) == ["c", "d", "e"]


def test_the_provider_that_has_most_gives_room(space: Space) -> None:
    submit(space, "a", slug="other")
    submit(space, "b", "c", "d")

    assert kept(space) == ["a", "c", "d"]


def test_at_most_a_hundred_go_at_a_time(make_spaces: Callable[..., Spaces]) -> None:
    space = make_spaces(jobs_max=20_000).open("s")
    submit(space, *map(str, range(20_001)))

    assert len(kept(space)) == 19_901
    assert kept(space)[0] == "100"
