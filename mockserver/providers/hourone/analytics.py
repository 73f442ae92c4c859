"""Use of an account, summed up by day, week or month of creation."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call
from mockserver.providers.hourone import clips, shapes
from mockserver.providers.hourone.videos import is_done, of_operation
from mockserver.providers.reply import Reply
from mockserver.providers.wires.pydantic import rule_entry

__all__ = ["analytics_summary", "back"]

_SPAN: Final[Mapping[str, tuple[int, str]]] = {  # months, and how it is told
    "daily": (1, "a month"),
    "weekly": (12, "a year"),
    "monthly": (12, "a year"),
}


async def analytics_summary(call: Call) -> Reply:
    """Sum up finished videos: `[UsageResponse, ...]`, oldest first."""
    query = shapes.read_query(call, "analytics-summary.query")
    breakdown = query["breakdown"]
    first, last = _range(call, query)
    sums: dict[tuple[int, ...], list[float]] = defaultdict(list)
    for job in of_operation(call, "create-video"):
        day = _day(job.created_at)
        if first <= day <= last and is_done(call.moment(job)) and _is_of(job, query):
            seconds = clips.metadata(job.data["clip"])["duration"]
            sums[_bucket(breakdown, day)].append(seconds)
    told = [_usage(breakdown, bucket, sums[bucket]) for bucket in sorted(sums)]
    return shapes.answer(call, told)


def back(day: date, months: int) -> date:
    """Return the same day some months before, or that month's last."""
    count = day.year * 12 + day.month - 1 - months
    if count < 12:
        return date.min
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _range(call: Call, query: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and last day that are asked for.

    Raises:
        InvalidPayloadError: They are too far apart.

    Source: contract hourone, section 3.11.
    """
    breakdown = query["breakdown"]
    months, told = _SPAN[breakdown]
    last = _parsed(query.get("to_date")) or _day(call.now)
    earliest = back(last, months)
    first = _parsed(query.get("from_date")) or earliest
    if first < earliest:
        message = f"time frame for {breakdown} breakdown must be less than {told}"
        shapes.refuse([rule_entry(("query", "from_date"), message)])
    return first, last


def _parsed(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day(at_s: float) -> date:
    return datetime.fromtimestamp(at_s, tz=UTC).date()


def _is_of(job: Job, query: Mapping[str, Any]) -> bool:
    wanted = query.get("correlation_id")
    return wanted is None or job.data.get("tail", {}).get("correlation_id") == wanted


def _bucket(breakdown: str, day: date) -> tuple[int, ...]:
    if breakdown == "daily":
        return day.year, day.month, day.day
    if breakdown == "weekly":
        year, week, _ = day.isocalendar()
        return year, week
    return day.year, day.month


def _usage(
    breakdown: str, bucket: tuple[int, ...], seconds: list[float]
) -> dict[str, int]:
    names = {"daily": ("year", "month", "day"), "weekly": ("year", "week")}
    named = dict(zip(names.get(breakdown, ("year", "month")), bucket, strict=True))
    return {
        **{
            name: named[name]
            for name in ("day", "week", "month", "year")
            if name in named
        },
        "videos_created": len(seconds),
        "total_duration": round(sum(seconds)),
    }
