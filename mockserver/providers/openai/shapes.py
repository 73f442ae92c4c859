"""Videos as answers show them: the vendor's way, and the ways of gateways."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.call import Call
from mockserver.providers.openai import clips, wire
from mockserver.providers.openai.errors import FAILURES
from mockserver.providers.services import Services

__all__ = ["created_at", "dialect", "ends_at", "file_link", "is_expired", "video"]

_WHOLE: Final = 100
_EMPTY: Final[Mapping[str, Any]] = {}


def video(call: Call, job: Job) -> dict[str, Any]:
    """Return a video as it is now, in the dialect of the call.

    Source: contract openai, sections 3.1 and 4, appendix C.
    """
    told = _document(job, call.now)
    name = dialect(call)
    if name == "guide":
        known = {key: value for key, value in told.items() if value is not None}
        return {**known, "quality": "standard"}
    if name == "vllm":
        del told["expires_at"]
    elif name == "new-api":
        told["task_id"] = job.id
        if told["status"] == "completed":
            link = file_link(call.services, call.space, job, call.base)
            told |= {"video_url": link, "url": link}
    return told


def dialect(call: Call) -> str:
    """Return the dialect that a call is answered in."""
    asked = call.headers.get("X-Mock-Dialect", "")
    return asked if asked in wire.DIALECTS else str(call.setting("dialect"))


def created_at(job: Job) -> int:
    """Return when a video was ordered, in whole seconds since 1970."""
    return int(job.data.get("created_at", job.created_at))


def ends_at(job: Job) -> float:
    """Return when a video came to its end; of fixtures, as if it had taken a while."""
    said = job.data.get("created_at")
    return job.ends_at if said is None else float(said) + wire.ALREADY_S


def is_expired(job: Job, now: float) -> bool:
    """Say whether a video's content is there no more, although the video is."""
    is_gone = job.media_state(now) is MediaState.PURGED
    return is_gone or bool(job.data.get("is_expired"))


def file_link(services: Services, space: Space, job: Job, base: str) -> str:
    """Return a link to a video's content that needs no key."""
    return services.link(
        wire.SLUG, base, "file", video_id=job.id, seal=clips.seal(space, job)
    )


def _document(job: Job, now: float) -> dict[str, Any]:
    moment, data = job.at(now), job.data
    step = moment.step
    is_done = step.phase is Phase.SUCCEEDED
    keep_s = data.get("keep_s")
    over = int(ends_at(job)) if is_done else None
    return {
        "id": job.id,
        "object": "video",
        "created_at": created_at(job),
        "status": step.state,
        "completed_at": over,
        "error": _error(step.error) if step.phase is Phase.FAILED else None,
        "expires_at": None if over is None or keep_s is None else over + int(keep_s),
        "model": data.get("model", "sora-2"),
        "progress": _progress(job, now),
        "prompt": data.get("prompt", ""),
        "remixed_from_video_id": data.get("remixed_from"),
        "seconds": data.get("seconds", "4"),
        "size": data.get("size", "720x1280"),
    }


def _progress(job: Job, now: float) -> int:
    """Return how far it is, in whole percent; what has failed stays where it was."""
    moment = job.at(now)
    phase = moment.step.phase
    if phase is Phase.SUCCEEDED:
        return _WHOLE
    if "progress" in job.data:  # a fixture's
        return int(job.data["progress"])
    if phase is Phase.RUNNING:
        return min(int(moment.progress or 0), _WHOLE - 1)
    if phase is not Phase.FAILED:
        return 0
    before = job.timeline.steps[: moment.position]
    reached = [step.progress[1] for step in before if step.progress is not None]
    return min(int(reached[-1]), _WHOLE - 1) if reached else 0


def _error(said: str | None) -> dict[str, Any]:
    """Return what is told of a failure, which is one of the vendor's or a text."""
    code = said or "internal_error"
    if code in FAILURES:
        return {"code": code, "message": FAILURES[code]}
    return {"code": "internal_error", "message": code}
