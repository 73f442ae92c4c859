"""Jobs are submitted, looked at, polled, forced and forgotten."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mockserver.engine.chance import Chance
from mockserver.engine.jobengine import JobEngine
from mockserver.engine.jobs import (
    Job,
    LinkState,
    MediaLife,
    MediaState,
    Request,
)
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ConflictError, NotFoundError
from tests.engine.invented import LIFE, SLUG, Wall, order


@pytest.fixture
def engine(space: Space) -> JobEngine:
    return space.jobs(SLUG)


def states_of(engine: JobEngine, job: Job, polls: int) -> list[str]:
    return [polled(engine, job) for _ in range(polls)]


def polled(engine: JobEngine, job: Job) -> str:
    """Return what a status read of a job shows."""
    engine.poll([job])
    return engine.moment(job).step.state


def test_a_new_job_stands_at_the_beginning(engine: JobEngine) -> None:
    job = engine.submit(order())

    assert engine.moment(job).step.state == "PILED"
    assert job.data == {"dish": "soup"}
    assert job.ordinal == 0


def test_what_a_job_keeps_cannot_be_changed_from_outside(engine: JobEngine) -> None:
    job = engine.submit(order())
    job.data["dish"] = "salad"

    assert engine.get(job.id).data == {"dish": "soup"}


def test_an_unknown_job_is_not_found(engine: JobEngine) -> None:
    with pytest.raises(NotFoundError):
        engine.get("nothing")


def test_equal_seeds_give_equal_identifiers_and_other_seeds_others(
    make_spaces: Callable[..., Spaces],
) -> None:
    def first(seed: int) -> str:
        space = make_spaces(seed=seed).open("s")
        return space.jobs(SLUG).submit(order()).id

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_identifiers_do_not_depend_on_what_other_spaces_do(
    make_spaces: Callable[..., Spaces],
) -> None:
    alone, busy = make_spaces(), make_spaces()
    busy.open("noisy").jobs(SLUG).submit(order())

    expected = alone.open("quiet").jobs(SLUG).submit(order()).id

    assert busy.open("quiet").jobs(SLUG).submit(order()).id == expected


def test_a_client_may_choose_the_identifier_and_replace_the_job(
    engine: JobEngine,
) -> None:
    engine.submit(order(job_id="table/7"))
    engine.submit(order(job_id="table/7", data={"dish": "cake"}))

    assert engine.get("table/7").data == {"dish": "cake"}
    assert len(engine) == 1


def test_a_scenario_may_change_what_is_submitted(engine: JobEngine) -> None:
    burnt = Timeline((Step("BURNT", Phase.FAILED, error="smoke"),))

    def rewrite(request: Request, ordinal: int, chance: Chance) -> Request:
        return order(timeline=burnt)

    job = engine.submit(order(), rewrite)

    assert engine.moment(job).step.error == "smoke"


def test_a_stepping_clock_shows_every_state_and_mark_in_turn(
    make_spaces: Callable[..., Spaces],
) -> None:
    engine = make_spaces("step").open("s").jobs(SLUG)
    job = engine.submit(order())

    assert states_of(engine, job, 8) == [
        "PILED",
        "COOKING",
        "COOKING",
        "COOKING",
        "COOKING",
        "SERVED",
        "SERVED",
        "SERVED",
    ]


def test_a_job_that_takes_another_s_place_was_never_read(
    make_spaces: Callable[..., Spaces],
) -> None:
    """Its first read shows where it stands; the reads of the other do not count."""
    engine = make_spaces("step").open("s").jobs(SLUG)
    states_of(engine, engine.submit(order(job_id="table/7")), 3)

    job = engine.submit(order(job_id="table/7"))

    assert states_of(engine, job, 2) == ["PILED", "COOKING"]


def test_a_job_that_is_put_in_another_s_place_was_never_read(
    make_spaces: Callable[..., Spaces],
) -> None:
    engine = make_spaces("step").open("s").jobs(SLUG)
    old = engine.submit(order(job_id="table/7"))
    states_of(engine, old, 2)

    job = replace(engine.submit(order()), id="table/7")
    engine.put(job)

    assert states_of(engine, job, 2) == ["PILED", "COOKING"]


def test_another_life_of_a_job_does_not_forget_that_it_was_read(
    make_spaces: Callable[..., Spaces],
) -> None:
    engine = make_spaces("step").open("s").jobs(SLUG)
    job = engine.submit(order())
    states_of(engine, job, 1)

    longer = engine.put(replace(job, ends=(20.0, 120.0)))

    assert states_of(engine, longer, 1) == ["COOKING"]


def test_reading_several_moves_to_the_next_change_of_any(
    make_spaces: Callable[..., Spaces],
) -> None:
    """The one that changes next counts, and all of them have been read."""
    space = make_spaces("step").open("s")
    engine = space.jobs(SLUG)
    start = space.clock.now()
    late = engine.put(replace(engine.submit(order()), ends=(60.0, 160.0)))
    early = engine.submit(order())

    lead = [engine.poll([late, early]), engine.poll([late, early])]

    assert lead == [early, early]
    assert space.clock.now() == start + 10
    assert states_of(engine, late, 1) == ["COOKING"]
    assert space.clock.now() == start + 60


def test_reading_nothing_moves_no_time(make_spaces: Callable[..., Spaces]) -> None:
    space = make_spaces("step").open("s")
    start = space.clock.now()

    assert space.jobs(SLUG).poll([]) is None
    assert space.clock.now() == start


def test_a_replaced_job_is_the_latest_of_all(engine: JobEngine) -> None:
    """Lists are in the order of arrival."""
    engine.submit(order(job_id="a"))
    engine.submit(order(job_id="b"))
    engine.submit(order(job_id="a"))

    assert [job.id for job in engine.list_jobs()] == ["b", "a"]


def test_a_job_knows_when_it_really_arrived(
    make_spaces: Callable[..., Spaces], wall: Wall
) -> None:
    engine = make_spaces().open("s").jobs(SLUG)
    wall.at = 5000.0

    assert engine.submit(order()).arrived_at == 5000.0


def test_a_job_keeps_the_door_that_it_came_through(engine: JobEngine) -> None:
    base = "http://127.0.0.1:7357/acme"

    assert engine.submit(order(base=base)).base is base


def test_deleting_does_not_retract_what_another_space_has_published(
    spaces: Spaces,
) -> None:
    """Clients may choose the same identifier in two spaces; the latter owns it."""
    first, second = spaces.open("one"), spaces.open("two")
    job = first.jobs(SLUG).submit(order(job_id="table/7"))
    second.jobs(SLUG).submit(order(job_id="table/7"))

    first.jobs(SLUG).delete(job)

    assert spaces.owner(SLUG, "job", "table/7") is second


def test_polling_a_finished_job_moves_no_time(
    make_spaces: Callable[..., Spaces],
) -> None:
    space = make_spaces("step").open("s")
    job = space.jobs(SLUG).submit(order())
    states_of(space.jobs(SLUG), job, 8)
    before = space.clock.now()

    states_of(space.jobs(SLUG), job, 3)

    assert space.clock.now() == before


def test_a_job_that_is_submitted_anew_is_polled_from_the_beginning(
    make_spaces: Callable[..., Spaces],
) -> None:
    engine = make_spaces("step").open("s").jobs(SLUG)
    states_of(engine, engine.submit(order(job_id="table/7")), 3)

    again = engine.submit(order(job_id="table/7"))

    assert states_of(engine, again, 3) == ["PILED", "COOKING", "COOKING"]


def test_other_paces_do_not_move_when_polled(engine: JobEngine) -> None:
    job = engine.submit(order())

    assert states_of(engine, job, 3) == ["PILED"] * 3


def test_a_demo_takes_six_seconds_and_shows_everything(
    make_spaces: Callable[..., Spaces], wall: Wall
) -> None:
    engine = make_spaces("demo").open("s").jobs(SLUG)
    job = engine.submit(order())
    seen = []

    for _ in range(7):
        seen.append(engine.moment(job).step.state)
        wall.at += 1

    assert seen[0] == "PILED"
    assert set(seen) == {"PILED", "COOKING", "SERVED"}
    assert seen[6] == "SERVED"


def test_finishing_moves_the_clock_to_the_end(space: Space, engine: JobEngine) -> None:
    job = engine.submit(order())

    engine.finish(job)

    assert engine.moment(job).step.state == "SERVED"
    assert space.clock.now() - job.created_at == 110.0


def test_a_job_that_never_ends_cannot_be_finished(engine: JobEngine) -> None:
    stuck = Timeline((Step("COOKING", Phase.RUNNING, progress=(60, 60)),))
    job = engine.submit(order(timeline=stuck))

    with pytest.raises(ConflictError):
        engine.finish(job)


def test_a_forced_job_keeps_its_past(space: Space, engine: JobEngine) -> None:
    job = engine.submit(order())
    space.clock.advance(50)

    forced = engine.force(job, Step("BURNT", Phase.FAILED, error="smoke"))
    space.clock.advance(1e6)

    assert engine.moment(engine.get(job.id)).step.state == "BURNT"
    assert forced.at(job.created_at + 20).step.state == "COOKING"


def test_a_job_can_be_forced_again(space: Space, engine: JobEngine) -> None:
    job = engine.force(engine.submit(order()), Step("BURNT", Phase.FAILED))
    space.clock.advance(5)

    engine.force(job, Step("SERVED", Phase.SUCCEEDED))

    assert engine.moment(engine.get(job.id)).step.state == "SERVED"


def test_what_a_job_keeps_can_be_revised(engine: JobEngine) -> None:
    job = engine.revise(engine.submit(order()), table=7)

    assert engine.get(job.id).data == {"dish": "soup", "table": 7}
    assert job.id == engine.get(job.id).id


def test_a_deleted_job_is_gone_from_everywhere(
    spaces: Spaces, engine: JobEngine
) -> None:
    job = engine.submit(order())

    engine.delete(job)

    assert engine.find(job.id) is None
    assert spaces.owner(SLUG, "job", job.id) is None


def test_jobs_are_listed_in_order_and_backwards(engine: JobEngine) -> None:
    for name in ("b", "a", "c"):
        engine.submit(order(job_id=name))

    assert [job.id for job in engine.list_jobs()] == ["b", "a", "c"]
    assert [job.id for job in engine.list_jobs(newest_first=True)] == ["c", "a", "b"]
    assert [job.id for job in engine.after("a", 5)] == ["b", "c"]


def test_the_file_exists_a_while_after_success_and_is_purged(engine: JobEngine) -> None:
    life = MediaLife(lag_s=5, keep_s=60)
    job = engine.submit(order(media=life))
    done = job.created_at + 110

    seen = [job.media_state(done + after) for after in (-1, 0, 5, 64, 65)]

    assert seen == [
        MediaState.ABSENT,
        MediaState.ABSENT,
        MediaState.AVAILABLE,
        MediaState.AVAILABLE,
        MediaState.PURGED,
    ]


def test_a_link_is_issued_at_success_and_expires(engine: JobEngine) -> None:
    job = engine.submit(order(media=MediaLife(link_s=60)))
    done = job.created_at + 110

    seen = [job.link_state(done + after) for after in (-1, 0, 59, 60)]

    assert seen == [
        LinkState.UNISSUED,
        LinkState.VALID,
        LinkState.VALID,
        LinkState.EXPIRED,
    ]


def test_a_link_may_be_there_before_the_file(engine: JobEngine) -> None:
    job = engine.submit(order(media=MediaLife(issued_at_submit=True)))

    assert job.link_state(job.created_at) is LinkState.VALID
    assert job.media_state(job.created_at) is MediaState.ABSENT


def test_a_link_that_is_issued_again_is_valid_again(engine: JobEngine) -> None:
    job = engine.submit(order(media=MediaLife(link_s=60)))
    late = job.created_at + 1000

    assert job.link_state(late) is LinkState.EXPIRED
    assert job.link_state(late, issued_at=late) is LinkState.VALID


def test_a_job_that_fails_has_no_file(engine: JobEngine) -> None:
    job = engine.submit(order(timeline=Timeline((Step("BURNT", Phase.FAILED),))))

    assert job.media_state(job.created_at + 1e9) is MediaState.ABSENT
    assert job.link_state(job.created_at + 1e9) is LinkState.UNISSUED


def test_a_job_knows_when_it_enters_each_step(engine: JobEngine) -> None:
    job = engine.submit(order())

    entered = [job.entered_at(n) - job.created_at for n in range(len(LIFE.steps))]

    assert entered == [0.0, 10.0, 110.0]


def test_a_job_whose_identifier_was_chosen_has_no_copies(engine: JobEngine) -> None:
    """They would take its place, one after the other."""
    job = engine.submit(order(job_id="mine", copies=2))

    assert [one.ordinal for one in engine.list_jobs()] == [job.ordinal]


def test_who_holds_a_replaced_job_does_not_change_its_successor(
    engine: JobEngine,
) -> None:
    first = engine.submit(order(job_id="mine"))
    second = engine.submit(order(job_id="mine", data={"dish": "cake"}))

    revised = engine.revise(first, dish="salad")

    assert engine.latest(first) is first
    assert revised.data == {"dish": "salad"}
    assert engine.get("mine") == second
