"""Refusals: what is answered, and kept, when something is no request to anybody."""

from collections.abc import Mapping
from typing import Final

import orjson
from aiohttp import hdrs, http_exceptions, web

from mockserver.edge.answering.respond import SERVER
from mockserver.edge.instance import Instance
from mockserver.edge.layers.envelope import BUG_HEADER
from mockserver.edge.routing.destinations import Destination
from mockserver.edge.routing.proxying import foreign, host_and_port, own_port
from mockserver.engine.clock import wall_s
from mockserver.providers.reply import JSON
from mockserver.verdict.journal import Exchange

__all__ = ["broken", "failed", "malformed", "no_tunnel", "unexpected", "untold"]

_HEADERS: Final[Mapping[str, str]] = {hdrs.SERVER: SERVER, hdrs.CONTENT_TYPE: JSON}
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_UNPARSED: Final = "UNKNOWN"
# The first that fits; what aiohttp says quotes the request, secrets and all.
_REASONS: Final = (
    (http_exceptions.LineTooLong, "a line of it is too long"),
    (http_exceptions.InvalidHeader, "a header of it is none"),
    (http_exceptions.BadStatusLine, "its first line is no request line"),
    (http_exceptions.InvalidURLError, "its target is no URL"),
    (http_exceptions.ContentEncodingError, "its body is not encoded as it says"),
    (http_exceptions.TransferEncodingError, "its body is not framed as it says"),
)


def malformed(instance: Instance, error: BaseException) -> web.Response:
    """Answer bytes that are no HTTP request; nothing of them is quoted anywhere."""
    said = f"not an HTTP request: {_reason(error)}"
    expected = "a request as HTTP/1.1 has them (RFC 9112)"
    return _refuse(instance, 400, said, expected, method=_UNPARSED, target="")


def broken(
    instance: Instance, request: web.BaseRequest, error: web.HTTPException
) -> web.Response:
    """Answer, in our own words, what aiohttp itself refuses."""
    said = f"{request.method}: {error.reason}"
    expected = "a path that begins with a slash, or an absolute URL"
    return _refuse(instance, error.status, said, expected, *_line(request))


def failed(
    instance: Instance, request: web.BaseRequest, error: BaseException
) -> web.Response:
    """Answer when the instance itself has failed: a bug of ours, told as one."""
    instance.bugs.add(error, " ".join(_line(request)))
    said = "a bug in video-mockserver, please report it"
    response = _refuse(instance, 500, said, "no such thing", *_line(request))
    response.headers[BUG_HEADER] = "1"
    return response


async def unexpected(instance: Instance, request: web.Request) -> web.Response | None:
    """Let a client that asks whether to send its body go on; refuse other demands."""
    if request.version < (1, 1):
        return None  # it may not ask for that (RFC 9110, section 10.1.1)
    if request.headers.get(hdrs.EXPECT, "").lower() != "100-continue":
        said = "Expect: found a demand that nobody here knows"
        return _refuse(instance, 417, said, "100-continue", *_line(request))
    await request.writer.write(_CONTINUE)
    await request.writer.drain()
    # What comes after is the answer's own beginning.
    request.writer.output_size = 0
    return None


def untold(instance: Instance, target: str, status: int, why: str) -> None:
    """Keep a connection that has come to nothing before there was a request."""
    instance.services.journal.add(
        Exchange(
            hdrs.METH_CONNECT,
            target,
            {},
            status=status,
            response_headers={},
            response_body=None,
            size_bytes=0,
            wall_at=wall_s(),
            elapsed_s=0.0,
            notes=(why,),
        )
    )


def no_tunnel(instance: Instance, request: web.BaseRequest) -> web.Response:
    """Answer a CONNECT that has not become a tunnel when its connection opened."""
    asked, destinations = host_and_port(request.raw_path), instance.destinations
    line = _line(request)
    if asked is None:
        said = "CONNECT: found no host and port"
        return _refuse(instance, 400, said, "CONNECT host:port", *line)
    if destinations.of(*asked, own_port(request)) is Destination.NOWHERE:
        hint = destinations.refusal(*asked)
        said = foreign(*asked)
        return _refuse(instance, 403, said, hint.allow, *line, hint=str(hint))
    said = "CONNECT: found on a connection that has been used before"
    return _refuse(instance, 400, said, "a connection of its own", *line)


def _refuse(
    instance: Instance,
    status: int,
    error: str,
    expected: str,
    method: str,
    target: str,
    *,
    hint: str = "",
) -> web.Response:
    body = orjson.dumps({"error": error, "expected": expected})
    response = web.Response(body=body, status=status, headers=_HEADERS)
    response.force_close()
    instance.services.journal.add(
        Exchange(
            method,
            target,
            {},
            status=status,
            response_headers=response.headers,
            response_body=body,
            size_bytes=len(body),
            wall_at=wall_s(),
            elapsed_s=0.0,
            notes=(error,),
            hint=hint,
        )
    )
    return response


def _line(request: web.BaseRequest) -> tuple[str, str]:
    return request.method, request.raw_path


def _reason(error: BaseException) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    # llhttp parts its own words from what it has found by an empty line.
    words, parted, _ = str(getattr(error, "message", "")).partition(":\n\n")
    return words if parted else "it cannot be read"
