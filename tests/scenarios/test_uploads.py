"""Delivery rules reach uploads as they reach webhooks, at every provider alike."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.edge.staging.stage import STAGE
from mockserver.engine.spaces import Space
from tests.delivery.sink import Sink
from tests.providers.conftest import Running
from tests.providers.digitalcarbon.conftest import FROZEN, KEY
from tests.providers.stupeflix.conftest import Api as Stupeflix
from tests.providers.stupeflix.conftest import profiles
from tests.scenarios.conftest import Open

pytestmark = pytest.mark.ffmpeg
RENDER = "/impossible/v2/render/demo-project"
UPLOAD = f"/digitalcarbon/v1-beta/generate-video/{FROZEN}3/results/upload-video"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """A customer's own server."""
    sink = Sink()
    await sink.start()
    yield sink
    await sink.stop()


def rule(**what: Any) -> dict[str, Any]:
    return {"scenario": "x", "rules": [{"on": {"event": "upload*"}, "delivery": what}]}


def ruled(running: Running, space_id: str, **what: Any) -> Space:
    """Let a delivery rule act on a space's uploads; return the space."""
    space = running.instance.services.spaces.open(space_id)
    running.instance.app[STAGE].use([space], rule(**what))
    return space


async def impossible(running: Running, url: str, **more: Any) -> ClientResponse:
    """Order a still that is uploaded to a URL while the client waits."""
    destination = {"type": "http", "url": url}
    upload = {"extension": "png", "destination": destination, **more}
    order = {"movie": "m", "upload": upload}
    return await running.client.post(RENDER, json=order)


async def digitalcarbon(running: Running, url: str) -> ClientResponse:
    """Let a finished video be uploaded to a URL."""
    document = {"upload_url": url}
    return await running.client.post(UPLOAD, json=document, headers=KEY)


async def stupeflix(running: Running, element: str) -> Any:
    """Render a profile with an upload to its end; return its status."""
    api = Stupeflix(running)
    api.finish(await api.render(profiles(element, name="mobile-small")))
    await api.settle()
    return await api.status()


STUPEFLIX = {"epoch": "2023-11-14T22:13:20+00:00", "wall": lambda: 1_700_000_000.0}


async def test_an_upload_of_impossible_that_is_dropped_has_failed(
    opened: Open, sink: Sink
) -> None:
    running = await opened(auth="open")
    space = ruled(running, "impossible.public", drop=True)

    response = await impossible(running, sink.url())

    (record,) = running.instance.services.outbox.deliveries(space)
    assert response.status == 500
    assert (await response.json())["message"] == "Upload failed"
    assert (sink.seen, record.state) == ([], "dropped")


async def test_an_upload_in_the_background_that_is_dropped_is_told_as_failed(
    opened: Open, sink: Sink
) -> None:
    running = await opened(auth="open", pace="manual")
    space = ruled(running, "impossible.public", drop=True)
    callbacks = {"onsuccess": sink.url("/done"), "onerror": sink.url("/failed")}
    await impossible(running, sink.url("/file"), **{"async": True}, **callbacks)

    space.clock.advance(1)
    await running.settle(space)

    assert [seen.target for seen in sink.seen] == ["/failed?msg=Upload%20failed"]


async def test_a_late_upload_is_called_back_for_when_it_is_there(
    opened: Open, sink: Sink
) -> None:
    running = await opened(auth="open", pace="manual")
    space = ruled(running, "impossible.public", late="30s")
    more = {"async": True, "onsuccess": sink.url("/done")}
    await impossible(running, sink.url("/file"), **more)
    space.clock.advance(30)
    await running.settle(space)
    assert sink.seen == []

    space.clock.advance(1)
    await running.settle(space)

    assert [seen.target.partition("?")[0] for seen in sink.seen] == ["/file", "/done"]


async def test_who_waits_for_a_late_upload_waits_on_the_clock(
    opened: Open, sink: Sink
) -> None:
    running = await opened(pace="manual")
    space = ruled(running, "digitalcarbon.main", late="10m")
    planned = asyncio.Event()
    space.agenda.on_add(planned.set)
    waiting = asyncio.create_task(digitalcarbon(running, sink.url()))
    await asyncio.wait_for(planned.wait(), 20)
    assert (waiting.done(), sink.seen) == (False, [])

    space.clock.advance(600)
    response = await waiting

    assert (response.status, len(sink.seen)) == (200, 1)


async def test_at_pace_step_the_clock_goes_to_a_late_upload(
    opened: Open, sink: Sink
) -> None:
    running = await opened(pace="step")
    space = ruled(running, "digitalcarbon.main", late="10m")
    before = space.clock.now()

    response = await digitalcarbon(running, sink.url())

    assert (response.status, len(sink.seen)) == (200, 1)
    assert space.clock.now() == before + 600


async def test_an_upload_of_digitalcarbon_that_is_dropped_has_failed(
    opened: Open, sink: Sink
) -> None:
    running = await opened()
    ruled(running, "digitalcarbon.main", drop=True)

    response = await digitalcarbon(running, sink.url())

    assert response.status == 500
    assert await response.json() == {
        "detail": "Failed to upload video: could not connect to the upload URL"
    }
    assert sink.seen == []


async def test_a_doubled_upload_comes_twice_and_counts_once(
    opened: Open, sink: Sink
) -> None:
    running = await opened(auth="open")
    space = ruled(running, "impossible.public", copies=1)

    response = await impossible(running, sink.url())
    await running.settle(space)

    (record,) = running.instance.services.outbox.deliveries(space)
    assert response.status == 200
    assert [seen.body[:8] for seen in sink.seen] == [PNG, PNG]
    assert [attempt.is_copy for attempt in record.attempts] == [False, True]


async def test_an_upload_may_have_another_body_and_type(
    opened: Open, sink: Sink
) -> None:
    running = await opened()
    space = ruled(running, "digitalcarbon.main", body="no video", content_type="a/b")

    await digitalcarbon(running, sink.url())

    (record,) = running.instance.services.outbox.deliveries(space)
    attempt = record.attempts[0]
    assert sink.bodies == [b"no video"]
    assert sink.seen[0].header("Content-Type") == ["a/b"]
    assert (attempt.is_tampered, attempt.size_bytes) == (True, 8)
    assert attempt.md5 == "c12ea539835107579fd4591d4201ad97"


async def test_a_file_is_filled_up(opened: Open, sink: Sink) -> None:
    running = await opened(auth="open")
    ruled(running, "impossible.public", size="1MiB")

    await impossible(running, sink.url())

    (body,) = sink.bodies
    assert body[:8] == PNG
    assert len(body) == 1_048_576
    assert body.endswith(b"  ")


@pytest.mark.parametrize(
    "element",
    [
        '<httpPUT url="{url}"/>',
        '<httpPOST url="{url}"/>',
        '<s3 bucket="b" accesskey="a" secretkey="s"/>',
        '<ftp server="127.0.0.1:{port}" directory=""/>',
        "<youtube/>",
    ],
)
async def test_every_upload_of_stupeflix_can_be_dropped(
    opened: Open, sink: Sink, element: str
) -> None:
    endpoint = {"stupeflix": {"s3_endpoint": sink.url("")}}
    running = await opened(pace="manual", providers_settings=endpoint, **STUPEFLIX)
    ruled(running, "stupeflix.main", drop=True)

    status = await stupeflix(running, element.format(url=sink.url(), port=sink.port))

    assert status["status"] == "error"
    assert status["error"].endswith(": dropped")
    assert sink.seen == []


async def test_a_signature_for_s3_may_be_missing(opened: Open, sink: Sink) -> None:
    running = await opened(auth="open")
    ruled(running, "impossible.public", signature="missing")
    destination = {
        "bucket": "b",
        "filename": "1.png",
        "s3host": f"127.0.0.1:{sink.port}",
        "aws_access_key_id": "AK",
        "aws_secret_access_key": "SK",
    }

    upload = {"extension": "png", "destination": destination}
    await running.client.post(RENDER, json={"movie": "m", "upload": upload})

    assert sink.seen[0].target == "/b/1.png"
    assert sink.seen[0].header("Authorization") == []


async def shown(running: Running, space: str) -> dict[str, Any]:
    """Return the one delivery of a space, as the control API shows it."""
    answer = await running.client.get("/_mock/api/deliveries", params={"space": space})
    (found,) = (await answer.json())["deliveries"]
    return dict(found)


async def test_uploads_of_all_are_shown_alike(opened: Open, sink: Sink) -> None:
    running = await opened(auth="open", **STUPEFLIX)
    url = sink.url("/in")
    await impossible(running, url)
    await digitalcarbon(running, url)
    await stupeflix(running, f'<httpPUT url="{url}"/>')

    names = ("impossible.public", "digitalcarbon.main", "stupeflix.main")
    found = [await shown(running, name) for name in names]

    assert [one["label"] for one in found] == [
        "upload.http",
        "upload.http",
        "upload.httpPUT",
    ]
    assert {one["job"] != "" for one in found} == {True}
    assert [one["state"] for one in found] == ["delivered"] * 3
    assert [one["passage"] for one in found] == ["sent"] * 3
    assert [(one["method"], one["url"]) for one in found] == [("PUT", url)] * 3
    assert [one["place"] for one in found] == [{"kind": "http"}] * 3
    assert [one["size_bytes"] for one in found] == [len(b) for b in sink.bodies]
    assert [one["md5"] for one in found] == [
        hashlib.md5(body, usedforsecurity=False).hexdigest() for body in sink.bodies
    ]


async def test_a_recorded_upload_says_where_it_would_have_gone(opened: Open) -> None:
    running = await opened(auth="open")
    destination = {"bucket": "b", "filename": "a/1.png"}
    upload = {"extension": "png", "destination": destination}

    await running.client.post(RENDER, json={"movie": "m", "upload": upload})

    found = await shown(running, "impossible.public")
    assert (found["state"], found["passage"]) == ("delivered", "recorded")
    assert found["url"] == "https://b.s3.amazonaws.com/a/1.png"
    assert found["place"] == {"kind": "s3", "bucket": "b", "key": "a/1.png"}


async def test_nothing_leaves_if_uploads_are_recorded(opened: Open, sink: Sink) -> None:
    settings = {"digitalcarbon": {"uploads": "record"}}
    running = await opened(providers_settings=settings)

    response = await digitalcarbon(running, sink.url())

    found = await shown(running, "digitalcarbon.main")
    assert (response.status, sink.seen) == (200, [])
    assert (found["state"], found["passage"]) == ("delivered", "recorded")


async def test_an_upload_can_be_sent_again(opened: Open, sink: Sink) -> None:
    running = await opened()
    await digitalcarbon(running, sink.url())
    found = await shown(running, "digitalcarbon.main")

    path = f"/_mock/api/deliveries/{found['id']}/resend"
    again = await (await running.client.post(path)).json()

    assert [attempt["status"] for attempt in again["attempts"]] == [200, 200]
    assert sink.bodies[0] == sink.bodies[1]


async def test_an_upload_ends_with_its_space(opened: Open) -> None:
    """Who waits for it is not left waiting; the space that begins knows nothing."""
    answer = asyncio.Event()
    sink = Sink(answer)
    await sink.start()
    running = await opened()
    space = running.instance.services.spaces.open("digitalcarbon.main")
    waiting = asyncio.create_task(digitalcarbon(running, sink.url()))
    await asyncio.wait_for(sink.arrived.wait(), 20)

    new = running.instance.services.spaces.reset(space.id)
    answer.set()
    response = await waiting
    await sink.stop()

    assert response.status == 500
    assert running.instance.services.outbox.deliveries(new) == []


async def test_an_upload_goes_on_when_its_client_has_gone(opened: Open) -> None:
    answer = asyncio.Event()
    sink = Sink(answer)
    await sink.start()
    running = await opened()
    space = running.instance.services.spaces.open("digitalcarbon.main")
    waiting = asyncio.create_task(digitalcarbon(running, sink.url()))
    await asyncio.wait_for(sink.arrived.wait(), 20)
    outbox, ended = running.instance.services.outbox, asyncio.Event()
    outbox.on_attempt(lambda *_: ended.set())

    waiting.cancel()
    await asyncio.wait([waiting])
    answer.set()
    await asyncio.wait_for(ended.wait(), 20)
    await sink.stop()

    assert [record.state for record in outbox.deliveries(space)] == ["delivered"]
