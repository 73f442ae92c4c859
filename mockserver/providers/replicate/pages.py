"""Pages: lists as Replicate has them, a part at a time, newest first."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from mockserver.engine.jobs import Job
from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import Page, token_page, walked_page

__all__ = ["THINGS", "job_page", "page", "told"]

JOBS: Final = 100  # contract replicate, section 7
THINGS: Final = 25
_MANY: Final = 1 << 40

T = TypeVar("T")


def page(
    call: Call,
    things: Sequence[T],
    *,
    shown: Callable[[T], Any],
    position: Callable[[T], float],
    newest_first: bool = True,
) -> Reply:
    """Answer 25 things and where the next ones are.

    Args:
        call: The call.
        things: All of them, in the order of the list.
        shown: How one is shown.
        position: Where one stands; no two are equal.
        newest_first: They stand by falling position.
    """
    filters = _filters(call)
    found = token_page(
        call,
        things,
        token=call.query.get("cursor"),
        limit=THINGS,
        position=position,
        newest_first=newest_first,
        filters=[*filters.values()],
    )
    return told(call, found, [shown(one) for one in found.items])


async def job_page(
    call: Call, jobs: Iterable[Job], shown: Callable[[Job], Awaitable[Any]]
) -> Reply:
    """Answer 100 jobs, between `created_after` and `created_before`.

    Raises:
        InvalidPayloadError: Code `date`; one of these is none.
    """
    after, before = _date(call, "created_after"), _date(call, "created_before")
    found = walked_page(
        call,
        (
            job
            for job in jobs
            if (after is None or job.created_at > after)
            and (before is None or job.created_at < before)
        ),
        token=call.query.get("cursor"),
        limit=JOBS,
        position=_position,
        filters=[*_filters(call).values()],
    )
    return told(call, found, [await shown(job) for job in found.items])


def _position(job: Job) -> int:
    # What is there from the start has the ordinals -1, -2, ..., in this order.
    return job.ordinal if job.ordinal >= 0 else -_MANY - job.ordinal


def told(call: Call, found: Page[Any], results: list[Any]) -> Reply:
    """Answer a part of a list, and where the next one is, through the same door."""
    following = None
    if found.next is not None:
        url = call.request.url.with_query({**_filters(call), "cursor": found.next})
        following = f"{call.url_for(call.operation)}?{url.raw_query_string}"
    return call.reply({"next": following, "previous": None, "results": results})


def _filters(call: Call) -> dict[str, str]:
    return {name: value for name, value in call.query.items() if name != "cursor"}


def _date(call: Call, name: str) -> float | None:
    said = call.query.get(name)
    if said is None:
        return None
    try:
        return datetime.fromisoformat(said).timestamp()
    except (ValueError, OverflowError):
        raise InvalidPayloadError(code="date", name=name) from None
