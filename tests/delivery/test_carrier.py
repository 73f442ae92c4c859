"""Whether something leaves, by which protocol, and what the attempt then says."""

import asyncio
from collections import deque
from pathlib import Path

import pytest

from mockserver.delivery.body import FileBody, Form, Part
from mockserver.delivery.carrier import Carrier
from mockserver.delivery.delivery import Attempt, Policy
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut, Parcel, Posting, S3Key, S3Put
from mockserver.delivery.send import Client
from mockserver.engine.spaces import Space
from mockserver.errors import MediaError
from tests.delivery.conftest import MakeSink
from tests.delivery.invented import Office, parcel
from tests.delivery.sink import Sink, reply

ELSEWHERE = "93.184.216.34"
PUTS: list[Parcel] = [
    Message("PUT", f"http://{ELSEWHERE}/x", (), b"MP4"),
    S3Put(bucket="b", key="k", body=b"MP4", endpoint=f"http://{ELSEWHERE}"),
    FtpPut(host=ELSEWHERE, path="a.mp4", body=b"MP4"),
]
NOWHERE: list[Parcel] = [
    Message("PUT", "nonsense", (), b"MP4"),
    Message("PUT", "http://[", (), b"MP4"),
    S3Put(bucket="b", key="k", body=b"MP4", endpoint="gopher://127.0.0.1"),
    S3Put(bucket="b", key="k", body=b"MP4", endpoint="http://["),
    S3Put(bucket="b@c/", key="k", body=b"MP4", endpoint="nothing"),
    FtpPut(host="", path="a.mp4", body=b"MP4"),
    FtpPut(host="127.0.0.1", path="/", body=b"MP4"),
]


async def carried(client: Client, message: Parcel, policy: Policy) -> Attempt:
    delivery = parcel(message=message, policy=policy)
    return await Carrier(client).carry(delivery, Attempt(number=1, at=1000.0))


@pytest.mark.parametrize("message", PUTS)
async def test_what_may_not_leave_is_recorded_by_default(
    client: Client, message: Parcel
) -> None:
    attempt = await carried(client, message, Policy.AUTO)

    assert (attempt.passage, attempt.error, attempt.status) == ("recorded", None, None)
    assert f"--allow-host {ELSEWHERE}" in attempt.reason


@pytest.mark.parametrize("message", PUTS)
async def test_what_may_not_leave_is_refused_if_it_is_to_be_sent(
    client: Client, message: Parcel
) -> None:
    attempt = await carried(client, message, Policy.SEND)

    assert (attempt.passage, attempt.error) == ("refused", "refused")


async def test_what_may_leave_stays_if_all_is_recorded(
    client: Client, sink: Sink
) -> None:
    message = Message("PUT", sink.url(), (), b"MP4")

    attempt = await carried(client, message, Policy.RECORD)

    assert (attempt.passage, sink.seen) == ("recorded", [])


async def test_what_may_leave_is_sent_by_default(client: Client, sink: Sink) -> None:
    message = Message("PUT", sink.url(), (), b"MP4")

    attempt = await carried(client, message, Policy.AUTO)

    assert (attempt.passage, attempt.status, sink.bodies) == ("sent", 200, [b"MP4"])


@pytest.mark.parametrize("policy", [*Policy])
@pytest.mark.parametrize("message", NOWHERE)
async def test_what_is_no_address_is_never_recorded(
    client: Client, message: Parcel, policy: Policy
) -> None:
    attempt = await carried(client, message, policy)

    assert (attempt.is_recorded, attempt.error) == (False, "invalid")


@pytest.mark.parametrize("host", ["[", "no where", "x" * 300, "a..b"])
async def test_an_impossible_host_is_as_good_as_a_strange_one(
    client: Client, host: str
) -> None:
    message = FtpPut(host=host, path="a.mp4", body=b"MP4")

    attempt = await carried(client, message, Policy.AUTO)

    assert attempt.passage == "recorded"


async def test_a_closed_port_of_this_machine_is_a_failure(client: Client) -> None:
    message = FtpPut(host="127.0.0.1", port=1, path="a", body=b"MP4")

    attempt = await carried(client, message, Policy.AUTO)

    assert (attempt.passage, attempt.error) == ("sent", "connect")


@pytest.mark.parametrize("policy", [*Policy])
async def test_a_closed_platform_is_told_nothing(
    client: Client, policy: Policy
) -> None:
    message = Posting(
        platform="youtube", url="dQw4w9WgXcQ", body=b"MP4", content_type="video/mp4"
    )

    attempt = await carried(client, message, policy)

    assert attempt.passage == "recorded"
    assert attempt.reason == "youtube is a closed platform"


async def test_a_form_says_what_it_is_unless_somebody_does(
    client: Client, make_sink: MakeSink
) -> None:
    sink = await make_sink()
    form = Form((Part("file", b"MP4", "a.mp4", "video/mp4"),))

    await client.send(Message("POST", sink.url(), (("content-type", "a/b"),), form))
    await client.send(Message("POST", sink.url(), (), form))

    assert sink.seen[0].header("content-type") == ["a/b"]
    assert sink.seen[0].header("Content-Type") == []
    assert sink.seen[1].header("Content-Type") == [form.content_type]


async def test_an_upload_to_s3_is_tried_again_and_signed_anew(
    client: Client, make_sink: MakeSink, space: Space
) -> None:
    sink = await make_sink(reply(500), reply(503))
    put = S3Put(
        bucket="b",
        key="k.mp4",
        body=b"MP4",
        endpoint=f"http://127.0.0.1:{sink.port}",
        access=S3Key("AK", "SK"),
    )
    office = Office(client)
    office.plan(space, parcel(message=put, ladder=(60.0, 60.0)), 1000.0)
    space.clock.advance(600)

    await office.settle(space)

    (record,) = office.deliveries(space)
    assert [attempt.status for attempt in record.attempts] == [500, 503, 200]
    assert [attempt.at for attempt in record.attempts] == [1000.0, 1060.0, 1120.0]
    assert [seen.target for seen in sink.seen] == ["/b/k.mp4"] * 3
    assert [len(seen.header("Authorization")) for seen in sink.seen] == [1, 1, 1]


async def test_an_upload_by_ftp_is_tried_again(client: Client, space: Space) -> None:
    """The server is busy at first, and has no room for the second one."""
    greetings = deque([b"421 busy\r\n", b"220 hello\r\n"])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greetings.popleft())
        if await reader.readline():
            writer.write(b"530 full\r\n")
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    office = Office(client)
    put = FtpPut(host="127.0.0.1", port=port, path="a.mp4", body=b"MP4")
    office.plan(space, parcel(message=put, ladder=(60.0,)), 1000.0)
    space.clock.advance(600)

    await office.settle(space)
    server.close()

    (record,) = office.deliveries(space)
    assert [attempt.status for attempt in record.attempts] == [421, 530]
    assert record.attempts[1].answer.startswith("530")
    assert record.state == "failed"


class Kept:
    """What keeps a file that has left the cache's memory, or not."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data


async def test_a_file_is_held_until_it_has_been_sent(
    client: Client, sink: Sink, space: Space, tmp_path: Path
) -> None:
    """The cache may remove it from the disk in the meantime."""
    body = FileBody(tmp_path / "gone.mp4", 3, held=Kept(b"MP4"))
    office = Office(client)
    message = Message("PUT", sink.url(), (), body)
    office.plan(space, parcel(message=message), 1000.0)

    await office.settle(space)

    (record,) = office.deliveries(space)
    assert sink.bodies == [b"MP4"]
    assert isinstance(record.delivery.message.body, FileBody)
    assert record.delivery.message.body.held is None


async def test_a_file_that_is_gone_is_no_answer(client: Client, tmp_path: Path) -> None:
    body = FileBody(tmp_path / "gone.mp4", 3)

    with pytest.raises(MediaError):
        await carried(
            client, Message("PUT", "http://127.0.0.1/", (), body), Policy.SEND
        )
