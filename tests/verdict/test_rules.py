"""Each rule has a careless client that earns it, and a careful one that does not."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pytest

from mockserver.verdict.rules.registry import RULES
from tests.verdict.conftest import Client, Meet
from tests.verdict.test_rules_of_waits import WAITS
from tests.verdict.test_rules_of_webhooks import RECEIVERS

Habit = Callable[[Meet], Awaitable[Client]]
HABITS: dict[str, tuple[Habit, Habit]] = {}
DOUBLING = (1.0, 2.0, 4.0, 8.0, 16.0)


def habits(rule: str) -> Callable[[type[Any]], type[Any]]:
    """Keep the two methods of a class as the habits about a rule."""

    def keep(pair: type[Any]) -> type[Any]:
        HABITS[rule] = pair.careless, pair.careful
        return pair

    return keep


def _fault(operation: str, fault: dict[str, Any], **on: Any) -> dict[str, Any]:
    rule = {"on": {"operation": operation, **on}, "fault": fault}
    return {"scenario": "day", "rules": [rule]}


async def _ordered(meet: Meet, *scenarios: object) -> Client:
    client = await meet("digitalcarbon", *scenarios)
    await client.order()
    return client


async def _done(meet: Meet, *scenarios: object) -> Client:
    """Return a client who knows that its video is ready."""
    client = await _ordered(meet, *scenarios)
    client.finish()
    await client.read()
    return client


@habits("poll-too-fast")
class _TooFast:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet)
        await client.read(*[0.05] * 4)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _ordered(meet)
        await client.read(*[2.0] * 4)
        return client


@habits("poll-without-backoff")
class _WithoutBackoff:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet)
        await client.read(*[5.0] * 30)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _ordered(meet)
        await client.read(*(5.0 + number for number in range(30)))
        return client


@habits("poll-after-end")
class _AfterEnd:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _done(meet)
        await client.read(5.0)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        return await _done(meet)


@habits("poll-without-end")
class _WithoutEnd:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet, "stuck-in-processing")
        await client.read(*[60.0] * 220)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _ordered(meet, "stuck-in-processing")
        await client.read(*[60.0] * 60)
        return client


@habits("retry-after-ignored")
class _RetryAfter:
    DAY: ClassVar = _fault(
        "status", {"kind": "error", "status": 429, "retry_after": "30s"}, times=1
    )

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet, _RetryAfter.DAY)
        await client.read(5.0)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _ordered(meet, _RetryAfter.DAY)
        await client.read(30.0)
        return client


@habits("retry-without-backoff")
class _RetryAtOnce:
    DAY: ClassVar = _fault("status", {"kind": "error", "status": 503}, times=6)

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet, _RetryAtOnce.DAY)
        await client.read(*[1.0] * 6)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _ordered(meet, _RetryAtOnce.DAY)
        await client.read(*DOUBLING, 32.0)
        return client


@habits("retry-of-a-refusal")
class _RetryOfRefusal:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet)
        client.job = "no-such-job"
        await client.read(5.0, 5.0)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _ordered(meet)
        client.job = "no-such-job"
        await client.read()
        return client


@habits("submit-after-silence")
class _AfterSilence:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("digitalcarbon", "lost-create-answer")
        await client.order()
        client.wait(120)
        await client.order()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await meet("digitalcarbon", "lost-create-answer")
        await client.order()
        return client


@habits("submit-twice")
class _Twice:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("hourone")
        await client.order("Spring")
        await client.order("Spring")
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await meet("hourone")
        await client.order("Spring")
        await client.order("Summer")
        return client


@habits("charged-twice")
class _ChargedTwice:
    """Runway charges at once; whoever has timed out and orders again has paid twice."""

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("runway")
        await client.order()
        await client.read(5.0, 5.0)
        client.wait(600)  # the task has ended, and nobody asks
        await client.order()
        client.wait(600)
        await client.read()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await meet("runway")
        await client.order()
        await client.call("DELETE", f"/v1/tasks/{client.job}")
        await client.order()
        client.wait(600)
        await client.read()
        return client


@habits("never-polled")
class _NeverPolled:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet)
        client.finish()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        return await _done(meet)


@habits("never-downloaded")
class _NeverDownloaded:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        return await _done(meet)

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _done(meet)
        await client.fetch()
        return client


@habits("download-too-early")
class _TooEarly:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet)
        assert await client.call("GET", f"/media/{client.job}.mp4") == 404
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _done(meet)
        await client.fetch()
        return client


@habits("download-after-expiry")
class _AfterExpiry:
    DAY: ClassVar = {"scenario": "day", "rules": [{"media": {"link_for": "10s"}}]}

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("hourone", _AfterExpiry.DAY)
        await client.order()
        client.finish()
        await client.read()
        client.wait(11)
        await client.fetch()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await meet("hourone", _AfterExpiry.DAY)
        await client.order()
        client.finish()
        await client.read()
        await client.fetch()
        return client


@habits("download-cut")
class _Cut:
    DAY: ClassVar = _fault("media", {"kind": "drop-mid-body", "at": 0.5}, times=1)

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _done(meet, _Cut.DAY)
        await client.fetch()
        assert client.player.log[-1] == "file cut"
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _Cut.careless(meet)
        await client.fetch()
        return client


@habits("download-again")
class _Again:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _done(meet)
        for _ in range(4):
            await client.fetch()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _done(meet)
        await client.fetch()
        return client


@habits("redirect-not-followed")
class _Redirect:
    DAY: ClassVar = _fault("media", {"kind": "redirect", "status": 302}, times=1)

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _done(meet, _Redirect.DAY)
        await client.fetch()
        assert client.player.log[-1] == "file 302"
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _done(meet, _Redirect.DAY)
        await client.call("GET", f"/media/{client.job}.mp4", allow_redirects=True)
        return client


@habits("credential-in-url")
class _InUrl:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("digitalcarbon")
        key = {"api_key": "digitalcarbon-test-key"}
        await client.call("GET", "/v1-beta/generate-video/x/status", params=key)
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await meet("digitalcarbon")
        await client.call("GET", "/v1-beta/generate-video/x/status")
        return client


@habits("plain-http")
class _PlainHttp:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("digitalcarbon")
        root, body = client.player.creation()[1:]
        headers = {**client.player.headers(), "Host": "api.digitalcarbon.ai"}
        url = client.player.running.origin + root
        session = client.player.running.client.session
        async with session.post(url, json=body, headers=headers) as answer:
            assert answer.status == 200
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        return await _ordered(meet)


async def _blipped(meet: Meet, fault: dict[str, Any]) -> Client:
    client = await _ordered(meet, _fault("status", fault, times=1))
    await client.read()
    client.finish()
    return client


@habits("gave-up-on-a-blip")
class _Blip:
    FAULT: ClassVar = {"kind": "error", "status": 503}

    @staticmethod
    async def careless(meet: Meet) -> Client:
        return await _blipped(meet, _Blip.FAULT)

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _blipped(meet, _Blip.FAULT)
        await client.read()
        return client


@habits("gave-up-on-garbage")
class _Garbage:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        return await _blipped(meet, {"kind": "malformed-json"})

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _Garbage.careless(meet)
        await client.read()
        return client


@habits("gave-up-on-a-word")
class _Word:
    NEW: ClassVar = {"word": "ON_HOLD", "at": 0, "for": "1h"}
    DAY: ClassVar = {"scenario": "day", "rules": [{"job": {"unknown_word": NEW}}]}

    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await _ordered(meet, _Word.DAY)
        client.until("ON_HOLD")
        await client.read()
        client.finish()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await _Word.careless(meet)
        await client.read()
        return client


@habits("over-the-rate")
class _Rate:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("idomoo", limits="real")
        for _ in range(13):
            await client.order()
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        client = await meet("idomoo", limits="real")
        for _ in range(13):
            await client.order()
            client.wait(61)
        return client


@habits("unknown-path")
class _UnknownPath:
    @staticmethod
    async def careless(meet: Meet) -> Client:
        client = await meet("digitalcarbon")
        await client.order()
        assert await client.call("GET", "/v1-beta/generate-vid") == 404
        return client

    @staticmethod
    async def careful(meet: Meet) -> Client:
        return await _ordered(meet)


@pytest.mark.ffmpeg
@pytest.mark.parametrize("rule", HABITS)
async def test_a_careless_client_earns_it(meet: Meet, rule: str) -> None:
    careless, _ = HABITS[rule]

    client = await careless(meet)

    assert rule in client.findings()


@pytest.mark.ffmpeg
@pytest.mark.parametrize("rule", HABITS)
async def test_a_careful_client_does_not(meet: Meet, rule: str) -> None:
    _, careful = HABITS[rule]

    client = await careful(meet)

    assert rule not in client.findings()


def test_every_rule_has_such_clients() -> None:
    """Whoever writes a rule writes who earns it, and who does not."""
    assert {*HABITS, *RECEIVERS, *WAITS} == {*RULES}


def test_no_pair_stands_twice_or_for_no_rule() -> None:
    assert len(HABITS) + len(RECEIVERS) + len(WAITS) == len(RULES)


async def test_an_order_whose_answer_was_lost_is_a_matter_of_money(meet: Meet) -> None:
    """Where it is known what is paid twice, one rule says so, and no other."""
    client = await meet("runway", "lost-create-answer")
    await client.order()
    client.wait(120)
    await client.order()

    found = client.findings()

    assert found.keys().isdisjoint({"submit-after-silence", "submit-twice"})
    assert found["charged-twice"].startswith("USD 0.60 for nothing: ")
    assert "the answer about it was lost (0)" in found["charged-twice"]


async def test_who_wants_two_and_follows_both_pays_nothing_for_nothing(
    meet: Meet,
) -> None:
    client = await meet("runway")
    jobs = [await client.order(), await client.order()]
    client.wait(600)
    for client.job in jobs:
        await client.read()

    assert "charged-twice" not in client.findings()


async def test_what_is_given_back_is_not_paid_twice(meet: Meet) -> None:
    failing = {"on": {"operation": "text-to-video", "times": 1}, "job": {"fail_at": 50}}
    client = await meet("runway", {"scenario": "day", "rules": [failing]})
    await client.order()
    client.wait(600)
    await client.order()
    client.wait(600)
    await client.read()

    assert "charged-twice" not in client.findings()
