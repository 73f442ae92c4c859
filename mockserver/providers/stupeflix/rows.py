"""Status rows: one for each profile, in order of their names, page by page."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import documents, renderings, wire
from mockserver.providers.stupeflix.storage import storage_path

__all__ = ["OPERATIONS", "Writer", "profiles", "status_object"]

OPERATIONS: Final = frozenset({"create-profiles", "send-batch"})
_KEPT_MAX: Final = 50_000
_PAGE: Final = 1000


class _Kept(NamedTuple):
    """A row that has been written, and from when to when it says so."""

    job: Job
    base: str
    since: float
    until: float
    written: str


def profiles(space: Space, prefix: str, *, after: str = "") -> Iterator[Job]:
    """Return the profiles whose names begin so, those after a name, in byte order."""
    engine = space.jobs(wire.STUPEFLIX)
    after = max(after, prefix)
    while True:
        found = engine.after(after, _PAGE)
        inside = [job for job in found if job.id.startswith(prefix)]
        yield from (job for job in inside if job.operation in OPERATIONS)
        if len(inside) < _PAGE:
            return
        after = found[-1].id


def status_object(
    space: Space, job: Job, now_s: float, base: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the flat object of a row: state, percent, error, finished uploads.

    Source: contract stupeflix, section 3.6.
    """
    view = renderings.view(job, data, now_s)
    found: dict[str, Any] = {"status": view.state}
    if view.complete is not None:
        found["complete"] = view.complete
    if view.error:
        found["error"] = view.error
    for upload in view.uploads:
        name = f"available-{upload.number}"
        found[f"{name}-type"] = upload.kind
        found[f"{name}-id"] = upload.id
        found[f"{name}-url"] = upload.url or base + storage_path(space, job, data)
    return found


class Writer:
    """Writes rows, and remembers each for as long as it stays true.

    Args:
        services: The server's rooms.
        space: The space.
        base: What stands before links to storage.

    Attributes:
        now: The space's time.
        until: When one of the rows written so far may say something else.

    Source: contract stupeflix, section 3.6.
    """

    def __init__(self, services: Services, space: Space, base: str) -> None:
        self._space = space
        self._base = base
        self.now = space.clock.now()
        self.until = float("inf")
        self._definitions = space.table(wire.STUPEFLIX, "definition")
        memo = services.memos.setdefault(wire.STUPEFLIX, {})
        if len(memo) > _KEPT_MAX:
            memo.clear()
        self._memo: dict[tuple[str, str], _Kept] = memo

    def write(self, job: Job) -> str | None:
        """Return a job's row as JSON, or None once its definition has expired."""
        key = (self._space.id, job.id)
        kept = self._memo.get(key)
        if (
            kept is None
            or kept.job is not job
            or not kept.since <= self.now < kept.until
            or kept.base != self._base
        ):
            kept = self._made(job)
            if kept is None:
                return None
            if kept.until > self.now:
                self._memo[key] = kept
        self.until = min(self.until, kept.until)
        return kept.written

    def _made(self, job: Job) -> _Kept | None:
        data = job.data
        name = f"{data['user']}/{data['resource']}"
        expires = documents.expires_at(self._definitions, name)
        if self.now >= max(expires, data["keeps_until"]):
            self.until = self.now
            return None
        row = {
            "accesskey": data["key"],
            "user": data["user"],
            "resource": data["resource"],
            "profile": data["profile"],
            "status": status_object(self._space, job, self.now, self._base, data),
        }
        written = json.dumps(row, separators=(",", ":"))
        until = min(data["keeps_until"], self._until(job, data))
        return _Kept(job, self._base, self.now, until, written)

    def _until(self, job: Job, data: Mapping[str, Any]) -> float:
        """Return when a row may next say something else; now if that is not known."""
        if not renderings.is_settled(data):
            return self.now
        moment = job.at(self.now)
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
            return self.now
        moment = job.at(self.now)
        share = (int((moment.progress or 0.0) + 1e-6) + 1 - low) / (high - low)
        # A hair early: the next percent must not come late.
        return min(end, start + share * (end - start) - 1e-5)
