"""Files of tasks, and the links to them: signed anew at each read, until they end."""

from asyncio import to_thread
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.errors import ForbiddenError, NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.handover import INSIDE, inside
from mockserver.providers.reply import Reply
from mockserver.providers.runway import clips, wire
from mockserver.providers.runway.clips import Output
from mockserver.providers.services import Services
from mockserver.providers.wires.jwt import read_token, token
from mockserver.providers.wires.requests import request_chance

__all__ = ["issued_at", "links", "path", "serve"]

_DAY_S: Final = 86400
_BUCKET: Final = "runway-task-artifacts"
_MARK: Final = 16


async def links(call: Call, job: Job) -> list[str]:
    """Return the links to a task's files, or the files themselves.

    Each read signs anew: other links, the same bytes.

    Source: contract runway, section 5.
    """
    mode, chance = call.services.options.handover, request_chance(call)
    told = []
    for one in clips.outputs(job):
        if mode in INSIDE:
            file = await call.render(clips.spec(job, one.number))
            data = await to_thread(file.read)
            told.append(inside(mode, data, file.content_type))
        else:
            named = parts(job, one)
            url = call.services.link(wire.SLUG, call.base, "file", **named)
            mark = chance.hex(f"mark {one.number}", _MARK)
            told.append(f"{url}?_jwt={_signed(call, job, named, mark)}")
    return told


async def serve(call: Call) -> Reply:
    """Serve a task's file to whoever has a link that has not ended.

    Raises:
        ForbiddenError: The link is none that was given, or has ended.
        NotFoundError: There is no such file.

    Source: contract runway, section 5.
    """
    job = call.find_job("file")
    claims = _claimed(call)
    mark = str(claims.get("keyHash", ""))[:_MARK]
    named = {name: call.parameters[name] for name in ("task_id", "part", "extension")}
    is_right = claims.get("keyHash") == _hashed(mark, named)
    if not is_right or call.now >= claims["exp"]:
        raise ForbiddenError("link")
    is_there = job.media_state(call.now) is MediaState.AVAILABLE
    for one in clips.outputs(job) if is_there else ():
        if parts(job, one) == named:
            file = await call.render(clips.spec(job, one.number))
            return Reply.media(file, modified_s=job.ends_at)
    raise NotFoundError("file")


def issued_at(call: Call) -> float | None:
    """Return when a link was handed out that a scenario lets end early; else None."""
    job, end = call.job, _claimed(call).get("exp")
    life_s = None if job is None else job.media.link_s
    if life_s is None or not isinstance(end, int | float):
        return None
    return end - life_s


def _claimed(call: Call) -> Mapping[str, Any]:
    return read_token(call.query.get("_jwt", ""), wire.secret_of(call.space)) or {}


def parts(job: Job, output: Output) -> dict[str, str]:
    """Return the parts of a file's path."""
    part = f"-{output.number + 1}" if output.number else ""
    return {"task_id": job.id, "part": part, "extension": output.extension}


def path(services: Services, space: Space, job: Job, output: Output) -> str:
    """Return where a file is for people, below our root."""
    named = parts(job, output)
    url = services.providers[wire.SLUG].routes.url_for("", "file", **named)
    mark = "0" * _MARK
    claims = _claims(mark, named, float(1 << 40))
    return f"{url}?_jwt={token(claims, wire.secret_of(space))}"


def _signed(call: Call, job: Job, named: dict[str, str], mark: str) -> str:
    """Return what signs a link until the midnight after tomorrow's begins.

    A link that a scenario lets end earlier does.
    """
    ends_at = float((int(call.now) // _DAY_S + 2) * _DAY_S)
    if job.media.link_s is not None:
        ends_at = min(ends_at, call.now + job.media.link_s)
    return token(_claims(mark, named, ends_at), wire.secret_of(call.space))


def _claims(mark: str, named: dict[str, str], ends_at: float) -> dict[str, Any]:
    whole = int(ends_at) if ends_at.is_integer() else ends_at
    return {
        "keyHash": _hashed(mark, named),
        "bucket": _BUCKET,
        "stage": "prod",
        "exp": whole,
    }


def _hashed(mark: str, named: dict[str, str]) -> str:
    """Return what stands for a file in a link: something of the link's, then a hash."""
    text = f"{mark}/{named['task_id']}{named['part']}.{named['extension']}"
    return mark + sha256(text.encode("utf-8", "replace")).hexdigest()[:_MARK]
