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
from msgspec.structs import replace

from mockserver.delivery.body import FileBody
from mockserver.delivery.carrier import Carrier
from mockserver.delivery.delivery import Attempt
from mockserver.delivery.parcel import S3Key, S3Put
from mockserver.delivery.s3 import signed
from mockserver.delivery.send import Client
from mockserver.errors import MediaError
from tests.delivery.conftest import MakeSink
from tests.delivery.invented import parcel
from tests.delivery.sink import reply

KEY = S3Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOON_S = 1_893_499_200.0  # 2030-01-01T12:00:00Z


def put(**changes: object) -> S3Put:
    wanted: dict[str, object] = {
        "bucket": "clips",
        "key": "a.mp4",
        "body": b"MP4",
        "endpoint": "http://127.0.0.1:9000",
        "access": KEY,
    }
    return S3Put(**{**wanted, **changes})  # type: ignore[arg-type]  # by name


async def carried(client: Client, wanted: S3Put) -> Attempt:
    delivery = parcel(message=wanted)
    return await Carrier(client).carry(delivery, Attempt(number=1, at=NOON_S))


@pytest.mark.parametrize(
    "wanted",
    [
        put(),
        put(key="a folder/ü+~(1)*.mp4"),
        put(key="a//b/../c=d&e%2f.mp4"),
        put(endpoint=""),
        put(endpoint="http://S3.example:80", region="eu-central-1"),
        put(
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
async def test_the_signature_is_botocores(wanted: S3Put, token: str | None) -> None:
    theirs = AWSRequest("PUT", wanted.url, dict(wanted.header_pairs), b"MP4")
    credentials = Credentials(KEY.access_key, KEY.secret_key, token)
    S3SigV4Auth(credentials, "s3", wanted.region).add_auth(theirs)
    date = datetime.fromisoformat(theirs.headers["X-Amz-Date"])

    key = S3Key(KEY.access_key, KEY.secret_key, token)
    ours = await signed(replace(wanted, access=key), at_s=date.timestamp())

    assert ours.header("Authorization") == theirs.headers["Authorization"]
    assert ours.header("x-amz-content-sha256") == theirs.headers["X-Amz-Content-SHA256"]


async def test_the_same_upload_has_the_same_signature() -> None:
    message = await signed(put(), at_s=NOON_S)

    assert message.header("Authorization") == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300101/us-east-1/s3/aws4_request,"
        " SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
        " Signature=a2fe21bf44ac0bc4be101c3c2efd4ba70b18c8113d26c8d70faff3e08e073dd3"
    )


async def test_a_date_of_its_own_is_what_a_put_is_signed_with() -> None:
    message = await signed(put(signed_at_s=NOON_S), at_s=NOON_S + 86_400)

    assert message.header("x-amz-date") == "20300101T120000Z"


async def test_a_file_is_hashed_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"MP4")

    of_file = await signed(put(body=FileBody(path, 3)), at_s=NOON_S)
    of_bytes = await signed(put(), at_s=NOON_S)

    assert of_file.headers == of_bytes.headers


async def test_without_a_key_nothing_is_signed() -> None:
    message = await signed(put(acl="public-read", access=None), at_s=NOON_S)

    assert message.headers == (("x-amz-acl", "public-read"),)


def test_the_bucket_stands_in_the_path_and_at_amazon_in_the_name() -> None:
    elsewhere = put(endpoint="https://s3.example", key="a b/c.mp4")
    amazon = put(endpoint="")

    assert elsewhere.url == "https://s3.example/clips/a%20b/c.mp4"
    assert amazon.url == "https://clips.s3.amazonaws.com/a.mp4"


def test_secrets_are_not_shown() -> None:
    assert "wJalr" not in repr(put())


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
    wanted = put(
        endpoint=moto,
        key="folder/ü 1.mp4",
        body=FileBody(path, 500_000),
        acl="public-read",
        content_type="video/mp4",
        content_disposition="attachment",
        cache_control="max-age=60",
        metadata={"title": "Clip"},
    )

    attempt = await carried(client, wanted)

    async with aiohttp.ClientSession() as session:
        kept = await session.get(wanted.url)
        body = await kept.read()
        acl = await (await session.get(f"{wanted.url}?acl")).text()
    assert attempt.status == 200
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
    attempt = await carried(client, put(endpoint=moto, bucket="nowhere"))

    assert attempt.status == 404
    assert "NoSuchBucket" in attempt.answer


async def test_a_redirect_to_another_region_is_followed_with_the_body(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(307, "Location: /elsewhere"))

    attempt = await carried(client, put(endpoint=f"http://127.0.0.1:{sink.port}"))

    assert (attempt.status, sink.bodies) == (200, [b"MP4", b"MP4"])


async def test_the_guard_holds_for_s3_too(client: Client) -> None:
    attempt = await carried(client, put(endpoint="http://93.184.216.34"))

    assert attempt.error == "refused"


async def test_a_lost_file_is_no_failed_upload(client: Client, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        await carried(client, put(body=FileBody(tmp_path / "gone", 1)))
