"""What a customer notices beyond words: times, numbers, and what it is told.

A day is the log of a player. Where that is the one of a good day, there may still be
something to notice; each is a few words, so that a day stays one line of `seen.txt`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.delivery.delivery import Attempt
from tests.delivery.sink import Seen, Sink
from tests.scenarios.conftest import Play
from tests.scenarios.listeners import LISTENERS, settings
from tests.scenarios.matrix import AS_USUAL, GOOD
from tests.scenarios.players import Player

__all__ = ["Told", "day", "noticed_of", "told"]

# How long a good day lasts for each provider, on the space's clock.
_GOOD_S = {
    "digitalcarbon": 921.67,
    "fal": 80.66,
    "google": 75.0,
    "hourone": 86.9,
    "idomoo": 5.49,
    "impossible": 1.0,
    "luma": 38.64,
    "openai": 70.0,
    "replicate": 77.92,
    "runway": 27.06,
    "stupeflix": 3.15,
    "heygen": 155.68,
    "luma-agents": 61.99,
    "mux": 10.12,
    "shotstack": 31.26,
}
_BEGIN_S = 1_893_456_000.0
# How long the customer waits before it fetches the file, and how often it tries.
_WAITS = {"expired-link": 11, "purged-file": 61, "late-file": 16}
_TRIES = {
    "late-file": 2,
    "google-resource-exhausted": 3,
    "hourone-rate-limited": 3,
    "cdn-moves": 2,
    "download-breaks": 2,
}
# How many orders a busy customer has placed before, and how long ago.
_BUSY = {
    "accepted-twice": (4, 0),
    "brownout": (1, 20),
    "chaos": (3, 0),
    "credits-run-out": (3, 0),
    "flaky": (4, 0),
    "lossy": (2, 0),
    "overloaded": (2, 0),
    "rate-limited": (5, 0),
}
# Where chance spares a customer that is no busier than others.
_BUSIER = {("lossy", "shotstack"): (5, 0)}


@dataclass(frozen=True)
class Told:
    """What has been sent to a customer.

    Attributes:
        seen: What has come, in its order.
        attempts: What the server knows of it, in the order of their times.
        since_s: When the first order was placed.
    """

    seen: list[Seen]
    attempts: list[Attempt]
    since_s: float


async def day(play: Play, naps: list[float], scenario: str, slug: str) -> list[str]:
    """Let a customer order a video, wait for it and fetch it; return what it notices.

    Of a scenario that shows when more is ordered, that is done when it has to be.

    Args:
        play: Makes the customer.
        naps: Where the real seconds are noted that it has to wait.
        scenario: The scenario.
        slug: The provider.
    """
    seen = await _day(await play(slug, scenario), naps, scenario)
    if scenario not in _BUSY or seen != GOOD[slug].split(" > "):
        return seen
    before, pause_s = _BUSIER.get((scenario, slug), _BUSY[scenario])
    customer = await play(slug, scenario)
    for _ in range(before):
        await customer.order()
    customer.space.clock.advance(pause_s)
    return await _day(customer, naps, scenario, orders=before + 1)


async def _day(
    customer: Player, naps: list[float], scenario: str, *, orders: int = 1
) -> list[str]:
    customer.wait_s = _WAITS.get(scenario, 0)
    customer.tries = _TRIES.get(scenario, 1)
    log = await customer.play()
    if log != GOOD[customer.slug].split(" > "):
        return log
    return [*log, *_noticed(customer, naps, orders)]


async def told(play: Play, slug: str, *scenarios: object) -> Told:
    """Let a customer order what it is told about; return what that is."""
    sink = Sink()
    await sink.start()
    customer = await play(slug, *scenarios, **settings(slug, sink))
    since_s = customer.space.clock.now()
    await LISTENERS[slug](customer, sink)
    await sink.stop()
    outbox = customer.running.instance.services.outbox
    attempts = [
        one for record in outbox.deliveries(customer.space) for one in record.attempts
    ]
    return Told(sink.seen, sorted(attempts, key=lambda one: one.at), since_s)


def _noticed(customer: Player, naps: list[float], orders: int) -> Iterator[str]:
    """Yield what is otherwise than on a good day, though its words are the same."""
    waits_s = customer.tries * customer.wait_s
    lasts_s = customer.space.clock.now() - _BEGIN_S - waits_s
    longer_s = lasts_s - _GOOD_S[customer.slug]
    if orders == 1 and abs(longer_s) >= 0.05:
        yield f"{longer_s:.1f} s longer"
    if naps:
        yield f"{sum(naps):.2f} s of waiting"
    jobs = customer.space.jobs(customer.slug).list_jobs()
    count = sum(1 for job in jobs if job.ordinal >= 0)
    if count != orders:
        yield f"{count} jobs of {orders} orders"
    if abs(customer.dated_s) >= 2:
        yield f"clock {customer.dated_s:+.0f} s"


def noticed_of(heard: Told, good: Told) -> list[str]:
    """Return how often a customer is told, and what is otherwise than on a good day."""
    found = [f"told {len(heard.seen)} times, not {len(good.seen)}"]
    if len(heard.seen) == len(good.seen):
        found = [*_differences(heard, good)]
    is_changed = any(one.is_tampered for one in heard.attempts)
    return found or ["signed otherwise" if is_changed else AS_USUAL]


def _differences(heard: Told, good: Told) -> Iterator[str]:
    if _times(heard) != _times(good):
        yield f"told after {', '.join(_times(heard))} s"
    sizes = [sorted(len(one.body) for one in each.seen) for each in (heard, good)]
    if sizes[0] != sizes[1]:
        yield f"told {sizes[0][-1]} bytes"
    for name in ("content-type", "signature", "authorization"):
        values = [_count(each, name) for each in (heard, good)]
        if values[0] != values[1]:
            yield f"told {'another' if values[0] else 'no'} {name}"


def _count(told: Told, name: str) -> Any:
    """Return which types there are, or how many have something else."""
    every = [value for one in told.seen for value in _values(one, name)]
    return {*every} if name == "content-type" else len(every)


def _times(told: Told) -> list[str]:
    return [f"{one.at - told.since_s:.1f}" for one in told.attempts]


def _values(seen: Seen, name: str) -> Iterator[str]:
    for header in seen.headers:
        key, _, value = header.partition(": ")
        if name in key.lower():
            yield value
