"""Uploads: what is really sent to a profile's targets, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.delivery.delivery import Attempt, Delivery
from mockserver.delivery.guard import read_address
from mockserver.delivery.message import FileBody, Form, Message, Part
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step
from mockserver.media.files import MediaFile
from mockserver.media.spec import MediaSpec
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import (
    buckets,
    clips,
    lives,
    notices,
    servers,
    targets,
    wire,
)
from mockserver.providers.stupeflix.formats import FORMATS

__all__ = ["UPLOAD", "UPLOADED", "planned", "upload", "uploaded"]

UPLOAD: Final = "upload"
UPLOADED: Final = "uploaded"
_EARLIER_S: Final = 0.001
_ELSEWHERE: Final = "192.0.2.1"  # an address that stands for none


@dataclass(frozen=True, slots=True)
class _Errand:
    """One upload that is due.

    Attributes:
        services: The house.
        space: The job's space.
        job: Whose video it is.
        number: Which of its uploads.
        at: When it is due.
        wanted: What was asked for.
    """

    services: Services
    space: Space
    job: Job
    number: int
    at: float
    wanted: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The element's name."""
        return str(self.wanted["kind"])

    @property
    def attributes(self) -> Mapping[str, str]:
        """The element's attributes."""
        found: Mapping[str, str] = self.wanted["attributes"]
        return found

    @property
    def name(self) -> str:
        """The video's file name at the target."""
        profile = self.job.data["profile"]
        return f"{profile}.{FORMATS[profile].extension}"

    @property
    def place(self) -> dict[str, str]:
        """What the service says of where the video is, once it is there."""
        if self.kind == "s3":
            return buckets.place(self.attributes)
        if self.kind == "ftp":
            return servers.place(self.attributes, self.name)
        return {"id": self.attributes["url"], "url": self.attributes["url"]}

    @property
    def address(self) -> str:
        """Where the video goes."""
        name = "s3_endpoint"
        if self.kind == "s3":
            found = self.services.setting(wire.STUPEFLIX, name, self.space)
            return str(found or self.place["url"])
        return self.place["url"]

    def delivery(self, message: Message, report: str = "") -> Delivery:
        """Return the upload as the outbox has it."""
        return Delivery(
            slug=wire.STUPEFLIX,
            label=f"upload.{self.kind}",
            message=message,
            job_id=self.job.id,
            timeout_s=self.services.options.delivery_timeout_s,
            order_key=f"upload {self.job.id} {self.number}",
            report=report,
            data={
                "job": self.job.id,
                "ordinal": self.job.ordinal,
                "number": self.number,
                "at": self.at,
            },
        )


def planned(job: Job) -> Iterator[Notice]:
    """Let a job's uploads happen at the end of their part of its life."""
    wanted = job.data.get("uploads", ())
    times = lives.upload_times(job, len(wanted))
    for number, (one, at) in enumerate(zip(wanted, times, strict=True)):
        if at is not None and one["kind"] != "stupeflixStore":
            yield Notice(at, UPLOAD, {"number": number})


async def upload(services: Services, space: Space, due: Due) -> None:
    """Make one upload.

    Source: contract stupeflix, section 6.2.
    """
    job = space.jobs(wire.STUPEFLIX).about(due)
    if job is None:
        return
    number = due.data["number"]
    wanted = job.data["uploads"][number]
    errand = _Errand(services, space, job, number, due.at, wanted)
    if "result" in wanted:
        _keep(errand)
    elif errand.kind == "ftp":
        await _by_ftp(errand)
    elif errand.kind == "s3":
        await _to_bucket(errand)
    else:
        message = _message(errand, await _made(errand, _video(errand)))
        services.outbox.plan(space, errand.delivery(message, UPLOADED), due.at)


async def uploaded(services: Services, space: Space, due: Due) -> None:
    """Take the outcome of an upload that went out as a delivery."""
    record = services.outbox.find(space, due.data["delivery"])
    data = None if record is None else record.delivery.data
    job = None if data is None else lives.is_current(space, data)
    if record is None or data is None or job is None:
        return
    number = data["number"]
    wanted = job.data["uploads"][number]
    errand = _Errand(services, space, job, number, data["at"], wanted)
    last = record.attempts[-1] if record.attempts else None
    if due.data["state"] == "delivered":
        _settle(errand, None)
    elif last is None:
        _settle(errand, "dropped")
    else:
        _settle(errand, _reason(errand, last.error, last.reason, last.status))


async def _to_bucket(errand: _Errand) -> None:
    """Send the thumbnail, then the video, whose outcome counts."""
    still = clips.thumbnail(errand.services, errand.space, errand.job)
    setting = "s3_endpoint"
    endpoint: str = errand.services.setting(wire.STUPEFLIX, setting, errand.space)
    profile = errand.job.data["profile"]
    for spec, name, report in (
        (still, f"{profile}.jpg", ""),
        (_video(errand), errand.name, UPLOADED),
    ):
        file = await _made(errand, spec)
        message = await buckets.put(
            errand.attributes,
            name,
            _body(file),
            content_type=file.content_type,
            endpoint=endpoint,
        )
        delivery = errand.delivery(message, report)
        errand.services.outbox.plan(errand.space, delivery, errand.at)


async def _by_ftp(errand: _Errand) -> None:
    file = await _made(errand, _video(errand))
    failed = await servers.store(
        errand.services.outbox.client.guard,
        errand.attributes,
        errand.name,
        _body(file),
        timeout_s=errand.services.options.delivery_timeout_s,
    )
    message = Message("STOR", errand.place["url"])
    attempt = Attempt(
        number=1,
        at=errand.at,
        status=226 if failed is None else failed.status,
        error=None if failed is None else failed.kind,
        reason="" if failed is None else str(failed),
    )
    errand.services.outbox.keep(errand.space, errand.delivery(message), attempt)
    kind = None if failed is None else failed.kind
    reason = None if failed is None else _reason(errand, kind, str(failed), None)
    _settle(errand, reason)


def _reason(
    errand: _Errand, error: str | None, text: str, status: int | None
) -> str | None:
    """Return why an upload failed; None if what may not be sent counts as done."""
    name = "unreachable_uploads"
    setting = errand.services.setting(wire.STUPEFLIX, name, errand.space)
    # Without a network, a strange host's name fails before the guard sees an address.
    is_barred = error in {"refused", "connect"} and _is_foreign(errand)
    if is_barred and setting == "record":
        return None
    return text or f"status {status}"


def _is_foreign(errand: _Errand) -> bool:
    """Say whether a target is neither on this machine nor allowed."""
    try:
        parts = urlsplit(errand.address)
        host, port = parts.hostname or "", parts.port or 0
    except ValueError:
        return False
    is_here = host == "localhost" or host.endswith(".localhost")
    if is_here or not host or parts.scheme not in {"http", "https", "ftp"}:
        return False
    address = read_address(host)
    guard = errand.services.outbox.client.guard
    return not guard.admits(host, port, str(address or _ELSEWHERE))


def _settle(errand: _Errand, reason: str | None) -> None:
    """Note what became of an upload; a failed one ends its job."""
    space, job = errand.space, errand.job
    failure = f"upload {errand.number} ({errand.kind}): {reason}"
    result = errand.place if reason is None else {"error": failure}
    known = {**lives.results_of(space, job, job.data), str(errand.number): result}
    results = {"ordinal": job.ordinal, "uploads": known}
    space.table(wire.STUPEFLIX, UPLOADED).put(job.id, results)
    if reason is not None:
        failed = Step("error", Phase.FAILED, error=failure)
        at_s = errand.at - _EARLIER_S
        space.jobs(wire.STUPEFLIX).force(job, failed, at_s=at_s)
    else:
        notices.look(space, job, errand.at)


def _keep(errand: _Errand) -> None:
    """Log an upload to a closed platform as done: nothing leaves this machine."""
    message = targets.message(errand.wanted, errand.wanted["result"].get("url", ""))
    attempt = Attempt(number=1, at=errand.at, status=200, reason="recorded, not sent")
    errand.services.outbox.keep(errand.space, errand.delivery(message), attempt)


def _message(errand: _Errand, file: MediaFile) -> Message:
    """Return the request of `httpPOST` or `httpPUT`.

    Source: contract stupeflix, section 6.2.
    """
    url = errand.attributes["url"]
    if errand.kind == "httpPOST":
        part = Part("file", _body(file), errand.name, file.content_type)
        return Message("POST", url, body=Form((part,)))
    own = tuple((key, value) for key, value in errand.wanted["headers"])
    has_type = any(key.lower() == "content-type" for key, _ in own)
    kind = () if has_type else (("Content-Type", file.content_type),)
    return Message("PUT", url, headers=(*kind, *own), body=_body(file))


def _body(file: MediaFile) -> bytes | FileBody:
    if file.path is None:
        return file.read()
    return FileBody(file.path, file.size_bytes)


def _video(errand: _Errand) -> MediaSpec:
    return clips.video(errand.services, errand.space, errand.job)


async def _made(errand: _Errand, spec: MediaSpec) -> MediaFile:
    return await errand.services.media.get(spec)
