"""Documents: jobs and their steps as JSON and back, for what has to outlive them."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import asdict

from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.packing import pack
from mockserver.engine.timeline import Phase, Step, Timeline

__all__ = ["job_of", "job_written", "steps_of", "steps_written"]

Document = dict[str, Any]


def job_written(job: Job) -> Document:
    """Return a job as JSON; `job_of` reads it."""
    return {
        "id": job.id,
        "space": job.space,
        "ordinal": job.ordinal,
        "operation": job.operation,
        "created_at": job.created_at,
        "steps": steps_written(job.timeline.steps),
        "ends": [*job.ends],
        "data": job.data,
        "media": asdict(job.media),
        "base": job.base,
        "arrived_at": job.arrived_at,
    }


def job_of(document: Mapping[str, Any]) -> Job:
    """Return the job that was written so."""
    known = dict(document)
    return Job(
        timeline=Timeline(steps_of(known.pop("steps"))),
        ends=tuple(known.pop("ends")),
        packed=pack(known.pop("data")),
        media=MediaLife(**known.pop("media")),
        **known,
    )


def steps_written(steps: Iterable[Step]) -> list[Document]:
    """Return steps as JSON; `steps_of` reads them."""
    return [asdict(step) for step in steps]


def steps_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the steps that were written so."""
    return tuple(_step(document) for document in documents)


def _step(document: Mapping[str, Any]) -> Step:
    spans = {name: _span(document[name]) for name in ("for_s", "progress")}
    return Step(**{**document, **spans, "phase": Phase(document["phase"])})


def _span(value: Any) -> Any:
    """Return a range as the pair that JSON made a list of; a number as it is."""
    return tuple(value) if isinstance(value, list) else value
