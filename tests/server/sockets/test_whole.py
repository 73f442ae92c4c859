"""Whole answers go out as aiohttp would send them, in one piece."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.server.mock import MockServer

STATUS = (
    "/digitalcarbon/v1-beta/generate-video/00000000-0000-4000-8000-000000000003/status"
)
KEY = "X-API-Key: digitalcarbon-test-key\r\n"
HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"Server: video-mockserver\r\n"
    b"Content-Type: application/json\r\n"
    b"Date: Tue, 01 Jan 2030 00:00:00 GMT\r\n"
    b"Content-Length: 22\r\n"
)
BODY = b'\r\n{"status":"completed"}'


@pytest.fixture
def server(tmp_path: Path, loop: str) -> Iterator[MockServer]:
    with MockServer(pace="manual", media_dir=tmp_path, loop=loop) as running:
        yield running
        assert running.instance.bugs.latest == []


def answers(server: MockServer, *asked: str) -> bytes:
    """Return what comes back on one connection until the client stops sending."""
    port = int(server.url.split(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as opened:
        opened.sendall("".join(asked).encode())
        opened.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: opened.recv(65536), b""))


def ask(version: str = "1.1", more: str = "") -> str:
    return f"GET {STATUS} HTTP/{version}\r\nHost: localhost\r\n{KEY}{more}\r\n"


def test_an_answer_is_exactly_so(server: MockServer) -> None:
    """Head and body are those that aiohttp itself sends."""
    assert answers(server, ask()) == HEAD + BODY


def test_the_connection_stays_for_the_next_request(server: MockServer) -> None:
    """Two requests on one connection have two answers."""
    assert answers(server, ask(), ask()) == 2 * (HEAD + BODY)


def test_who_asks_to_close_is_told_so(server: MockServer) -> None:
    """The last answer of a connection says that it is the last one."""
    told = answers(server, ask(more="Connection: close\r\n"))

    assert told == HEAD + b"Connection: close\r\n" + BODY


def test_an_old_client_is_told_that_the_connection_stays(server: MockServer) -> None:
    """HTTP/1.0 has to be told what HTTP/1.1 takes for granted."""
    told = answers(server, ask("1.0", "Connection: keep-alive\r\n"))

    head = HEAD.replace(b"HTTP/1.1", b"HTTP/1.0")
    assert told == head + b"Connection: keep-alive\r\n" + BODY


def test_the_journal_keeps_the_head_as_it_was_sent(server: MockServer) -> None:
    """What is measured when the answer goes out stands in the journal, too."""
    answers(server, ask())

    exchange = next(server.instance.services.journal.exchanges())
    assert dict(exchange.response_headers)["Content-Length"] == "22"
