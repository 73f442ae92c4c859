"""Buckets: what Vertex has put into Cloud Storage, to read only."""

from base64 import b64encode
from collections.abc import Mapping
from string import digits
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, MediaState
from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.google import clips, shapes, wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import cursor_page

__all__ = ["job_of", "keep", "list_objects", "names_for", "read"]

OBJECTS: Final = "object"
PAGE: Final = 1000
_FOLDER: Final = 19


def names_for(chance: Chance, place: str, count: int) -> list[str]:
    """Draw the names of what is going to be put into a bucket: `BUCKET/OBJECT`.

    Source: contract google, section 3.3.
    """
    folder = chance.word("folder", _FOLDER, digits)
    root = place.removeprefix("gs://")
    return [f"{root}/{folder}/sample_{number}.mp4" for number in range(count)]


def keep(call: Call, job: Job) -> None:
    """Let what a job is going to put into a bucket be found by its name."""
    for sample, name in enumerate(job.data.get("objects", ())):
        made = {"name": name, "job": job.id, "sample": sample}
        call.table(OBJECTS).put(name, made)


def job_of(call: Call) -> Job | None:
    """Return the job that has made the object that a path names."""
    made = call.table(OBJECTS).get(_name(call))
    return None if made is None else call.jobs.find(made["job"])


async def read(call: Call) -> Reply:
    """Serve an object's bytes, or describe it.

    Source: contract google, section 5.
    """
    made, job = _found(call, _name(call))
    is_described = "/b/" in call.path and call.query.get("alt") != "media"
    file = await call.render(clips.video(job, made["sample"]))
    if is_described and "/download/" not in call.path:
        return shapes.told(_shown(call, made, job, file.size_bytes, file.md5_hex))
    return Reply.media(file, modified_s=job.ends_at)


async def list_objects(call: Call) -> Reply:
    """List the objects of a bucket, by name."""
    bucket, prefix = call.parameters["bucket"], call.query.get("prefix", "")
    start = f"{bucket}/{prefix}"
    limit = whole(call.query.get("maxResults", str(PAGE)), least=1)
    if limit is None:
        raise InvalidPayloadError(
            code="said", message="`maxResults` must be a whole number of 1 or more."
        )
    table = call.table(OBJECTS)
    every = sorted(
        (one for one in table.values() if one["name"].startswith(start)),
        key=lambda one: str(one["name"]),
    )
    page = cursor_page(
        [one for one in every if _is_there(call, one)],
        after=call.query.get("pageToken") or None,
        limit=min(limit, PAGE),
        key=lambda one: str(one["name"]),
    )
    told: dict[str, Any] = {"kind": "storage#objects"}
    if page.next is not None:
        told["nextPageToken"] = page.next
    items = []
    for one in page.items:
        _, job = _found(call, one["name"])
        file = await call.render(clips.video(job, one["sample"]))
        items.append(_shown(call, one, job, file.size_bytes, file.md5_hex))
    return shapes.told({**told, "items": items} if items else told)


def _name(call: Call) -> str:
    return f"{call.parameters['bucket']}/{call.parameters['object']}"


def _is_there(call: Call, made: Mapping[str, Any]) -> bool:
    job = call.jobs.find(made["job"])
    return job is not None and job.media_state(call.now) is MediaState.AVAILABLE


def _found(call: Call, name: str) -> tuple[Mapping[str, Any], Job]:
    made = call.table(OBJECTS).get(name)
    job = None if made is None else call.jobs.find(made["job"])
    if made is None or job is None or not _is_there(call, made):
        raise NotFoundError("said", message=f"No such object: {name[:500]}")
    return made, job


def _shown(
    call: Call, made: Mapping[str, Any], job: Job, size: int, md5_hex: str
) -> dict[str, Any]:
    """Return an object as the JSON API describes it."""
    bucket, _, name = made["name"].partition("/")
    provider = call.services.providers[wire.SLUG]
    link = provider.url(call.base, "get-object", bucket=bucket, object=name)
    at = wire.stamp(job.ends_at)
    return {
        "kind": "storage#object",
        "id": f"{made['name']}/1",
        "selfLink": link,
        "mediaLink": f"{link}?alt=media",
        "name": name,
        "bucket": bucket,
        "generation": "1",
        "metageneration": "1",
        "contentType": wire.MP4,
        "storageClass": "STANDARD",
        "size": str(size),
        "md5Hash": b64encode(bytes.fromhex(md5_hex)).decode(),
        "timeCreated": at,
        "updated": at,
    }
