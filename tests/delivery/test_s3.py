"""Uploads to S3: botocore signs the same, and a real server keeps what was sent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer

from mockserver.delivery.files import sha256_hex
from mockserver.delivery.message import FileBody
from mockserver.delivery.s3 import S3Key, S3Object, put_message, put_object
from mockserver.delivery.send import Client
from mockserver.errors import DeliveryError, MediaError
from tests.delivery.conftest import MakeSink
from tests.delivery.sink import reply

KEY = S3Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOON_S = 1_893_499_200.0  # 2030-01-01T12:00:00Z


def target(**changes: object) -> S3Object:
    wanted: dict[str, object] = {
        "bucket": "clips",
        "key": "a.mp4",
        "endpoint": "http://127.0.0.1:9000",
    }
    return S3Object(**{**wanted, **changes})  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "wanted",
    [
        target(),
        target(key="a folder/ü+~(1)*.mp4"),
        target(key="a//b/../c=d&e%2f.mp4"),
        target(endpoint="http://s3.example", is_path_style=False),
        target(endpoint="http://S3.example:80", region="eu-central-1"),
        target(
            acl="public-read",
            content_type="video/mp4",
            content_disposition='attachment;   filename="a.mp4"',
            cache_control="max-age=60",
            storage_class="REDUCED_REDUNDANCY",
            metadata={"Title": "Clip", "a-b": "c"},
        ),
    ],
)
@pytest.mark.parametrize("token", [None, "the-session-token"])
async def test_the_signature_is_botocores(wanted: S3Object, token: str | None) -> None:
    theirs = AWSRequest("PUT", wanted.url, dict(wanted.headers), b"MP4")
    credentials = Credentials(KEY.access_key, KEY.secret_key, token)
    S3SigV4Auth(credentials, "s3", wanted.region).add_auth(theirs)
    date = datetime.fromisoformat(theirs.headers["X-Amz-Date"])

    ours = put_message(
        wanted,
        b"MP4",
        digest=await sha256_hex(b"MP4"),
        key=S3Key(KEY.access_key, KEY.secret_key, token),
        at_s=date.timestamp(),
    )

    assert ours.header("Authorization") == theirs.headers["Authorization"]
    assert ours.header("x-amz-content-sha256") == theirs.headers["X-Amz-Content-SHA256"]


def test_the_same_upload_has_the_same_signature() -> None:
    message = put_message(target(), b"MP4", digest="00" * 32, key=KEY, at_s=NOON_S)

    assert message.header("Authorization") == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300101/us-east-1/s3/aws4_request,"
        " SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
        " Signature=fdc657f0977d1056acea3ddeaf0263f573207c23a003e0ee2cd0f306369dbe6f"
    )


def test_without_a_key_nothing_is_signed() -> None:
    wanted = target(acl="public-read")

    message = put_message(wanted, b"MP4", digest="00" * 32, key=None, at_s=NOON_S)

    assert message.headers == {"x-amz-acl": "public-read"}


def test_the_bucket_stands_in_the_path_or_in_the_name() -> None:
    elsewhere = target(endpoint="https://s3.example", key="a b/c.mp4")
    named = target(endpoint="https://s3.example", is_path_style=False)

    assert elsewhere.url == "https://s3.example/clips/a%20b/c.mp4"
    assert named.url == "https://clips.s3.example/a.mp4"


def test_secrets_are_not_shown() -> None:
    assert "wJalr" not in repr(KEY)


@pytest.fixture
async def moto() -> AsyncIterator[str]:
    """The endpoint of an S3 with the bucket `clips`."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    await asyncio.to_thread(server.start)
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    async with aiohttp.ClientSession() as session:
        await session.put(f"{endpoint}/clips")
    yield endpoint
    await asyncio.to_thread(server.stop)


@pytest.mark.slow
async def test_a_server_keeps_the_file_and_what_was_said_about_it(
    client: Client, moto: str, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\x00\x01MP4" * 100_000)
    wanted = target(
        endpoint=moto,
        key="folder/ü 1.mp4",
        acl="public-read",
        content_type="video/mp4",
        content_disposition="attachment",
        cache_control="max-age=60",
        metadata={"title": "Clip"},
    )

    answer = await put_object(
        client, wanted, FileBody(path, 500_000), key=KEY, at_s=NOON_S
    )

    async with aiohttp.ClientSession() as session:
        kept = await session.get(wanted.url)
        body = await kept.read()
        acl = await (await session.get(f"{wanted.url}?acl")).text()
    assert answer.status == 200
    assert body == path.read_bytes()
    assert kept.headers["Content-Type"] == "video/mp4"
    assert kept.headers["Content-Disposition"] == "attachment"
    assert kept.headers["Cache-Control"] == "max-age=60"
    assert kept.headers["x-amz-meta-title"] == "Clip"
    assert "http://acs.amazonaws.com/groups/global/AllUsers" in acl


@pytest.mark.slow
async def test_a_bucket_that_is_not_there_is_an_answer(
    client: Client, moto: str
) -> None:
    wanted = target(endpoint=moto, bucket="nowhere")

    answer = await put_object(client, wanted, b"MP4", key=KEY, at_s=NOON_S)

    assert answer.status == 404
    assert "NoSuchBucket" in answer.text


async def test_a_redirect_to_another_region_is_followed_with_the_body(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(307, "Location: /elsewhere"))
    endpoint = f"http://127.0.0.1:{sink.port}"

    answer = await put_object(
        client, target(endpoint=endpoint), b"MP4", key=KEY, at_s=NOON_S
    )

    assert (answer.status, sink.bodies) == (200, [b"MP4", b"MP4"])


async def test_the_guard_holds_for_s3_too(client: Client) -> None:
    wanted = target(endpoint="http://93.184.216.34")

    with pytest.raises(DeliveryError) as caught:
        await put_object(client, wanted, b"MP4", key=None, at_s=NOON_S)

    assert caught.value.kind == "refused"


async def test_a_lost_file_is_no_failed_upload(client: Client, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        await put_object(
            client, target(), FileBody(tmp_path / "gone", 1), key=KEY, at_s=NOON_S
        )
