"""Server-sent events, byte for byte."""

from collections.abc import AsyncIterator

from mockserver.providers.wires.sse import event, streamed


def test_an_event_of_data_only() -> None:
    assert event({"status": "IN_QUEUE"}) == b'data: {"status":"IN_QUEUE"}\n\n'


def test_an_event_with_name_and_number() -> None:
    assert event("{}", name="done", number="1793440877:3") == (
        b"event: done\nid: 1793440877:3\ndata: {}\n\n"
    )


def test_each_line_of_a_text_is_a_line_of_data() -> None:
    assert event("a\r\nb\rc\n") == b"data: a\ndata: b\ndata: c\ndata: \n\n"


def test_the_answer_is_a_stream_that_nobody_keeps() -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    reply = streamed(nothing(), {"x-id": "1"})

    assert reply.content_type == "text/event-stream"
    assert reply.headers == {"Cache-Control": "no-cache", "x-id": "1"}
    assert reply.stream is not None
