"""Uploads: the settings and the delivery that every provider's uploads have."""

from typing import Any, Final

from mockserver.delivery.body import FileBody
from mockserver.delivery.delivery import Delivery, Policy
from mockserver.delivery.parcel import Parcel
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.files import MediaFile
from mockserver.providers.provider import Setting
from mockserver.providers.services import Services

__all__ = ["S3_ENDPOINT", "UPLOADS", "body_of", "upload_of"]

UPLOADS: Final = Setting(
    "uploads",
    default="auto",
    about=(
        "Uploads: `auto` records those that may not leave this machine, and they count"
        " as done; `record` records all; `send` lets fail what may not leave."
    ),
    choices=tuple(policy.value for policy in Policy),
)
S3_ENDPOINT: Final = Setting(
    "s3_endpoint",
    default="",
    about="What stands in for Amazon's own S3, such as http://127.0.0.1:9000.",
)


def body_of(file: MediaFile) -> bytes | FileBody:
    """Return a media file as the body of an upload, held until it has been sent."""
    if file.path is None:
        return file.read()
    return FileBody(file.path, file.size_bytes, file.md5_hex, held=file)


def upload_of(
    services: Services, space: Space, slug: str, job: Job, parcel: Parcel, **more: Any
) -> Delivery:
    """Return a delivery of a job's file, as the provider's setting `uploads` says.

    Args:
        services: The server's rooms.
        space: The job's space.
        slug: The provider, which has `UPLOADS` among its settings.
        job: Whose file it is.
        parcel: The file and where it goes.
        more: Further fields of the delivery; its label for one.
    """
    fields = {"timeout_s": services.options.delivery_timeout_s, **more}
    return Delivery(
        slug=slug,
        message=parcel,
        job_id=job.id,
        policy=Policy(services.setting(slug, UPLOADS.name, space)),
        **fields,
    )
