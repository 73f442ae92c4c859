"""Bodies are bounded as sent and once decoded; what is no such coding is refused."""

import gzip
import io
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from mockserver.errors import PayloadTooLargeError, UnreadableBodyError
from mockserver.providers.incoming import read_body
from mockserver.server.mock import AsyncMockServer

BOUND = 100_000
TEXT = b'{"text": "' + b"text " * 1000 + b'"}'
MEBIBYTE = 1 << 20

Ask = Callable[..., Awaitable[tuple[int, bytes]]]


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


async def chunks(data: bytes, size: int = 997) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def echo(received: web.BaseRequest) -> web.Response:
    try:
        return web.Response(body=await read_body(received, BOUND))
    except PayloadTooLargeError as error:
        return web.Response(status=413, text=str(error.detail["limit"]))
    except UnreadableBodyError as error:
        return web.Response(status=400, text=error.code)


@asynccontextmanager
async def listening(*, auto_decompress: bool) -> AsyncIterator[Ask]:
    """Run a server that reads what it is sent; give what asks it."""
    runner = web.ServerRunner(web.Server(echo, auto_decompress=auto_decompress))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with ClientSession() as session:

        async def send(
            data: bytes | AsyncIterator[bytes], coding: str = ""
        ) -> tuple[int, bytes]:
            headers = {"Content-Encoding": coding} if coding else {}
            async with session.post(url, data=data, headers=headers) as response:
                return response.status, await response.read()

        yield send
    await runner.cleanup()


@pytest.fixture(params=[False, True], ids=["our listener", "aiohttp's listener"])
async def ask(request: pytest.FixtureRequest) -> AsyncIterator[Ask]:
    """Return a function that sends a body, and tells what became of it."""
    async with listening(auto_decompress=request.param) as send:
        yield send


@pytest.fixture
async def ask_ours() -> AsyncIterator[Ask]:
    async with listening(auto_decompress=False) as send:
        yield send


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzipped(TEXT)),
        ("GZIP", gzipped(TEXT)),
        ("gzip", gzipped(TEXT[:500]) + gzipped(TEXT[500:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("unheard-of", TEXT),
    ],
)
async def test_a_body_is_decoded(ask: Ask, coding: str, sent: bytes) -> None:
    assert await ask(sent, coding) == (200, TEXT)
    assert await ask(chunks(sent), coding) == (200, TEXT)


@pytest.mark.parametrize("length", [BOUND - 1, BOUND])
@pytest.mark.parametrize(
    ("coding", "pack"), [("", bytes), ("gzip", gzipped), ("deflate", zlib.compress)]
)
async def test_a_body_of_exactly_the_bound_is_read(
    ask: Ask, coding: str, length: int, pack: Callable[[bytes], bytes]
) -> None:
    body = bytes(length)

    assert await ask(pack(body), coding) == (200, body)
    assert await ask(chunks(pack(body)), coding) == (200, body)


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("", bytes(BOUND + 1)),
        ("gzip", gzipped(bytes(BOUND + 1))),
        ("gzip", gzipped(bytes(BOUND)) + gzipped(b"x")),
        ("deflate", zlib.compress(bytes(BOUND + 1))),
        ("deflate", raw_deflate(bytes(BOUND + 1))),
        ("gzip", gzipped(bytes(20 * MEBIBYTE))),
    ],
    ids=["plain", "gzip", "members", "deflate", "raw", "bomb"],
)
async def test_a_body_of_one_byte_more_is_refused(
    ask: Ask, coding: str, sent: bytes
) -> None:
    """What counts is how long it is, not how short it was packed."""
    assert await ask(sent, coding) == (413, b"100000")
    assert await ask(chunks(sent), coding) == (413, b"100000")


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", TEXT),
        ("gzip", gzipped(TEXT)[:-20] + bytes(20)),
        ("deflate", TEXT),
        ("deflate", zlib.compress(TEXT)[:-10]),
        ("br", b"\x0b\x02\x80hello\x03"),
        ("zstd", b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello"),
    ],
)
async def test_a_broken_coding_is_the_clients_mistake(
    ask_ours: Ask, coding: str, sent: bytes
) -> None:
    """The connection stays as it is, and its next body is read."""
    assert await ask_ours(sent, coding) == (400, b"encoding")
    assert await ask_ours(TEXT) == (200, TEXT)


async def test_members_without_end_are_refused(ask_ours: Ask) -> None:
    """Each one costs a copy of what follows: a million of them would be minutes."""
    sent = gzipped(b"") * 1_000

    assert await ask_ours(sent, "gzip") == (400, b"encoding")


async def test_what_a_foreign_listener_cannot_decode_is_refused() -> None:
    async with listening(auto_decompress=True) as ask:
        assert await ask(TEXT, "gzip") == (400, b"encoding")


@pytest.fixture
async def server() -> AsyncIterator[AsyncMockServer]:
    async with AsyncMockServer(pace="manual", body_max_bytes=MEBIBYTE) as running:
        yield running
        assert running.instance.bugs.latest == []


BOMB = gzipped(bytes(64 * MEBIBYTE))
FIRST_PATHS = {
    "digitalcarbon": "/v1-beta/generate-video",
    "hourone": "/api/v1/videos",
    "idomoo": "/api/v2/storyboards/generate",
    "impossible": "/v2/render/demo-project",
    "stupeflix": "/v2/create",
}
TOO_LARGE = {
    "digitalcarbon": b'{"detail":"Request Entity Too Large"}',
    "hourone": b'{"detail":"Request Entity Too Large"}',
    "idomoo": b"The request is too large.",
    "impossible": b"Request too large",
    "stupeflix": b"the body is too large",
}
UNREADABLE = {
    "digitalcarbon": b'{"detail":"There was an error parsing the body"}',
    "hourone": b'{"detail":"There was an error parsing the body"}',
    "idomoo": b"Schema error: $: the body is not valid JSON",
    "impossible": b"Malformed JSON",
    "stupeflix": b"Invalid JSON",
}
every_provider = pytest.mark.parametrize("slug", FIRST_PATHS)


async def post(
    server: AsyncMockServer, slug: str, path: str, data: bytes, **headers: str
) -> tuple[int, bytes]:
    keys = {"X-API-Key": "a-key", "api-key": "a-key"}
    basic = "Basic MTIzNDp0ZXN0LXNlY3JldA=="
    bearer = {"idomoo": basic, "stupeflix": "Secret a-key"}.get(slug, "Bearer a-key")
    async with (
        ClientSession() as session,
        session.post(
            server.url_for(slug) + path,
            data=io.BytesIO(data),
            headers={**keys, "Authorization": bearer, **headers},
        ) as response,
    ):
        return response.status, await response.read()


@every_provider
async def test_a_bomb_is_too_large_for_every_provider(
    server: AsyncMockServer, slug: str
) -> None:
    """It ends at the bound: 64 MiB are never there."""
    tracemalloc.start()

    status, said = await post(
        server, slug, FIRST_PATHS[slug], BOMB, **{"Content-Encoding": "gzip"}
    )

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert status == 413
    assert TOO_LARGE[slug] in said
    assert peak < 8 * MEBIBYTE


@every_provider
async def test_a_body_beyond_the_setting_is_too_large_for_every_provider(
    server: AsyncMockServer, slug: str
) -> None:
    """A provider's own bound of 256 or 512 MiB does not raise `--body-max`."""
    data = b" " * (MEBIBYTE + 1)

    status, said = await post(server, slug, FIRST_PATHS[slug], data)

    assert status == 413
    assert TOO_LARGE[slug] in said


@every_provider
async def test_a_broken_coding_is_refused_in_the_providers_words(
    server: AsyncMockServer, slug: str
) -> None:
    """The journal says what was wrong with it."""
    status, said = await post(
        server, slug, FIRST_PATHS[slug], b"{}", **{"Content-Encoding": "gzip"}
    )

    (exchange,) = server.instance.services.journal.find(slug=slug)
    assert status == 400
    assert UNREADABLE[slug] in said
    assert [*exchange.notes][-1].startswith("the body cannot be decoded")


@pytest.mark.parametrize(
    ("data", "status"), [(BOMB, 413), (b"{}", 400), (gzipped(b"{}"), 200)]
)
async def test_the_control_api_decodes_within_its_own_bound(
    server: AsyncMockServer, data: bytes, status: int
) -> None:
    async with (
        ClientSession() as session,
        session.post(
            f"{server.url}/_mock/api/exchanges/count",
            data=data,
            headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
        ) as response,
    ):
        assert response.status == status
