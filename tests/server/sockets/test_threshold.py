"""Connections that rules refuse or keep waiting, as raw sockets meet them."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.server.mock import MockServer
from mockserver.server.sockets.authority import open_authority
from mockserver.server.sockets.threshold import Asked, asked_of

HOST = "api.digitalcarbon.ai"
DONE = "/v1-beta/generate-video/00000000-0000-4000-8000-000000000003/results"
KEY = "X-API-Key: digitalcarbon-test-key\r\nConnection: close\r\n\r\n"
PLAIN = f"GET /digitalcarbon{DONE} HTTP/1.1\r\nHost: localhost\r\n{KEY}".encode()
NAMED = f"GET {DONE} HTTP/1.1\r\nHost: {HOST}\r\n{KEY}".encode()
PROXIED = f"GET http://{HOST}{DONE} HTTP/1.1\r\nHost: {HOST}\r\n{KEY}".encode()
TUNNEL = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"
OURS = b"GET /_mock/api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
RESET = b"reset"
BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nServer: video-mockserver\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, loop: str
) -> Iterator[MockServer]:
    state = tmp_path_factory.mktemp("state")
    open_authority(state)
    settings: dict[str, Any] = {"pace": "manual", "state_dir": state, "loop": loop}
    with MockServer(None, tls_port=0, **settings) as server:
        yield server
        assert server.bugs == []


@pytest.fixture
def server(running: MockServer) -> Iterator[MockServer]:
    """Return a server on which no scenario acts."""
    yield running
    running.clear_faults()
    running.reset()


def heard(server: MockServer, said: bytes, port: int | None = None) -> bytes:
    """Return all that comes back on a connection of its own."""
    place = "127.0.0.1", port or int(server.url.rpartition(":")[2])
    with socket.create_connection(place) as opened:
        opened.settimeout(10)
        try:
            opened.sendall(said)
            return b"".join(iter(lambda: opened.recv(65536), b""))
        except ConnectionResetError:
            return RESET


def line(server: MockServer, said: bytes) -> bytes:
    return heard(server, said).partition(b"\r\n")[0]


def day(kind: str, on: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    fault = {"kind": kind, **said}
    return {"scenario": "day", "rules": [{"on": on or {}, "fault": fault}]}


REFUSED = {
    "a path of ours": (PLAIN, RESET),
    "a host of a provider": (NAMED, RESET),
    "a request to a proxy": (PROXIED, BAD_GATEWAY),
    "a tunnel": (TUNNEL, BAD_GATEWAY),
}


@pytest.mark.parametrize(("said", "answer"), REFUSED.values(), ids=REFUSED)
def test_a_refused_connection_hears(
    server: MockServer, said: bytes, answer: bytes
) -> None:
    server.use(day("connection-refused"))

    assert heard(server, said) == answer


def test_a_refused_connection_on_the_tls_port_is_reset(server: MockServer) -> None:
    """The first record says which host is meant; nothing of TLS is answered."""
    server.use(day("connection-refused"))
    name = HOST.encode()
    names = b"\x00" + len(name).to_bytes(2) + name
    listed = len(names).to_bytes(2) + names
    extension = b"\x00\x00" + len(listed).to_bytes(2) + listed
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\x13\x01" + b"\x01\x00"
    body += len(extension).to_bytes(2) + extension
    hello = b"\x01" + len(body).to_bytes(3) + body
    record = b"\x16\x03\x01" + len(hello).to_bytes(2) + hello

    assert heard(server, record, server.instance.tls_port) == RESET


def test_the_control_api_is_never_refused(server: MockServer) -> None:
    server.use(day("connection-refused"))

    assert line(server, OURS) == b"HTTP/1.1 200 OK"


def test_other_providers_are_not_refused(server: MockServer) -> None:
    server.use(day("connection-refused", {"provider": "idomoo"}))

    assert line(server, PLAIN) == b"HTTP/1.1 200 OK"


def test_connections_are_counted(server: MockServer) -> None:
    server.use(day("connection-refused", {"times": 1}))

    assert [line(server, PLAIN) for _ in range(2)] == [RESET, b"HTTP/1.1 200 OK"]


def test_the_journal_has_what_was_refused(server: MockServer) -> None:
    server.use(day("connection-refused"))

    heard(server, PLAIN)

    (found,) = [one for one in server.exchanges if one.operation == "connection"]
    assert (found.slug, found.status, found.fault) == ("digitalcarbon", 0, "day/1")
    assert found.notes == ("the connection is reset on purpose",)
    server.faults.get("day").assert_fired(1)


def test_what_ships_is_over_after_half_a_minute(server: MockServer) -> None:
    server.use("connection-refused")
    early = line(server, PLAIN)

    server.advance("30s")

    assert [early, line(server, PLAIN)] == [RESET, b"HTTP/1.1 200 OK"]


def test_what_ships_lets_each_connection_wait(server: MockServer) -> None:
    server.use("slow-accept", parameters={"delay": "1ms"})

    assert [line(server, PLAIN) for _ in range(2)] == [b"HTTP/1.1 200 OK"] * 2
    server.faults.get("slow-accept").assert_fired(2)


@pytest.mark.parametrize("said", [PLAIN, NAMED, PROXIED])
def test_a_connection_that_waits_is_answered_then(
    server: MockServer, said: bytes
) -> None:
    server.use(day("slow-accept", delay="1ms"))

    assert line(server, said) == b"HTTP/1.1 200 OK"
    server.faults.get("day").assert_fired(1)


def test_a_tunnel_that_waits_is_opened_then(server: MockServer) -> None:
    """What is in the tunnel has been taken in with it, and waits no more."""
    server.use(day("slow-accept", delay="1ms"))

    answer = heard(server, TUNNEL + NAMED)

    assert answer.startswith(OPENED + b"HTTP/1.1 200 OK\r\n")
    server.faults.get("day").assert_fired(1)


def test_a_head_may_come_in_pieces(server: MockServer) -> None:
    server.use(day("slow-accept", delay="1ms"))
    place = "127.0.0.1", int(server.url.rpartition(":")[2])

    with socket.create_connection(place) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(10)
        opened.sendall(PLAIN[:40])
        opened.sendall(PLAIN[40:])
        answer = opened.recv(15, socket.MSG_WAITALL)

    assert answer == b"HTTP/1.1 200 OK"


def test_what_is_no_request_is_told_as_ever(server: MockServer) -> None:
    server.use(day("connection-refused"))

    assert line(server, b"\r\n\r\nwhat\r\n\r\n") == b"HTTP/1.0 400 Bad Request"


@pytest.mark.parametrize("said", [PROXIED, TUNNEL])
def test_a_lookup_that_fails_is_a_bad_gateway(server: MockServer, said: bytes) -> None:
    server.use(day("dns-failure"))

    assert heard(server, said) == BAD_GATEWAY
    (found,) = [one for one in server.exchanges if one.operation == "lookup"]
    assert (found.status, found.notes) == (502, (f"{HOST}: no address, on purpose",))


def test_a_lookup_may_fail_otherwise(server: MockServer) -> None:
    server.use(day("dns-failure", status=504, delay="1ms"))

    assert line(server, TUNNEL) == b"HTTP/1.1 504 Gateway Timeout"


def test_who_comes_without_a_proxy_has_looked_up_before(server: MockServer) -> None:
    server.use(day("dns-failure"))

    assert [line(server, said) for said in (PLAIN, NAMED)] == [b"HTTP/1.1 200 OK"] * 2


def test_flaky_dns_fails_now_and_then(server: MockServer) -> None:
    server.use("flaky-dns", parameters={"share": 0.5})

    seen = {line(server, PROXIED) for _ in range(12)}

    assert seen == {b"HTTP/1.1 200 OK", b"HTTP/1.1 502 Bad Gateway"}


@pytest.mark.parametrize(
    ("head", "asked"),
    [
        (PLAIN, Asked("localhost", f"/digitalcarbon{DONE}")),
        (b"GET /x?y=1 HTTP/1.1\r\nHOST:  a.b:80 \r\n\r\n", Asked("a.b:80", "/x")),
        (b"GET /x HTTP/1.0\r\n\r\n", Asked("", "/x")),
        (PROXIED, Asked(HOST, DONE, is_proxied=True)),
        (b"GET http://[x HTTP/1.1\r\n\r\n", None),
        (b"nonsense\r\n\r\n", None),
    ],
)
def test_a_head_says_who_is_meant(head: bytes, asked: Asked | None) -> None:
    assert asked_of(head) == asked
