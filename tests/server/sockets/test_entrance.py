"""What a connection begins with: CONNECT and what is in the tunnel, TLS, or HTTP."""

import asyncio
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvloop

from mockserver.server.mock import AsyncMockServer, MockServer
from mockserver.server.sockets.authority import open_authority

DONE = "/v1-beta/generate-video/00000000-0000-4000-8000-000000000003/results"
HOST = "api.digitalcarbon.ai"
ASKED = (
    f"GET {DONE} HTTP/1.1\r\nHost: {HOST}\r\nX-API-Key: digitalcarbon-test-key\r\n"
    "Connection: close\r\n\r\n"
).encode()
TUNNEL = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"

Make = Callable[..., MockServer]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state") / "ca"
    open_authority(folder)
    return folder


@pytest.fixture
def make(tmp_path: Path, state: Path, loop: str) -> Iterator[Make]:
    with ExitStack() as stack:

        def start(**settings: object) -> MockServer:
            options = {"pace": "manual", "media_dir": tmp_path, "state_dir": state}
            options["loop"] = loop
            server = MockServer(None, **{**options, **settings})
            made.append(stack.enter_context(server))
            return server

        made: list[MockServer] = []
        yield start
        assert [bug for server in made for bug in server.bugs] == []


@pytest.fixture
def server(make: Make) -> MockServer:
    return make(tls_port=0, idle_timeout_s=1.0)


def connect(server: MockServer, port: int | None = None) -> socket.socket:
    opened = socket.create_connection(
        ("127.0.0.1", port or int(server.url.rpartition(":")[2]))
    )
    opened.settimeout(10)
    return opened


def rest(opened: socket.socket) -> bytes:
    return b"".join(iter(lambda: opened.recv(65536), b""))


def said(server: MockServer, *parts: bytes) -> bytes:
    with connect(server) as opened:
        for part in parts:
            opened.sendall(part)
        return rest(opened)


def document(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def trusting(state: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(state / "ca.pem"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def tunnelled(server: MockServer) -> socket.socket:
    opened = connect(server)
    opened.sendall(TUNNEL)
    assert opened.recv(len(OPENED), socket.MSG_WAITALL) == OPENED
    return opened


def test_a_tunnel_ends_in_tls_here_and_links_lead_back_through_it(
    server: MockServer, state: Path
) -> None:
    with trusting(state).wrap_socket(tunnelled(server), server_hostname=HOST) as tls:
        tls.sendall(ASKED)

        answer = document(rest(tls))

    assert answer["video_url"].startswith(f"https://{HOST}/media/")


def test_http_2_is_not_offered(server: MockServer, state: Path) -> None:
    with trusting(state).wrap_socket(tunnelled(server), server_hostname=HOST) as tls:
        assert tls.selected_alpn_protocol() is None
        assert tls.version() == "TLSv1.3"


def test_a_tunnel_may_hold_plain_http(server: MockServer) -> None:
    with tunnelled(server) as opened:
        opened.sendall(ASKED)

        answer = document(rest(opened))

    assert answer["video_url"].startswith(f"http://{HOST}/media/")


def test_a_hello_may_come_with_the_connect_and_in_pieces(
    server: MockServer, state: Path
) -> None:
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting(state).wrap_bio(coming, going, server_hostname=HOST)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    hello = going.read()

    with connect(server) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.sendall(TUNNEL[:5])
        opened.sendall(TUNNEL[5:] + hello[:40])
        assert opened.recv(len(OPENED), socket.MSG_WAITALL) == OPENED
        opened.sendall(hello[40:])
        answer = opened.recv(5, socket.MSG_WAITALL)

    assert answer[:3] == b"\x16\x03\x03"


@pytest.mark.parametrize("host", [HOST, "render-eu-west-1.impossible.io", "localhost"])
def test_the_tls_port_has_a_certificate_for_each_name(
    server: MockServer, state: Path, host: str
) -> None:
    opened = connect(server, server.instance.tls_port)

    with trusting(state).wrap_socket(opened, server_hostname=host) as tls:
        certificate = tls.getpeercert()

    assert certificate is not None
    assert certificate["subjectAltName"] == (("DNS", host),)


def test_the_tls_port_has_a_certificate_for_its_address(
    server: MockServer, state: Path
) -> None:
    opened = connect(server, server.instance.tls_port)

    with trusting(state).wrap_socket(opened, server_hostname="127.0.0.1") as tls:
        certificate = tls.getpeercert()

    assert certificate is not None
    assert certificate["subjectAltName"] == (("IP Address", "127.0.0.1"),)


def test_plain_http_at_the_tls_port_is_told_so(server: MockServer) -> None:
    with connect(server, server.instance.tls_port) as opened:
        opened.sendall(ASKED)

        assert rest(opened).endswith(b"This port speaks TLS: use https://")


def test_who_does_not_trust_us_is_in_the_journal(server: MockServer) -> None:
    with (
        tunnelled(server) as opened,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(opened, server_hostname=HOST)
    said(server, b"GET /_mock/api/health HTTP/1.0\r\n\r\n")

    kept = server.exchanges[0]

    assert (kept.method, kept.target) == ("CONNECT", f"{HOST}:443")
    assert "; ".join(kept.notes) == (
        "TLS: TLSV1_ALERT_UNKNOWN_CA; the client does not trust our CA: see"
        " mockserver ca, or env"
    )


def test_a_request_in_absolute_form_is_served_by_its_own_host(
    server: MockServer,
) -> None:
    absolute = ASKED.replace(b"GET /", b"GET http://api.digitalcarbon.ai:8080/", 1)

    answer = document(said(server, absolute.replace(b"Host: api", b"Host: other")))

    assert answer["video_url"].startswith(f"http://{HOST}:8080/media/")


def test_our_own_address_is_served_through_the_proxy_door(server: MockServer) -> None:
    sent = (
        f"GET {server.url}/_mock/api/health HTTP/1.0\r\nHost: {server.url[7:]}\r\n\r\n"
    )

    assert document(said(server, sent.encode())) == {"status": "ok"}


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (b"CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n", "example.com:443"),
        (
            b"GET http://example.com/idomoo/x HTTP/1.1\r\nHost: a\r\n\r\n",
            "example.com:80",
        ),
        (b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: a\r\n\r\n", "127.0.0.1:1"),
    ],
)
def test_no_other_host_is_reached(server: MockServer, sent: bytes, place: str) -> None:
    answer = said(server, sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

    assert answer.startswith(b"HTTP/1.1 403 ")
    reason = f"{place} is no provider's host, and nothing is passed on to it"
    assert document(answer)["error"] == reason
    kept = server.exchanges[0]
    assert [*kept.notes] == [reason]
    assert f"--pass-through {place.partition(':')[0]}" in kept.hint


@pytest.mark.parametrize(
    "target", ["nowhere", ":443", "a:0", "a:99999", "[::1", "::1:443", "a@b:443", "a:x"]
)
def test_a_malformed_connect_is_refused(server: MockServer, target: str) -> None:
    answer = said(server, f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())

    assert answer.partition(b" ")[2][:3] in {b"400", b"403"}


def test_a_connect_with_too_large_a_head_is_refused(server: MockServer) -> None:
    answer = said(server, b"CONNECT a:1 HTTP/1.1\r\nX: " + b"x" * 40_000)

    assert answer.startswith(b"HTTP/1.0 400 ")


def test_a_connect_after_another_request_is_refused(server: MockServer) -> None:
    first = b"GET /_mock/api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    answer = said(server, first + TUNNEL)

    assert answer.count(b"HTTP/1.1 ") == 2
    assert b"found on a connection that has been used before" in answer


@pytest.mark.parametrize(
    "sent", [b"", b"CONN", TUNNEL[:-2], TUNNEL, TUNNEL + b"\x16\x03\x01\x02\x00\x01"]
)
def test_a_client_that_falls_silent_is_let_go(server: MockServer, sent: bytes) -> None:
    assert said(server, sent) in {b"", OPENED}


def test_a_tunnel_goes_on_to_a_host_that_is_let_through(
    server: MockServer, make: Make
) -> None:
    port = server.url.rpartition(":")[2]
    proxy = make(pass_through="127.0.0.1")

    answer = said(
        proxy,
        f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode(),
        ASKED,
    )

    assert answer.startswith(OPENED + b"HTTP/1.1 200 OK\r\n")
    assert [one.target for one in server.exchanges] == [DONE]
    assert proxy.exchanges == []


def test_a_plain_request_goes_on_to_a_host_that_is_let_through(
    server: MockServer, make: Make
) -> None:
    proxy = make(pass_through="127.0.0.1")
    body = b"POST %s/digitalcarbon/v1-beta/generate-video HTTP/1.1\r\nHost: x\r\n" % (
        server.url.encode()
    )

    answer = said(proxy, body + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}")

    assert answer.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    assert [one.slug for one in server.exchanges] == ["digitalcarbon"]
    assert [*proxy.exchanges[0].notes] == ["passed on to its host"]


def test_a_host_that_does_not_answer_is_a_502(make: Make) -> None:
    proxy = make(pass_through="127.0.0.1")

    tunnel = said(proxy, b"CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n")
    plain = said(
        proxy,
        b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )

    assert tunnel.startswith(b"HTTP/1.1 502 ")
    assert plain.startswith(b"HTTP/1.1 502 ")
    assert [one.status for one in proxy.exchanges] == [502, 502]


def test_links_follow_a_proxy_in_front_only_if_it_is_trusted(
    server: MockServer, make: Make
) -> None:
    told = ASKED.replace(
        b"Connection",
        b"X-Forwarded-Proto: https\r\nX-Forwarded-Host: mock.example\r\nConnection",
    )
    trusting_server = make(trust_forwarded=True)

    plain, trusted = document(said(server, told)), document(said(trusting_server, told))

    assert plain["video_url"].startswith(f"http://{HOST}/media/")
    assert trusted["video_url"].startswith("https://mock.example/media/")


def test_the_standard_header_counts_more_than_its_forerunners(make: Make) -> None:
    told = ASKED.replace(
        b"Connection",
        b"Forwarded: for=1.2.3.4;proto=https;host=a.example, proto=http;host=b\r\n"
        b"X-Forwarded-Host: mock.example\r\nConnection",
    )

    answer = document(said(make(trust_forwarded=True), told))

    assert answer["video_url"].startswith("https://a.example/media/")


def test_the_authority_is_only_for_its_owner(server: MockServer, state: Path) -> None:
    with trusting(state).wrap_socket(tunnelled(server), server_hostname=HOST):
        pass

    modes = {one.name: one.stat().st_mode & 0o777 for one in state.iterdir()}

    assert modes == {"ca.pem": 0o600}
    assert state.stat().st_mode & 0o777 == 0o700


def test_the_status_tells_the_tls_port(server: MockServer) -> None:
    raw = said(server, b"GET /_mock/api/status HTTP/1.0\r\nHost: localhost\r\n\r\n")

    assert document(raw)["tls_port"] == server.instance.tls_port


def test_a_reset_is_one_inside_a_tunnel_too(server: MockServer, state: Path) -> None:
    rule = {"on": {"operation": "results"}, "fault": {"kind": "reset"}}
    server.use({"scenario": "cut", "about": "Cuts.", "rules": [rule]})

    with trusting(state).wrap_socket(tunnelled(server), server_hostname=HOST) as tls:
        tls.sendall(ASKED)
        # OpenSSL calls that an unexpected end; the socket itself tells them apart.
        bare = socket.socket(fileno=tls.detach())
        bare.settimeout(10)
        with bare, pytest.raises(ConnectionResetError):
            rest(bare)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_runs_on_a_loop_that_is_not_asyncios_own(
    scheme: str, tmp_path: Path, state: Path
) -> None:
    """The transports of uvloop, and its TLS, are none of asyncio's classes."""

    async def ask() -> int:
        settings: dict[str, Any] = {"media_dir": tmp_path, "state_dir": state}
        async with (
            AsyncMockServer(None, **settings) as server,
            aiohttp.ClientSession() as session,
            session.get(
                f"{scheme}://{HOST}{DONE}",
                headers={"X-API-Key": "digitalcarbon-test-key"},
                proxy=server.url,
                ssl=False,
            ) as response,
        ):
            return response.status

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(ask()) == 200
