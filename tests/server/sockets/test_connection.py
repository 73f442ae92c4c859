"""Whatever arrives on a socket is answered in our words, kept and never quoted."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.server.mock import MockServer

ASKED = b"GET /digitalcarbon/nowhere HTTP/1.1\r\nHost: localhost\r\n"
LISTED = b"GET /_mock/api/health HTTP/1.1\r\nHost: localhost\r\n"
SECRET = b"planted-secret-0001"


@pytest.fixture
def server(tmp_path: Path, loop: str) -> Iterator[MockServer]:
    with MockServer(pace="manual", media_dir=tmp_path, loop=loop) as running:
        yield running
        assert running.instance.bugs.latest == []


def connect(server: MockServer) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", int(server.url.split(":")[2])))
    opened.settimeout(10)
    return opened


def said(server: MockServer, sent: bytes, *, is_half_closed: bool = False) -> bytes:
    """Return all that comes back until the server closes the connection."""
    with connect(server) as opened:
        opened.sendall(sent)
        if is_half_closed:
            opened.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: opened.recv(65536), b""))


def document(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


MALFORMED = {
    "no text": (b"\x16\x03\x01\x02\r\n\r\n", "its first line is no request line"),
    "no method": (SECRET + b"\r\n\r\n", "its first line is no request line"),
    "version": (b"GET / HTTP/9.9\r\n\r\n", "its first line is no request line"),
    "header name": (ASKED + b"Bad Name: " + SECRET + b"\r\n\r\n", ""),
    "long line": (
        b"GET /" + SECRET * 500 + b" HTTP/1.1\r\n\r\n",
        "a line of it is too long",
    ),
    "long header": (
        ASKED + b"Authorization: " + SECRET * 500 + b"\r\n\r\n",
        "a line of it is too long",
    ),
    "two framings": (
        ASKED + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "",  # llhttp's own words, which change with its version
    ),
    "chunk": (
        ASKED + b"Transfer-Encoding: chunked\r\n\r\n" + SECRET + b"\r\n",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_request_is_refused_in_our_envelope(
    server: MockServer, case: str
) -> None:
    sent, reason = MALFORMED[case]

    answer = said(server, sent)

    assert answer.split(b"\r\n")[:2] == [
        b"HTTP/1.0 400 Bad Request",
        b"Server: video-mockserver",
    ]
    refusal = document(answer)
    assert refusal["error"].startswith(f"not an HTTP request: {reason}")
    assert refusal["expected"] == "a request as HTTP/1.1 has them (RFC 9112)"
    assert SECRET not in answer


def test_what_is_no_request_is_kept_and_counted(server: MockServer) -> None:
    said(server, MALFORMED["long header"][0])

    (exchange,) = server.instance.services.journal.exchanges()
    assert (exchange.method, exchange.target, exchange.status) == ("UNKNOWN", "", 400)
    assert exchange.is_unmatched
    assert exchange.notes == ("not an HTTP request: a line of it is too long",)


def test_nothing_of_what_is_no_request_reaches_stderr(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with MockServer(media_dir=tmp_path) as server:
        for sent, _ in MALFORMED.values():
            said(server, sent)

    assert SECRET.decode() not in capfd.readouterr().err


def test_a_target_that_is_no_path_is_refused_in_our_envelope(
    server: MockServer,
) -> None:
    answer = said(server, b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 404 Not Found\r\nServer: video-mockserver\r\n")
    assert document(answer)["error"] == "OPTIONS: Not Found"


@pytest.mark.parametrize("demand", [b"\xff", b"200-ok", b"100-continue, more"])
def test_an_unknown_expectation_is_refused_in_our_envelope(
    server: MockServer, demand: bytes
) -> None:
    answer = said(server, LISTED + b"Expect: " + demand + b"\r\n\r\n")

    assert answer.startswith(
        b"HTTP/1.1 417 Expectation Failed\r\nServer: video-mockserver\r\n"
    )
    assert document(answer) == {
        "error": "Expect: found a demand that nobody here knows",
        "expected": "100-continue",
    }


def test_who_asks_whether_to_go_on_is_told_to(server: MockServer) -> None:
    asked = ASKED + b"Expect: 100-continue\r\nConnection: close\r\n\r\n"

    answer = said(server, asked)

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n")


@pytest.mark.parametrize("count", [1, 2, 30])
def test_who_sends_nothing_more_gets_all_answers(
    server: MockServer, count: int
) -> None:
    answers = said(server, (ASKED + b"\r\n") * count, is_half_closed=True)

    assert answers.count(b"HTTP/1.1 404 Not Found\r\n") == count


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", ASKED, ASKED + b"Content-Length: 9\r\n\r\nhalf"],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
def test_who_stops_within_a_request_is_let_go(server: MockServer, sent: bytes) -> None:
    """The connection is closed; that is what `said` waits for."""
    answer = said(server, sent, is_half_closed=True)

    assert not answer.startswith(b"HTTP/1.1 2")


def test_who_hangs_up_while_a_fault_waits_is_let_go(server: MockServer) -> None:
    """Hanging up and sending nothing more look alike; neither holds us for ever."""
    server.use(
        {
            "scenario": "hanging",
            "about": "Never answers.",
            "rules": [{"on": {"operation": "status"}, "fault": {"kind": "hang"}}],
        }
    )
    key = server.space.credential("digitalcarbon").encode()
    asked = b"GET /digitalcarbon/v1-beta/generate-video/x/status HTTP/1.1\r\n"
    head = asked + b"Host: localhost\r\nX-API-Key: " + key + b"\r\n\r\n"

    assert said(server, head, is_half_closed=True) == b""
