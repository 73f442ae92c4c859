"""Waiting: until a job is in a state, or a request has come; at most so long."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from mockserver.edge.instance import Instance
from mockserver.edge.redactors import Redactors
from mockserver.engine.clock import monotonic_s
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import stir
from mockserver.errors import ConfigError
from mockserver.names import nearest
from mockserver.server.sockets.loops import OnLoop, SameLoop
from mockserver.verdict.exchange import Exchange

__all__ = ["Watched", "job_in", "request_in"]

__tracebackhide__ = True

SLICE_S: Final = 10.0  # a loop in a thread is asked for no longer at a time
SHOWN: Final = 10
_NAMES: Final = {"slug": "provider", "about": "job"}  # as tests say them

T = TypeVar("T")
Wait = Callable[[], Coroutine[Any, Any, T]]


class Watched(NamedTuple):
    """A job that is waited for.

    Attributes:
        space: Where it is.
        slug: The provider.
        id: The provider's identifier.
    """

    space: Space
    slug: str
    id: str

    def job(self) -> Job | None:
        """Return it as it is now; None if it is gone."""
        found: Job | None = self.space.jobs(self.slug).find(self.id)
        return found

    def words(self, states: Iterable[str]) -> set[str]:
        """Return all that can be waited for: its provider's states, its own, phases."""
        job = self.job()
        steps = () if job is None else job.timeline.steps
        return {*states, *map(str, Phase), *(step.state for step in steps)}

    def told(self) -> str:
        """Return where it is, for people."""
        job = self.job()
        if job is None:
            return "it is gone"
        state = job.at(self.space.clock.now()).step.state
        stands = " (time stands still)" if self.space.clock.is_frozen else ""
        return f"it is {state}{stands}"

    async def arrival(self, state: str) -> str:
        """Wait until it is in a state or phase; return why it never will be, if so."""
        clock = self.space.clock
        while (job := self.job()) is not None:
            now = clock.now()
            step, change = job.at(now).step, job.next_change_at(now)
            if state in {step.state, step.phase.value}:
                return ""
            if step.phase.is_terminal and change is None:
                return f"it has ended in {step.state}"
            await stir(clock, change)
        return self.told()


def job_in(
    loop: OnLoop, instance: Instance, watched: Watched, state: str, timeout_s: float
) -> None:
    """Wait until a job is in a state, or in a phase.

    Args:
        loop: The server's loop.
        instance: The server.
        watched: The job.
        state: Its provider's word, or a phase.
        timeout_s: Real seconds to wait at most.

    Raises:
        AssertionError: It is not in time, or cannot be any more.
        ConfigError: Its provider has no such state.
        RuntimeError: The server is on the running loop.
    """
    __tracebackhide__ = True
    provider = instance.services.providers[watched.slug]
    words = loop.do(lambda: watched.words(provider.states))
    if state not in words:
        raise ConfigError(f"state: found {state!r}, expected {nearest(state, words)}")
    said = _within(loop, lambda: watched.arrival(state), timeout_s)
    if said is None:
        said = f"{loop.do(watched.told)} after {timeout_s:g} s"
    if said:
        raise AssertionError(f"job {watched.id} is not {state}: {said}")


def request_in(
    loop: OnLoop,
    instance: Instance,
    exchanges: Callable[[], list[Exchange]],
    wanted: Mapping[str, object],
    timeout_s: float,
) -> Exchange:
    """Return the oldest request that fits, once one has come.

    Args:
        loop: The server's loop.
        instance: The server.
        exchanges: Returns what has come by now.
        wanted: Values of attributes; `about` is a job that it has to be about.
        timeout_s: Real seconds to wait at most.

    Raises:
        AssertionError: None comes in time.
        RuntimeError: The server is on the running loop.
    """
    __tracebackhide__ = True
    asked = {name: value for name, value in wanted.items() if value is not None}

    def fits(one: Exchange) -> bool:
        return all(
            value in one.jobs if name == "about" else getattr(one, name) == value
            for name, value in asked.items()
        )

    async def arrival() -> Exchange:
        came = asyncio.Event()
        end = instance.services.journal.on_add(lambda _: came.set())
        try:
            while (found := next(filter(fits, exchanges()), None)) is None:
                await came.wait()
                came.clear()
            return found
        finally:
            end()

    found = _within(loop, arrival, timeout_s)
    if found is None:
        there = loop.do(exchanges)
        what = ", ".join(
            f"{_NAMES.get(name, name)} {value}" for name, value in asked.items()
        )
        redactors = Redactors(instance.services)
        lines = [f"  {_line(one, redactors)}" for one in there[-SHOWN:]]
        first = f"no request with {what or 'anything'} came within {timeout_s:g} s"
        raise AssertionError("\n".join([first, *(lines or ["  none came at all"])]))
    return found


def _within(loop: OnLoop, wait: Wait[T], timeout_s: float) -> T | None:
    """Return what is waited for on the server's loop, or None when the time is over."""
    if isinstance(loop, SameLoop):
        raise RuntimeError(  # noqa: TRY004 - the caller's place is wrong
            "found the server on the running loop, which waiting would stop; expected"
            " a MockServer, and `await asyncio.to_thread(mockserver.wait_for, ...)`"
        )
    ends_at = monotonic_s() + timeout_s
    while True:
        left_s = max(0.0, ends_at - monotonic_s())
        try:
            return loop.wait(_limited(wait, min(left_s, SLICE_S)))
        except TimeoutError:
            if left_s <= SLICE_S:
                return None


async def _limited(wait: Wait[T], wait_s: float) -> T:
    async with asyncio.timeout(wait_s):
        return await wait()


def _line(one: Exchange, redactors: Redactors) -> str:
    path = redactors.of(one).target(one.target.partition("?")[0])
    said = [f"#{one.number}", one.method, path, str(one.status), one.operation, one.job]
    return " ".join(filter(None, said))
