"""What goes over the wire, byte for byte, and what comes back as which error."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mockserver.delivery.body import FileBody, Form, Part
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Message
from mockserver.delivery.send import Client
from mockserver.errors import DeliveryError, MediaError
from tests.delivery.conftest import MakeSink
from tests.delivery.sink import OK, Sink, reply


async def failure(client: Client, message: Message, **options: float) -> DeliveryError:
    """Send what cannot arrive and return the error."""
    with pytest.raises(DeliveryError) as caught:
        await client.send(message, **options)  # type: ignore[arg-type]  # by name
    return caught.value


@pytest.fixture
async def greeter() -> AsyncIterator[int]:
    """The port of a server that speaks first, and no TLS."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "target",
    [
        "/a/../b%2fc;x=1?x=%zz&y=a+b&z=%20|[]{}'\"",
        "/?X-Signature=AbC%2F%3D&Expires=1",
        "//double//slash/",
        "/%e2%82%ac",
    ],
)
async def test_path_and_query_travel_as_they_are_written(
    client: Client, sink: Sink, target: str
) -> None:
    await client.send(Message("PUT", sink.url(target), body=b"x"))

    assert sink.seen[0].line == f"PUT {target} HTTP/1.1"


async def test_what_no_url_may_hold_is_quoted(client: Client, sink: Sink) -> None:
    """A request line could not carry it, or would be broken by it."""
    await client.send(Message("GET", sink.url("/a b\r\nX: 1/\u20ac#part")))

    assert sink.seen[0].target == "/a%20b%0D%0AX:%201/%E2%82%AC"


async def test_a_url_without_a_path_asks_for_the_root(
    client: Client, sink: Sink
) -> None:
    await client.send(Message("GET", sink.url("?a=b")))

    assert sink.seen[0].target == "/?a=b"


async def test_nothing_is_sent_that_nobody_asked_for(
    client: Client, sink: Sink
) -> None:
    headers = {"x-acme-Signature": "ab", "Content-Type": "video/mp4"}

    await client.send(Message("PUT", sink.url(), headers, b"abc"))

    assert sorted(sink.seen[0].headers) == [
        "Accept: */*",
        "Connection: close",
        "Content-Length: 3",
        "Content-Type: video/mp4",
        f"Host: 127.0.0.1:{sink.port}",
        "User-Agent: video-mockserver/0.1.0",
        "x-acme-Signature: ab",
    ]


async def test_repeated_headers_and_a_user_agent_of_ones_own_are_kept(
    client: Client, sink: Sink
) -> None:
    headers = (("X-A", "1"), ("X-A", "2"), ("user-agent", "Acme"))

    await client.send(Message("GET", sink.url(), headers))

    assert sink.seen[0].header("X-A") == ["1", "2"]
    assert sink.seen[0].header("User-Agent") == []


@pytest.mark.parametrize(
    "header",
    [
        ("Content-Length", "0"),
        ("content-length", "9"),
        ("Transfer-Encoding", "chunked"),
        ("Host", "internal.example"),
        ("Connection", "keep-alive, X-Left"),
        ("Upgrade", "h2c"),
        ("Expect", "100-continue"),
        ("TE", "trailers"),
        ("Trailer", "X-Left"),
        ("Keep-Alive", "timeout=9"),
        ("Proxy-Connection", "keep-alive"),
    ],
)
async def test_a_client_may_not_write_how_our_request_is_framed(
    client: Client, sink: Sink, header: tuple[str, str]
) -> None:
    await client.send(Message("PUT", sink.url(), (header, ("X-Own", "1")), b"abc"))

    assert sorted(sink.seen[0].headers) == [
        "Accept: */*",
        "Connection: close",
        "Content-Length: 3",
        f"Host: 127.0.0.1:{sink.port}",
        "User-Agent: video-mockserver/0.1.0",
        "X-Own: 1",
    ]
    assert sink.seen[0].body == b"abc"


@pytest.mark.parametrize(
    ("method", "body", "lengths"),
    [("GET", None, []), ("POST", b"", ["0"]), ("PUT", b"ab", ["2"])],
)
async def test_the_length_is_exact_and_nothing_is_chunked(
    client: Client, sink: Sink, method: str, body: bytes | None, lengths: list[str]
) -> None:
    await client.send(Message(method, sink.url(), (), body))

    assert sink.seen[0].header("Content-Length") == lengths
    assert sink.seen[0].header("Transfer-Encoding") == []
    assert sink.seen[0].header("Expect") == []


async def test_a_file_arrives_whole_with_its_length(
    client: Client, sink: Sink, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(bytes(range(256)) * 4000)

    await client.send(Message("PUT", sink.url(), (), FileBody(path, 1_024_000)))

    assert sink.seen[0].header("Content-Length") == ["1024000"]
    assert sink.seen[0].header("Content-Disposition") == []
    assert sink.seen[0].body == path.read_bytes()


async def test_a_lost_file_is_no_lost_connection(
    client: Client, sink: Sink, tmp_path: Path
) -> None:
    message = Message("PUT", sink.url(), (), FileBody(tmp_path / "gone.mp4", 10))

    with pytest.raises(MediaError, match=r"gone\.mp4: cannot be sent"):
        await client.send(message)

    assert sink.seen == []


async def test_a_file_of_another_size_is_not_sent(
    client: Client, sink: Sink, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"12345")

    with pytest.raises(MediaError, match="found 5 bytes, expected 10"):
        await client.send(Message("PUT", sink.url(), (), FileBody(path, 10)))


async def test_a_form_is_multipart_with_an_exact_length(
    client: Client, sink: Sink, tmp_path: Path
) -> None:
    path = tmp_path / "iphone.mp4"
    path.write_bytes(b"MP4")
    parts = (Part("title", b"Clip"),
             Part("file", FileBody(path, 3), 'a"b.mp4', "video/mp4"))  # fmt: skip

    await client.send(Message("POST", sink.url(), (), Form(parts)))

    seen = sink.seen[0]
    boundary = seen.header("Content-Type")[0].removeprefix(
        "multipart/form-data; boundary="
    )
    assert seen.body.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nClip\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file";'
        ' filename="a%22b.mp4"\r\nContent-Type: video/mp4\r\n\r\nMP4\r\n'
        f"--{boundary}--\r\n"
    )
    assert len(boundary) == 36


def test_equal_forms_have_equal_bytes() -> None:
    forms = [Form((Part("file", b"MP4", "a.mp4"),)) for _ in range(2)]

    assert forms[0].pieces == forms[1].pieces


async def test_user_and_password_become_basic_authentication(
    client: Client, sink: Sink
) -> None:
    url = f"http://us%40er:p%C3%A4ss@127.0.0.1:{sink.port}/x"

    await client.send(Message("PUT", url, body=b""))

    token = base64.b64encode("us@er:päss".encode()).decode()
    assert sink.seen[0].header("Authorization") == [f"Basic {token}"]
    assert sink.seen[0].header("Host") == [f"127.0.0.1:{sink.port}"]
    assert sink.seen[0].target == "/x"


async def test_an_answer_is_returned_whatever_its_status(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(403, "X-Why: no", body=b"forbidden"))

    answer = await client.send(Message("PUT", sink.url(), body=b"x"))

    assert (answer.status, answer.text, answer.redirects) == (403, "forbidden", 0)
    assert answer.headers["x-why"] == "no"
    assert not answer.is_cut
    assert answer.elapsed_s > 0


async def test_of_a_long_answer_only_the_beginning_is_read(
    make_sink: MakeSink,
) -> None:
    sink = await make_sink(reply(200, body=b"x" * 1_000_000))
    client = Client(Guard(), body_max_bytes=10)

    answer = await client.send(Message("GET", sink.url()))
    await client.close()

    assert (answer.body, answer.is_cut) == (b"xxxxxxxxxx", True)


async def test_an_answer_whose_body_breaks_off_keeps_its_status(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(b"HTTP/1.1 201 Made\r\nContent-Length: 100\r\n\r\nabc")

    answer = await client.send(Message("PUT", sink.url(), body=b"x"))

    assert (answer.status, answer.body) == (201, b"abc")


@pytest.mark.parametrize("status", [307, 308])
async def test_redirects_307_and_308_are_followed_with_method_and_body(
    client: Client, make_sink: MakeSink, status: int
) -> None:
    sink = await make_sink(reply(status, "Location: ../moved?a=%2F"))

    answer = await client.send(
        Message("PUT", sink.url("/a/b/c"), {"X-A": "1"}, b"body"), redirects=5
    )

    assert (answer.status, answer.redirects) == (200, 1)
    assert answer.url == sink.url("/a/moved?a=%2F")
    assert [seen.line for seen in sink.seen] == [
        "PUT /a/b/c HTTP/1.1",
        "PUT /a/moved?a=%2F HTTP/1.1",
    ]
    assert sink.seen[1].header("X-A") == ["1"]
    assert sink.bodies == [b"body", b"body"]


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_other_redirects_are_answers(
    client: Client, make_sink: MakeSink, status: int
) -> None:
    sink = await make_sink(reply(status, "Location: /other"))

    answer = await client.send(Message("PUT", sink.url(), body=b"x"), redirects=5)

    assert answer.status == status
    assert len(sink.seen) == 1


async def test_a_get_may_follow_all_redirects(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(302, "Location: /other"))

    answer = await client.send(
        Message("GET", sink.url()), redirects=5, follows_all=True
    )

    assert (answer.status, sink.seen[1].line) == (200, "GET /other HTTP/1.1")


async def test_a_put_never_follows_all(client: Client, make_sink: MakeSink) -> None:
    sink = await make_sink(reply(302, "Location: /other"))

    answer = await client.send(
        Message("PUT", sink.url(), body=b""), redirects=5, follows_all=True
    )

    assert answer.status == 302


async def test_by_default_no_redirect_is_followed(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(307, "Location: /other"))

    answer = await client.send(Message("POST", sink.url(), body=b"x"))

    assert answer.status == 307


async def test_a_redirect_to_nowhere_is_an_answer(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(307))

    answer = await client.send(Message("PUT", sink.url(), body=b"x"), redirects=5)

    assert answer.status == 307


async def test_too_many_redirects_are_an_error(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(*[reply(308, "Location: /again")] * 9)

    error = await failure(client, Message("PUT", sink.url(), body=b"x"), redirects=5)

    assert error.kind == "redirects"
    assert len(sink.seen) == 6


async def test_a_redirect_is_checked_anew(client: Client, make_sink: MakeSink) -> None:
    sink = await make_sink(reply(307, "Location: http://169.254.169.254/latest"))

    error = await failure(client, Message("PUT", sink.url(), body=b"x"), redirects=5)

    assert error.kind == "refused"
    assert "--allow-host 169.254.169.254" in str(error)


async def test_a_redirect_to_another_origin_gets_no_credentials(
    client: Client, make_sink: MakeSink
) -> None:
    there = await make_sink()
    here = await make_sink(reply(307, f"Location: {there.url()}"))
    headers = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Kept": "1"}

    await client.send(Message("POST", here.url(), headers, b"x"), redirects=1)

    assert here.seen[0].header("Authorization") == ["Bearer x"]
    assert there.seen[0].header("Authorization") == []
    assert there.seen[0].header("Cookie") == []
    assert there.seen[0].header("X-Kept") == ["1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/x",
        "http://1572395042/x",
        "http://0135.0270.0330.042/x",
        "http://[fe80::1%25eth0]/x",
        "http://[::ffff:8.8.8.8]/x",
        "http://0.0.0.0/x",
        "http://127.0.0.1@93.184.216.34/x",
        "http://127.0.0.1\\@93.184.216.34/x",
    ],
)
async def test_what_must_not_be_reached_is_refused(client: Client, url: str) -> None:
    error = await failure(client, Message("POST", url, (), b"x"))

    assert error.kind == "refused"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http:///x",
        "http://127.0.0.1:99999/",
        "hooks",
        "",
    ],
)
async def test_what_is_no_address_is_invalid(client: Client, url: str) -> None:
    error = await failure(client, Message("POST", url, (), b"x"))

    assert error.kind == "invalid"


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "a.localhost"])
async def test_loopback_is_reached_in_every_spelling(
    client: Client, sink: Sink, host: str
) -> None:
    answer = await client.send(Message("GET", sink.url(host=host)))

    assert answer.status == 200


async def test_a_broken_header_is_invalid(client: Client, sink: Sink) -> None:
    error = await failure(client, Message("POST", sink.url(), {"X": "a\r\nB: c"}, b""))

    assert error.kind == "invalid"
    assert sink.seen == []


async def test_a_closed_port_is_no_connection(client: Client) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        error = await failure(client, Message("POST", url, (), b""))

    assert error.kind == "connect"
    assert str(error).startswith(f"POST {url}: ")


async def test_a_name_that_is_not_allowed_is_refused(client: Client) -> None:
    error = await failure(client, Message("GET", "http://nowhere.invalid/"))

    assert error.kind == "refused"
    assert str(error) == (
        "refused to call nowhere.invalid on port 80: outgoing calls go to loopback"
        " only; --allow-host nowhere.invalid would allow it"
    )


@pytest.mark.parametrize("answer", [None, b"no http at all\r\n\r\n", b"HTTP/1.1 2"])
async def test_a_broken_answer_is_no_connection(
    client: Client, make_sink: MakeSink, answer: bytes | None
) -> None:
    sink = await make_sink(answer)

    error = await failure(client, Message("POST", sink.url(), (), b"x"))

    assert error.kind == "connect"
    assert len(sink.seen) == 1


async def test_a_failed_put_is_sent_once(client: Client, make_sink: MakeSink) -> None:
    """aiohttp would try an idempotent request again on a kept connection."""
    sink = await make_sink(reply(200), None)
    await client.send(Message("PUT", sink.url(), (), b"1"))

    await failure(client, Message("PUT", sink.url(), (), b"2"))

    assert sink.bodies == [b"1", b"2"]


async def test_a_server_without_tls_is_no_connection(
    client: Client, greeter: int
) -> None:
    url = f"https://127.0.0.1:{greeter}/"

    error = await failure(client, Message("POST", url, (), b"x"))

    assert error.kind == "connect"


async def test_no_answer_in_time_is_a_timeout(
    client: Client, make_sink: MakeSink
) -> None:
    never = asyncio.Event()
    sink = await make_sink(never)

    error = await failure(client, Message("POST", sink.url(), (), b"x"), timeout_s=0.05)
    never.set()

    assert error.kind == "timeout"
    assert str(error) == f"POST {sink.url()}: no answer within 0.05 s"


async def test_proxy_settings_are_not_read(
    client: Client, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    answer = await client.send(Message("GET", sink.url()))

    assert answer.status == 200


async def test_cookies_are_not_kept(client: Client, make_sink: MakeSink) -> None:
    sink = await make_sink(reply(200, "Set-Cookie: a=b"))
    await client.send(Message("GET", sink.url()))

    await client.send(Message("GET", sink.url()))

    assert sink.seen[1].header("Cookie") == []


async def test_a_closed_client_opens_again(client: Client, sink: Sink) -> None:
    await client.send(Message("GET", sink.url()))
    await client.close()

    answer = await client.send(Message("GET", sink.url()))

    assert answer.status == 200


@pytest.mark.parametrize(("keeps", "connections"), [(False, 2), (True, 1)])
async def test_connections_stay_only_if_they_are_to(
    keeps: bool, connections: int
) -> None:
    """Two messages to one receiver, which would keep its connections."""
    opened = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(OK)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    client = Client(Guard(), keeps=keeps)

    first = await client.send(Message("POST", url))
    second = await client.send(Message("POST", url))

    await client.close()
    for writer in opened:
        await writer.wait_closed()
    server.close()
    await server.wait_closed()
    assert (first.status, second.status) == (200, 200)
    assert len(opened) == connections
