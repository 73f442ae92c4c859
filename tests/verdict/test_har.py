"""Exchanges become an HTTP archive that browsers read, with credentials hidden."""

from typing import Any

import pytest

from mockserver.verdict.har import har
from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import Redactor


def archived(**changes: Any) -> Any:
    """Return the entry of one exchange."""
    facts: dict[str, Any] = {
        "method": "POST",
        "target": "/acme/dishes?sig=abc&x=",
        "request_headers": {"Host": "api.acme.example", "Content-Type": "text/x"},
        "request_body": b"a soup",
        "status": 302,
        "response_headers": {"Content-Type": "text/y", "Location": "/menu"},
        "response_body": b"served",
        "size_bytes": 6,
        "wall_at": 1893456002.0,
        "elapsed_s": 1.5,
        "operation": "order",
        "space": "acme.main",
        "notes": ["a-known-secret was taken"],
    }
    exchange = Exchange(**{**facts, **changes})
    redactor = Redactor(
        headers=("x-key",),
        query=("sig",),
        members=("token",),
        values=("a-known-secret",),
    )
    archive = har(
        [exchange], lambda _: redactor, origin="http://localhost:1", version="1.2.3"
    )
    return archive["log"]["entries"][0]


def test_an_archive_says_who_made_it() -> None:
    assert har([], lambda _: Redactor(), origin="", version="1.2.3") == {
        "log": {
            "version": "1.2",
            "creator": {"name": "video-mockserver", "version": "1.2.3"},
            "entries": [],
        }
    }


def test_an_entry_begins_when_the_request_did_and_says_how_long_it_took() -> None:
    entry = archived()

    assert entry["startedDateTime"] == "2030-01-01T00:00:00.500Z"
    assert entry["time"] == 1500.0
    assert entry["timings"] == {"send": 0, "wait": 1500.0, "receive": 0}


def test_a_request_is_told_as_it_came() -> None:
    assert archived()["request"] == {
        "method": "POST",
        "url": "http://api.acme.example/acme/dishes?sig=[hidden]&x=",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [
            {"name": "Host", "value": "api.acme.example"},
            {"name": "Content-Type", "value": "text/x"},
        ],
        "queryString": [
            {"name": "sig", "value": "[hidden]"},
            {"name": "x", "value": ""},
        ],
        "headersSize": -1,
        "bodySize": 6,
        "postData": {"mimeType": "text/x", "text": "a soup"},
    }


def test_an_answer_is_told_as_it_went() -> None:
    assert archived()["response"] == {
        "status": 302,
        "statusText": "Found",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [
            {"name": "Content-Type", "value": "text/y"},
            {"name": "Location", "value": "/menu"},
        ],
        "content": {"size": 6, "mimeType": "text/y", "text": "served"},
        "redirectURL": "/menu",
        "headersSize": -1,
        "bodySize": 6,
    }


def test_what_the_wire_does_not_say_stands_beside_it() -> None:
    entry = archived(fault="rule/1")

    assert {name: entry[name] for name in entry if name.startswith("_")} == {
        "_number": 0,
        "_space": "acme.main",
        "_operation": "order",
        "_job": "",
        "_jobs": [],
        "_poll": False,
        "_state": "",
        "_fault": "rule/1",
        "_notes": ["[hidden] was taken"],
    }


@pytest.mark.parametrize(
    ("target", "headers", "url"),
    [
        ("*", {"Host": "h"}, "http://h/"),
        ("", {"Host": "h"}, "http://h/"),
        ("/\u00e9 <x>", {"Host": "h"}, "http://h/%C3%A9%20%3Cx%3E"),
        ("/x", {"Host": "no host"}, "http://localhost:1/x"),
        ("/x", {}, "http://localhost:1/x"),
        ("/x", {"HOST": "h:2"}, "http://h:2/x"),
        ("http://real.example/x", {"Host": "h"}, "http://real.example/x"),
        ("/x?next=http://y/", {"Host": "h"}, "http://h/x?next=http://y/"),
    ],
)
def test_the_address_is_absolute(
    target: str, headers: dict[str, str], url: str
) -> None:
    assert archived(target=target, request_headers=headers)["request"]["url"] == url


@pytest.mark.parametrize(
    ("origin", "url"),
    [("https", "https://h:2/x"), ("https://found.example", "https://found.example/x")],
)
def test_the_address_is_as_the_client_has_found_us(origin: str, url: str) -> None:
    """A proxy in front may have told of a whole origin."""
    entry = archived(target="/x", request_headers={"Host": "h:2"}, origin=origin)

    assert entry["request"]["url"] == url


def test_the_version_of_http_is_that_of_the_request() -> None:
    entry = archived(version=(1, 0))

    assert entry["request"]["httpVersion"] == "HTTP/1.0"


def test_cookies_are_told_by_their_names_and_nothing_of_their_values() -> None:
    asked = {"Cookie": "sid=planted; theme=; a-known-secret=1; bare"}
    told = {
        "Set-Cookie": "sid=planted; Path=/x; Domain=h.example; Secure; HttpOnly;"
        " Expires=Wed, 21 Oct 2026 07:28:00 GMT; SameSite=Lax"
    }

    entry = archived(request_headers=asked, response_headers=told)

    assert entry["request"]["cookies"] == [
        {"name": "sid", "value": "[hidden]"},
        {"name": "theme", "value": ""},
        {"name": "[hidden]", "value": "[hidden]"},
        {"name": "", "value": "[hidden]"},
    ]
    assert entry["response"]["cookies"] == [
        {
            "name": "sid",
            "value": "[hidden]",
            "httpOnly": True,
            "secure": True,
            "path": "/x",
            "domain": "h.example",
            "expires": "2026-10-21T07:28:00.000Z",
        }
    ]


def test_a_cookie_that_expires_at_no_time_says_none() -> None:
    told = {"Set-Cookie": "sid=x; Expires=some day"}

    entry = archived(response_headers=told)

    assert entry["response"]["cookies"] == [
        {"name": "sid", "value": "[hidden]", "httpOnly": False, "secure": False}
    ]


def test_bytes_that_are_no_text_are_coded() -> None:
    entry = archived(request_body=b"\xff\x00", response_body=b"\xfe")

    assert entry["request"]["postData"]["text"] == "/wA="
    assert entry["request"]["postData"]["_encoding"] == "base64"
    assert entry["response"]["content"]["text"] == "/g=="


def test_a_file_that_was_sent_is_told_by_its_length_only() -> None:
    entry = archived(request_body=None, response_body=None, size_bytes=12345)

    assert "postData" not in entry["request"]
    assert entry["request"]["bodySize"] == 0
    assert entry["response"]["content"] == {"size": 12345, "mimeType": "text/y"}
    assert entry["response"]["bodySize"] == 12345


def test_an_address_that_nobody_can_take_apart_is_archived_all_the_same() -> None:
    """A proxied request may name user and password, of which nothing is left."""
    entry = archived(target="http://me:pass@h.example/dishes?x=1&sig=abc")

    request = entry["request"]
    assert request["url"] == "http://[hidden]@h.example/dishes?x=1&sig=[hidden]"
    assert request["queryString"] == [
        {"name": "x", "value": "1"},
        {"name": "sig", "value": "[hidden]"},
    ]
