"""Quotas: creates a minute and a day for each model, and what runs at once."""

from typing import Final

from mockserver.engine.quotas import RateLimit
from mockserver.errors import RateLimitError
from mockserver.providers.call import Call

__all__ = ["take"]

CREATES: Final = RateLimit(10, 60.0)  # contract google, section 7
RUNNING_MAX: Final = 10
_DAY_S: Final = 86400.0
_CALIFORNIA_S: Final = 8 * 3600.0  # without summer time


def take(call: Call, model: str) -> None:
    """Count a create of a model.

    Raises:
        RateLimitError: There were too many: within a minute, code `day` within a day,
            code `running` at once.

    Source: contract google, section 7.
    """
    if call.services.options.limits == "real":
        _check_running(call)
        _take(call, f"creates {model}", CREATES, model)
    most = int(call.setting("daily_creates"))
    if most > 0:
        _take_of_day(call, model, most)


def _check_running(call: Call) -> None:
    now = call.now
    running = 0
    for job in call.jobs.list_jobs(newest_first=True):
        running += job.ordinal >= 0 and not job.at(now).step.phase.is_terminal
        if running >= RUNNING_MAX:
            raise RateLimitError(0.0, "running")


def _take(call: Call, name: str, limit: RateLimit, model: str) -> None:
    wait_s = call.space.quotas.take(name, limit, call.now)
    if wait_s is not None:
        raise _exhausted(wait_s, "", model, limit.calls)


def _take_of_day(call: Call, model: str, most: int) -> None:
    """Count against the day, which ends at midnight where Google is."""
    since_s = (call.now - _CALIFORNIA_S) % _DAY_S
    day = int((call.now - _CALIFORNIA_S) // _DAY_S)
    limit = RateLimit(most, _DAY_S)
    if call.space.quotas.take(f"creates {model} {day}", limit, call.now) is not None:
        raise _exhausted(_DAY_S - since_s, "day", model, most)


def _exhausted(wait_s: float, code: str, model: str, limit: int) -> RateLimitError:
    error = RateLimitError(wait_s, code)
    error.detail = {"model": model, "limit": limit}
    return error
