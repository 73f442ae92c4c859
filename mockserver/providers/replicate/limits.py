"""Limits: how often an account may call, and what it may spend."""

from collections.abc import Mapping
from decimal import Decimal
from functools import wraps
from math import inf
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.quotas import RateLimit
from mockserver.engine.spaces import Space
from mockserver.errors import ForbiddenError, RateLimitError
from mockserver.providers.call import Call
from mockserver.providers.credits import Purse
from mockserver.providers.kinds import Thing
from mockserver.providers.models import picture
from mockserver.providers.replicate import clips, wire
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Handler
from mockserver.providers.services import Services
from mockserver.verdict.prices import Quote

__all__ = ["check_create", "counted", "price_of", "purse_of", "quote"]

CREATES: Final = RateLimit(600, 60.0)  # contract replicate, section 7
OTHERS: Final = RateLimit(3000, 60.0)
LITTLE: Final = RateLimit(1, 10.0)
LITTLE_USD: Final = 5.0
PRICE_USD: Final = 0.1
# Contract replicate, section 4: who has not begun is not charged.
KEPT: Final[Mapping[str, float]] = {"failed": 0.0, "aborted": 0.0}


def counted(handler: Handler[Call]) -> Handler[Call]:
    """Return an operation that is counted, as all but creates are.

    Raises:
        RateLimitError: When it is called, and the limit has been reached.

    Source: contract replicate, section 7.
    """

    @wraps(handler)
    async def limited(call: Call) -> Reply:
        _take(call, "calls", OTHERS)
        return await handler(call)

    return limited


def check_create(call: Call, model: Thing, said: Mapping[str, Any]) -> float:
    """Say what a prediction will cost, if that matters and the account may have it.

    Args:
        call: The create.
        model: What is to run.
        said: Its input, which need not fit.

    Raises:
        ForbiddenError: Code `credits`; there is too little.
        RateLimitError: There were too many; code `little` if there may be only a few
            because there is little credit.

    Source: contract replicate, sections 2 and 7.
    """
    left = purse_of(call).left
    price = 0.0 if left == inf else price_of(model, said)
    if left < price or left <= 0:
        raise ForbiddenError("credits")
    if left < LITTLE_USD:
        _take(call, "creates with little credit", LITTLE, "little")
    _take(call, "creates", CREATES)
    return price


def price_of(model: Thing, said: Mapping[str, Any]) -> float:
    """Return the dollars that a prediction costs: so much a second of video."""
    seconds = picture(model, said, small=True).seconds
    per_second = float(model.get("price", PRICE_USD))
    return round(per_second * seconds * int(model["outputs"]), 6)


def quote(services: Services, space: Space, job: Job) -> Quote | None:
    """Return the dollars of a prediction; None if its model has no price."""
    data = job.data
    model = space.table(wire.SLUG, "model").get(str(data.get("model"))) or {}
    if "price" not in model:
        return None
    made = clips.makes(services, space, job)
    seconds = sum((Decimal(str(one.seconds)) for one in made), Decimal(0))
    return Quote(Decimal(str(model["price"])) * seconds)


def purse_of(call: Call) -> Purse:
    """Return what the call's account may spend."""
    return Purse(call.space, wire.SLUG, float(call.setting("credit_usd")), KEPT)


def _take(call: Call, name: str, limit: RateLimit, code: str = "") -> None:
    if call.services.options.limits != "real":
        return
    wait_s = call.space.quotas.take(name, limit, call.now)
    if wait_s is not None:
        raise RateLimitError(wait_s, code)
