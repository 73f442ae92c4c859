"""Notices stay true: they are planned, taken back and planned anew with their job."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from msgspec import structs

from mockserver.engine.agenda import Due
from mockserver.engine.jobengine import Change, JobEngine
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Conduct, Notice
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step
from tests.engine.invented import CONDUCT, SLUG, order

FAILED = Step("BURNT", Phase.FAILED, error="smoke")
ALL = ("PILED", "COOKING", "SERVED")


def each_state(job: Job) -> Iterator[Notice]:
    """Tell each state that a job enters."""
    for at, step in job.entries():
        yield Notice(at, "told", {"state": step.state})


def soon(job: Job) -> Iterator[Notice]:
    """Tell a job's end half a minute before it comes."""
    yield Notice(job.ends_at, "told", {"at": job.ends_at}, early_s=30.0)


class Told:
    """A space whose provider tells everything, and what it has told so far."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.jobs: JobEngine = space.jobs(SLUG)
        self.said: list[tuple[float, str]] = []

    def settle(self) -> list[tuple[float, str]]:
        """Carry out what is due; return all that was told, in seconds and words."""
        while (due := self.space.agenda.pop(self.space.clock.now())) is not None:
            job = self.jobs.about(due)
            assert job is not None
            self.said.append((round(due.at - job.created_at, 3), due.data["state"]))
        return self.said

    def planned(self) -> list[Due]:
        """Return what is still to be told."""
        return self.space.agenda.list_dues()


@pytest.fixture
def tells(make_spaces: Callable[..., Spaces]) -> Callable[..., Told]:
    """Return a function that opens a space of a provider with such notices."""

    def make(notices: Callable[[Job], Iterator[Notice]] = each_state) -> Told:
        conduct = Conduct(CONDUCT.new_id, CONDUCT.ending, notices)
        return Told(make_spaces(conduct=lambda space, slug: conduct).open("s"))

    return make


@pytest.fixture
def told(tells: Callable[..., Told]) -> Told:
    return tells()


def test_everything_is_told_once_in_its_time(told: Told) -> None:
    job = told.jobs.submit(order())

    first = [*told.settle()]
    told.space.clock.set(job.ends_at)

    assert first == [(0.0, "PILED")]
    assert told.settle() == [(0.0, "PILED"), (10.0, "COOKING"), (110.0, "SERVED")]
    assert told.planned() == []


def test_a_forced_end_is_told_at_once_and_the_old_one_never(told: Told) -> None:
    job = told.jobs.submit(order())
    told.space.clock.advance(20)
    told.settle()

    told.jobs.force(job, FAILED)
    soon_after = told.settle()[2:]
    told.space.clock.advance(1000)

    assert soon_after == [(20.0, "BURNT")]
    assert told.settle()[2:] == soon_after


def test_what_was_due_before_a_change_is_told_as_it_was_planned(told: Told) -> None:
    """A change does not take back what had to be told earlier and is only late."""
    job = told.jobs.submit(order())
    told.space.clock.advance(20)

    told.jobs.force(job, FAILED)

    assert told.settle() == [(0.0, "PILED"), (10.0, "COOKING"), (20.0, "BURNT")]


def test_nothing_is_told_twice_when_time_stands_still(told: Told) -> None:
    job = told.jobs.submit(order())
    told.space.clock.set(job.ends_at)
    told.settle()

    told.jobs.put(replace(job, media=structs.replace(job.media, lag_s=5.0)))

    assert told.settle()[3:] == []


def test_another_state_in_the_same_moment_is_told(told: Told) -> None:
    job = told.jobs.submit(order())
    told.settle()

    told.jobs.force(job, FAILED)

    assert told.settle() == [(0.0, "PILED"), (0.0, "BURNT")]


def test_a_longer_life_is_told_later(told: Told) -> None:
    job = told.jobs.submit(order())

    told.jobs.put(replace(job, ends=(10.0, 500.0)))
    told.space.clock.advance(400)

    assert [state for _, state in told.settle()] == ["PILED", "COOKING"]
    told.space.clock.advance(100)
    assert told.settle()[-1] == (500.0, "SERVED")


def test_revising_what_is_kept_changes_no_plan(told: Told) -> None:
    job = told.jobs.submit(order())
    before = told.planned()

    told.jobs.revise(job, dish="cake")

    assert told.planned() == before


def test_a_deleted_job_ends_first_and_its_notice_can_still_read_it(told: Told) -> None:
    job = told.jobs.submit(order())
    told.space.clock.advance(15)
    told.settle()

    told.jobs.delete(job)

    assert told.jobs.find(job.id) is None
    assert told.settle()[2:] == [(15.0, "SENT BACK")]
    assert told.planned() == []


def test_a_deleted_job_that_was_over_tells_nothing_new(told: Told) -> None:
    job = told.jobs.submit(order())
    told.space.clock.set(job.ends_at)
    told.settle()

    told.jobs.delete(job)

    assert told.settle()[3:] == []


def test_a_job_that_is_deleted_quietly_tells_nothing_any_more(told: Told) -> None:
    job = told.jobs.submit(order())
    told.settle()

    told.jobs.delete(job, quietly=True)
    told.space.clock.advance(1000)

    assert told.settle() == [(0.0, "PILED")]


def test_the_last_words_of_a_job_are_not_those_of_its_successor(told: Told) -> None:
    job = told.jobs.submit(order(job_id="table/7"))
    told.jobs.delete(job)
    told.jobs.submit(order(job_id="table/7"))

    told.space.clock.advance(1000)

    assert told.settle() == [
        (0.0, "SENT BACK"),
        (0.0, "PILED"),
        (10.0, "COOKING"),
        (110.0, "SERVED"),
    ]


def test_a_replaced_job_is_silent(told: Told) -> None:
    told.jobs.submit(order(job_id="table/7"))
    told.jobs.submit(order(job_id="table/7"))

    told.space.clock.advance(1000)

    assert [state for _, state in told.settle()] == [*ALL]


def test_one_job_s_change_leaves_the_plans_of_others_alone(told: Told) -> None:
    job, other = told.jobs.submit(order()), told.jobs.submit(order())
    told.jobs.force(job, FAILED)

    of_other = told.space.agenda.of_job(SLUG, other.id)

    assert [due.data["state"] for due in of_other] == [*ALL]


def test_a_notice_may_come_before_its_time(tells: Callable[..., Told]) -> None:
    told = tells(soon)
    job = told.jobs.submit(order())

    (due,) = told.planned()

    assert (due.at, due.data) == (job.ends_at - 30.0, {"at": job.ends_at})
    assert due.about is not None
    assert due.about.at == job.ends_at


def test_what_should_have_come_earlier_comes_at_once(
    tells: Callable[..., Told],
) -> None:
    """An end that is brought about now cannot be told before now."""
    told = tells(soon)
    job = told.jobs.submit(order())
    told.space.clock.advance(20)

    told.jobs.force(job, FAILED)

    (due,) = told.planned()
    assert due.at == told.space.clock.now()


def test_a_fixture_s_job_has_told_everything_long_ago(told: Told) -> None:
    job = told.jobs.submit(order())
    told.space.agenda.drop(lambda due: True)
    told.jobs.put(replace(job, id="framed", ordinal=-1))

    assert told.planned() == []


def test_listeners_hear_of_every_change(told: Told) -> None:
    heard: list[Change] = []
    told.space.on_change(heard.append)

    job = told.jobs.submit(order(job_id="table/7"))
    revised = told.jobs.revise(job, dish="cake")
    failed = told.jobs.force(revised, FAILED)
    again = told.jobs.submit(order(job_id="table/7"))
    told.jobs.delete(again, quietly=True)

    assert heard == [
        Change(SLUG, None, job),
        Change(SLUG, job, revised),
        Change(SLUG, revised, failed),
        Change(SLUG, failed, again),
        Change(SLUG, again, None),
    ]


def test_a_change_is_made_to_the_job_as_it_is_now(told: Told) -> None:
    """Who holds an older value of a job takes back nothing that others have done."""
    job = told.jobs.submit(order())
    told.jobs.revise(job, dish="cake")

    failed = told.jobs.force(job, FAILED)

    assert failed.data == {"dish": "cake"}


def test_a_job_that_is_gone_stays_so(told: Told) -> None:
    job = told.jobs.submit(order())
    told.jobs.delete(job, quietly=True)

    told.jobs.force(job, FAILED)
    told.jobs.revise(job, dish="cake")
    told.jobs.delete(job)

    assert (told.jobs.find(job.id), told.planned()) == (None, [])


def test_entries_are_the_states_in_which_a_job_stays(told: Told) -> None:
    job = told.jobs.submit(order())

    failed = told.jobs.force(job, FAILED)

    assert [step.state for _, step in job.entries()] == [*ALL]
    assert [step.state for _, step in failed.entries()] == ["BURNT"]


def test_a_notice_that_was_taken_is_not_about_the_successor_of_its_job(
    told: Told,
) -> None:
    told.jobs.submit(order(job_id="table/7"))
    due = told.space.agenda.pop(told.space.clock.now())
    told.jobs.submit(order(job_id="table/7"))

    assert due is not None
    assert told.jobs.about(due) is None
