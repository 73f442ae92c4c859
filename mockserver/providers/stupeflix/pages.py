"""Status pages: rows put together, remembered whole while none of them changes."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final, NamedTuple

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.numbers import whole
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import wire
from mockserver.providers.stupeflix.documents import md5_hex
from mockserver.providers.stupeflix.rows import Writer, profiles

__all__ = ["Page", "Wanted", "few", "jobs", "read", "wanted"]

_MEMO: Final = f"{wire.STUPEFLIX}.pages"
_KEPT_MAX: Final = 64
ROWS_MAX: Final = 1000


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


def wanted(query: Mapping[str, str], prefix: str) -> Wanted | None:
    """Return which rows a status read asks for; None if `MaxKeys` is no such number.

    Source: contract stupeflix, section 3.6.
    """
    limit = whole(query.get("MaxKeys", str(ROWS_MAX)), least=1)
    if limit is None:
        return None
    after = max(query.get("Marker", ""), prefix)
    return Wanted(prefix, after, min(limit, ROWS_MAX))


def jobs(space: Space, wanted: Wanted) -> list[Job]:
    """Return the profiles that a page is about."""
    found = profiles(space, wanted.prefix, after=wanted.after)
    return [*islice(found, wanted.limit)]


def read(
    services: Services, space: Space, base: str, wanted: Wanted, found: list[Job]
) -> Page:
    """Return a page of status rows.

    Args:
        services: The server's rooms.
        space: The space.
        base: What stands before links to storage.
        wanted: Which rows.
        found: The profiles that it is about.

    Source: contract stupeflix, section 3.6.
    """
    memo: dict[tuple[str, str, Wanted], _Kept] = services.memos.setdefault(_MEMO, {})
    key = (space.id, base, wanted)
    kept = memo.get(key)
    # A changed job is another object; equal lists hold the very same ones.
    if (
        kept is not None
        and kept.since <= space.clock.now() < kept.until
        and kept.found == found
    ):
        return kept.page
    writer = Writer(services, space, base)
    rows = _rows(writer, found, wanted.limit)
    if len(rows) < len(found):
        # Some have expired: others take their places.
        further = profiles(space, wanted.prefix, after=wanted.after)
        return _page(_rows(writer, further, wanted.limit))
    page = _page(rows)
    if writer.until > writer.now:
        if len(memo) >= _KEPT_MAX:
            memo.clear()
        memo[key] = _Kept(found, writer.now, writer.until, page)
    return page


def few(services: Services, space: Space, base: str, found: Iterable[Job]) -> Page:
    """Return a page of these jobs' rows."""
    return _page(_rows(Writer(services, space, base), found, limit=1))


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
