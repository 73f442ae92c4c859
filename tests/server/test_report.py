"""What a failed test tells of its requests shows no secret."""

import http.client
from urllib.parse import urlsplit

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
