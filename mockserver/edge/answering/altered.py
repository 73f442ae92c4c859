"""Altered: an answer as rules and faults want the client to get it."""

import asyncio
from collections.abc import Iterable, Mapping
from hashlib import md5

from aiohttp import hdrs
from msgspec.structs import replace

from mockserver.edge.answering.dates import today_s
from mockserver.edge.layers.occasions import document_of, headers_of, scene_of
from mockserver.engine.clock import http_date
from mockserver.engine.packing import pack
from mockserver.errors import RateLimitError
from mockserver.media.files import MediaFile
from mockserver.providers.call import Call
from mockserver.providers.reply import JSON, Reply
from mockserver.scenarios.book.rules import Deed
from mockserver.scenarios.book.skew import shifted_date, shifted_text
from mockserver.scenarios.faults.course import Course, Edit, Instead
from mockserver.scenarios.problems import PROBLEMS
from mockserver.scenarios.written.patches import AnswerPatch

__all__ = ["altered", "is_file", "patched"]

_DATES = frozenset({hdrs.DATE, hdrs.EXPIRES, hdrs.LAST_MODIFIED, hdrs.RETRY_AFTER})
_BY_STATUS = {
    400: "invalid", 401: "unauthorized", 403: "forbidden", 404: "not-found",
    409: "conflict", 413: "too-large", 422: "invalid", 429: "rate-limited",
    500: "internal",
}  # fmt: skip


def is_file(call: Call, reply: Reply) -> bool:
    """Say whether an answer is a file, such as a video or its subtitles."""
    if reply.file is not None:
        return True
    is_media = call.route is not None and call.route.answers_head
    has_body = bool(reply.body) or reply.stream is not None
    return is_media and reply.status == 200 and has_body


async def altered(call: Call, reply: Reply, course: Course) -> Reply:
    """Return a call's answer as the faults on its course have it."""
    if course.instead is not None:
        reply = _replaced(call, course.instead)
    for remake in course.remakes:
        if reply.file is None:
            course.edits.insert(0, remake)
        else:
            file = await asyncio.to_thread(_remade, reply.file, remake)
            reply = replace(reply, file=file)
    if course.edits or course.size is not None:
        reply = await _edited(reply, course)
    if course.skew_s:
        reply = _skewed(call, reply, course.skew_s)
    headers = {**reply.headers, **course.headers}
    return replace(
        reply,
        status=course.status or reply.status,
        content_type=course.content_type or reply.content_type,
        headers={name: value for name, value in headers.items() if value is not None},
        is_whole=course.ignores_range,
        sending=course.sending,
    )


def _skewed(call: Call, reply: Reply, by_s: float) -> Reply:
    """Return an answer as a server writes it whose clock is off."""
    headers = {hdrs.DATE: http_date(today_s(call)), **reply.headers}
    reply = replace(
        reply,
        headers={
            name: shifted_date(value, by_s) if name in _DATES else value
            for name, value in headers.items()
        },
        modified_s=reply.modified_s + by_s,
    )
    if reply.file is not None or reply.stream is not None:
        return reply
    return replace(reply, body=shifted_text(reply.body, by_s), document=None)


def _replaced(call: Call, instead: Instead) -> Reply:
    """Return the answer that is given in place of the route's."""
    if instead.body is not None:
        return Reply(
            instead.status or 200,
            instead.body,
            dict(instead.headers),
            instead.content_type,
        )
    name = instead.problem or _BY_STATUS.get(instead.status or 500, "unavailable")
    make = call.provider.problems.get(name) or PROBLEMS.get(name)
    if make is None:
        call.note(f"{call.provider.slug} has no problem {name}")
        make = PROBLEMS["unavailable"]
    error = make()
    # An error inside a 200 is one all the same, and says so.
    if instead.status is not None and instead.status >= 400:
        error.status = instead.status
    if isinstance(error, RateLimitError) and instead.retry_after_s is not None:
        error.retry_after_s = instead.retry_after_s
    reply = call.provider.render_error(call, error).with_headers(instead.headers)
    return replace(reply, status=instead.status or reply.status)


def _remade(file: MediaFile, remake: Edit) -> MediaFile:
    """Return another file, with the tag that it has; blocking."""
    data = remake(file.read())
    md5_hex = md5(data, usedforsecurity=False).hexdigest()
    return replace(file, data=data, path=None, size_bytes=len(data), md5_hex=md5_hex)


async def _edited(reply: Reply, course: Course) -> Reply:
    """Return an answer with its whole body, or its file, changed."""
    file = reply.file
    if file is None:
        body = reply.body
        if reply.stream is not None:
            body = b"".join([piece async for piece in reply.stream])
        for edit in course.edits:
            body = edit(body)
        size = len(body) if course.size is None else course.size.of(len(body))
        return replace(reply, body=body[:size], stream=None, document=None)
    if course.edits:
        data = await asyncio.to_thread(file.read)
        for edit in course.edits:
            data = edit(data)
        file = replace(file, data=data, path=None, size_bytes=len(data))
    if course.size is not None:
        file = replace(file, size_bytes=course.size.of(file.size_bytes))
    return replace(reply, file=file)


def patched(call: Call, reply: Reply, deeds: Iterable[Deed], names: list[str]) -> Reply:
    """Return an answer as the rules' patches have it."""
    for one in deeds:
        if one.answer is not None:
            scene = scene_of(call, one)
            patch = one.answer.filled(scene)
            headers = headers_of(patch.headers, scene)
            reply = _patch(call, reply, patch, headers)
            names.append(one.rule)
    return reply


def _patch(
    call: Call, reply: Reply, patch: AnswerPatch, changed: Mapping[str, str | None]
) -> Reply:
    headers: dict[str, str | None] = {**reply.headers, **changed}
    kept = {name: value for name, value in headers.items() if value is not None}
    reply = replace(reply, status=patch.status or reply.status, headers=kept)
    if patch.text is not None:
        return replace(reply, body=str(patch.text).encode(), file=None, document=None)
    if patch.replaces:
        body = pack(patch.document)
        return replace(reply, body=body, content_type=JSON, file=None, document=None)
    if not patch.changes_document:
        return reply
    document = document_of(reply.body)
    if document is None:
        call.note("the answer is no JSON: its members cannot be changed")
        return reply
    return replace(reply, body=pack(patch.change(document)), document=None)
