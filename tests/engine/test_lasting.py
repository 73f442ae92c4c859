"""What is told of a job lasts exactly as long as is said."""

from math import floor

from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.timeline import Phase, Step, Timeline

BORN = 1_900_000_000.0
SPANS = st.floats(0.1, 5000) | st.just(0.0)
LIVES = st.none() | st.floats(0.1, 5000)
PROGRESS = st.sampled_from([None, (0.0, 0.0), (0.0, 60.0), (60.0, 100.0), (80.0, 20.0)])


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    lengths = draw(st.lists(SPANS, min_size=0, max_size=4))
    last = draw(st.sampled_from([Phase.SUCCEEDED, Phase.FAILED, Phase.RUNNING]))
    steps = [Step("on", Phase.RUNNING, one, draw(PROGRESS)) for one in lengths]
    ends = tuple(sum(lengths[: n + 1]) for n in range(len(lengths)))
    media = MediaLife(
        draw(st.floats(0, 100)), draw(LIVES), draw(LIVES), draw(st.booleans())
    )
    timeline = Timeline((*steps, Step("over", last, progress=draw(PROGRESS))))
    return Job("a", "s", 0, "make", BORN, timeline, ends, b"{}", media)


def told(job: Job, now_s: float, parts: float) -> tuple[object, ...]:
    moment = job.at(now_s)
    share = None if moment.progress is None else floor(moment.progress * parts / 100)
    return (
        moment.position,
        share if parts else None,
        job.media_state(now_s),
        job.link_state(now_s),
    )


@given(jobs(), st.floats(0, 20_000), st.sampled_from([0, 4, 100, 250]), st.floats(0, 1))
def test_nothing_changes_before_it_is_said_to(
    job: Job, after_s: float, parts: float, share: float
) -> None:
    now = BORN + after_s

    until = job.same_until(now, parts)

    assert until >= now
    later = now + (min(until, now + 30_000) - now) * share
    assert later >= until or told(job, later, parts) == told(job, now, parts)


def test_a_step_lasts_until_its_end() -> None:
    timeline = Timeline(
        (Step("waiting", Phase.WAITING, 10.0), Step("done", Phase.SUCCEEDED))
    )
    job = Job("a", "s", 0, "make", BORN, timeline, (10.0,), b"{}")

    assert 9.99 < job.same_until(BORN + 1.0) - BORN < 10.0
    assert job.same_until(BORN + 11.0) == float("inf")


def test_told_progress_lasts_until_its_next_part() -> None:
    timeline = Timeline(
        (
            Step("on", Phase.RUNNING, 100.0, (0.0, 100.0)),
            Step("done", Phase.SUCCEEDED),
        )
    )
    job = Job("a", "s", 0, "make", BORN, timeline, (100.0,), b"{}")

    assert 24.7 < job.same_until(BORN + 1.0, 4) - BORN < 25.0
    assert 1.98 < job.same_until(BORN + 1.5, 100) - BORN < 2.0
