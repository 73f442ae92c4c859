"""Whole answers: those that stand complete, and go out in one piece."""

from typing import Final, TypeGuard

from aiohttp import HttpVersion11, hdrs, web

from mockserver.edge.answering.respond import Whole

__all__ = ["is_whole", "send_whole"]

# Whether these have a body and a length is another question.
_FIRST: Final = 200
_BODILESS: Final = frozenset({204, 304})


def is_whole(
    response: web.StreamResponse, request: web.BaseRequest
) -> TypeGuard[Whole]:
    """Say whether nothing about an answer is left for aiohttp to find out.

    Nearly all are so: bytes of some kind, dated, on a connection that stays.
    """
    if type(response) is not Whole or type(response.body) is not bytes:
        return False
    headers = response.headers
    return (
        response.keep_alive is None
        and request.keep_alive
        and request.version == HttpVersion11
        and request.method != hdrs.METH_HEAD
        and response.status >= _FIRST
        and response.status not in _BODILESS
        and hdrs.DATE in headers
        and hdrs.CONTENT_TYPE in headers
        and hdrs.CONTENT_LENGTH not in headers
        and hdrs.CONNECTION not in headers
        and hdrs.TRANSFER_ENCODING not in headers
    )


async def send_whole(response: Whole, request: web.BaseRequest) -> bool:
    """Send what `is_whole` as aiohttp would; return whether the client is there.

    What aiohttp asks itself about every answer would cost a poll an eighth.
    """
    headers, body = response.headers, response.body
    assert isinstance(body, bytes)  # noqa: S101 - as `is_whole` says
    headers[hdrs.CONTENT_LENGTH] = str(len(body))
    # The connection asks the answer whether it may stay.
    response._keep_alive = True  # noqa: SLF001 - there is no other way to say so
    line = f"HTTP/1.1 {response.status} {response.reason}"
    try:
        await request.writer.write_headers(line, headers)
        await request.writer.write_eof(body)
    except ConnectionError:
        return False
    return True
