"""Honest clients earn no finding, whatever the provider and however time passes."""

from typing import Any

import pytest

from mockserver.engine.timeline import Phase
from mockserver.verdict.case import Case, Timing
from mockserver.verdict.exchange import Exchange
from mockserver.verdict.rules.registry import RULES
from tests.scenarios.players import PLAYERS
from tests.verdict.conftest import Client, Meet, told

pytestmark = pytest.mark.ffmpeg


@pytest.mark.parametrize("slug", PLAYERS)
async def test_who_does_not_wait_where_time_stands_still_earns_nothing(
    meet: Meet, slug: str
) -> None:
    client = await meet(slug, pace="step")

    log = await client.player.play()

    assert log[-1].startswith("file ")
    assert client.findings() == {}


@pytest.mark.parametrize("slug", PLAYERS)
async def test_who_waits_longer_each_time_earns_nothing(meet: Meet, slug: str) -> None:
    client = await meet(slug)
    await client.order()

    [(_, job)] = [one for one in client.player.space.all_jobs() if one[1].ordinal >= 0]
    wait_s = 5.0
    while job.at(client.player.space.clock.now()).step.phase is not Phase.SUCCEEDED:
        await client.read()
        client.wait(wait_s)
        wait_s *= 1.5
    await client.read()
    await client.fetch()

    assert client.findings() == {}


async def _led(client: Client, wait_s: float) -> None:
    """Read forty times as OpenAI's helper does, which asks how long to wait."""
    asked = {**client.player.headers(), "X-Stainless-Poll-Helper": "true"}
    for _ in range(40):
        await client.call("GET", f"/v1/videos/{client.job}", headers=asked)
        client.wait(wait_s)


async def test_who_waits_as_long_as_each_answer_bids_earns_nothing(meet: Meet) -> None:
    """Where time stands still, OpenAI's answers bid to ask again at once."""
    client = await meet("openai")
    await client.order()

    await _led(client, 0.02)

    assert client.findings() == {}


async def test_who_waits_shorter_than_each_answer_bids_is_found(meet: Meet) -> None:
    client = await meet("openai")
    await client.order()

    await _led(client, 0.001)

    assert list(client.findings()) == ["poll-too-fast"]


async def test_an_order_that_was_answered_at_its_end_needs_no_read(meet: Meet) -> None:
    """Who asks for it with `Prefer: wait` is told the end by the create itself."""
    short = {"scenario": "short", "about": "x", "rules": [{"job": {"slow": 0.1}}]}
    client = await meet("replicate", short, pace="step")
    asked = {**client.player.headers(), "Prefer": "wait=60"}
    path, order = "/v1/models/google/veo-3.1/predictions", {"prompt": "A lighthouse"}

    status = await client.call("POST", path, json={"input": order}, headers=asked)
    client.finish()

    assert status == 201
    assert client.findings() == {}


async def test_a_file_that_an_answer_has_inside_needs_no_download(meet: Meet) -> None:
    client = await meet("luma", handover="data")
    await client.order()
    client.finish()

    await client.read()

    assert client.story().downloads == []
    assert "never-downloaded" not in client.findings()


async def test_who_hears_by_webhook_and_reads_once_earns_nothing(hooked: Meet) -> None:
    client = await hooked()
    await told(client)

    await client.read()
    await client.fetch()

    assert client.findings() == {}


async def test_who_follows_two_jobs_at_once_earns_nothing(meet: Meet) -> None:
    """The reads of one come between those of the other."""
    client = await meet("hourone")
    jobs = [await client.order("Spring"), await client.order("Autumn")]

    for wait_s in (1.0, 2.0, 4.0, 8.0, 86_400.0):
        for client.job in jobs:
            await client.read()
            client.wait(0.3)
        client.wait(wait_s)
    for client.job in jobs:
        await client.read()
        await client.fetch()

    assert client.findings() == {}


async def test_who_asks_for_headers_and_then_for_parts_in_order_earns_nothing(
    meet: Meet,
) -> None:
    client = await meet("digitalcarbon")
    await client.order()
    client.finish()
    await client.read()
    path = f"/media/{client.job}.mp4"

    statuses = [await client.call("HEAD", path)]
    for span in ("0-999", "1000-1999", "2000-"):
        headers = {**client.player.headers(), "Range": f"bytes={span}"}
        statuses.append(await client.call("GET", path, headers=headers))

    assert statuses == [200, 206, 206, 206]
    assert client.findings() == {}


async def test_who_looks_for_a_late_file_until_it_is_there_repeats_no_refusal(
    meet: Meet,
) -> None:
    late = {"scenario": "late", "rules": [{"media": {"late": "5m"}}]}
    client = await meet("digitalcarbon", late)
    await client.order()
    client.until("completed")
    await client.read()
    path = f"/media/{client.job}.mp4"

    statuses = [await client.call("HEAD", path)]
    for wait_s in (60.0, 120.0, 240.0):
        client.wait(wait_s)
        statuses.append(await client.call("HEAD", path))
    await client.fetch()

    assert statuses == [404, 404, 404, 200]
    assert client.findings() == {}


def _refused(asked_at: float, at: float, status: int, **headers: str) -> Exchange:
    return Exchange(
        "POST", "/v1/videos", {}, status, headers, b"{}", 2, at, at - asked_at,
        request_body=b"{}", slug="sketch", operation="draw", space="s", at=at,
        asked_at=asked_at,
    )  # fmt: skip


def _found(rule: str, *exchanges: Exchange) -> list[str]:
    for number, one in enumerate(exchanges, 1):
        one.number = number
    case = Case("s", 99.0, (), exchanges, (), {}, Timing.RUNS)
    return [one.said for one in RULES[rule].findings(case)]


async def test_what_was_under_way_was_not_told_to_wait() -> None:
    """Two calls at once: only a third one, sent later, could have waited."""
    wait: dict[str, Any] = {"Retry-After": "30"}
    first, second = _refused(10.0, 11.0, 429, **wait), _refused(10.5, 11.5, 200)
    third = _refused(12.0, 12.5, 200)

    assert _found("retry-after-ignored", first, second) == []
    assert _found("retry-after-ignored", first, third) == [
        "called again after 1.0 s, told to wait 30.0 s"
    ]


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ((1.0, 1.9, 3.1, 6.5, 7.3), []),  # full jitter: the last wait is a short one
        ((1.0, 1.0, 1.0, 1.0, 1.0), []),  # five works at once
        (
            (1.0, 2.0, 3.1, 4.0, 5.1),
            [
                (
                    "5 refusals in a row of draw, and the longest wait was 1.1 s, the"
                    " shortest 0.9 s"
                )
            ],
        ),
        (
            (1.0, 1.01, 1.05, 1.06, 1.1),
            [
                (
                    "5 refusals in a row of draw, and the longest wait was 0.0 s, the"
                    " shortest 0.0 s"
                )
            ],
        ),
    ],
)
async def test_chance_in_waits_is_backoff_and_a_constant_pace_is_none(
    starts: tuple[float, ...], said: list[str]
) -> None:
    tries = [_refused(at, at + 0.005, 503) for at in starts]

    assert _found("retry-without-backoff", *tries) == said
