"""Notifications: one for each change, filtered, on the clock, tried three times."""

from urllib.parse import parse_qsl

import pytest

from tests.delivery.sink import Sink, reply
from tests.providers.stupeflix.conftest import (
    SECRET,
    Api,
    MakeSink,
    Start,
    profiles,
)

STORE = "<stupeflixStore/>"


def notify(url: str, pattern: str = "") -> str:
    return f'<notify url="{url}" statusRegexp="{pattern}"/>'


def states(sink: Sink) -> list[str]:
    return [dict(parse_qsl(body.decode()))["status"] for body in sink.bodies]


async def test_every_state_is_told_once_in_order(api: Api, sink: Sink) -> None:
    job = await api.render(profiles(notify(sink.url()), STORE))
    await api.settle()
    first = states(sink)

    api.finish(job)
    await api.settle()

    assert first == ["queued"]
    assert states(sink) == [
        "queued", "starting", "info", "generating", "generated", "uploading",
        "available",
    ]  # fmt: skip


async def test_a_notification_tells_the_row_and_the_meta(api: Api, sink: Sink) -> None:
    meta = "<meta><title>My clip</title><tags>a,b</tags></meta>"
    job = await api.render(profiles(meta, notify(sink.url(), "available"), STORE))
    api.finish(job)
    await api.settle()
    url = (await api.status())["available-0-url"]

    seen = sink.seen[0]
    assert (seen.method, seen.target, len(sink.seen)) == ("POST", "/hook", 1)
    assert seen.header("Content-Type") == ["application/x-www-form-urlencoded"]
    assert b"available-0-id=alice%2Fclip1%2Fiphone&" in seen.body
    assert parse_qsl(seen.body.decode()) == [
        ("accesskey", "EXAMPLEACCESSKEY0001"),
        ("user", "alice"),
        ("resource", "clip1"),
        ("profile", "iphone"),
        ("status", "available"),
        ("complete", "100"),
        ("available-0-type", "stupeflixStore"),
        ("available-0-id", "alice/clip1/iphone"),
        ("available-0-url", url),
        ("title", "My clip"),
        ("tags", "a,b"),
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("available|error", ["available"]),
        ("^gen", ["generating", "generated"]),
        ("ing$", ["starting", "generating", "uploading"]),
        ("nothing", []),
    ],
)
async def test_the_filter_is_searched_in_the_state(
    api: Api, sink: Sink, pattern: str, expected: list[str]
) -> None:
    job = await api.render(profiles(notify(sink.url(), pattern), STORE))
    api.finish(job)
    await api.settle()

    assert states(sink) == expected


async def test_a_cancelled_profile_is_told(api: Api, sink: Sink) -> None:
    await api.render(profiles(notify(sink.url(), "error"), STORE))
    await api.send("DELETE", "/alice/clip1/", b"", "text/plain")
    api.space.clock.advance(3600)
    await api.settle()

    assert states(sink) == ["error"]
    assert b"error=canceled" in sink.bodies[0]


async def test_a_profile_that_is_started_over_tells_anew(api: Api, sink: Sink) -> None:
    xml = profiles(notify(sink.url(), "queued|available"), STORE)
    await api.render(xml)
    await api.settle()
    job = await api.render(xml)
    api.finish(job)
    await api.settle()

    assert states(sink) == ["queued", "queued", "available"]


async def test_a_notification_is_tried_three_times_a_second_apart(
    api: Api, make_sink: MakeSink
) -> None:
    sink = await make_sink(reply(500), reply(500), reply(500))
    job = await api.render(profiles(notify(sink.url(), "available"), STORE))
    api.finish(job)
    tries = []
    for _ in range(4):
        await api.settle()
        tries.append(len(sink.seen))
        api.space.clock.advance(1)

    assert tries == [1, 2, 3, 3]
    assert (await api.status())["status"] == "available"


async def test_a_pattern_that_would_take_for_ever_is_just_not_found(
    api: Api, sink: Sink
) -> None:
    job = await api.render(profiles(notify(sink.url(), r"(\w?){40}!"), STORE))
    api.finish(job)
    await api.settle()

    assert states(sink) == []


async def test_links_in_a_notification_lead_to_the_external_url(
    start: Start, make_sink: MakeSink
) -> None:
    """What a server behind a proxy tells has to be reachable from outside."""
    sink = await make_sink()
    api = await start(external_url="https://mock.example:8443")
    job = await api.render(profiles(notify(sink.url(), "available"), STORE))

    api.finish(job)
    await api.settle()

    told = dict(parse_qsl(sink.bodies[0].decode()))
    link = told["available-0-url"]
    assert link.startswith("https://mock.example:8443/stupeflix/storage/stupeflix/")


async def test_the_record_of_a_long_notification_shows_its_beginning(
    api: Api, sink: Sink
) -> None:
    """What was sent can be looked up: bounded, and without secrets."""
    title = f"{SECRET} {'x' * 70_000}"
    meta = f"<meta><title>{title}</title></meta>"
    await api.render(profiles(meta, notify(sink.url(), "queued"), STORE))
    await api.settle()

    answer = await api.running.client.get("/_mock/api/deliveries")
    (shown,) = (await answer.json())["deliveries"]

    body = shown["body"]
    assert (body["size_bytes"], body["is_cut"]) == (len(sink.bodies[0]), True)
    assert body["text"].startswith("accesskey=")
    assert 65_000 < len(body["text"]) <= 65_536
    assert SECRET not in body["text"]
