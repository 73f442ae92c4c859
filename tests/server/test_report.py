"""What a failed test tells of its requests shows no secret."""

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from mockserver import MockServer
from mockserver.server.report import lines_of, told

SECRET = "planted-s3cr3t-of-a-client"


def test_a_secret_in_a_path_is_hidden_in_lines_notes_and_hints() -> None:
    with MockServer() as server:
        host, port = server.url.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port))
        for path, key in (
            ("/hourone/api/v1/videos", SECRET),
            (f"/hourone/{SECRET}/x", SECRET),
            (f"/nowhere/{SECRET}", ""),
        ):
            connection.request("GET", path, headers={"api-key": key} if key else {})
            connection.getresponse().read()
        connection.close()
        exchanges = [*server.instance.services.journal.exchanges()]
        lines = [*lines_of(server, exchanges), *told(server, exchanges)]

    assert "/nowhere/[hidden]" in "\n".join(lines)
    assert [line for line in lines if SECRET in line] == []


def test_a_secret_in_a_webhook_that_was_received_is_hidden() -> None:
    body = f'{{"job": "job-7", "api_key": "{SECRET}"}}'
    with MockServer() as server:
        where = urlsplit(server.webhooks.url)
        connection = http.client.HTTPConnection(where.netloc)
        connection.request("POST", f"{where.path}/x;token={SECRET}", body)
        connection.getresponse().read()
        connection.close()
        lines = [*told(server, [])]

    assert [line for line in lines if SECRET in line] == []
    assert any("job-7" in line for line in lines)


def _told(check: Callable[[], object]) -> str:
    with pytest.raises(AssertionError) as caught:
        check()
    return str(caught.value)


def test_no_failing_assertion_shows_a_secret() -> None:
    """What a test that fails is told ends in files that many can read."""
    token = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.{SECRET}"
    with MockServer(pace="manual") as server:
        where = urlsplit(server.webhooks.url)
        connection = http.client.HTTPConnection(where.netloc)
        connection.request("POST", f"{where.path}/{token}", f'{{"secret": "{SECRET}"}}')
        connection.getresponse().read()
        connection.close()
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        connection.request("GET", f"/nowhere/{token}")
        connection.getresponse().read()
        connection.close()
        said = [
            _told(lambda: server.webhooks.assert_received(9)),
            _told(lambda: server.webhooks.wait(about="nobody", timeout_s=0.0)),
            _told(lambda: server.wait_for_request(provider="luma", timeout=0)),
        ]

    assert [one for one in said if SECRET in one] == []
    assert all("[hidden]" in one for one in said)
    assert said[2].startswith("no request with provider luma came within 0 s")
