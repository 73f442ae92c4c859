"""Status pages: rows put together, remembered whole while none of them changes."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import wire
from mockserver.providers.stupeflix.documents import md5_hex
from mockserver.providers.stupeflix.rows import OPERATIONS, Writer, profiles

__all__ = ["Page", "Wanted", "few", "read"]

_MEMO: Final = f"{wire.STUPEFLIX}.pages"
_KEPT_MAX: Final = 64


class Wanted(NamedTuple):
    """Which rows: those whose names begin so, from there on, at most so many."""

    prefix: str
    after: str
    limit: int


class Page(NamedTuple):
    """An answer's body and its MD5."""

    body: bytes
    tag: str


class _Kept(NamedTuple):
    """A page, the jobs that it was made of, and from when to when it says so."""

    found: list[Job]
    since: float
    until: float
    page: Page


def read(services: Services, space: Space, base: str, wanted: Wanted) -> Page:
    """Return a page of status rows.

    Args:
        services: The house.
        space: The space.
        base: What stands before links to storage.
        wanted: Which rows.

    Source: contract stupeflix, section 3.6.
    """
    memo: dict[tuple[str, str, Wanted], _Kept] = services.memos.setdefault(_MEMO, {})
    key = (space.id, base, wanted)
    found = space.jobs(wire.STUPEFLIX).after(wanted.after, wanted.limit)
    kept = memo.get(key)
    # A changed job is another object; equal lists hold the very same ones.
    if (
        kept is not None
        and kept.since <= space.clock.now() < kept.until
        and kept.found == found
    ):
        return kept.page
    writer = Writer(services, space, base)
    fitting = _fitting(found, wanted)
    rows = _rows(writer, fitting, wanted.limit)
    if len(rows) < len(fitting) or not _is_whole(found, fitting, wanted):
        jobs = profiles(space, wanted.prefix, after=wanted.after)
        return _page(_rows(writer, jobs, wanted.limit))
    page = _page(rows)
    if writer.until > writer.now:
        if len(memo) >= _KEPT_MAX:
            memo.clear()
        memo[key] = _Kept(found, writer.now, writer.until, page)
    return page


def few(services: Services, space: Space, base: str, jobs: Iterable[Job]) -> Page:
    """Return a page of these jobs' rows."""
    return _page(_rows(Writer(services, space, base), jobs, limit=1))


def _fitting(found: list[Job], wanted: Wanted) -> list[Job]:
    return [
        job
        for job in found
        if job.id.startswith(wanted.prefix) and job.operation in OPERATIONS
    ]


def _is_whole(found: list[Job], fitting: list[Job], wanted: Wanted) -> bool:
    """Say whether these jobs are all that a page can be made of."""
    if len(found) < wanted.limit or len(fitting) == len(found):
        return True
    return not found[-1].id.startswith(wanted.prefix)


def _rows(writer: Writer, jobs: Iterable[Job], limit: int) -> list[str]:
    rows: list[str] = []
    for job in jobs:
        written = writer.write(job)
        if written is not None:
            rows.append(written)
            if len(rows) == limit:
                break
    return rows


def _page(rows: list[str]) -> Page:
    body = f"[{','.join(rows)}]".encode("ascii")
    return Page(body, md5_hex(body))
