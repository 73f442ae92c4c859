"""Jobs of a queue start when there is a slot; where each is remains a pure function."""

from collections.abc import Callable, Iterator
from typing import cast

import pytest

from mockserver.engine.jobengine import Change, JobEngine
from mockserver.engine.jobs import Job, Queued
from mockserver.engine.notices import Conduct, Notice
from mockserver.engine.queueing import Queues
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.store.protocol import Table
from mockserver.engine.timeline import Phase, Step, Timeline
from tests.engine.invented import CONDUCT, SLUG, order

ONE = Queued("kitchen", 1)
TWO = Queued("kitchen", 2)
DONE = Step("SERVED", Phase.SUCCEEDED)
STUCK = Timeline((Step("PILED", Phase.WAITING, 10), Step("COOKING", Phase.RUNNING)))
NEVER_COOKED = Timeline((Step("PILED", Phase.WAITING),))
HELD_APART = Timeline(
    (
        Step("PILED", Phase.WAITING, 10),
        Step("HELD BACK", Phase.WAITING, 0),
        Step("COOKING", Phase.RUNNING, 100),
        DONE,
    )
)
HELD_LATER = Timeline(
    (
        Step("PILED", Phase.WAITING, 10),
        Step("LAID OUT", Phase.WAITING, 5),
        Step("COOKING", Phase.RUNNING, 100),
        DONE,
    )
)


@pytest.fixture
def jobs(space: Space) -> JobEngine:
    return space.jobs(SLUG)


def submit(jobs: JobEngine, *names: str, queued: Queued = ONE, **more: object) -> None:
    for name in names:
        jobs.submit(order(job_id=name, queued=queued, **more))


def starts(jobs: JobEngine, space: Space, name: str) -> float:
    """Seconds from now until a job stops waiting."""
    job = jobs.get(name)
    waits = [s.phase for s in job.timeline.steps].count(Phase.WAITING)
    return round(job.entered_at(waits) - space.clock.now(), 6)


def state(jobs: JobEngine, name: str) -> str:
    return jobs.moment(jobs.get(name)).step.state


def test_the_first_job_starts_at_its_own_time(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a")

    assert starts(jobs, space, "a") == 10


def test_the_next_starts_when_the_slot_is_free(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", "b", "c")

    assert starts(jobs, space, "b") == 110
    assert starts(jobs, space, "c") == 210


def test_it_takes_its_own_time_from_there(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", "b")

    assert jobs.get("b").ends_at - space.clock.now() == 210


def test_with_two_slots_two_start_at_once(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", "b", "c", queued=TWO)

    assert starts(jobs, space, "b") == 10
    assert starts(jobs, space, "c") == 110


def test_jobs_of_another_queue_do_not_wait(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a")
    submit(jobs, "b", queued=Queued("bar", 1))

    assert starts(jobs, space, "b") == 10


def test_jobs_without_a_queue_neither_wait_nor_hold(
    jobs: JobEngine, space: Space
) -> None:
    jobs.submit(order(job_id="a"))
    submit(jobs, "b")
    jobs.submit(order(job_id="c"))

    assert starts(jobs, space, "b") == 10
    assert starts(jobs, space, "c") == 10


def test_only_the_last_of_the_waiting_states_grows(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b", timeline=HELD_APART)

    space.clock.advance(9)
    assert state(jobs, "b") == "PILED"
    space.clock.advance(1)
    assert state(jobs, "b") == "HELD BACK"
    assert state(jobs, "a") == "COOKING"


def test_a_job_may_wait_in_an_earlier_state_and_hold_its_slot_after_it(
    jobs: JobEngine, space: Space
) -> None:
    queued = Queued("kitchen", 1, state="PILED")
    submit(jobs, "a", "b", "c", timeline=HELD_LATER, queued=queued)

    space.clock.advance(10)
    assert [state(jobs, name) for name in "abc"] == ["LAID OUT", "PILED", "PILED"]
    space.clock.advance(105)
    assert [state(jobs, name) for name in "abc"] == ["SERVED", "LAID OUT", "PILED"]
    assert jobs.queues.length("kitchen", space.clock.now()) == 1


def test_a_job_that_is_never_in_that_state_waits_as_others_do(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b", queued=Queued("kitchen", 1, state="FROZEN"))

    assert [starts(jobs, space, name) for name in "ab"] == [10, 110]


def test_a_queue_is_full_while_all_its_slots_are_held(
    jobs: JobEngine, space: Space
) -> None:
    seen = []
    for name in "ab":
        seen.append(jobs.queues.is_full("kitchen", 2, space.clock.now()))
        submit(jobs, name, queued=TWO)
    seen.append(jobs.queues.is_full("kitchen", 2, space.clock.now()))
    space.clock.advance(110)

    assert seen == [False, False, True]
    assert not jobs.queues.is_full("kitchen", 2, space.clock.now())


@pytest.mark.parametrize("after", ["0", "5", "60"])
def test_a_job_that_is_deleted_lets_the_next_start(
    jobs: JobEngine, space: Space, after: str
) -> None:
    submit(jobs, "a", "b", "c")
    space.clock.advance(float(after))
    jobs.delete(jobs.get("a"))

    assert starts(jobs, space, "b") == max(0.0, 10 - float(after))
    assert starts(jobs, space, "c") == max(0.0, 10 - float(after)) + 100


def test_a_job_that_is_cancelled_lets_the_next_start(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b")
    space.clock.advance(50)
    jobs.force(jobs.get("a"), CONDUCT.ending)

    assert state(jobs, "b") == "COOKING"


def test_a_waiting_job_that_is_cancelled_lets_others_move_up(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b", "c")
    jobs.force(jobs.get("b"), CONDUCT.ending)

    assert starts(jobs, space, "c") == 110


def test_a_running_job_that_is_stuck_lets_nobody_start(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", timeline=STUCK)
    submit(jobs, "b")
    space.clock.advance(1e8)

    assert state(jobs, "b") == "PILED"
    jobs.force(jobs.get("a"), CONDUCT.ending)
    assert state(jobs, "b") == "COOKING"
    assert starts(jobs, space, "b") == 0


def test_a_job_that_never_starts_holds_no_slot(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", timeline=NEVER_COOKED)
    submit(jobs, "b")

    assert starts(jobs, space, "b") == 10


def test_a_slot_that_was_left_long_ago_is_free(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a")
    space.clock.advance(1000)
    submit(jobs, "b")

    assert starts(jobs, space, "b") == 10


def test_the_position_counts_who_starts_before(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", "b", "c")
    queue = jobs.queues

    def position(name: str) -> int:
        standing = queue.standing(jobs.get(name), space.clock.now())
        return 0 if standing is None else standing.position

    assert [position(name) for name in "abc"] == [0, 1, 2]
    space.clock.advance(10)
    assert [position(name) for name in "abc"] == [0, 0, 1]
    space.clock.advance(200)
    assert [position(name) for name in "abc"] == [0, 0, 0]


def test_the_queue_knows_who_waits_and_who_runs(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", "b", "c", queued=TWO)
    space.clock.advance(10)

    assert jobs.queues.length("kitchen", space.clock.now()) == 1
    assert jobs.queues.held("kitchen", space.clock.now()) == 2


def test_what_is_remembered_of_a_queue_can_be_found_again(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b", "c")
    fresh = JobEngine(space, SLUG, CONDUCT)
    submit(fresh, "d")

    assert starts(fresh, space, "d") == 310


def test_a_job_takes_the_place_of_one_of_its_name(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b", "a")

    assert starts(jobs, space, "b") == 10
    assert starts(jobs, space, "a") == 110


def test_what_is_told_of_a_waiting_job_moves_with_it(
    make_spaces: Callable[..., Spaces],
) -> None:
    def notices(job: Job) -> list[Notice]:
        return [Notice(job.ends_at, "served")]

    conduct = Conduct(CONDUCT.new_id, CONDUCT.ending, notices)
    space = make_spaces(conduct=lambda space, slug: conduct).open("s")
    submit(space.jobs(SLUG), "a", "b")
    begun = space.clock.now()
    space.clock.advance(50)
    space.jobs(SLUG).force(space.jobs(SLUG).get("a"), CONDUCT.ending)

    told = {
        due.about.job: due.at - begun for due in space.agenda.list_dues() if due.about
    }
    assert told == {"a": 50, "b": 150}


def test_thousands_that_wait_are_admitted_in_order(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, *map(str, range(3000)))

    assert starts(jobs, space, "2999") == 10 + 2999 * 100


def test_who_ends_in_the_queue_ends_then_and_holds_no_slot(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b")
    late = Step("COLD", Phase.FAILED)

    jobs.force(jobs.get("b"), late, at_s=space.clock.now() + 30)
    submit(jobs, "c")

    assert starts(jobs, space, "c") == 110
    space.clock.advance(29)
    assert state(jobs, "b") == "PILED"
    space.clock.advance(1)
    assert state(jobs, "b") == "COLD"


def test_who_is_to_end_in_the_queue_does_so_whoever_leaves_it(
    jobs: JobEngine, space: Space
) -> None:
    submit(jobs, "a", "b")
    jobs.force(jobs.get("b"), Step("COLD", Phase.FAILED), at_s=space.clock.now() + 30)

    jobs.delete(jobs.get("a"))
    space.clock.advance(29)

    assert state(jobs, "b") == "PILED"


class Counted:
    """A table of jobs that counts how often one of them is looked up."""

    def __init__(self, table: Table[Job]) -> None:
        self.table, self.looks = table, 0

    def get(self, key: str) -> Job | None:
        self.looks += 1
        return self.table.get(key)

    def values(self) -> Iterator[Job]:
        return iter(self.table.values())


def test_places_are_worked_out_once_until_somebody_starts(
    jobs: JobEngine, space: Space
) -> None:
    """A thousand who wait, and ask where they are, cost no million looks."""
    submit(jobs, *map(str, range(30)))
    counted = Counted(jobs.queues._jobs)
    queues = Queues(cast("Table[Job]", counted))
    now = space.clock.now()

    places = [queues.standing(job, now + 5) for job in counted.values()]
    later = [queues.standing(job, now + 11) for job in counted.values()]

    assert [one and one.position for one in places] == [*range(30)]
    assert [one and one.position for one in later] == [None, *range(29)]
    assert counted.looks == 60


def test_listeners_hear_of_who_moves_up(jobs: JobEngine, space: Space) -> None:
    submit(jobs, "a", "b")
    heard: list[Change] = []
    space.on_change(heard.append)
    before = jobs.get("b")

    jobs.force(jobs.get("a"), CONDUCT.ending)

    assert Change(SLUG, before, jobs.get("b")) in heard
    assert jobs.get("b") != before


def test_a_standing_lasts_until_somebody_starts(jobs: JobEngine, space: Space) -> None:
    """Of those in the queue; who comes later stands behind them."""
    submit(jobs, "a", "b", "c")
    began = space.clock.now()

    last = jobs.queues.standing(jobs.get("c"), began)
    submit(jobs, "d")

    assert last is not None
    assert (last.position, last.is_same()) == (2, True)
    assert last.until_s == pytest.approx(began + 10, abs=0.01)
    space.clock.advance(9.9)
    later = jobs.queues.standing(jobs.get("c"), space.clock.now())
    assert later is not None
    assert (later.position, later.until_s) == (last.position, last.until_s)


@pytest.mark.parametrize("end", ["delete", "force"])
def test_a_standing_ends_with_any_job_of_its_queue(
    jobs: JobEngine, space: Space, end: str
) -> None:
    submit(jobs, "a", "b", "c")
    last = jobs.queues.standing(jobs.get("c"), space.clock.now())
    assert last is not None

    if end == "delete":
        jobs.delete(jobs.get("b"))
    else:
        jobs.force(jobs.get("b"), Step("failed", Phase.FAILED))
    now = jobs.queues.standing(jobs.get("c"), space.clock.now())

    assert not last.is_same()
    assert now is not None
    assert (now.position, now.is_same()) == (1, True)
