"""Uploads: what is sent to a profile's targets, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState
from mockserver.delivery.parcel import Parcel
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step
from mockserver.errors import MediaError
from mockserver.media.spec import MediaSpec
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import (
    clips,
    notices,
    parcels,
    renderings,
    targets,
    wire,
)
from mockserver.providers.uploads import S3_ENDPOINT, upload_of

__all__ = ["UPLOAD", "UPLOADED", "planned", "upload", "uploaded"]

UPLOAD: Final = "upload"
UPLOADED: Final = "uploaded"
_EARLIER_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class _Errand:
    """One upload that is due.

    Attributes:
        services: The server's rooms.
        space: The job's space.
        job: Whose video it is.
        number: Which of its uploads.
        at: When it is due.
    """

    services: Services
    space: Space
    job: Job
    number: int
    at: float

    @property
    def wanted(self) -> Mapping[str, Any]:
        """The upload, as it was ordered."""
        found: Mapping[str, Any] = self.job.data["uploads"][self.number]
        return found

    @property
    def kind(self) -> str:
        """The element's name."""
        return str(self.wanted["kind"])

    def name(self, extension: str = "") -> str:
        """Return a file's name at the target; the video's without an extension."""
        return renderings.file_name(self.job.data["profile"], extension)

    async def parcel(self, spec: MediaSpec, name: str) -> Parcel:
        """Return a file for the target."""
        file = await self.services.media.get(spec)
        slug, setting = wire.STUPEFLIX, S3_ENDPOINT.name
        endpoint: str = self.services.setting(slug, setting, self.space)
        return parcels.parcel(self.wanted, name, file, endpoint=endpoint)

    def plan(self, parcel: Parcel, *, is_reported: bool = True) -> Delivery:
        """Let a parcel go out, now."""
        delivery = upload_of(
            self.services,
            self.space,
            wire.STUPEFLIX,
            self.job,
            parcel,
            label=f"upload.{self.kind}",
            order_key=f"upload {self.job.id} {self.number}",
            report=UPLOADED if is_reported else "",
            data={
                "job": self.job.id,
                "ordinal": self.job.ordinal,
                "number": self.number,
                "at": self.at,
            },
        )
        return self.services.outbox.plan(self.space, delivery, self.at)


def planned(job: Job) -> Iterator[Notice]:
    """Let a job's uploads happen at the end of their part of its life."""
    wanted = job.data.get("uploads", ())
    times = renderings.upload_times(job, len(wanted))
    for number, (one, at) in enumerate(zip(wanted, times, strict=True)):
        if at is not None and one["kind"] != "stupeflixStore":
            tells = (f"upload.{one['kind']}",)
            yield Notice(at, UPLOAD, {"number": number}, tells=tells)


async def upload(services: Services, space: Space, due: Due) -> None:
    """Make one upload.

    Source: contract stupeflix, section 6.2.
    """
    job = space.jobs(wire.STUPEFLIX).about(due)
    if job is None:
        return
    errand = _Errand(services, space, job, due.data["number"], due.at)
    if "result" in errand.wanted:
        errand.plan(targets.posting(errand.wanted))
        return
    try:
        await _send(errand)
    except MediaError as error:
        # Its job would be uploading for ever.
        _settle(errand, str(error), due.at)
        raise


async def _send(errand: _Errand) -> None:
    """Let the video go out; to S3, the thumbnail goes first, and counts for nothing."""
    services, space, job = errand.services, errand.space, errand.job
    if errand.kind == "s3":
        still = clips.thumbnail(services, space, job)
        thumbnail = await errand.parcel(still, errand.name("jpg"))
        errand.plan(thumbnail, is_reported=False)
    video = clips.video(services, space, job)
    errand.plan(await errand.parcel(video, errand.name()))


async def uploaded(services: Services, space: Space, due: Due) -> None:
    """Take the outcome of an upload; a failed one ends its job."""
    record = services.outbox.find(space, due.data["delivery"])
    data = None if record is None else record.delivery.data
    job = None if data is None else renderings.job_of(space, data)
    if record is None or data is None or job is None:
        return
    errand = _Errand(services, space, job, data["number"], data["at"])
    reason = None
    if record.state is not DeliveryState.DELIVERED:
        reason = _reason(errand.kind, record.attempts[-1:])
    if reason is not None or "result" not in errand.wanted:
        _settle(errand, reason, due.at)


def _reason(kind: str, last: tuple[Attempt, ...]) -> str:
    """Say why an upload failed."""
    if not last:
        return "dropped"
    said = last[0].answer if kind == "ftp" else ""
    return last[0].reason or said or f"status {last[0].status}"


def _settle(errand: _Errand, reason: str | None, now_s: float) -> None:
    """Note what became of an upload; a failed one ends its job."""
    space, job = errand.space, errand.job
    failure = f"upload {errand.number} ({errand.kind}): {reason}"
    mark = renderings.DONE if reason is None else renderings.FAILED
    jobs = space.jobs(wire.STUPEFLIX)
    known = jobs.latest(job).data
    jobs.revise(job, uploaded=renderings.marked(known, errand.number, mark))
    if reason is not None:
        failed = Step("error", Phase.FAILED, error=failure)
        at_s = errand.at - _EARLIER_S
        jobs.force(job, failed, at_s=at_s)
    else:
        notices.look(space, job, now_s)
