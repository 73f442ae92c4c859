"""What is due happens in order; couriers carry several at a time, bugs are survived."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from mockserver.engine.agenda import Due
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import Pace
from mockserver.engine.retention import LOOKED_AT
from mockserver.engine.round import Flight, Happen
from mockserver.engine.scheduler import Scheduler
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step, Timeline
from tests.engine.invented import SLUG, order
from tests.resting import rest

RIDE = "ride"
DONE = Timeline((Step("SERVED", Phase.SUCCEEDED),))


class Rider:
    """Carries dishes; notes the starts and the landings.

    Attributes:
        seen: What has happened, in order.
        gates: A ride waits for the event of its name.
        broken: Rides that fail, and when: `begin`, `ride` or `land`.
        horizons: Until when nothing can come of a ride; else of none can anything.
        begun: The rides that have started.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.broken: dict[str, str] = {}
        self.horizons: dict[str, float] = {}
        self.begun: list[asyncio.Task[str]] = []

    def kin(self, space: Space, due: Due, /) -> frozenset[Hashable]:
        return frozenset(due.data.get("kin", ()))

    def begin(self, space: Space, due: Due, /) -> Flight[str] | None:
        name = due.data["name"]
        self._fail(name, "begin")
        self.seen.append(f"{name} starts")
        task = asyncio.create_task(self._ride(name))
        self.begun.append(task)
        return Flight(due, self.horizons.get(name, float("inf")), task, self.land)

    def land(self, name: str) -> None:
        self._fail(name, "land")
        self.seen.append(f"{name} lands")

    async def _ride(self, name: str) -> str:
        if name in self.gates:
            await self.gates[name].wait()
        self._fail(name, "ride")
        return name

    def _fail(self, name: str, when: str) -> None:
        if self.broken.get(name) == when:
            raise RuntimeError(f"{name} {when}")


@pytest.fixture
def rider() -> Rider:
    return Rider()


@pytest.fixture
def bugs() -> Bugs:
    return Bugs()


@pytest.fixture
def happen(rider: Rider) -> Happen:
    async def happen(space: Space, due: Due, /) -> None:
        rider.seen.append(due.kind)

    return happen


@pytest.fixture
def scheduler(spaces: Spaces, rider: Rider, happen: Happen, bugs: Bugs) -> Scheduler:
    return Scheduler(spaces, happen, {RIDE: rider}, bugs=bugs)


def rides(space: Space, *names: str, **data: object) -> None:
    """Let rides fall due now."""
    for name in names:
        space.agenda.add(space.clock.now(), RIDE, SLUG, {"name": name, **data})


@asynccontextmanager
async def begun(work: Awaitable[None]) -> AsyncIterator["asyncio.Future[None]"]:
    """Let work come as far as it does by itself."""
    task = asyncio.ensure_future(work)
    await rest()
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_rides_are_on_their_way_together_and_land_in_order(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    gate = rider.gates["a"] = asyncio.Event()
    rides(space, "a", "b")

    async with begun(scheduler.settle(space)) as settled:
        early = [*rider.seen]
        gate.set()
        await settled

    assert early == ["a starts", "b starts"]
    assert rider.seen[2:] == ["a lands", "b lands"]


async def test_an_event_waits_for_the_rides_before_it(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    rides(space, "a")
    space.agenda.add(space.clock.now(), "rang", SLUG, {})
    rides(space, "b")

    await scheduler.settle(space)

    assert rider.seen == ["a starts", "a lands", "rang", "b starts", "b lands"]


async def test_kin_ride_one_after_the_other(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    rides(space, "a", "b", kin=["table 4"])
    rides(space, "c", kin=["table 5"])

    await scheduler.settle(space)

    assert rider.seen == [
        "a starts", "a lands", "b starts", "c starts", "b lands", "c lands",
    ]  # fmt: skip


async def test_nothing_starts_that_might_have_to_wait_for_what_comes_of_a_ride(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    rider.horizons["a"] = space.clock.now() + 5
    rides(space, "a")
    space.agenda.add(space.clock.now() + 4, RIDE, SLUG, {"name": "b"})
    space.agenda.add(space.clock.now() + 6, RIDE, SLUG, {"name": "c"})
    space.clock.advance(60)

    await scheduler.settle(space)

    assert rider.seen[:3] == ["a starts", "b starts", "a lands"]


@pytest.mark.parametrize("when", ["begin", "ride", "land"])
async def test_a_ride_that_breaks_is_a_bug_and_stops_no_other(
    scheduler: Scheduler, rider: Rider, bugs: Bugs, space: Space, when: str
) -> None:
    rider.broken["a"] = when
    rides(space, "a", "b")

    await scheduler.settle(space)

    assert rider.seen[-1] == "b lands"
    assert "a lands" not in rider.seen
    assert bugs.count == 1
    assert bugs.latest[0].startswith("ride of acme in acme.main\n")


async def test_what_had_begun_is_due_again_after_a_cancellation(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    """In its old order, and what waited for kin to land as well."""
    rider.gates["a"] = asyncio.Event()
    rides(space, "a", "b", kin=["table 4"])
    before = space.agenda.list_dues()

    async with begun(scheduler.settle(space)):
        pass

    assert space.agenda.list_dues() == before


async def test_an_event_that_is_broken_off_happens_again(
    spaces: Spaces, bugs: Bugs, space: Space
) -> None:
    began: list[str] = []

    async def happen(_: Space, due: Due, /) -> None:
        began.append(due.kind)
        if len(began) == 1:
            await asyncio.Event().wait()

    scheduler = Scheduler(spaces, happen, {}, bugs=bugs)
    space.agenda.add(space.clock.now(), "rang", SLUG, {})
    async with begun(scheduler.settle(space)):
        pass

    await scheduler.settle(space)

    assert (began, len(space.agenda), bugs.count) == (["rang", "rang"], 0, 0)


async def test_a_space_that_is_gone_lets_nothing_more_happen(
    scheduler: Scheduler, rider: Rider, spaces: Spaces, space: Space
) -> None:
    gate = rider.gates["a"] = asyncio.Event()
    rides(space, "a")
    space.agenda.add(space.clock.now(), "rang", SLUG, {})

    async with begun(scheduler.settle(space)) as settled:
        spaces.delete(space.id)
        gate.set()
        await settled

    assert (rider.seen, space.is_open) == (["a starts"], False)


async def test_who_comes_second_waits_for_the_first(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    gate = rider.gates["a"] = asyncio.Event()
    rides(space, "a")

    async with (
        begun(scheduler.settle(space)) as first,
        begun(scheduler.settle(space)) as second,
    ):
        was_done = first.done() or second.done()
        gate.set()
        await asyncio.gather(first, second)

    assert (was_done, rider.seen) == (False, ["a starts", "a lands"])


@pytest.fixture
def timers(scheduler: Scheduler) -> Callable[[], list[str]]:
    """Return a function that names the spaces with a timer."""

    def named() -> list[str]:
        return [*scheduler._alarms._alarms]

    return named


async def test_a_closed_space_has_no_timer(
    scheduler: Scheduler, spaces: Spaces, timers: Callable[[], list[str]]
) -> None:
    """It would be kept in memory until then, maybe for weeks."""
    space = spaces.open("one", pace=Pace.parse("real"))
    space.agenda.add(space.clock.now() + 1e6, "rang", SLUG, {})

    async with begun(scheduler.run()):
        had = timers()
        spaces.delete("one")
        has = timers()

    assert (had, has) == (["one"], [])


async def test_a_space_of_the_same_name_keeps_its_own_timer(
    scheduler: Scheduler, spaces: Spaces, timers: Callable[[], list[str]]
) -> None:
    old = spaces.open("one", pace=Pace.parse("real"))

    async with begun(scheduler.run()):
        new = spaces.reset("one")
        new.agenda.add(new.clock.now() + 1e6, "rang", SLUG, {})
        old.clock.nudge()
        has = timers()

    assert has == ["one"]


async def test_a_task_that_runs_survives_what_breaks(
    scheduler: Scheduler, rider: Rider, bugs: Bugs, spaces: Spaces
) -> None:
    space = spaces.open("one")
    rider.broken["a"] = "begin"

    async with begun(scheduler.run()) as running:
        rides(space, "a")
        await rest()
        rides(space, "b")
        await rest()
        was_running = not running.done()

    assert (rider.seen, bugs.count, was_running) == (["b starts", "b lands"], 1, True)


def test_what_is_put_back_keeps_its_place(space: Space) -> None:
    """In time and order, and among the notices of its job."""
    agenda = space.agenda
    first = agenda.add(1.0, "a", SLUG, {})
    agenda.add(1.0, "b", SLUG, {})

    def kinds() -> Iterator[str]:
        return (due.kind for due in agenda.list_dues())

    taken = agenda.pop(1.0)
    assert taken == first
    left = [*kinds()]

    agenda.put_back(first)

    assert (left, [*kinds()]) == (["b"], ["a", "b"])


async def test_what_was_on_its_way_when_a_round_is_broken_off_goes_no_further(
    scheduler: Scheduler, rider: Rider, space: Space
) -> None:
    """It is due again, and would be done twice."""
    gate = rider.gates["a"] = rider.gates["b"] = asyncio.Event()
    rides(space, "a", "b")

    async with begun(scheduler.settle(space)):
        pass
    gate.set()
    await asyncio.wait(rider.begun)

    assert [one.cancelled() for one in rider.begun] == [True, True]


async def test_after_an_alarm_the_next_due_has_its_own(
    scheduler: Scheduler, rider: Rider, spaces: Spaces, timers: Callable[[], list[str]]
) -> None:
    space = spaces.open("one", pace=Pace.parse("real"))
    space.agenda.add(space.clock.now() + 1e6, "later", SLUG, {})
    space.agenda.add(space.clock.now(), "now", SLUG, {})

    async with begun(scheduler.run()):
        has = timers()

    assert (rider.seen, has) == (["now"], ["one"])


async def test_settling_forgets_however_many_jobs_are_over(
    make_spaces: Callable[..., Spaces], happen: Happen, bugs: Bugs
) -> None:
    spaces = make_spaces(keep_s=100.0)
    space = spaces.open("one")
    for _ in range(2 * LOOKED_AT):
        space.jobs(SLUG).submit(order(timeline=DONE))
    space.clock.advance(100)

    await Scheduler(spaces, happen, {}, bugs=bugs).settle(space)

    assert len(space.jobs(SLUG)) == 0
