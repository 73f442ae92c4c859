"""Connections that say nothing, or never all, are not held for ever."""

import asyncio

import pytest

from mockserver.server.mock import AsyncMockServer

HEAD = (
    b"POST /digitalcarbon/v1-beta/generate-video HTTP/1.1\r\nHost: x\r\n"
    b"X-API-Key: digitalcarbon-test-key\r\n"
)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HT",
        HEAD,
        HEAD + b"Content-Length: 100\r\n\r\n{",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["nothing", "half a line", "half the headers", "half a body", "half a chunk"],
)
async def test_whoever_falls_silent_is_let_go(said: bytes) -> None:
    """Two thousand such connections were held without an end."""
    async with AsyncMockServer(pace="manual", idle_timeout_s=0.05) as server:
        _, _, port = server.url.rpartition(":")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(said)

        try:
            answer = await reader.read()
        except ConnectionResetError:
            answer = b""

        writer.close()
        assert answer == b""
        assert server.instance.bugs.latest == []


async def test_whoever_waits_for_an_answer_is_not_silent() -> None:
    """The answer takes longer than a connection may be silent."""
    async with AsyncMockServer(pace="manual", idle_timeout_s=0.05) as server:
        server.use(
            {
                "scenario": "slow",
                "rules": [{"on": {}, "fault": {"kind": "latency", "delay": "300ms"}}],
            }
        )
        _, _, port = server.url.rpartition(":")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        body = b"{}"
        head = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        writer.write(head + body)

        answer = await reader.read()

        writer.close()
        assert answer.startswith(b"HTTP/1.1 4")
