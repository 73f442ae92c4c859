"""Whatever rules do to a webhook, what is sent is what is signed."""

import hmac
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.deep import some
from tests.delivery.sink import Seen, Sink, reply
from tests.scenarios.conftest import Play
from tests.scenarios.listeners import LISTENERS, settings
from tests.scenarios.players import Player

Proof = Callable[[Player, Seen], Awaitable[bool]]


def _headers(seen: Seen) -> dict[str, str]:
    pairs = (line.split(": ", 1) for line in seen.headers)
    return {name.lower(): value for name, value in pairs}


async def _hourone(customer: Player, seen: Seen) -> bool:
    """HMAC-SHA256 of the body, in hex."""
    (hook,) = customer.space.table("hourone", "webhook").values()
    right = hmac.new(hook["signing_secret"].encode(), seen.body, sha256).hexdigest()
    return _headers(seen).get("x-hourone-signature") == right


def _standard(secret: str, seen: Seen) -> bool:
    """Say whether a Standard Webhook is right: id, time and body, in base64."""
    headers = _headers(seen)
    head = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, head + seen.body, sha256).digest()
    right = "v1," + b64encode(digest).decode()
    return right in headers.get("webhook-signature", "").split()


async def _replicate(customer: Player, seen: Seen) -> bool:
    _, told = await customer.ask("GET", "/v1/webhooks/default/secret")
    return _standard(told["key"], seen)


async def _openai(customer: Player, seen: Seen) -> bool:
    (endpoint,) = customer.space.table("openai", "webhook endpoint").values()
    return _standard(endpoint["secret"], seen)


async def _fal(customer: Player, seen: Seen) -> bool:
    """Ed25519 of ids, time and the body's SHA-256, by the published key."""
    _, told = await customer.ask("GET", "/rest.fal.ai/.well-known/jwks.json")
    key = Ed25519PublicKey.from_public_bytes(
        urlsafe_b64decode(told["keys"][0]["x"] + "=")
    )
    headers = _headers(seen)
    parts = [
        headers[f"x-fal-webhook-{name}"]
        for name in ("request-id", "user-id", "timestamp")
    ]
    message = "\n".join([*parts, sha256(seen.body).hexdigest()])
    try:
        key.verify(bytes.fromhex(headers["x-fal-webhook-signature"]), message.encode())
    except (InvalidSignature, KeyError):
        return False
    return True


PROOFS: Mapping[str, Proof] = {
    "fal": _fal,
    "hourone": _hourone,
    "openai": _openai,
    "replicate": _replicate,
}
HARMLESS: list[dict[str, Any]] = [
    {"size": "64KiB"}, {"body": "{}"}, {"content_type": "text/html"},
    {"copies": 1}, {"again": "5s"}, {"late": "5s"}, {"reorder": True},
    {"before_answer": True}, {"skew": "5m"}, {"skew": "-5m", "size": "8KiB"},
]  # fmt: skip


async def _told(
    play: Play, slug: str, *delivery: dict[str, Any], fails: int = 0
) -> tuple[Player, list[Seen]]:
    """Let a receiver be told of jobs under rules; it refuses a few times first."""
    sink = Sink(*[reply(500)] * fails)
    await sink.start()
    rules = [{"delivery": one} for one in delivery]
    scenario = {"scenario": "x", "rules": rules}
    more = {"wall": lambda: 1_893_456_000.0, **settings(slug, sink)}
    customer = await play(slug, scenario, **more)
    await LISTENERS[slug](customer, sink)
    await sink.stop()
    return customer, sink.seen


def _lengths(seen: list[Seen]) -> list[bool]:
    return [one.header("Content-Length") == [str(len(one.body))] for one in seen]


@pytest.mark.parametrize("slug", PROOFS)
@pytest.mark.parametrize("delivery", some(HARMLESS, of=4), ids=str)
async def test_what_is_sent_is_what_is_signed(
    player: Play, slug: str, delivery: dict[str, Any]
) -> None:
    customer, seen = await _told(player, slug, delivery)

    assert len(seen) >= 2
    assert [await PROOFS[slug](customer, one) for one in seen] == [True] * len(seen)
    assert _lengths(seen) == [True] * len(seen)


@pytest.mark.parametrize("slug", PROOFS)
@pytest.mark.parametrize("delivery", some(HARMLESS, of=4), ids=str)
async def test_each_repetition_is_signed_as_it_is_sent(
    player: Play, slug: str, delivery: dict[str, Any]
) -> None:
    customer, seen = await _told(player, slug, delivery, fails=3)

    assert len(seen) >= 4
    assert [await PROOFS[slug](customer, one) for one in seen] == [True] * len(seen)
    assert _lengths(seen) == [True] * len(seen)


@pytest.mark.parametrize("slug", PROOFS)
@pytest.mark.parametrize("how", ["wrong", "missing", "expired"])
@pytest.mark.parametrize("more", [{}, {"size": "8KiB"}, {"skew": "5m"}], ids=str)
async def test_a_signature_that_is_to_be_bad_is_so_each_time(
    player: Play, slug: str, how: str, more: dict[str, Any]
) -> None:
    customer, seen = await _told(
        player, slug, {"signature": how}, more or {"late": "1s"}, fails=2
    )

    assert [await PROOFS[slug](customer, one) for one in seen] == [False] * len(seen)
    assert _lengths(seen) == [True] * len(seen)


STAMPS = {
    "fal": "x-fal-webhook-timestamp",
    "openai": "webhook-timestamp",
    "replicate": "webhook-timestamp",
}


@pytest.mark.parametrize("slug", STAMPS)
async def test_a_clock_that_is_off_dates_the_signature(player: Play, slug: str) -> None:
    """A receiver that holds the time against its own refuses the webhook."""
    times = []
    for delivery in ({"copies": 0}, {"skew": "-5m"}):
        customer, seen = await _told(player, slug, delivery)
        times.append([int(_headers(one)[STAMPS[slug]]) for one in seen])
        assert [await PROOFS[slug](customer, one) for one in seen] == [True] * len(seen)

    right, slow = times
    assert [one + 300 for one in slow] == right
