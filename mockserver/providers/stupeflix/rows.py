"""Status rows: one for each profile, in order of their names, page by page."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import documents, lives, wire
from mockserver.providers.stupeflix.storage import storage_path

__all__ = ["OPERATIONS", "profiles", "row", "status_object", "write"]

OPERATIONS: Final = frozenset({"create-profiles", "send-batch"})
_KEPT_MAX: Final = 50_000
_PAGE: Final = 1000


class _Kept(NamedTuple):
    """A row that has been written, and from when to when it says so."""

    job: Job
    base: str
    since: float
    until: float
    written: str | None


def write(
    services: Services, space: Space, base: str, jobs: Iterable[Job], *, limit: int
) -> list[str]:
    """Return up to `limit` rows as JSON texts; expired profiles have none.

    Args:
        services: The house.
        space: The space.
        base: What stands before links to storage.
        jobs: The profiles.
        limit: How many rows at most.

    Source: contract stupeflix, section 3.6.
    """
    writer = _Writer(services, space, base)
    rows: list[str] = []
    for job in jobs:
        written = writer.write(job)
        if written is not None:
            rows.append(written)
            if len(rows) == limit:
                break
    return rows


def profiles(space: Space, prefix: str, *, after: str = "") -> Iterator[Job]:
    """Return the profiles whose names begin so, those after a name, in byte order."""
    engine = space.jobs(wire.STUPEFLIX)
    after = max(after, prefix)
    while True:
        found = engine.after(after, _PAGE)
        for job in found:
            if not job.id.startswith(prefix):
                return
            if job.operation in OPERATIONS:
                yield job
        if len(found) < _PAGE:
            return
        after = found[-1].id


def row(space: Space, job: Job, now_s: float, base: str) -> dict[str, Any]:
    """Return what a status says of a profile.

    Returns:
        `{"accesskey", "user", "resource", "profile", "status": {...}}`, in this order.

    Source: contract stupeflix, section 3.6.
    """
    data = job.data
    return {
        "accesskey": data["key"],
        "user": data["user"],
        "resource": data["resource"],
        "profile": data["profile"],
        "status": status_object(space, job, now_s, base),
    }


def status_object(space: Space, job: Job, now_s: float, base: str) -> dict[str, Any]:
    """Return the flat object of a row: state, percent, error, finished uploads.

    Source: contract stupeflix, section 3.6.
    """
    view = lives.view(job, now_s, lives.results_of(space, job))
    found: dict[str, Any] = {"status": view.state}
    if view.complete is not None:
        found["complete"] = view.complete
    if view.error:
        found["error"] = view.error
    for upload in view.uploads:
        name = f"available-{upload.number}"
        found[f"{name}-type"] = upload.kind
        found[f"{name}-id"] = upload.id
        found[f"{name}-url"] = upload.url or base + storage_path(space, job)
    return found


class _Writer:
    """Writes rows, and remembers each for as long as it stays true."""

    def __init__(self, services: Services, space: Space, base: str) -> None:
        self._space = space
        self._base = base
        self._now = space.clock.now()
        self._definitions = space.table(wire.STUPEFLIX, "definition")
        memo = services.memos.setdefault(wire.STUPEFLIX, {})
        if len(memo) > _KEPT_MAX:
            memo.clear()
        self._memo: dict[tuple[str, str], _Kept] = memo

    def write(self, job: Job) -> str | None:
        """Return a job's row, or None once its definition has expired."""
        key = (self._space.id, job.id)
        kept = self._memo.get(key)
        if (
            kept is not None
            and kept.job is job
            and kept.since <= self._now < kept.until
            and kept.base == self._base
        ):
            return kept.written
        return self._write(key, job)

    def _write(self, key: tuple[str, str], job: Job) -> str | None:
        data = job.data
        name = f"{data['user']}/{data['resource']}"
        expires = documents.expires_at(self._definitions, name)
        if self._now >= max(expires, data["keeps_until"]):
            return None
        made = row(self._space, job, self._now, self._base)
        text = json.dumps(made, separators=(",", ":"))
        until = min(data["keeps_until"], self._until(job, data))
        if until > self._now:
            self._memo[key] = _Kept(job, self._base, self._now, until, text)
        return text

    def _until(self, job: Job, data: Mapping[str, Any]) -> float:
        """Return when a row may next say something else; now if that is not known."""
        moment = job.at(self._now)
        reals = {str(n) for n, u in enumerate(data["uploads"]) if "result" not in u}
        if reals and reals - lives.results_of(self._space, job).keys():
            return self._now
        if moment.position == len(job.ends):
            return float("inf")
        end = job.entered_at(moment.position + 1)
        if moment.progress is None or moment.step.progress is None:
            return end
        low, high = moment.step.progress
        return end if low == high else self._next_percent(job, moment.position)

    def _next_percent(self, job: Job, position: int) -> float:
        start, end = job.entered_at(position), job.entered_at(position + 1)
        low, high = job.timeline.steps[position].progress or (0.0, 100.0)
        if high < low:
            return self._now
        moment = job.at(self._now)
        share = (int((moment.progress or 0.0) + 1e-6) + 1 - low) / (high - low)
        # A hair early: the next percent must not come late.
        return min(end, start + share * (end - start) - 1e-5)
