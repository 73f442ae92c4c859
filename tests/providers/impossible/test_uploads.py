"""Uploads reach S3, HTTP and FTP for real; the rest is recorded; callbacks are made."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests
from moto.server import ThreadedMotoServer
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from mockserver.engine.timeline import Phase, Step
from tests.providers.impossible.conftest import Api, Customer

RENDER = "/v2/render/demo-project"
PNG = b"\x89PNG\r\n\x1a\n"


async def upload(api: Api, task: object) -> Any:
    """Submit an upload, let the render finish, and return the answer."""
    waiting = await api.begin("POST", RENDER, json={"movie": "m", "upload": task})
    api.advance(1)
    return await waiting


def task(destination: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"extension": "png", "destination": destination, **rest}


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (
            {"type": "s3", "bucket": "my-bucket", "filename": "a/b.mp4"},
            "http://my-bucket.s3.amazonaws.com/a/b.mp4",
        ),
        (
            {"type": "s3", "bucket": "b", "filename": "1.mp4", "secure": True},
            "https://b.s3.amazonaws.com/1.mp4",
        ),
        (
            {"type": None, "bucket": "b", "filename": "1.mp4"},
            "http://b.s3.amazonaws.com/1.mp4",
        ),
        (
            {"type": "azureblob", "account": "a", "container": "c", "key": "k/1.mp4"},
            "https://a.blob.core.windows.net/c/k/1.mp4",
        ),
        (
            {"type": "dropbox", "filename": "/Apps/1.mp4", "auth_secret": "s"},
            "/Apps/1.mp4",
        ),
    ],
)
async def test_what_may_not_leave_is_recorded_and_counts_as_uploaded(
    api: Api, destination: dict[str, Any], expected: str
) -> None:
    response = await upload(api, task(destination))

    found = await response.json()
    (record,) = await api.deliveries()
    assert response.status == 200
    assert found["uploads"] == found["upload"] == found["Upload"] == expected
    assert (record.state, record.passage) == ("delivered", "recorded")
    assert record.attempts[0].status is None


@pytest.mark.parametrize(
    ("destination", "pattern"),
    [
        ({"type": "youtube", "category": "22"}, r"^[A-Za-z0-9_-]{11}$"),
        ({"category": "22"}, r"^[A-Za-z0-9_-]{11}$"),
        ({"type": "facebook"}, r"^[0-9]{15,17}$"),
        ({"account": "token"}, r"^[0-9]{15,17}$"),
    ],
)
async def test_other_services_give_identifiers_of_their_own(
    api: Api, destination: dict[str, Any], pattern: str
) -> None:
    response = await upload(api, task(destination))

    assert re.match(pattern, (await response.json())["uploads"])


async def test_secrets_are_not_kept_with_what_is_recorded(api: Api) -> None:
    await upload(
        api,
        task(
            {
                "bucket": "b",
                "filename": "f",
                "aws_access_key_id": "AKIA",
                "aws_secret_access_key": "hidden",
            }
        ),
    )

    (record,) = await api.deliveries()
    kept = record.delivery.data
    assert kept is not None
    assert kept["destination"] == {"bucket": "b", "filename": "f"}


async def test_an_http_destination_gets_the_file(api: Api, customer: Customer) -> None:
    url = f"{customer.origin}/in/still.png?key=1"

    response = await upload(api, task({"type": "http", "url": url}))

    (received,) = customer.received
    assert (await response.json())["uploads"] == url
    assert (received.method, received.path) == ("PUT", "/in/still.png?key=1")
    assert received.headers["Content-Type"] == "image/png"
    assert received.body.startswith(PNG)


async def test_a_refused_upload_is_500_and_there_is_no_token(
    api: Api, customer: Customer
) -> None:
    url = f"{customer.origin}/status/403"

    response = await upload(api, task({"type": "http", "url": url}))

    found = await response.json()
    (record,) = await api.deliveries()
    assert response.status == 500
    assert found["message"] == "Upload failed"
    assert "token" not in found
    assert (record.state, record.attempts[0].status) == ("failed", 403)


@pytest.mark.parametrize("url", ["", "http://[", "ftp://x", "not a url"])
async def test_a_destination_that_is_nowhere_is_500(api: Api, url: str) -> None:
    response = await upload(api, task({"type": "http", "url": url}))

    assert response.status == 500
    assert "X-Mock-Bug" not in response.headers


async def test_what_may_not_leave_can_be_made_to_fail(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"uploads": "send"})
    destination = {"type": "http", "url": "http://192.0.2.1/x"}

    response = await upload(api, task(destination))

    assert response.status == 500


async def test_two_tasks_one_of_them_asynchronous(api: Api, customer: Customer) -> None:
    first = task({"type": "s3", "bucket": "b", "filename": "1.png"})
    second = task(
        {"type": "s3", "bucket": "b", "filename": "1.jpg"},
        **{"async": True, "onsuccess": f"{customer.origin}/done?job=7"},
    )

    response = await upload(api, [first, second])
    await api.deliveries()

    found = await response.json()
    (called,) = customer.received
    assert response.status == found["status"] == 201
    assert found["uploads"] == ["http://b.s3.amazonaws.com/1.png", None]
    assert called.method == "GET"
    assert called.path == ("/done?job=7&msg=http%3A%2F%2Fb.s3.amazonaws.com%2F1.jpg")
    assert called.headers["User-Agent"] == "ImpossibleFX"
    assert called.body == b""


async def test_an_asynchronous_task_is_answered_at_once(
    api: Api, customer: Customer
) -> None:
    wanted = task(
        {"bucket": "b", "filename": "f"},
        **{"async": True, "onsuccess": f"{customer.origin}/done"},
    )

    response = await api.post(RENDER, {"movie": "m", "upload": wanted})
    await api.deliveries()
    early = len(customer.received)
    api.advance(1)
    await api.deliveries()

    assert response.status == 201
    assert (await response.json())["uploads"] is None
    assert early == 0
    assert customer.received[0].path == (
        "/done?msg=http%3A%2F%2Fb.s3.amazonaws.com%2Ff"
    )


async def test_a_failed_upload_calls_the_other_address(
    api: Api, customer: Customer
) -> None:
    wanted = task(
        {"type": "http", "url": f"{customer.origin}/status/500"},
        **{
            "async": True,
            "onsuccess": f"{customer.origin}/done",
            "onerror": f"{customer.origin}/failed?",
        },
    )
    await api.post(RENDER, {"movie": "m", "upload": wanted})

    api.advance(1)
    await api.deliveries()

    paths = [received.path for received in customer.received]
    assert paths == ["/status/500", "/failed?msg=Upload%20failed"]


async def test_a_failed_render_calls_the_other_address(
    api: Api, customer: Customer
) -> None:
    wanted = task(
        {"bucket": "b", "filename": "f"},
        **{"async": True, "onerror": f"{customer.origin}/failed"},
    )
    await api.post(RENDER, {"movie": "m", "upload": wanted})
    jobs = api.space().jobs("impossible")
    jobs.force(next(jobs.list_jobs()), Step("failed", Phase.FAILED))

    api.advance(1)
    await api.deliveries()

    assert [called.path for called in customer.received] == [
        "/failed?msg=Render%20failed"
    ]


async def test_a_deleted_token_uploads_nothing(api: Api, customer: Customer) -> None:
    wanted = task(
        {"type": "http", "url": customer.origin},
        **{"async": True, "onerror": customer.origin},
    )
    token = await api.rendering({"movie": "m", "upload": wanted})
    await api.call("DELETE", f"/v2/token/{token}")

    api.advance(10)

    assert await api.deliveries() == []
    assert customer.received == []


@pytest.mark.parametrize(
    ("settings", "config", "status"),
    [
        ({}, {}, 201),
        ({}, {"limits": "real"}, 429),
        ({"async_uploads_max": 5}, {}, 429),
        ({"async_uploads_max": 6}, {}, 201),
    ],
)
async def test_the_sixth_asynchronous_upload_at_once(
    start: Callable[..., Awaitable[Api]],
    settings: dict[str, Any],
    config: dict[str, Any],
    status: int,
) -> None:
    api = await start(settings, **config)
    wanted = {
        "movie": "m",
        "upload": task({"bucket": "b", "filename": "f"}, **{"async": True}),
    }
    for _ in range(5):
        await api.rendering(wanted)

    sixth = await api.post(RENDER, wanted)
    api.advance(1)
    await api.deliveries()
    later = await api.post(RENDER, wanted)

    assert (sixth.status, later.status) == (status, 201)
    document = await sixth.json()
    expected = {429: "Too many asynchronous requests"}.get(status)
    assert document.get("message") == expected


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Run a real S3 emulation; return its `host:port`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


def stored(s3: str, path: str) -> tuple[bytes, dict[str, str]]:
    """Return an object and its headers, as anybody may read it."""
    response = requests.get(f"http://{s3}/{path}", timeout=10)
    return response.content, {k.lower(): v for k, v in response.headers.items()}


def make_bucket(s3: str, name: str) -> None:
    response = requests.put(f"http://{s3}/{name}", timeout=10)
    assert response.status_code == 200


async def test_an_s3_host_of_ones_own_gets_the_object(api: Api, s3: str) -> None:
    make_bucket(s3, "mine")
    destination = {
        "type": "s3",
        "bucket": "mine",
        "filename": "a/b c.png",
        "s3host": s3,
        "aws_access_key_id": "AK",
        "aws_secret_access_key": "SK",
        "contenttype": "image/png",
        "contentdisposition": "inline",
        "cachecontrol": "max-age=60",
        "metadata": {"job": "7"},
    }

    response = await upload(api, task(destination))

    body, headers = stored(s3, "mine/a/b%20c.png")
    assert (await response.json())["uploads"] == f"http://{s3}/mine/a/b%20c.png"
    assert body.startswith(PNG)
    assert headers["content-type"] == "image/png"
    assert headers["cache-control"] == "max-age=60"
    assert headers["x-amz-meta-job"] == "7"


async def test_another_s3_may_stand_in_for_amazons(
    start: Callable[..., Awaitable[Api]], s3: str
) -> None:
    make_bucket(s3, "theirs")
    api = await start({"s3_endpoint": f"http://{s3}"})
    destination = {"type": "s3", "bucket": "theirs", "filename": "1.png"}

    response = await upload(api, task(destination))

    body, headers = stored(s3, "theirs/1.png")
    assert (await response.json())["uploads"] == (
        "http://theirs.s3.amazonaws.com/1.png"
    )
    assert body.startswith(PNG)
    assert headers["content-type"] == "application/octet-stream"


async def test_a_bucket_that_is_not_there_fails_the_upload(api: Api, s3: str) -> None:
    destination = {"bucket": "nobodys", "filename": "f", "s3host": s3}

    response = await upload(api, task(destination))

    (record,) = await api.deliveries()
    assert response.status == 500
    assert record.attempts[0].status == 404


@dataclass(frozen=True, slots=True)
class Ftp:
    """A real FTP server and its folder."""

    port: int
    folder: Path


@pytest.fixture
def ftp(tmp_path: Path) -> Iterator[Ftp]:
    authorizer = DummyAuthorizer()
    authorizer.add_user("me", "pass word", str(tmp_path), perm="elradfmwMT")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
    # All servers of a process share one loop unless told otherwise, and none is safe
    # to be closed by another thread than the one that serves.
    server, is_over = FTPServer(("127.0.0.1", 0), handler, ioloop=IOLoop()), Event()

    def work() -> None:
        while not is_over.is_set():
            server.serve_forever(timeout=0.05, blocking=False, handle_exit=False)
        server.close_all()

    thread = Thread(target=work)
    thread.start()
    yield Ftp(server.address[1], tmp_path)
    is_over.set()
    thread.join()


async def test_an_ftp_server_gets_the_file(api: Api, ftp: Ftp) -> None:
    destination = {
        "type": "ftp",
        "host": "127.0.0.1",
        "port": ftp.port,
        "user": "me",
        "password": "pass word",
        "path": "/out/1.png",
    }

    response = await upload(api, task(destination))

    found = await response.json()
    assert found["uploads"] == f"ftp://127.0.0.1:{ftp.port}/out/1.png"
    assert (ftp.folder / "out" / "1.png").read_bytes().startswith(PNG)


async def test_an_ftp_url_says_it_all(api: Api, ftp: Ftp) -> None:
    url = f"ftp://me:pass%20word@127.0.0.1:{ftp.port}/2.png"

    response = await upload(api, task({"type": "ftp", "url": url}))

    found = await response.json()
    assert found["uploads"] == f"ftp://127.0.0.1:{ftp.port}/2.png"
    assert (ftp.folder / "2.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("port", ["9" * 5000, "\N{SUPERSCRIPT TWO}", "70000"])
async def test_a_port_that_is_none_is_the_usual_one(api: Api, port: str) -> None:
    destination = {"type": "ftp", "host": "h.invalid", "port": port, "path": "/1.png"}

    response = await upload(api, task(destination))

    (record,) = await api.deliveries()
    assert response.status == 200
    assert record.delivery.message.url == "ftp://h.invalid/1.png"


async def test_a_wrong_ftp_password_fails_the_upload(api: Api, ftp: Ftp) -> None:
    url = f"ftp://me:wrong@127.0.0.1:{ftp.port}/2.png"

    response = await upload(api, task({"type": "ftp", "url": url}))

    assert response.status == 500
    assert json.loads(await response.text())["message"] == "Upload failed"
