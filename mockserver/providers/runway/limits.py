"""Limits: how many tasks run at once and in a day, and what they may cost."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job, Queued
from mockserver.engine.quotas import RateLimit
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.errors import ForbiddenError, RateLimitError
from mockserver.providers.call import Call
from mockserver.providers.credits import Purse
from mockserver.providers.runway import wire
from mockserver.providers.runway.failures import cost_of
from mockserver.providers.services import Services
from mockserver.verdict.prices import Quote

__all__ = ["TIERS", "Tier", "charge", "check", "concurrent", "daily", "purse_of",
           "queued", "quote", "started", "usage"]  # fmt: skip

_DAY: Final = 24 * 3600.0
_ENDLESS: Final = 1e12
_USAGE: Final = "usage"


class Tier(NamedTuple):
    """What an organization of one tier may do.

    Attributes:
        concurrent: How many tasks of a model run at once.
        daily: How many of them may be started in 24 hours.
        monthly: Credits that may be bought in 30 days.
    """

    concurrent: int
    daily: int
    monthly: int


TIERS: Final[dict[int, Tier]] = {  # contract runway, section 7
    1: Tier(2, 200, 10_000),
    2: Tier(3, 1_000, 50_000),
    3: Tier(5, 2_000, 200_000),
    4: Tier(10, 10_000, 2_000_000),
    5: Tier(20, 30_000, 10_000_000),
}


def concurrent(call: Call, model: str) -> int | None:
    """Return how many tasks of a model run at once; None for no limit."""
    own = int(call.setting("concurrency"))
    if own >= 0:
        return own or None
    said = _said(call, model)
    usual = TIERS[int(call.setting("tier"))].concurrent
    found: int | None = said.get("concurrent", usual)
    return found


def daily(call: Call, model: str) -> int | None:
    """Return how many tasks of a model may be started in a day; None for no limit."""
    own = int(call.setting("daily"))
    usual = TIERS[int(call.setting("tier"))].daily if own < 0 else own
    found: int | None = usual if own >= 0 else _said(call, model).get("daily", usual)
    return found


def queued(call: Call, model: str) -> tuple[Queued | None, bool]:
    """Return the queue that a new task of a model is in, and whether it has to wait.

    Source: contract runway, sections 4 and 7.
    """
    slots = concurrent(call, model)
    if slots is None:
        return None, False
    is_full = slots == 0 or call.jobs.queues.is_full(model, slots, call.now)
    return Queued(model, slots, state=wire.THROTTLED), is_full


def started(call: Call, model: str) -> int:
    """Return how many tasks of a model were started in the last 24 hours."""
    return call.space.quotas.used(_window(model), _A_DAY, call.now)


def check(call: Call, model: str, price: float) -> None:
    """Refuse a task that is one too many today, or that nobody can pay for.

    Raises:
        RateLimitError: The daily limit has been reached.
        ForbiddenError: Code `credits`.

    Source: contract runway, sections 2 and 3.1.
    """
    is_counted = int(call.setting("daily")) >= 0 or (
        call.services.options.limits == "real"
    )
    most = daily(call, model) if is_counted else None
    if most is not None and started(call, model) >= most:
        raise RateLimitError
    if not purse_of(call).affords(price):
        raise ForbiddenError("credits")


def charge(call: Call, job: Job, model: str, price: float) -> None:
    """Count a new task, and set its price aside until it is over."""
    call.space.quotas.count(_window(model), _A_DAY, call.now)
    purse_of(call).hold(job, price)
    _use(call.space, model, call.now, price)


def purse_of(call: Call) -> Purse:
    """Return the credits of the call's space."""
    space, said = call.space, float(call.setting("credits"))
    opening = said if said >= 0 else _ENDLESS

    def cost(job: Job, price: float) -> float:
        del price
        return cost_of(job, call.moment(job).step)

    def settled(job: Job, price: float, cost: float) -> None:
        over_at = job.entered_at(call.moment(job).position)
        _use(space, str(job.data.get("model", "")), over_at, cost - price)

    return Purse(space, wire.SLUG, opening, costs=cost, settled=settled)


def usage(call: Call, days: Iterator[str]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the net credits of each of some days on which any were spent, by model."""
    purse_of(call).settle()
    for day in days:
        found: dict[str, float] | None = call.table(_USAGE).get(day)
        if found:
            yield day, found


def quote(services: Services, space: Space, job: Job) -> Quote | None:
    """Return the credits of a task: its estimate at once, and its cost in the end.

    Source: contract runway, sections 3.3, 4 and 7.
    """
    del services
    data = job.data
    if "estimate" not in data:
        return None
    amount, step = Decimal(str(data["estimate"])), job.at(space.clock.now()).step
    cost = None
    if step.phase.is_terminal:
        cost = amount if _is_broken_off(job) else Decimal(cost_of(job, step))
    return Quote(amount, cost, is_assumed=bool(data.get("assumed")))


def _is_broken_off(job: Job) -> bool:
    """Say whether a client has taken a task away that ran: it costs all."""
    last = job.timeline.steps[-1]
    return last is wire.CANCELLED and job.timeline.steps[-2].phase is Phase.RUNNING


def _use(space: Space, model: str, at_s: float, amount: float) -> None:
    if not amount:
        return
    table, day = space.table(wire.SLUG, _USAGE), iso(at_s)[:10]
    known: dict[str, float] = table.get(day) or {}
    table.put(day, {**known, model: known.get(model, 0.0) + amount})


def _window(model: str) -> str:
    return f"{wire.SLUG} {model}"


def _said(call: Call, model: str) -> dict[str, Any]:
    """Return what the world says of one model's limits."""
    account = call.world.account_of(call.space.id, wire.SLUG)
    found: dict[str, Any] = call.world.details("limits", account).get(model) or {}
    return found


# The window is all that counts: how many it may hold is for the tier to say.
_A_DAY: Final = RateLimit(1, _DAY)
