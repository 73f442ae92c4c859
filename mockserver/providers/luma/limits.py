"""Limits: how many an account may have generated at once and in a minute, and spend."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from mockserver.engine.jobs import Job
from mockserver.engine.quotas import RateLimit
from mockserver.engine.spaces import Space
from mockserver.errors import ForbiddenError, RateLimitError
from mockserver.providers.call import Call
from mockserver.providers.credits import Purse
from mockserver.providers.luma import clips, wire
from mockserver.providers.luma.orders import Order
from mockserver.providers.services import Services
from mockserver.verdict.prices import Quote

__all__ = ["check", "price_of", "purse_of", "quote"]

_CREATES: Final = {"video": RateLimit(20, 60.0), "image": RateLimit(80, 60.0)}
_RUNNING: Final = {"video": 10, "image": 40}  # contract luma, section 7
_KEPT: Final[Mapping[str, float]] = {"failed": 0.0}


def check(call: Call, price: float) -> None:
    """Raise that an account has too many generations, or too little credit.

    Raises:
        RateLimitError: Too many go on, or were begun within a minute.
        ForbiddenError: Code `credits`; there is too little.

    Source: contract luma, section 7.
    """
    if call.services.options.limits != "real":
        return
    kind = "image" if call.operation in wire.PICTURES else "video"
    if _running(call, kind) >= _RUNNING[kind]:
        raise RateLimitError
    wait_s = call.space.quotas.take(f"creates {kind}", _CREATES[kind], call.now)
    if wait_s is not None:
        raise RateLimitError(wait_s)
    if not purse_of(call).affords(price):
        raise ForbiddenError("credits")


def price_of(call: Call, order: Order) -> float:
    """Return what a generation costs, in US cents.

    Source: contract luma, section 7.
    """
    if not order.seconds:
        return float(order.model["price"])
    width, height = order.asked
    name = "modify_price" if call.operation == "modify-video" else "price"
    pixels = width * height * order.seconds * clips.FPS
    return round(float(order.model[name]) * pixels / 1_000_000, 2)


def quote(services: Services, space: Space, job: Job) -> Quote | None:
    """Return the cents of a generation; only those of a modification are documented.

    Source: contract luma, section 7.
    """
    del services, space
    price = job.data.get("price")
    if price is None:
        return None
    is_assumed = job.operation != "modify-video"
    return Quote(Decimal(str(price)), is_assumed=is_assumed)


def purse_of(call: Call) -> Purse:
    """Return what the call's account may spend."""
    return Purse(call.space, wire.SLUG, float(call.setting("credit_cents")), _KEPT)


def _running(call: Call, kind: str) -> int:
    """Return how many of an account's generations go on."""
    return sum(
        ("image" if job.operation in wire.PICTURES else "video") == kind
        and job.ordinal >= 0
        and not call.moment(job).step.phase.is_terminal
        for job in call.jobs.list_jobs()
    )
