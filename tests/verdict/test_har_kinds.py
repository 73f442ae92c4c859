"""Whatever a client has done, the archive of it is one that strict readers take."""

import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests

from mockserver import MockServer
from mockserver.server.sockets.authority import open_authority

SCHEMA = json.loads(Path(__file__).with_name("har-1.2.schema.json").read_text())
# Every member that HAR 1.2 knows; those of ours begin with an underscore.
KNOWN = {
    *("log", "version", "creator", "browser", "pages", "entries", "comment"),
    *("name", "value", "startedDateTime", "time", "request", "response", "cache"),
    *("timings", "serverIPAddress", "connection", "pageref", "send", "wait", "receive"),
    *("dns", "connect", "ssl", "blocked", "method", "url", "httpVersion", "cookies"),
    *("headers", "queryString", "postData", "headersSize", "bodySize", "status"),
    *("statusText", "content", "redirectURL", "size", "compression", "mimeType"),
    *("text", "encoding", "params", "path", "domain", "expires", "httpOnly", "secure"),
}
DONE = "/v1-beta/generate-video/00000000-0000-4000-8000-000000000003/results"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
HOST = "api.digitalcarbon.ai"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state") / "ca"
    open_authority(folder)
    return folder


@pytest.fixture(scope="module")
def server(state: Path) -> Iterator[MockServer]:
    with MockServer(pace="manual", state_dir=state, tls_port=0) as one:
        yield one


def archived(server: MockServer) -> list[Any]:
    """Return the entries of the archive of all, which strict readers take."""
    har = requests.get(f"{server.url}/_mock/api/exchanges/har", timeout=10).json()
    checker = jsonschema.Draft6Validator.FORMAT_CHECKER
    jsonschema.Draft6Validator(SCHEMA, format_checker=checker).validate(har)
    assert {name for name in names(har) if name[0] != "_"} <= KNOWN
    entries: list[Any] = har["log"]["entries"]
    for entry in entries:
        assert entry["time"] == sum(entry["timings"].values())
        assert re.fullmatch(r"HTTP/1\.[01]", entry["request"]["httpVersion"])
        assert re.fullmatch(r"https?://[!-~]+", entry["request"]["url"])
    return entries


def names(value: Any) -> Iterator[str]:
    """Yield the names of all members of a document."""
    held = value.values() if isinstance(value, dict) else value
    yield from value if isinstance(value, dict) else ()
    for one in held:
        if isinstance(one, dict | list):
            yield from names(one)


def said(server: MockServer, raw: bytes, port: int | None = None) -> socket.socket:
    opened = socket.create_connection(
        ("127.0.0.1", port or int(server.url.rpartition(":")[2])), timeout=10
    )
    opened.sendall(raw)
    return opened


def drained(opened: socket.socket) -> bytes:
    with opened:
        return b"".join(iter(lambda: opened.recv(65536), b""))


def last(server: MockServer, raw: bytes) -> Any:
    """Return the entry of what was said in so many bytes."""
    drained(said(server, raw))
    return archived(server)[-1]


def form(server: MockServer) -> requests.Response:
    url = f"{server.url}/openai/v1/videos"
    data = {"prompt": "a fox", "x": ""}
    headers = {"Authorization": "Bearer openai-test-key"}
    return requests.post(url, data=data, headers=headers, timeout=10)


def upload(server: MockServer) -> requests.Response:
    url = f"{server.url}/openai/v1/videos"
    files = {"input_reference": ("a.png", b"\x89PNG\r\n\xff", "image/png")}
    headers = {"Authorization": "Bearer openai-test-key"}
    data = {"prompt": "a fox"}
    return requests.post(url, data=data, files=files, headers=headers, timeout=10)


def document(server: MockServer) -> requests.Response:
    url = f"{server.url_for('digitalcarbon')}/v1-beta/generate-video"
    return requests.post(url, json={"files": []}, headers=KEY, timeout=10)


def stream(server: MockServer) -> requests.Response:
    root = f"{server.url_for('fal')}/queue.fal.run/fal-ai/veo3"
    key = {"Authorization": "Key fal-test-key"}
    asked = requests.post(root, json={"prompt": "a fox"}, headers=key, timeout=10)
    server.advance(86_400)
    url = f"{root}/requests/{asked.json()['request_id']}/status/stream"
    return requests.get(url, headers=key, timeout=10)


def head(server: MockServer) -> requests.Response:
    path = DONE.replace("results", "").replace("v1-beta/generate-video", "media")
    return requests.head(
        server.url_for("digitalcarbon") + path[:-1] + ".mp4", timeout=60
    )


def preflight(server: MockServer) -> requests.Response:
    url = f"{server.url_for('fal')}/queue.fal.run/fal-ai/veo3"
    asked = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    return requests.options(url, headers=asked, timeout=10)


def nobody(server: MockServer) -> requests.Response:
    return requests.put(f"{server.url}/nobody?a=b&a=&c", data=b"\x00\xff", timeout=10)


def cookies(server: MockServer) -> requests.Response:
    jar = {"sid": "planted", "theme": "dark"}
    return requests.get(f"{server.url}/openai/v1/videos", cookies=jar, timeout=10)


@pytest.mark.parametrize(
    "ask", [form, upload, document, stream, preflight, nobody, cookies],
    ids=lambda ask: ask.__name__,
)  # fmt: skip
def test_what_a_client_does_is_archived_as_har_has_it(
    server: MockServer, ask: Callable[[MockServer], requests.Response]
) -> None:
    answer = ask(server)

    entry = archived(server)[-1]
    assert entry["response"]["status"] == answer.status_code
    assert entry["response"]["content"]["size"] == len(answer.content)
    assert entry["request"]["method"] == answer.request.method


@pytest.mark.ffmpeg
def test_a_file_that_is_asked_for_with_head_has_no_body(server: MockServer) -> None:
    answer = head(server)

    entry = archived(server)[-1]
    assert (answer.status_code, entry["response"]["status"]) == (200, 200)
    assert entry["response"]["content"]["size"] == 0


def test_a_form_is_told_by_its_fields(server: MockServer) -> None:
    form(server)

    assert archived(server)[-1]["request"]["postData"] == {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "prompt", "value": "a fox"}, {"name": "x", "value": ""}],
        "text": "prompt=a+fox&x=",
    }


def test_an_upload_that_is_no_text_says_so(server: MockServer) -> None:
    upload(server)

    posted = archived(server)[-1]["request"]["postData"]
    assert posted["_encoding"] == "base64"
    assert "encoding" not in posted


def test_a_body_that_nobody_has_read_has_no_known_length(server: MockServer) -> None:
    nobody(server)

    request = archived(server)[-1]["request"]
    assert request["bodySize"] == -1
    assert "postData" not in request


@pytest.mark.parametrize(
    ("raw", "url", "version", "status"),
    [
        (b"GET /openai/\xe9\xff?q=\xfc HTTP/1.1\r\nHost: h\r\n", "http://", 1, 400),
        (b'GET /a"b<c> HTTP/1.1\r\nHost: h\r\n', "http://h/a%22b%3Cc%3E", 1, 404),
        (b"GET /nobody HTTP/1.0\r\nHost: h:1\r\n", "http://h:1/nobody", 0, 404),
        (b"GET /nobody HTTP/1.1\r\nHost: \xe9 x\r\n", "http://", 1, 404),
        (b"OPTIONS * HTTP/1.1\r\nHost: h\r\n", "http://", 1, 404),
        (b"GET http://api.openai.com/v1/videos HTTP/1.1\r\nHost: h\r\n",
         "http://api.openai.com/v1/videos", 1, 401),
        (b"CONNECT nobody.example:443 HTTP/1.1\r\nHost: nobody.example:443\r\n",
         "https://nobody.example:443/", 1, 403),
        (b"\x16\x03 nothing of HTTP\r\n", "http://", 1, 400),
    ],
)  # fmt: skip
def test_whatever_is_asked_has_an_address(
    server: MockServer, raw: bytes, url: str, version: int, status: int
) -> None:
    more = b"Connection: close\r\n\r\n"

    entry = last(server, raw + more)

    assert entry["request"]["url"].startswith(url)
    assert entry["request"]["httpVersion"] == f"HTTP/1.{version}"
    assert entry["response"]["status"] == status


@pytest.mark.parametrize("is_tunnelled", [False, True])
def test_what_came_by_tls_has_an_address_that_says_so(
    server: MockServer, state: Path, is_tunnelled: bool
) -> None:
    port = None if is_tunnelled else server.instance.tls_port
    tunnel = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
    opened = said(server, tunnel if is_tunnelled else b"", port)
    if is_tunnelled:
        assert opened.recv(1024).startswith(b"HTTP/1.1 200 ")
    context = ssl.create_default_context(cafile=str(state / "ca.pem"))
    with context.wrap_socket(opened, server_hostname=HOST) as tls:
        for _ in range(3):  # the later ones are answered from memory
            tls.sendall(f"GET {DONE} HTTP/1.1\r\nHost: {HOST}\r\n".encode())
            tls.sendall(b"X-API-Key: digitalcarbon-test-key\r\n\r\n")
            assert tls.recv(65536).startswith(b"HTTP/1.1 200 ")

    urls = [entry["request"]["url"] for entry in archived(server)[-3:]]
    assert urls == [f"https://{HOST}{DONE}"] * 3


@pytest.mark.parametrize(
    ("fault", "status", "size"),
    [
        ({"kind": "drop-before-headers"}, 0, 0),
        ({"kind": "drop-mid-body", "bytes": 10}, 200, 10),
        ({"kind": "garbage"}, 0, None),
        ({"kind": "empty-answer"}, 200, 0),
    ],
    ids=lambda one: str(one["kind"]) if isinstance(one, dict) else "",
)
def test_an_answer_that_a_fault_has_cut_is_archived_as_it_went(
    server: MockServer, fault: Any, status: int, size: int | None
) -> None:
    rule = {"on": {"operation": "results"}, "fault": fault}
    server.use({"scenario": "bad", "about": "A bad day.", "rules": [rule]})
    raw = f"GET /digitalcarbon{DONE} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"

    entry = last(server, f"{raw}X-API-Key: digitalcarbon-test-key\r\n\r\n".encode())

    server.clear_faults()
    response = entry["response"]
    assert response["status"] == status
    assert size is None or response["content"]["size"] == size
