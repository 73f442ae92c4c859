"""Many connections at once, and many that come to nothing: nothing of them stays."""

import asyncio
import gc
import os
import socket
import ssl
import stat
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from mockserver.server.mock import AsyncMockServer
from mockserver.server.sockets import entrance
from mockserver.server.sockets.authority import open_authority

HOST = "api.digitalcarbon.ai"
ASKED = (
    "GET /v1-beta/generate-video/00000000-0000-4000-8000-000000000003/status HTTP/1.1"
    f"\r\nHost: {HOST}\r\nX-API-Key: digitalcarbon-test-key\r\n\r\n"
).encode()
TUNNEL = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
# How many may wait at most on this machine: 1024 of ours, or fewer of the kernel's.
SOMAXCONN = Path("/proc/sys/net/core/somaxconn")
MOST = min(1024, int(SOMAXCONN.read_text("ascii")) if SOMAXCONN.exists() else 1024)
# What clients say before they are never heard of again.
LAST_WORDS = (
    b"",
    b"CONN",
    TUNNEL[:-2],
    TUNNEL,
    TUNNEL + b"\x16\x03\x01\x02\x00\x01",
    b"CONNECT nowhere HTTP/1.1\r\n\r\n",
    b"GET http://example.com/ HTTP/1.0\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    open_authority(tmp_path / "ca")
    return tmp_path / "ca"


@pytest.fixture
async def server(state: Path, tmp_path: Path) -> AsyncIterator[AsyncMockServer]:
    async with AsyncMockServer(
        None, state_dir=state, media_dir=tmp_path, pace="manual", tls_port=0
    ) as running:
        yield running
        assert running.bugs == []


async def tunnelled(port: int, trust: ssl.SSLContext) -> tuple[bytes, bytes]:
    """Return the first lines of two answers over one TLS connection in a tunnel."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(TUNNEL)
    await reader.readuntil(b"\r\n\r\n")
    await writer.start_tls(trust, server_hostname=HOST)
    lines = [await asked(reader, writer), await asked(reader, writer)]
    writer.close()
    await writer.wait_closed()
    return lines[0], lines[1]


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(ASKED)
    head = await reader.readuntil(b"\r\n\r\n")
    size = next(
        int(line.split()[1])
        for line in head.split(b"\r\n")
        if line.startswith(b"Content-Length")
    )
    await reader.readexactly(size)
    return head.partition(b"\r\n")[0]


async def vanish(port: int, last_words: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(last_words)
    await writer.drain()
    writer.transport.abort()


def openings() -> int:
    gc.collect()
    kind = entrance._Opening
    return sum(isinstance(one, kind) for one in gc.get_objects())


def rooms(ports: set[int]) -> dict[int, int]:
    """Return how many may wait to be let in where this process listens."""
    known = [int(one.name) for one in Path("/proc/self/fd").iterdir()]
    found = {}
    for number in known:
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as one:
                    port = one.getsockname()[1:2]
                    told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
                    found[port] = struct.unpack_from("I", told, 28)[0]
    return {port: found[(port,)] for port in ports}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who may wait")
async def test_as_many_may_wait_where_tls_is_spoken(server: AsyncMockServer) -> None:
    """Who finds no room tries again after a second, and is slow for no reason."""
    plain, secure = int(server.url.rpartition(":")[2]), server.instance.tls_port or 0

    assert rooms({plain, secure}) == {plain: MOST, secure: MOST}


@pytest.mark.slow
async def test_two_hundred_tunnels_at_once(
    server: AsyncMockServer, state: Path
) -> None:
    port = int(server.url.rpartition(":")[2])
    trust = ssl.create_default_context(cafile=str(state / "ca.pem"))

    told = await asyncio.gather(*(tunnelled(port, trust) for _ in range(200)))

    assert set(told) == {(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK")}


@pytest.mark.deep
@pytest.mark.slow
async def test_ten_thousand_that_disappear_leave_nothing(
    server: AsyncMockServer, state: Path
) -> None:
    ports = (int(server.url.rpartition(":")[2]), server.instance.tls_port)
    trust = ssl.create_default_context(cafile=str(state / "ca.pem"))
    words = [LAST_WORDS[number % len(LAST_WORDS)] for number in range(10_000)]

    for begin in range(0, len(words), 100):
        batch = enumerate(words[begin : begin + 100])
        await asyncio.gather(*(vanish(ports[n % 2] or 0, said) for n, said in batch))
    await tunnelled(ports[0], trust)

    async with asyncio.timeout(10):
        while openings():  # noqa: ASYNC110 - nobody tells that an end was noticed
            await asyncio.sleep(0)  # a turn of the loop, in which it is noticed
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert len(others) < 10
