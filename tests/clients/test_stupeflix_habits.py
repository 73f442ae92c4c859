"""How Stupeflix's PHP, Ruby, Java and C# clients read the wire, imitated byte for byte.

No index carries these clients. What each is picky about is done here as it does it:
case-sensitive searches in raw heads, tags compared without stripping, bodies cut at
fixed texts, errors read by their length, redirects found by a pattern.
"""

import base64
import hashlib
import hmac
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import pytest

from mockserver.server.mock import MockServer

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg]

ACCESS = "EXAMPLEACCESSKEY0001"
SECRET = "exampleSecretKey000000000000000000000001"
MOVIE = (
    b'<movie service="craftsman-1.0"><body><effect type="none" duration="2.0">'
    b'<image color="#336699"/></effect></body></movie>'
)
FORM = "application/x-www-form-urlencoded"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    """Run a server whose time each status read moves."""
    with MockServer(
        pace="step", providers=("stupeflix",), media_dir=tmp_path
    ) as running:
        yield running
        assert running.bugs == []


@dataclass(frozen=True)
class Raw:
    """An answer as bytes: its head as text, its body."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])

    @property
    def lines(self) -> list[str]:
        return self.head.split("\r\n")

    def header(self, name: str) -> str:
        """Find a header as PHP and C# do: by its exact spelling."""
        found = re.search(rf"^{name}: (.*?)\r?$", self.head, re.MULTILINE)
        assert found is not None, self.head
        return found[1]


@dataclass(frozen=True)
class Wire:
    """Speaks HTTP/1.1 on a plain socket and signs as the clients do."""

    base: str
    target: str = ""
    host: str = ""

    def signed(self, method: str, path: str, md5: str = "", kind: str = "") -> str:
        """Return path and query; the signature is over the service's path alone."""
        date = int(time.time())
        text = f"{method}\n{md5}\n{kind}\n{date}\n/stupeflix-1.0{path}\n"
        proof = hmac.new(SECRET.encode(), text.encode(), "sha1").hexdigest()
        query = f"?Date={date}&AccessKey={ACCESS}&Signature={proof}"
        return f"{self.target}/stupeflix-1.0{path}{query}"

    def send(self, method: str, path: str, *headers: str, body: bytes = b"") -> Raw:
        parts = urlsplit(self.base)
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as sock:
            head = [f"{method} {path} HTTP/1.1", f"Host: {self.host or parts.netloc}"]
            head += headers
            head += [f"Content-Length: {len(body)}"] if body else []
            sock.sendall("\r\n".join([*head, "Connection: close", "", ""]).encode())
            file = sock.makefile("rb")
            if any(h.startswith("Expect") for h in headers):
                assert file.readline() == b"HTTP/1.1 100 Continue\r\n"
                assert file.readline() == b"\r\n"
            sock.sendall(body)
            whole = file.read()
        before, _, after = whole.partition(b"\r\n\r\n")
        return Raw(before.decode("latin-1"), after)

    def upload(self, method: str, path: str, body: bytes, kind: str, *more: str) -> Raw:
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        md5 = base64.b64encode(digest).decode()
        signed = self.signed(method, path, md5, kind)
        headers = (f"Content-MD5: {md5}", f"Content-Type: {kind}", *more)
        return self.send(method, signed, *headers, body=body)

    def get(self, path: str, *headers: str) -> Raw:
        return self.send("GET", self.signed("GET", path), *headers)

    def prepare(self, *, more: str = "") -> None:
        """Send a definition and have it rendered to its end."""
        sent = self.upload("PUT", "/alice/clip1/definition/", MOVIE, "text/xml")
        assert sent.status == 200
        xml = (
            f"{DECLARATION}<profiles>{more}"
            '<profile name="iphone"><stupeflixStore /></profile></profiles>'
        )
        body = f"ProfilesXML={quote_plus(xml)}".encode()
        assert self.upload("POST", "/alice/clip1/", body, FORM).status == 200

    def poll(self, path: str = "/alice/clip1/iphone/status/") -> list[str]:
        """Poll as Java, the iPhone and C# do: by searching the raw text."""
        seen = []
        for _ in range(60):
            seen.append(self.get(path).body.decode("ascii"))
            if '"status":"available"' in seen[-1] or '"status":"error"' in seen[-1]:
                break
        return seen


def md5_hex(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def wire(server: MockServer) -> Wire:
    """Return a wire by the path door, as PHP and Ruby use it."""
    return Wire(server.url, "/stupeflix")


# PHP


@pytest.mark.parametrize("kind", ["100-continue", "100-Continue"])
def test_php_waits_for_100_before_it_sends_a_file(wire: Wire, kind: str) -> None:
    answer = wire.upload(
        "PUT", "/alice/clip1/definition/", MOVIE, "text/xml", f"Expect: {kind}"
    )

    assert answer.status == 200
    assert answer.header("ETag") == md5_hex(MOVIE)


def test_php_finds_tags_by_their_exact_spelling(wire: Wire) -> None:
    wire.prepare()

    status = wire.get("/alice/clip1/status/")

    assert status.header("ETag") == md5_hex(status.body)


def test_php_reads_one_redirect_by_its_pattern(tmp_path: Path) -> None:
    with MockServer(
        pace="step",
        providers=("stupeflix",),
        media_dir=tmp_path,
        providers_settings={"stupeflix": {"redirects": "media"}},
    ) as redirecting:
        wire = Wire(redirecting.url, "/stupeflix")
        wire.prepare()
        wire.poll()

        answer = wire.get("/alice/clip1/iphone/")
        location = re.search(r"Location: (.*)\r\n", answer.head + "\r\n")
        assert location is not None
        parts = urlsplit(location[1])
        video = wire.send("GET", f"{parts.path}?{parts.query}")

    assert answer.status == 307
    assert parts.netloc == urlsplit(wire.base).netloc
    assert video.status == 200
    assert video.header("ETag") == md5_hex(video.body)


def test_php_takes_an_empty_list_for_the_end(wire: Wire) -> None:
    wire.prepare()

    assert wire.get("/alice/clip1/status/").body != b"[]"


def test_php_multiplies_complete_while_generating(wire: Wire) -> None:
    wire.prepare()

    generating = [text for text in wire.poll() if '"generating"' in text]

    assert generating
    assert all(re.search(r'"complete":\d+}', text) for text in generating)


# Ruby


def test_ruby_compares_tags_of_uploads_without_stripping(wire: Wire) -> None:
    digest = hashlib.md5(MOVIE, usedforsecurity=False).digest()
    md5 = base64.b64encode(digest).decode()
    path = wire.signed("PUT", "/alice/clip1/definition/", md5, "text/xml")
    headers = (f"Content-Md5: {md5}", "Content-Type: text/xml")

    answer = wire.send("PUT", path, *headers, "User-Agent: Basic Agent", body=MOVIE)

    assert f"ETag: {md5_hex(MOVIE)}" in answer.lines


def test_ruby_asks_for_gzip_and_wants_the_length_of_what_comes(wire: Wire) -> None:
    wire.prepare()
    wire.poll()

    for path in ("status/", "", "thumb.jpg/", "report.xml/"):
        accepts = "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3"
        answer = wire.get(f"/alice/clip1/iphone/{path}", accepts)

        assert int(answer.header("Content-Length")) == len(answer.body)
        assert answer.header("ETag").strip('"') == md5_hex(answer.body)
        assert "Content-Encoding" not in answer.head
        assert "Transfer-Encoding" not in answer.head


def test_ruby_with_httparty_sends_the_names_in_another_order(wire: Wire) -> None:
    path, _, query = wire.signed("GET", "/alice/clip1/status/").partition("?")
    date, key, proof = query.split("&")

    answer = wire.send("GET", f"{path}?{key}&{date}&{proof}", "User-Agent: Ruby")

    assert (answer.status, answer.body) == (200, b"[]")
    assert answer.header("Content-Type") == "application/json"


def test_ruby_with_httparty_takes_the_youtube_id_from_the_second_upload(
    wire: Wire,
) -> None:
    wire.upload("PUT", "/alice/clip1/definition/", MOVIE, "text/xml")
    xml = (
        '<profiles><profile name="youtube"><stupeflixStore/>'
        '<youtube login="a" password="b"></youtube></profile></profiles>'
    )
    body = f"ProfilesXML={quote_plus(xml)}".encode()
    wire.upload("POST", "/alice/clip1/", body, FORM)

    last = wire.poll("/alice/clip1/youtube/status/")[-1]

    assert re.search(r'"available-1-url":"[^"]*v=([^&"]+)"', last)


# Java


def test_java_searches_the_raw_text_for_the_end(wire: Wire) -> None:
    wire.prepare()

    assert '"status":"available"' in wire.poll()[-1]


def test_java_needs_a_body_in_every_error(wire: Wire) -> None:
    for path in ("/alice/clip9/iphone/", "/alice/clip1/definition/", "/nothing/"):
        answer = wire.get(path)

        assert answer.status == 404
        assert int(answer.header("Content-Length")) > 0
        assert answer.body


def test_java_plays_the_preview_by_inline_keys(wire: Wire) -> None:
    wire.prepare(more="<meta><preview>true</preview></meta>")
    wire.poll()
    signed = wire.signed("GET", "/alice/clip1/iphone/preview.flv/")
    path, _, query = signed.partition("?")
    date, key, proof = (part.split("=")[1] for part in query.split("&"))

    answer = wire.send("GET", f"{path}{key}/{proof}/{date}/")

    assert answer.status == 200
    assert answer.body.startswith(b"FLV")


# C#


@pytest.fixture
def proxied(server: MockServer) -> Wire:
    """Return a wire that asks for the real host, as a proxy is asked."""
    host = "services.stupeflix.com"
    return Wire(server.url, f"http://{host}", host)


def test_cs_comes_in_absolute_form_and_cuts_rows_at_a_brace(proxied: Wire) -> None:
    proxied.upload(
        "PUT", "/alice/clip1/definition/", MOVIE, "text/xml", "Expect: 100-continue"
    )
    xml = '<profiles><profile name="iphone"/><profile name="720p"/></profiles>'
    body = f"ProfilesXML={quote_plus(xml)}".encode()
    proxied.upload("POST", "/alice/clip1/", body, FORM, "Expect: 100-continue")

    texts = [proxied.get("/alice/clip1/status/").body.decode() for _ in range(40)]
    pieces = texts[-1].split("},")

    assert any(
        '"profile":"iphone"' in piece and '"status":"available"' in piece
        for piece in pieces
    )


def test_cs_labels_zips_as_xml(proxied: Wire) -> None:
    data = b"PK\x03\x04 but broken"

    answer = proxied.upload("PUT", "/alice/clip1/definition/", data, "text/xml")

    assert (answer.status, answer.body) == (
        400,
        b"InvalidDefinition: the archive: no directory",
    )


def test_cs_finds_tags_by_their_exact_spelling(proxied: Wire) -> None:
    answer = proxied.upload("PUT", "/alice/clip1/definition/", MOVIE, "text/xml")

    assert answer.header("ETag") == md5_hex(MOVIE)
    assert answer.header("Content-Length") == "0"
