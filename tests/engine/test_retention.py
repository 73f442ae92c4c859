"""Finished jobs are kept for as long as the server is told, on the space's clock."""

from collections.abc import Callable

import pytest

from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step, Timeline
from tests.engine.invented import SLUG, order

DONE = Timeline((Step("SERVED", Phase.SUCCEEDED),))
ENDLESS = Timeline((Step("COOKING", Phase.RUNNING),))
SLOW = Timeline((Step("COOKING", Phase.RUNNING, 50), Step("SERVED", Phase.SUCCEEDED)))


@pytest.fixture
def space(make_spaces: Callable[..., Spaces]) -> Space:
    """A space that keeps finished jobs for 100 s."""
    return make_spaces(keep_s=100.0).open("s")


def submit(space: Space, name: str, life: Timeline = DONE) -> None:
    space.make_room()
    space.jobs(SLUG).submit(order(job_id=name, timeline=life))


def purged(space: Space, *, after_s: float) -> list[str]:
    space.clock.advance(after_s)
    while space.purge():
        pass
    return [job.id for _, job in space.all_jobs()]


def test_a_finished_job_is_kept_until_its_time_is_over(space: Space) -> None:
    submit(space, "a")

    assert purged(space, after_s=99.0) == ["a"]
    assert purged(space, after_s=1.0) == []


def test_the_time_begins_at_the_end_of_the_job(space: Space) -> None:
    submit(space, "a", SLOW)
    submit(space, "b")

    assert purged(space, after_s=149.0) == ["a"]
    assert purged(space, after_s=1.0) == []


def test_a_job_that_ended_before_the_last_look_goes_in_time(space: Space) -> None:
    submit(space, "a")
    assert purged(space, after_s=60.0) == ["a"]
    submit(space, "b")

    assert purged(space, after_s=40.0) == ["b"]
    assert purged(space, after_s=60.0) == []


def test_what_never_ends_stays(space: Space) -> None:
    submit(space, "a", ENDLESS)

    assert purged(space, after_s=1e9) == ["a"]


def test_a_new_job_makes_the_old_ones_go(space: Space) -> None:
    submit(space, "a")
    space.clock.advance(100)
    submit(space, "b")

    assert [job.id for _, job in space.all_jobs()] == ["b"]


def test_more_than_are_looked_at_at_once_go_in_several(space: Space) -> None:
    for number in range(2001):
        submit(space, str(number))
    space.clock.advance(100)

    assert space.purge() is True
    assert [job.id for _, job in space.all_jobs()] == ["2000"]
    assert space.purge() is False
    assert [*space.all_jobs()] == []


def test_without_a_time_nothing_goes(make_spaces: Callable[..., Spaces]) -> None:
    space = make_spaces().open("s")
    submit(space, "a")

    assert purged(space, after_s=1e9) == ["a"]


def test_the_provider_that_has_most_makes_room(
    make_spaces: Callable[..., Spaces],
) -> None:
    space = make_spaces(jobs_max=4).open("s")
    for slug, name in (("zeta", "z"), (SLUG, "a"), (SLUG, "b"), (SLUG, "c")):
        space.jobs(slug).submit(order(job_id=name, timeline=DONE))

    space.make_room()

    assert [job.id for _, job in space.all_jobs()] == ["z", "b", "c"]


def test_of_many_jobs_one_in_a_hundred_goes_at_a_time(
    make_spaces: Callable[..., Spaces],
) -> None:
    space = make_spaces(jobs_max=200).open("s")
    for number in range(200):
        space.jobs(SLUG).submit(order(job_id=str(number), timeline=DONE))

    space.make_room()

    assert next(job.id for _, job in space.all_jobs()) == "2"
    assert len(space.jobs(SLUG)) == 198
