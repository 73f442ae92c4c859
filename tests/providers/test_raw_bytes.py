"""Headers may hold bytes that are no text; every provider answers them."""

import asyncio
import time
from collections.abc import Iterator
from itertools import product

import pytest

from mockserver.providers import discover
from tests.deep import some
from tests.providers.conftest import Serve

HEADERS = (
    b"Authorization: Bearer \xfe\xff",
    b"Authorization: Secret \xfe\xff",
    b"Authorization: Basic \xfe\xff",
    b"Authorization: Basic /v8=",  # \xfe\xff
    b"api-key: \xfe\xff",
    b"X-API-Key: \xfe\xff",
    b"Content-Type: \xfe\xff",
    b"Content-MD5: \xfe\xff",
    b"Referer: \xfe\xff",
    b"Origin: \xfe\xff",
    b"User-Agent: \xfe\xff",
    b"Range: \xfe\xff",
)
PROOF = f"Date={int(time.time())}&AccessKey=EXAMPLEACCESSKEY0001&Signature=%ff"


def _paths(slug: str) -> Iterator[tuple[str, str]]:
    """Yield a method and a path of each operation of a provider."""
    for route in discover()[slug].routes:
        names = [part.split(":")[0].strip("{}") for part in route.path.split("{")[1:]]
        path = route.fill(**{name.split("}")[0]: "nothing" for name in names})
        yield route.method, f"/{slug}{path}?{PROOF}"


@pytest.mark.parametrize(("slug", "header"), some(product(discover(), HEADERS), of=5))
async def test_every_operation_answers_headers_that_are_no_text(
    serve: Serve, slug: str, header: bytes
) -> None:
    """A bug of ours fails the test when its server ends."""
    running = await serve(auth="open", providers=(slug,))
    client = running.client
    reader, writer = await asyncio.open_connection(client.host, client.port)
    statuses = set()

    for method, path in _paths(slug):
        line = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n".encode()
        writer.write(line + header + b"\r\nContent-Length: 0\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        statuses.add(int(head.split()[1]))
        length = head.lower().partition(b"content-length:")[2].split(b"\r")[0]
        await reader.readexactly(int(length or 0))
    writer.close()

    assert max(statuses) < 500
