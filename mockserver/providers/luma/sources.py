"""Sources: earlier generations that a request is about, by id or by link."""

import re
from collections.abc import Iterator
from typing import Any, Final

from yarl import URL

from mockserver.engine.chance import is_uuid
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.timeline import Phase
from mockserver.errors import NotFoundError, NotReadyError
from mockserver.providers.call import Call
from mockserver.providers.luma import clips, wire

__all__ = ["is_unread", "linked", "links_elsewhere", "source_of"]

_OURS: Final = re.compile(
    r"/dream_machine/([0-9a-f-]{36})/([0-9a-f-]{36})_[a-z]+\.\w+$"
)


def source_of(call: Call, generation_id: str) -> Job:
    """Return a finished video of the account.

    Raises:
        NotFoundError: Code `generation`; there is none of that id.
        NotReadyError: It is not completed, or no video.

    Source: contract luma, sections 3.2 and 3.3.
    """
    job = call.jobs.find(generation_id) if is_uuid(generation_id) else None
    if job is None:
        raise NotFoundError("generation")
    is_done = call.moment(job).step.phase is Phase.SUCCEEDED
    if not is_done or "video" not in clips.files_of(job):
        raise NotReadyError("going-on")
    return job


def linked(call: Call, url: str) -> Job | None:
    """Return the generation whose file an address of ours leads to, if there is one."""
    found = _ours(call, url)
    job = None if found is None else call.jobs.find(found[1])
    if found is None or job is None:
        return None
    is_there = job.media_state(call.now) is MediaState.AVAILABLE
    return job if is_there and found[2] == clips.file_id(call.space, job) else None


def is_unread(call: Call, said: Any) -> bool:
    """Say whether a request links to a file of ours that is not there.

    What is elsewhere is not looked at.
    """
    return any(
        _ours(call, url) is not None and linked(call, url) is None
        for url in _links(said)
    )


def links_elsewhere(call: Call, said: Any) -> Iterator[str]:
    """Yield the addresses of a request that are not of files of ours."""
    return (url for url in _links(said) if _ours(call, url) is None)


def _ours(call: Call, url: str) -> re.Match[str] | None:
    """Return the ids in an address of a file of ours."""
    try:
        address = URL(url)
        host = f"{address.host}:{address.port}"
    except ValueError:
        return None
    if address.host not in wire.HOSTS and host != _authority(call):
        return None
    return _OURS.search(address.path)


def _authority(call: Call) -> str:
    url = URL(call.base)
    return f"{url.host}:{url.port}"


def _links(said: Any) -> Iterator[str]:
    """Yield the addresses of a request's pictures and videos."""
    if isinstance(said, list):
        for one in said:
            yield from _links(one) if not isinstance(one, str) else (one,)
    elif isinstance(said, dict):
        for name, one in said.items():
            if name == "url" and isinstance(one, str):
                yield one
            elif isinstance(one, dict | list):
                yield from _links(one)
