"""Whatever comes in, something proper goes out: nothing hangs, nothing is our bug."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deep import examples
from tests.providers.conftest import Running, Serve

KEY = "X-API-Key: digitalcarbon-test-key\r\n"
PATH = "/digitalcarbon/v1-beta/generate-video"
GOOD = json.dumps(
    {
        "files": [{"url": "https://example.com/image1.jpg"}],
        "template_params": {"template_id": "ActiveListing1"},
    }
)


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve(providers=("digitalcarbon",), body_max_bytes=1 << 20)


async def exchange(
    running: Running,
    *pieces: str | bytes,
    half_closes: bool = False,
    until: bytes | None = None,
) -> bytes:
    """Write raw bytes and return what comes back, until the end or a JSON body's."""
    port = running.client.port
    assert port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece.encode() if isinstance(piece, str) else piece)
        await writer.drain()
    if half_closes:
        writer.write_eof()
    try:
        return await asyncio.wait_for(
            reader.read() if until is None else reader.readuntil(until), 10
        )
    finally:
        writer.close()


def post(body: str | bytes, extra: str = "", key: str = KEY) -> bytes:
    """Return a raw request that creates a job."""
    raw = body.encode() if isinstance(body, str) else body
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{key}{extra}Connection: close\r\n"
    return f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def document_of(answer: bytes) -> object:
    return json.loads(answer.split(b"\r\n\r\n", 1)[1])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 422),
        ("", 422),
        ("null", 422),
        ("[1,2]", 422),
        ("[" * 100_000, 400),
        ('{"a":' * 50_000, 400),
        (b"\xff\xfe\x00", 400),
        ('{"files": NaN}', 400),
        ("1" * 5000, 400),
        (
            (
                '{"files":[],"files":[{"url":"https://e.com/a.jpg"}],'
                '"template_params":{"template_id":"x"}}'
            ),
            200,
        ),
        ("\ufeff" + GOOD, 422),
        (GOOD + " x", 422),
    ],
    ids=lambda value: str(value)[:16],
)
async def test_a_strange_body_is_answered_in_the_envelope(
    running: Running, body: str | bytes, status: int
) -> None:
    answer = await exchange(running, post(body))

    assert status_of(answer) == status
    assert isinstance(document_of(answer), dict)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "", "x;;;"]
)
async def test_the_content_type_does_not_matter(running: Running, kind: str) -> None:
    answer = await exchange(running, post(GOOD, f"Content-Type: {kind}\r\n"))

    assert status_of(answer) == 200


async def test_a_body_beyond_the_bound_is_refused_before_it_is_read(
    running: Running,
) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{KEY}"
    head += "Connection: close\r\nContent-Length: 10000000\r\n\r\n"

    # The rest of the body is waited for, so the answer comes before the end.
    answer = await exchange(running, head, until=b'Large"}')

    assert status_of(answer) == 413
    assert b'{"detail":"Request Entity Too Large"}' in answer


async def test_a_chunked_body_beyond_the_bound_is_refused(running: Running) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{KEY}"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    chunk = b"80000\r\n" + b"a" * 0x80000 + b"\r\n"

    answer = await exchange(running, head, chunk, chunk, chunk, b"0\r\n\r\n")

    assert status_of(answer) == 413


async def test_a_chunked_body_is_as_good_as_any(running: Running) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{KEY}"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    chunk = f"{len(GOOD):x}\r\n{GOOD}\r\n0\r\n\r\n"

    answer = await exchange(running, head, chunk)

    assert status_of(answer) == 200


async def test_an_expectation_is_met_first(running: Running) -> None:
    answer = await exchange(running, post(GOOD, "Expect: 100-continue\r\n"))

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_pipelined_requests_are_answered_in_order(running: Running) -> None:
    first = f"GET {PATH}/not-a-job-id/status HTTP/1.1\r\nHost: x\r\n{KEY}\r\n"
    second = f"GET {PATH}/x HTTP/1.1\r\nHost: x\r\n{KEY}Connection: close\r\n\r\n"

    answer = await exchange(running, first + second)

    at = answer.index(b"Invalid job ID format")
    assert b"Not Found" in answer[at:]


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GARBAGE\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda raw: repr(raw[:16]),
)
async def test_what_is_no_http_is_refused_or_closed(
    running: Running, raw: bytes
) -> None:
    answer = await exchange(running, raw, half_closes=True)

    assert answer == b"" or status_of(answer) in {400, 404, 505}


async def test_a_client_that_leaves_in_the_middle_harms_nobody(
    running: Running,
) -> None:
    await exchange(running, post(GOOD)[:-20], half_closes=True)

    answer = await exchange(running, post(GOOD))

    assert status_of(answer) == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "TRACE"])
async def test_an_unforeseen_method_is_not_allowed(
    running: Running, method: str
) -> None:
    answer = await exchange(
        running, f"{method} {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    assert status_of(answer) == 405
    assert b"\r\nAllow: POST\r\n" in answer


@pytest.mark.parametrize(
    "path", ["%", "%zz", "%00", "..%2f..", "a/../b", "//", "é", "a" * 4000, "{job_id}"]
)
async def test_a_strange_path_is_answered_in_the_envelope(
    running: Running, path: str
) -> None:
    head = f"GET {PATH}/{path}/status HTTP/1.1\r\nHost: x\r\n{KEY}"

    answer = await exchange(running, f"{head}Connection: close\r\n\r\n")

    assert status_of(answer) in {400, 404}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["files", "url", "template_params", "template_id", "aspect_ratio", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
many = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@many
@given(document=json_values)
async def test_any_json_gets_an_answer_of_the_provider(
    running: Running, document: object
) -> None:
    response = await running.client.post(
        PATH, json=document, headers={"X-API-Key": "digitalcarbon-test-key"}
    )

    assert response.status in {200, 400, 422}
    assert "X-Mock-Bug" not in response.headers


@many
@given(body=st.binary(max_size=300))
async def test_any_bytes_get_an_answer_of_the_provider(
    running: Running, body: bytes
) -> None:
    response = await running.client.post(
        PATH, data=body, headers={"X-API-Key": "digitalcarbon-test-key"}
    )

    assert response.status in {200, 400, 422}
    assert "X-Mock-Bug" not in response.headers


@many
@given(key=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
async def test_any_key_is_refused_or_opens_a_space(running: Running, key: str) -> None:
    answer = await exchange(running, post(GOOD, key=f"X-API-Key: {key}\r\n"))

    assert status_of(answer) in {401, 400}
