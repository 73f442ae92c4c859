"""A token's files, for whoever needs one: a reader, or an upload."""

from collections.abc import Mapping
from typing import Any

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.files import MediaFile
from mockserver.media.spec import MediaSpec
from mockserver.providers.impossible import clips, requests
from mockserver.providers.services import Services

__all__ = ["SEGMENT", "base_of", "file_of", "makes", "spec_of"]

SEGMENT = "ts"


def base_of(extension: str) -> str:
    """Return the format that a file belongs to: a segment to its playlist."""
    return "m3u8" if extension == SEGMENT else extension


def spec_of(
    space: Space, job: Job, extension: str, query: Mapping[str, str] | None = None
) -> MediaSpec:
    """Return what a token's file in a format consists of.

    Raises:
        NotFoundError: Code `extension`; it has no movie for it.
    """
    data: dict[str, Any] = job.data
    movie = requests.movie_for(data["movie"], base_of(extension))
    return clips.spec(
        extension,
        clips.geometry(space, data.get("project", ""), movie),
        source=job.id,
        movie=movie,
        params=data.get("params") or {},
        query=query or {},
    )


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the clip of a token, or another file; a batch has none of its own."""
    movie = job.data.get("movie")
    if not movie:
        return []
    known = [] if isinstance(movie, str) else [key.lower() for key in movie]
    is_clip = not known or not {"mp4", "*"}.isdisjoint(known)
    return [spec_of(space, job, "mp4" if is_clip else known[0])]


async def file_of(
    services: Services,
    space: Space,
    job: Job,
    extension: str,
    query: Mapping[str, str] | None = None,
) -> MediaFile:
    """Return a token's file in a format.

    Raises:
        MediaError: The encoder at hand cannot make it.
    """
    return await services.media.get(spec_of(space, job, extension, query))
