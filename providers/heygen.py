"""HeyGen, beside its file: the states of many videos at once."""

from typing import Any

from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call

MOST = 100
WORDS = {"pending": "queued"}


def statuses(call: Call) -> dict[str, Any]:
    """Tell the states of the videos that a query names, also of those there are not.

    Source: heygen-com/heygen-cli, gen/video.go, VideoStatusesList.
    """
    named = [one for one in call.query.get("video_ids", "").split(",") if one]
    if not 0 < len(named) <= MOST:
        message = f"video_ids: found {len(named)}, expected 1 to {MOST}"
        raise InvalidPayloadError(message=message, param="video_ids")
    data = [
        {"video_id": one, "status": _status(call, one), "error": None} for one in named
    ]
    return {"data": data, "has_more": False, "next_token": None}


def _status(call: Call, video_id: str) -> str:
    job = call.jobs.find(video_id)
    if job is None:
        return "not_found"
    state = call.moment(job).step.state
    return WORDS.get(state, state)
