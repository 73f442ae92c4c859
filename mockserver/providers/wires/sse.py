"""Server-sent events, as providers stream them."""

from collections.abc import AsyncIterator
from typing import Any, Final

from mockserver.engine.packing import pack
from mockserver.providers.reply import Reply

__all__ = ["EVENT_STREAM", "KEEP_ALIVE", "KEEP_ALIVE_S", "event", "streamed"]

EVENT_STREAM: Final = "text/event-stream"
KEEP_ALIVE: Final = b": keep-alive\n\n"
KEEP_ALIVE_S: Final = 15.0
"""Real seconds of silence after which a comment keeps the connection open."""


def event(data: Any, *, name: str | None = None, number: str | None = None) -> bytes:
    """Return one event.

    Args:
        data: A text, which may have several lines, or a document that goes as JSON.
        name: Its `event`, if it has one; before the `id`, as in the field.
        number: Its `id`, which a client may come back with.
    """
    text = data if isinstance(data, str) else pack(data).decode()
    # A lone carriage return ends a line as well.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = [] if name is None else [f"event: {name}"]
    if number is not None:
        head.append(f"id: {number}")
    return "\n".join([*head, *(f"data: {line}" for line in lines), "", ""]).encode()


def streamed(
    pieces: AsyncIterator[bytes], headers: dict[str, str] | None = None
) -> Reply:
    """Return an answer that streams events: an async iterator of their bytes."""
    return Reply(
        headers={"Cache-Control": "no-cache", **(headers or {})},
        content_type=EVENT_STREAM,
        stream=pieces,
    )
