"""Videos: create, read, list, delete, their content, remixes, edits and extensions."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaLife, MediaState
from mockserver.engine.quotas import RateLimit
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.errors import (
    ConflictError,
    InvalidPayloadError,
    NotFoundError,
    NotReadyError,
    RateLimitError,
    UnavailableError,
)
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.openai import clips, inputs, shapes, wire
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.providers.wires import forms, sent
from mockserver.providers.wires.paging import cursor_page

__all__ = [
    "content",
    "create",
    "delete",
    "edit",
    "extend",
    "file",
    "list_videos",
    "page_of",
    "preview",
    "read",
    "remix",
]

CONTENT_S: Final = 3600.0
PAGE: Final = 20
PAGE_MAX: Final = 100
LONGEST_S: Final = 120
EXTENSIONS_MAX: Final = 6
_EXTENSIONS: Final = ("4", "8", "12", "16", "20")
_LIMITS: Final = {True: RateLimit(10, 60.0), False: RateLimit(25, 60.0)}
_POLL_MS: Final = 5000
_STILL_MS: Final = 20
_REAL_JOB_S: Final = 70.0


async def create(call: Call) -> Reply:
    """Start a video from a prompt, and maybe a picture."""
    body = await inputs.payload(call)
    wish = inputs.wish(call, body)
    _check_service(call, wish.model)
    # Before anything is counted: from then on until the job is there, nobody cuts in.
    more = await sent.told(call, inputs.sent_in(body))
    headers = _count(call, wish.model, is_pro=wish.is_pro)
    is_sized = body.get("size") is not None
    job = _submit(call, body, wish, {"is_sized": is_sized, **more})
    return call.reply(shapes.video(call, job), headers=headers)


async def read(call: Call) -> Reply:
    """Show a video as it is now."""
    headers = {}
    if call.headers.get("X-Stainless-Poll-Helper"):
        headers["openai-poll-after-ms"] = str(_poll_ms(call))
    job = _found(call)
    told = call.reply(shapes.video(call, job), headers=headers)
    return call.lasting(told, job, parts=100)


async def list_videos(call: Call) -> Reply:
    """List the videos, the newest first unless asked otherwise."""
    is_rising = call.query.get("order") == "asc"
    jobs = [*call.jobs.list_jobs(newest_first=not is_rising)]
    return call.reply(page_of(call, [shapes.video(call, job) for job in jobs]))


async def delete(call: Call) -> Reply:
    """Forget a video, whatever has become of it; nobody is told."""
    job = _found(call)
    call.jobs.delete(job, quietly=True)
    return call.reply({"id": job.id, "deleted": True, "object": "video.deleted"})


async def content(call: Call) -> Reply:
    """Serve a video's bytes, or its thumbnail or spritesheet; the key is needed."""
    job, name = _found(call), call.query.get("variant", "video")
    if name not in clips.VARIANTS:
        raise InvalidPayloadError(
            code="value",
            param="variant",
            found=name[:100],
            expected="'video', 'thumbnail', and 'spritesheet'",
        )
    _check_content(call, job)
    if call.setting("content") == "redirect" and name == "video":
        link = shapes.file_link(call.services, call.space, job, call.base)
        return Reply.empty(302, {"Location": link})
    return await _served(call, job, name)


async def file(call: Call) -> Reply:
    """Serve a video's bytes by a signed link; no key is needed."""
    job = _found(call)
    if call.parameters["seal"] != clips.seal(call.space, job):
        raise NotFoundError("video", id=job.id)
    _check_content(call, job)
    return await _served(call, job, "video")


async def remix(call: Call) -> Reply:
    """Start another video like a completed one."""
    source = _found(call)
    body = await inputs.payload(call)
    inputs.check_prompt(body)
    _check_completed(call, source, "video_id")
    return await _again(call, body, source, {"remixed_from": source.id})


async def edit(call: Call) -> Reply:
    """Start another video from one that exists, or from a file."""
    body = await inputs.payload(call)
    inputs.check_prompt(body)
    return await _again(call, body, _source(call, body), {})


async def extend(call: Call) -> Reply:
    """Start a longer video that begins as one that exists, or as a file."""
    body = await inputs.payload(call)
    inputs.check_prompt(body)
    seconds = inputs.text_of(body, "seconds", "")
    if not seconds:
        raise InvalidPayloadError(code="missing", param="seconds")
    if seconds not in _EXTENSIONS:
        *first, last = (f"'{one}'" for one in _EXTENSIONS)
        raise InvalidPayloadError(
            code="value",
            param="seconds",
            found=seconds[:100],
            expected=f"{', '.join(first)}, and {last}",
        )
    source = _source(call, body)
    before = {} if source is None else source.data
    total = int(before.get("seconds", "4")) + int(seconds)
    count = int(before.get("extensions", 0)) + 1
    if total > LONGEST_S or count > EXTENSIONS_MAX:
        raise InvalidPayloadError(
            code="said",
            param="video",
            message=f"A video can be extended {EXTENSIONS_MAX} times, to at most"
            f" {LONGEST_S} seconds.",
        )
    more = {"seconds": str(total), "extensions": count}
    return await _again(call, body, source, more)


def page_of(call: Call, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a page of a list as `after` and `limit` ask for it.

    Raises:
        InvalidPayloadError: One of them, or `order`, is wrong.

    Source: contract openai, section 3.2.
    """
    limit = whole(call.query.get("limit", str(PAGE)), most=PAGE_MAX)
    if limit is None:
        raise InvalidPayloadError(
            code="said",
            param="limit",
            message="Invalid 'limit': expected an integer between 0 and 100.",
        )
    if call.query.get("order", "desc") not in {"asc", "desc"}:
        raise InvalidPayloadError(
            code="value",
            param="order",
            found=call.query["order"][:100],
            expected="'asc' and 'desc'",
        )
    page = cursor_page(
        items, after=call.query.get("after"), limit=limit, key=lambda one: one["id"]
    )
    data = [*page.items]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": page.next is not None,
    }


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished video."""
    now = space.clock.now()
    is_there = job.media_state(now) is MediaState.AVAILABLE
    if not is_there or shapes.is_expired(job, now):
        return {}
    routes = services.providers[wire.SLUG].routes
    seal = clips.seal(space, job)
    return {"video": routes.url_for("", "file", video_id=job.id, seal=seal)}


def _found(call: Call) -> Job:
    try:
        return call.find_job("video")
    except NotFoundError:
        raise NotFoundError("video", id=call.parameters["video_id"][:200]) from None


def _check_service(call: Call, model: str) -> None:
    """Refuse to make anything once the vendor's service has ended, if that is set.

    Source: contract openai, section 10.
    """
    if call.setting("retired"):
        raise NotFoundError("model", model=model)


def _count(call: Call, model: str, *, is_pro: bool) -> dict[str, str]:
    """Count a create against the limit of its model; return what is told of it.

    Raises:
        RateLimitError: It is enforced, and has been reached.

    Source: contract openai, section 7.
    """
    if call.services.options.limits != "real":
        return {}
    limit, quotas, name = _LIMITS[is_pro], call.space.quotas, f"creates {model}"
    wait_s = quotas.take(name, limit, call.now)
    if wait_s is not None:
        error = RateLimitError(round(wait_s, 3))
        error.detail = {"model": model, "limit": limit.calls}
        raise error
    left = limit.calls - quotas.used(name, limit, call.now)
    reset_s = limit.window_s / limit.calls
    return {
        "x-ratelimit-limit-requests": str(limit.calls),
        "x-ratelimit-remaining-requests": str(left),
        "x-ratelimit-reset-requests": f"{reset_s:g}s",
    }


def _submit(
    call: Call, body: Mapping[str, Any], wish: inputs.Wish, more: Mapping[str, Any]
) -> Job:
    steps = min(max(1, int(call.setting("progress_steps"))), 100)
    data = {
        "prompt": wish.prompt,
        "model": wish.model,
        "seconds": wish.seconds,
        "size": wish.size,
        "keep_s": CONTENT_S,
        **more,
    }
    asked = {k: v for k, v in body.items() if not isinstance(v, forms.Part)}
    job_id = None
    if shapes.dialect(call) == "vllm":
        number = call.table("vllm").number()
        job_id = f"video-{call.chance.fork('vllm', number).uuid()}"
    return call.submit(
        data,
        payload=asked,
        timeline=wire.life_of(
            float(wish.seconds),
            wish.width_px,
            wish.height_px,
            pro=wish.is_pro,
            steps=steps,
        ),
        media=MediaLife(keep_s=CONTENT_S),
        job_id=job_id,
    )


async def _again(
    call: Call, body: Mapping[str, Any], source: Job | None, more: Mapping[str, Any]
) -> Reply:
    """Start a video that is like another one but for some of it."""
    before = {} if source is None else source.data
    model = str(before.get("model", "sora-2"))
    _check_service(call, model)
    is_pro = bool(inputs.model_of(call, model).get("pro"))
    given = await sent.told(call, inputs.sent_in(body))
    headers = _count(call, model, is_pro=is_pro)
    size = str(before.get("size", "720x1280"))
    width, height = map(int, size.split("x"))
    seconds = str(more.get("seconds", before.get("seconds", "4")))
    wish = inputs.Wish(str(body["prompt"]), model, seconds, width, height, is_pro)
    told = {"is_sized": bool(before.get("is_sized")), **given, **more}
    job = _submit(call, body, wish, told)
    return call.reply(shapes.video(call, job), headers=headers)


def _source(call: Call, body: Mapping[str, Any]) -> Job | None:
    """Return the video that an edit or extension begins with; None for a file.

    Raises:
        InvalidPayloadError: None is named.
        NotFoundError: There is no such video.
        ConflictError: It is not completed.

    Source: contract openai, section 3.4.
    """
    said = body.get("video")
    if isinstance(said, forms.Part):
        return None
    name = said.get("id") if isinstance(said, Mapping) else said
    if not name:
        raise InvalidPayloadError(code="missing", param="video")
    job = call.jobs.find(name) if isinstance(name, str) else None
    if job is None:
        raise NotFoundError("video", id=str(name)[:200])
    _check_completed(call, job, "video")
    return job


def _check_completed(call: Call, job: Job, param: str) -> None:
    if call.moment(job).step.phase is not Phase.SUCCEEDED:
        raise ConflictError(param=param)


def _check_content(call: Call, job: Job) -> None:
    """Raise what content is answered with that is not there.

    Source: contract openai, section 3.3.
    """
    if shapes.is_expired(job, call.now):
        raise NotFoundError("expired")
    if job.media_state(call.now) is not MediaState.AVAILABLE:
        raise NotReadyError
    if job.data.get("is_broken"):
        raise UnavailableError


async def _served(call: Call, job: Job, name: str) -> Reply:
    is_small = call.services.options.media_size == "small"
    spec = clips.variant(
        job,
        name,
        small=is_small and not job.data.get("is_sized"),
        sheet=str(call.setting("spritesheet")),
    )
    made = await call.render(spec)
    named = f'attachment; filename="{clips.file_name(job, spec)}"'
    return Reply.media(
        made,
        modified_s=shapes.ends_at(job),
        headers={"Content-Disposition": named},
    )


def _poll_ms(call: Call) -> int:
    """Return how soon to ask again: as the real service's time passes here.

    Source: contract openai, section 8.
    """
    pace = call.space.clock.pace
    if pace.rate == 0:
        return _STILL_MS
    scale = 1.0 if pace.job_s is None else pace.job_s / _REAL_JOB_S
    return max(_STILL_MS, round(_POLL_MS * scale / pace.rate))
