"""Uploads: really made where that may be, recorded where nothing may leave."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3  # type: ignore[import-untyped]  # it ships no types
import pytest
from moto.server import ThreadedMotoServer
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from mockserver.errors import MediaError
from mockserver.media.cache import MediaCache
from mockserver.media.parts import Part
from mockserver.media.spec import MediaSpec
from tests.delivery.sink import Sink, reply
from tests.providers.stupeflix.conftest import Api, MakeSink, Start, profiles

pytestmark = pytest.mark.ffmpeg
STORE = "<stupeflixStore/>"


async def done(api: Api, *uploads: str) -> dict[str, object]:
    """Render a profile with these uploads; return its last status."""
    job = await api.render(profiles(*uploads, name="mobile-small"))
    api.finish(job)
    await api.settle()
    found: dict[str, object] = await api.status()
    return found


async def video(api: Api) -> bytes:
    return await (await api.get("/alice/clip1/mobile-small/")).read()


async def test_http_post_sends_a_form_with_the_file(api: Api, sink: Sink) -> None:
    url = sink.url("/here?a=1")

    status = await done(api, STORE, f'<httpPOST url="{url}"/>')
    seen, data = sink.seen[0], await video(api)

    assert (seen.method, seen.target) == ("POST", "/here?a=1")
    assert seen.header("Content-Type")[0].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="mobile-small.mp4"' in seen.body
    assert b"Content-Type: video/mp4\r\n\r\n" + data in seen.body
    assert status["available-1-type"] == "httpPOST"
    assert status["available-1-id"] == status["available-1-url"] == url


async def test_http_put_sends_the_file_with_its_headers(api: Api, sink: Sink) -> None:
    headers = (
        '<header key="X-One" value="1"/><meta/><header key="Authorization" value="t"/>'
    )

    status = await done(api, STORE, f'<httpPUT url="{sink.url()}">{headers}</httpPUT>')
    seen = sink.seen[0]

    assert seen.method == "PUT"
    assert seen.body == await video(api)
    assert seen.header("X-One") == ["1"]
    assert seen.header("Authorization") == ["t"]
    assert seen.header("Content-Type") == ["video/mp4"]
    assert status["available-1-url"] == sink.url()


async def test_uploads_are_reported_one_by_one(api: Api, sink: Sink) -> None:
    xml = profiles(
        STORE, f'<httpPUT url="{sink.url()}"/>', "<youtube/>", name="mobile-small"
    )
    job = await api.render(xml)
    told = []
    for end in job.ends[-3:]:
        api.space.clock.set(job.created_at + end)
        await api.settle()
        status = await api.status()
        told.append((status["status"], [k for k in status if k.endswith("-id")]))

    assert told == [
        ("uploading", ["available-0-id"]),
        ("uploading", ["available-0-id", "available-1-id"]),
        ("available", ["available-0-id", "available-1-id", "available-2-id"]),
    ]


async def test_a_failed_upload_is_an_error_and_the_others_stay(
    api: Api, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(403))

    status = await done(api, STORE, f'<httpPUT url="{sink.url()}"/>', "<youtube/>")

    assert status["status"] == "error"
    assert status["complete"] == 100
    assert status["error"] == "upload 1 (httpPUT): status 403"
    assert "available-0-id" in status
    assert "available-1-id" not in status
    assert "available-2-id" not in status
    assert (await api.get("/alice/clip1/mobile-small/")).status == 200


async def test_a_profile_is_not_available_before_its_uploads_are_answered(
    api: Api, make_sink: MakeSink
) -> None:
    answer = asyncio.Event()
    sink = await make_sink(answer)
    job = await api.render(profiles(f'<httpPUT url="{sink.url()}"/>', name="mobile"))
    api.finish(job)
    settled = asyncio.create_task(api.settle())
    await asyncio.wait_for(sink.arrived.wait(), 20)
    before = await api.status()

    answer.set()
    await settled
    after = await api.status()

    assert before == {"status": "uploading", "complete": 100}
    assert after["status"] == "available"


async def test_the_last_notification_waits_for_the_uploads(
    api: Api, make_sink: MakeSink
) -> None:
    hook, target = await make_sink(), await make_sink(reply(500))
    notify = f'<notify url="{hook.url()}" statusRegexp="available|error"/>'

    await done(api, notify, f'<httpPUT url="{target.url()}"/>')

    assert [b"status=error" in body for body in hook.bodies] == [True]


async def test_what_may_not_be_reached_is_recorded_and_counts_as_done(
    api: Api,
) -> None:
    status = await done(api, '<httpPUT url="http://192.0.2.1/x"/>')
    record = api.running.instance.services.outbox.deliveries(api.space)[0]

    assert status["available-0-url"] == "http://192.0.2.1/x"
    assert (record.state, record.passage) == ("delivered", "recorded")
    assert "--allow-host 192.0.2.1" in record.attempts[0].reason


@pytest.mark.parametrize(
    "url",
    ["nonsense", "http://", "http://[x/", "gopher://192.0.2.1/", "http://127.0.0.1:1/"],
)
async def test_what_is_no_address_or_answers_nothing_is_an_error(
    api: Api, url: str
) -> None:
    status = await done(api, f'<httpPUT url="{url}"/>')

    assert status["status"] == "error"


@pytest.mark.parametrize(
    "element",
    [
        "<httpPUT url='http://nowhere.invalid/x'/>",
        "<s3 bucket='nowhere' resourcePrefix='a'/>",
        "<ftp server='nowhere.invalid' directory='a'/>",
    ],
)
async def test_a_strange_host_without_a_network_is_recorded(
    api: Api, element: str
) -> None:
    assert (await done(api, element))["status"] == "available"


async def test_what_may_not_be_reached_may_fail_the_job(start: Start) -> None:
    settings = {"stupeflix": {"uploads": "send"}}
    api = await start(providers_settings=settings)

    status = await done(api, '<httpPUT url="http://192.0.2.1/x"/>')

    assert status["status"] == "error"
    assert str(status["error"]).startswith("upload 0 (httpPUT): refused to call")


@pytest.mark.parametrize(
    ("element", "url"),
    [
        ("<youtube login='a' password='b'/>", "http://www.youtube.com/watch?v="),
        ("<dailymotion login='a' password='b'/>", "http://www.dailymotion.com/video/"),
        ("<dailymotion sid='a'/>", "http://www.dailymotion.com/video/"),
        ("<facebook apikey='a' secret='b' sid='c'/>", "http://www.facebook.com/video.php?v="),
        ("<brightcove sid='a' reference_id='r'/>", "http://link.brightcove.com/services/link/r"),
    ],
)  # fmt: skip
async def test_closed_platforms_are_recorded(api: Api, element: str, url: str) -> None:
    meta = "<meta><title>My clip</title></meta>"
    upload = element.replace("/>", f">{meta}</{element[1:].split(maxsplit=1)[0]}>")

    status = await done(api, upload)
    record = api.running.instance.services.outbox.deliveries(api.space)[0]

    assert str(status["available-0-url"]).startswith(url)
    assert str(status["available-0-url"]).endswith(str(status["available-0-id"]))
    assert record.state.value == "delivered"
    assert record.delivery.message.body == b"title=My+clip"


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ("<dailymotion login='a'/>", "(dailymotion): login and password, or sid, are"),
        ("<brightcove reference_id='r'/>", "(brightcove): sid is needed"),
    ],
)
async def test_closed_platforms_need_a_login(
    api: Api, element: str, reason: str
) -> None:
    status = await done(api, element)

    assert status["status"] == "error"
    assert reason in str(status["error"])


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    """A real S3 server on this machine."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


async def test_s3_keeps_video_and_thumbnail(start: Start, amazon: str) -> None:
    keys = {"aws_access_key_id": "AK", "aws_secret_access_key": "SK"}
    s3 = boto3.client("s3", endpoint_url=amazon, region_name="us-east-1", **keys)
    await asyncio.to_thread(s3.create_bucket, Bucket="clips")
    api = await start(providers_settings={"stupeflix": {"s3_endpoint": amazon}})
    element = '<s3 bucket="clips" resourcePrefix="a/b" accesskey="AK" secretkey="SK"/>'

    status = await done(api, STORE, element)
    found = await asyncio.to_thread(
        s3.get_object, Bucket="clips", Key="a/b/mobile-small.mp4"
    )
    still = await asyncio.to_thread(
        s3.get_object, Bucket="clips", Key="a/b/mobile-small.jpg"
    )

    assert status["available-1-id"] == "a/b"
    assert status["available-1-url"] == "http://clips.s3.amazonaws.com/a/b/"
    assert found["ContentType"] == "video/mp4"
    assert found["Body"].read() == await video(api)
    assert still["Body"].read()[:3] == b"\xff\xd8\xff"


async def test_a_bucket_that_is_not_there_is_an_error(
    start: Start, amazon: str
) -> None:
    api = await start(providers_settings={"stupeflix": {"s3_endpoint": amazon}})

    status = await done(api, '<s3 bucket="nowhere" accesskey="a" secretkey="b"/>')

    assert status["error"] == "upload 0 (s3): status 404"


@pytest.fixture
def ftp(tmp_path: Path) -> Iterator[int]:
    """A real FTP server on this machine, with the user `ann`."""
    authorizer = DummyAuthorizer()
    authorizer.add_user("ann", "s3cret", str(tmp_path), perm="elradfmw")
    settings = {"authorizer": authorizer, "auth_failed_timeout": 0}
    handler = type("Handler", (FTPHandler,), settings)
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=IOLoop())
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            server.serve_forever(timeout=0.05, blocking=False, handle_exit=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield server.address[1]
    stop.set()
    thread.join()


async def test_ftp_stores_the_video(api: Api, ftp: int, tmp_path: Path) -> None:
    server = f"127.0.0.1:{ftp}"
    element = f'<ftp server="{server}" login="ann" password="s3cret" directory="x/y"/>'

    status = await done(api, STORE, element)

    assert status["available-1-id"] == "x/y/mobile-small.mp4"
    assert status["available-1-url"] == f"ftp://{server}/x/y/mobile-small.mp4"
    assert (tmp_path / "x/y/mobile-small.mp4").read_bytes() == await video(api)


@pytest.mark.parametrize("port", ["9" * 5000, "\N{SUPERSCRIPT TWO}", "70000"])
async def test_a_port_that_is_none_is_the_usual_one(api: Api, port: str) -> None:
    status = await done(api, f'<ftp server="h.invalid:{port}" directory="x"/>')

    (record,) = api.running.instance.services.outbox.deliveries(api.space)
    assert status["status"] == "available"
    assert record.delivery.message.url == "ftp://h.invalid/x/mobile-small.mp4"


async def test_a_wrong_ftp_password_is_an_error(api: Api, ftp: int) -> None:
    element = f'<ftp server="127.0.0.1:{ftp}" login="ann" password="x" directory=""/>'

    status = await done(api, element)

    assert status["status"] == "error"
    assert str(status["error"]).startswith("upload 0 (ftp): 530")


class NoEncoder:
    """A machine on which nothing can be rendered."""

    def identity(self, spec: MediaSpec) -> str:
        return "none"

    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        raise MediaError("no ffmpeg")


async def test_a_video_that_cannot_be_made_is_an_error_and_our_trouble(
    api: Api, sink: Sink
) -> None:
    house = api.running.instance
    house.services.media = MediaCache(None, NoEncoder())

    status = await done(api, f'<httpPUT url="{sink.url()}"/>')
    trouble, house.bugs.latest = house.bugs.latest, []

    assert status["status"] == "error"
    assert status["error"] == "upload 0 (httpPUT): no ffmpeg"
    assert trouble == ["upload of stupeflix in stupeflix.main: no ffmpeg"]
