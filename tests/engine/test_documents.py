"""Jobs as JSON: what is read is what was written."""

import json

from mockserver.engine.documents import job_of, job_written
from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.packing import pack
from mockserver.engine.timeline import Phase, Step, Timeline


def test_a_job_survives_being_written() -> None:
    """All of it, with ranges, progress, errors and what the provider keeps."""
    steps = (
        Step("PILED", Phase.WAITING, (5.0, 20.0)),
        Step("COOKING", Phase.RUNNING, 60, (0.0, 100.0), marks=2),
        Step("BURNT", Phase.FAILED, error="smoke"),
    )
    job = Job(
        id="table/7",
        space="acme.main",
        ordinal=3,
        operation="order",
        created_at=1_893_456_000.25,
        timeline=Timeline(steps),
        ends=(12.5, 72.5),
        packed=pack({"dish": "soup", "sizes": [1, 2]}),
        media=MediaLife(lag_s=2.0, link_s=60.0, issued_at_submit=True),
        base="http://127.0.0.1:7357/acme",
        arrived_at=1_700_000_000.5,
    )

    read = job_of(json.loads(json.dumps(job_written(job))))

    assert read == job
    assert read.at(job.created_at + 42.5) == job.at(job.created_at + 42.5)
