"""The organization: its tier, its credits, and what they were spent on."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from mockserver.engine.clock import iso
from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.runway import inputs, limits
from mockserver.providers.wires.zod import Issue, custom_issue

__all__ = ["read", "usage"]

_USUAL_DAYS: Final = 30
_MOST_DAYS: Final = 90


async def read(call: Call) -> Reply:
    """Show tier, credits and use.

    Source: contract runway, section 3.4.
    """
    models = inputs.known_models(call)
    tier = limits.TIERS[int(call.setting("tier"))]
    allowed = {
        name: {
            "maxConcurrentGenerations": limits.concurrent(call, name),
            "maxDailyGenerations": limits.daily(call, name),
        }
        for name in models
    }
    used = {name: {"dailyGenerations": limits.started(call, name)} for name in models}
    told = {
        "creditBalance": int(limits.purse_of(call).left),
        "tier": {"maxMonthlyCreditSpend": tier.monthly, "models": allowed},
        "usage": {"models": used},
    }
    return call.reply(told)


async def usage(call: Call) -> Reply:
    """Tell the credits that were spent, by day and model.

    Source: contract runway, section 3.4.
    """
    said = await call.document() if await call.body() else {}
    start, end = _period(call, said if isinstance(said, dict) else {"": said})
    results: list[dict[str, Any]] = []
    models: set[str] = set()
    for day, spent in limits.usage(call, _days(start, end)):
        amounts = [
            {"model": name, "amount": round(amount)}
            for name, amount in sorted(spent.items())
        ]
        results.append({"date": day, "usedCredits": amounts})
        models.update(spent)
    return call.reply({"results": results, "models": sorted(models)})


def _period(call: Call, said: dict[str, Any]) -> tuple[date, date]:
    """Return the first day that is asked for, and the one after the last.

    Raises:
        InvalidPayloadError: What is asked for is no such period.
    """
    today = date.fromisoformat(iso(call.now)[:10])
    found: list[Issue] = []
    start = _day(said, "startDate", today - timedelta(_USUAL_DAYS), found)
    end = _day(said, "beforeDate", _later(start, _USUAL_DAYS), found)
    extra = [name for name in said if name not in {"startDate", "beforeDate"}]
    if not found and end < start:
        found.append(custom_issue(("beforeDate",), "beforeDate precedes startDate"))
    if not found and end > _later(start, _MOST_DAYS):
        text = f"beforeDate must be at most {_MOST_DAYS} days after startDate"
        found.append(custom_issue(("beforeDate",), text))
    if extra:
        message = "Unrecognized keys: " if len(extra) > 1 else "Unrecognized key: "
        message += ", ".join(f'"{name}"' for name in extra)
        found.append(
            {"code": "unrecognized_keys", "keys": extra, "path": [], "message": message}
        )
    if found:
        raise InvalidPayloadError(issues=found)
    return start, end


def _day(said: dict[str, Any], name: str, usual: date, found: list[Issue]) -> date:
    told = said.get(name)
    if told is None and name not in said:
        return usual
    try:
        return date.fromisoformat(told if isinstance(told, str) else "")
    except ValueError:
        found.append(
            {
                "origin": "string",
                "code": "invalid_format",
                "format": "date",
                "path": [name],
                "message": "Invalid ISO date",
            }
        )
        return usual


def _later(day: date, days: int) -> date:
    return min(date.max - timedelta(days), day) + timedelta(days)


def _days(start: date, end: date) -> Iterator[str]:
    for number in range((end - start).days):
        yield (start + timedelta(number)).isoformat()
