"""A call as it is made again, for the tests of each language."""

from mockserver.edge.replay.calls import Call, Text
from mockserver.verdict.journal import Exchange

ORIGIN = "http://127.0.0.1:7357"


def call(
    method: str = "GET",
    target: Text = ("/a",),
    headers: tuple[tuple[str, Text], ...] = (),
    body: Text | bytes | None = None,
) -> Call:
    exchange = Exchange(method, "/a", {}, 200, {}, b"", 0, 0.0, 0.0)
    return Call(exchange=exchange, target=target, headers=headers, body=body, missing=0)
