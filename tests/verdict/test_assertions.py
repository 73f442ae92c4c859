"""Each assertion has clients that break it, and one that does not."""

from functools import partial
from typing import Any

import pytest

from mockserver.verdict.assertions import (
    backed_off,
    cancelled,
    downloaded,
    honoured_retry_after,
    polled,
    signature_checked,
    stopped_after_end,
    submitted_once,
    webhook_acknowledged,
)
from tests.providers.hourone.conftest import Listener
from tests.verdict.conftest import Client, Meet, told

STANDS = (
    "waits cannot be told where time stands still; use mockserver_sleep or pace real"
)
SHORTENED = (
    "waits cannot be told where jobs are shortened to a few seconds; use pace real"
)


def _fault(operation: str, fault: dict[str, Any], times: int = 1) -> dict[str, Any]:
    rule = {"on": {"operation": operation, "times": times}, "fault": fault}
    return {"scenario": "day", "rules": [rule]}


THROTTLED = {"kind": "error", "status": 429, "retry_after": "30s"}
CUT = _fault("media", {"kind": "drop-mid-body", "at": 0.5})


async def _ordered(meet: Meet, *scenarios: object, **settings: object) -> Client:
    client = await meet("digitalcarbon", *scenarios, **settings)
    await client.order()
    return client


async def _done(meet: Meet, *scenarios: object, slug: str = "digitalcarbon") -> Client:
    """Return a client who knows that its video is ready."""
    client = await meet(slug, *scenarios)
    await client.order()
    client.finish()
    await client.read()
    return client


def _said(client: Client, check: Any, **how: Any) -> list[str]:
    return [one.said for one in client.broken(partial(check, **how))]


def _numbers(client: Client, check: Any, **how: Any) -> list[tuple[int, ...]]:
    return [one.exchanges for one in client.broken(partial(check, **how))]


async def test_one_order_is_submitted_once(meet: Meet) -> None:
    client = await _ordered(meet)

    assert client.broken(submitted_once) == []


async def test_an_order_that_was_refused_is_no_second_one(meet: Meet) -> None:
    client = await meet("digitalcarbon", _fault("generate-video", THROTTLED))
    assert not await client.order()
    await client.order()

    assert client.broken(submitted_once) == []


async def test_an_order_whose_answer_was_lost_is_one(meet: Meet) -> None:
    client = await meet("digitalcarbon", "lost-create-answer")
    await client.order()
    await client.order()

    assert _said(client, submitted_once) == ["submitted 2 times, expected once"]
    assert _numbers(client, submitted_once) == [(1, 2)]


async def test_polls_are_counted(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read(1.0, 1.0)

    assert _said(client, polled, at_least=3, at_most=3) == []
    assert _said(client, polled, at_least=4) == ["polled 3 times, expected at least 4"]
    assert _said(client, polled, at_most=1) == ["polled 3 times, expected at most 1"]
    assert _numbers(client, polled, at_most=1) == [(3, 4)]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, ["polled 0 times, expected at least 1"]),
        ({"every_s": 2.0}, ["polled 0 times, expected at least 1"]),
        ({"at_most": 5}, []),
        ({"at_least": 0}, []),
    ],
)
async def test_who_has_never_asked_has_polled_only_at_most(
    meet: Meet, how: dict[str, Any], said: list[str]
) -> None:
    """Without any bound, somebody has to have asked: else nothing would be asserted."""
    client = await _ordered(meet)
    assert _said(client, polled, **how) == said

    await client.read()

    assert _said(client, polled, **how) == []


async def test_polls_have_to_be_apart(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read(2.0, 0.5, 2.0)

    assert _said(client, polled, every_s=0.5) == []
    (said,) = _said(client, polled, every_s=2.0)
    assert said == (
        "1 of 4 polls came less than 2 s after the answer before; the shortest wait was"
        " 0.50 s"
    )
    assert _numbers(client, polled, every_s=2.0) == [(4,)]


async def test_a_timer_that_wakes_a_little_early_is_in_time(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read(1.99)

    assert _said(client, polled, every_s=2.0) == []


async def test_one_poll_has_no_wait(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read()

    assert _said(client, polled, every_s=60.0) == []


@pytest.mark.parametrize(("pace", "said"), [("manual", STANDS), ("demo", SHORTENED)])
async def test_what_cannot_be_told_does_not_pass(
    meet: Meet, pace: str, said: str
) -> None:
    day = _fault("status", THROTTLED)
    client = await _ordered(meet, day, pace=pace)
    await client.read(0.0, 0.0)

    assert _said(client, polled, every_s=1.0) == [said]
    assert _said(client, backed_off) == [said]
    assert _said(client, honoured_retry_after) == [said]
    assert _numbers(client, honoured_retry_after) == [(2, 3)]


@pytest.mark.parametrize(
    "waits", [(1.0, 2.0), (1.0, 2.0, 4.0, 8.0), (1, 2, 4, *[8.0] * 40), (2, 2.6)]
)
async def test_waits_that_grow_up_to_a_bound_back_off(
    meet: Meet, waits: tuple[float, ...]
) -> None:
    client = await _ordered(meet)
    await client.read(*waits)

    assert client.broken(backed_off) == []


async def test_constant_waits_do_not_back_off(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read(*[5.0] * 7)

    (said,) = _said(client, backed_off)
    assert said == (
        "did not back off: the first waits between polls were 5.0 s, 5.0 s, 5.0 s,"
        " the last 5.0 s, 5.0 s, 5.0 s"
    )
    assert _numbers(client, backed_off) == [(7, 8, 9)]


async def test_two_polls_do_not_show_whether_a_client_backs_off(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read(1.0)

    said = "polled 2 times; whether it backs off is seen from 3 polls on"
    assert _said(client, backed_off) == [said]


async def test_who_waits_as_told_honours_retry_after(meet: Meet) -> None:
    client = await _ordered(meet, _fault("status", THROTTLED))
    await client.read(30.0, 1.0)

    assert client.broken(honoured_retry_after) == []


async def test_who_comes_earlier_does_not(meet: Meet) -> None:
    client = await _ordered(meet, _fault("status", THROTTLED))
    await client.read(5.0)

    said = "called again after 5.0 s, told to wait 30.0 s"
    assert _said(client, honoured_retry_after) == [said]
    assert _numbers(client, honoured_retry_after) == [(2, 3)]


@pytest.mark.parametrize(
    ("wait_s", "said"),
    [(30.0, []), (4.0, ["called again after 4.0 s, told to wait 30.0 s"])],
)
async def test_refused_orders_are_part_of_the_story(
    meet: Meet, wait_s: float, said: list[str]
) -> None:
    client = await meet("digitalcarbon", _fault("generate-video", THROTTLED))
    await client.order()
    client.wait(wait_s)
    await client.order()

    assert _said(client, honoured_retry_after) == said


async def test_who_was_never_told_to_wait_has_honoured_nothing(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read(5.0)

    said = "was never told to wait: no answer had a Retry-After"
    assert _said(client, honoured_retry_after) == [said]


async def test_who_knows_the_end_asks_no_more(meet: Meet) -> None:
    client = await _done(meet)
    assert client.broken(stopped_after_end) == []

    await client.read()

    said = "polled 1 times more after it was told completed"
    assert _said(client, stopped_after_end) == [said]
    assert _numbers(client, stopped_after_end) == [(3,)]


async def test_the_end_has_to_be_told(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.read()
    said = "whether it stops is not known: the job has not ended"
    assert _said(client, stopped_after_end) == [said]

    client.finish()

    said = "the job has ended, and the client has not been told"
    assert _said(client, stopped_after_end) == [said]


async def test_a_webhook_tells_the_end_as_well(hooked: Meet) -> None:
    client = await hooked()
    await told(client)

    assert client.broken(stopped_after_end) == []


@pytest.mark.ffmpeg
async def test_a_file_that_came_is_downloaded(meet: Meet) -> None:
    client = await _done(meet)
    await client.fetch()
    assert _said(client, downloaded, times=1) == []
    assert _said(client, downloaded, times=0) == ["downloaded 1 times, expected 0"]

    await client.fetch()

    assert client.broken(downloaded) == []
    assert _said(client, downloaded, times=1) == ["downloaded 2 times, expected 1"]
    assert _numbers(client, downloaded, times=1) == [(4, 6)]


async def test_no_file_is_none(meet: Meet) -> None:
    client = await _done(meet)

    assert _said(client, downloaded) == ["no file of it was downloaded"]


async def test_that_no_file_came_can_be_asserted(meet: Meet) -> None:
    client = await _done(meet)

    assert _said(client, downloaded, times=0) == []


async def test_a_file_that_is_refused_has_not_come(meet: Meet) -> None:
    client = await _ordered(meet)
    await client.call("GET", f"/media/{client.job}.mp4")

    said = "no file of it came; what was asked for was answered 404"
    assert _said(client, downloaded) == [said]
    assert _numbers(client, downloaded) == [(2,)]


@pytest.mark.ffmpeg
async def test_half_a_file_is_not_whole(meet: Meet) -> None:
    client = await _done(meet, CUT)
    await client.fetch()
    half = client.story().downloads[0].size_bytes

    (said,) = _said(client, downloaded)
    assert said.startswith(f"the last download of a file brought {half} of ")
    assert said.endswith(" bytes, and the rest was never fetched")
    assert _numbers(client, downloaded) == [(4,)]
    assert _said(client, downloaded, whole=False) == []


@pytest.mark.ffmpeg
async def test_the_rest_of_a_file_makes_it_whole(meet: Meet) -> None:
    client = await _done(meet, CUT)
    await client.fetch()
    half = client.story().downloads[0].size_bytes
    wanted = {**client.player.headers(), "Range": f"bytes={half}-"}
    path = f"/media/{client.job}.mp4"
    assert await client.call("GET", path, headers=wanted) == 206

    assert _said(client, downloaded, times=1) == []


@pytest.mark.ffmpeg
async def test_a_file_has_to_be_fetched_before_it_expires(meet: Meet) -> None:
    day = {"scenario": "day", "rules": [{"media": {"link_for": "10s"}}]}
    client = await _done(meet, day, slug="hourone")
    await client.fetch()
    assert client.broken(downloaded) == []
    client.wait(11)
    await client.fetch()

    said = "asked 1 times for a file that had expired"
    assert _said(client, downloaded) == [said]
    assert _numbers(client, downloaded) == [(4,)]
    assert _said(client, downloaded, before_expiry=False) == []


async def test_a_webhook_that_is_taken_is_acknowledged(hooked: Meet) -> None:
    client = await hooked()
    await told(client)

    assert _said(client, webhook_acknowledged, within_s=60.0) == []
    (said,) = _said(client, webhook_acknowledged, within_s=0.0)
    assert said.startswith("video.ready was answered after ")
    assert said.endswith(" s, expected within 0 s")


async def test_a_webhook_that_is_refused_is_not(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [500] * 9
    client = await hooked()
    await told(client)

    (seen,) = client.broken(webhook_acknowledged)
    assert seen.said == "video.ready was not acknowledged: 500, 500, 500"
    assert seen.deliveries == (client.story().sent[0].delivery,)


async def test_without_a_webhook_nothing_is_acknowledged(meet: Meet) -> None:
    client = await _done(meet)

    said = "no webhook about it has been sent"
    assert _said(client, webhook_acknowledged) == [said]


async def test_a_changed_webhook_alone_shows_no_acknowledgement(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [401] * 9
    client = await hooked("webhook-wrong-signature")
    await told(client)

    said = "no webhook about it has been sent that a fault has not changed"
    assert _said(client, webhook_acknowledged) == [said]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([401] * 9, []),
        ([200], ["video.ready was wrongly signed, and answered 200"]),
    ],
)
async def test_a_wrong_signature_has_to_be_refused(
    hooked: Meet, listener: Listener, statuses: list[int], said: list[str]
) -> None:
    listener.statuses = statuses
    client = await hooked("webhook-wrong-signature")
    await told(client)

    assert _said(client, signature_checked) == said


async def test_who_refuses_all_signatures_checks_none(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [401] * 9
    rule = {"delivery": {"signature": "wrong"}, "on": {"times": 1}}
    client = await hooked({"scenario": "day", "rules": [rule]})
    await told(client)
    client.wait(86_400)
    services = client.player.running.instance.services
    await services.scheduler.settle(client.player.space)

    said = "it refuses rightly signed webhooks, too: that shows no check"
    assert _said(client, signature_checked) == [said]


async def test_signatures_are_checked_only_if_a_wrong_one_came(hooked: Meet) -> None:
    client = await hooked()
    await told(client)

    (said,) = _said(client, signature_checked)
    assert said == (
        "whether it checks signatures is not known: no wrongly signed webhook was"
        " sent; use the scenario webhook-wrong-signature"
    )


async def test_a_wrong_signature_has_to_reach_somebody(
    hooked: Meet, listener: Listener
) -> None:
    listener.url = "http://127.0.0.1:9/hook"
    client = await hooked("webhook-wrong-signature")
    await told(client)

    said = "the wrongly signed webhooks have reached nobody"
    assert _said(client, signature_checked) == [said]


async def test_a_provider_that_signs_nothing_is_named(meet: Meet) -> None:
    client = await _done(meet)

    said = "digitalcarbon does not sign its webhooks"
    assert _said(client, signature_checked) == [said]


@pytest.mark.parametrize(
    ("slug", "method", "path"),
    [
        ("replicate", "POST", "/v1/predictions/{}/cancel"),
        ("runway", "DELETE", "/v1/tasks/{}"),
        ("impossible", "DELETE", "/v2/token/{}"),
    ],
)
async def test_a_job_can_be_cancelled(
    meet: Meet, slug: str, method: str, path: str
) -> None:
    client = await meet(slug)
    await client.order()
    assert _said(client, cancelled) == ["nobody has asked to cancel it"]

    assert await client.call(method, path.format(client.job)) < 300

    assert client.broken(cancelled) == []


async def test_a_job_that_has_ended_is_cancelled_in_vain(meet: Meet) -> None:
    client = await _done(meet, slug="replicate")
    await client.call("POST", f"/v1/predictions/{client.job}/cancel")

    said = "asked to cancel it, and it is succeeded"
    assert _said(client, cancelled) == [said]
    assert _numbers(client, cancelled) == [(3,)]


async def test_a_refused_cancellation_is_none(meet: Meet) -> None:
    day = _fault("cancel-prediction", {"kind": "error", "status": 503})
    client = await meet("replicate", day)
    await client.order()
    await client.call("POST", f"/v1/predictions/{client.job}/cancel")

    said = "asked to cancel it, and was answered 503"
    assert _said(client, cancelled) == [said]
