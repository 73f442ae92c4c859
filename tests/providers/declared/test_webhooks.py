"""Webhooks of a provider in YAML: to one address or to endpoints, signed by name."""

import hmac
import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Serve
from tests.providers.declared.conftest import FILE, Acme
from tests.providers.inbox import Inbox


async def test_the_address_of_a_job_is_told_of_its_end(
    acme: Acme, inbox: Inbox
) -> None:
    film_id = await acme.shoot(callback=inbox.url)

    acme.advance(70)
    await acme.settle()

    assert [one["event"] for one in inbox.told] == ["film.done"]
    film = inbox.told[0]["film"]
    assert (film["id"], film["state"]) == (film_id, "done")
    assert film["url"].startswith(f"{acme.running.origin}/acme/cdn/")


@pytest.mark.parametrize("rule", [{"before_answer": True}, {"late": "10m"}])
async def test_it_is_told_as_its_event_has_found_it_whenever_that_is_sent(
    acme: Acme, inbox: Inbox, rule: dict[str, object]
) -> None:
    space = acme.running.space("acme", "studio")
    scenario = {"scenario": "x", "rules": [{"delivery": rule}]}
    acme.running.instance.app[STAGE].use([space], scenario)
    await acme.shoot(callback=inbox.url)

    acme.advance(700)
    await acme.settle()

    [told] = inbox.told
    assert (told["event"], told["film"]["state"]) == ("film.done", "done")
    assert told["film"]["url"].startswith(f"{acme.running.origin}/acme/cdn/")


async def test_what_is_refused_is_told_again_on_the_clock(
    acme: Acme, inbox: Inbox
) -> None:
    inbox.statuses.extend([500, 503])
    await acme.shoot(callback=inbox.url)

    acme.advance(70)
    await acme.settle()
    acme.advance(6)
    await acme.settle()

    assert len(inbox.seen) == 3


async def test_endpoints_are_told_what_they_want_and_can_verify_it(
    acme: Acme, inbox: Inbox
) -> None:
    _, made = await acme.told(
        "POST", "/v1/hooks", {"url": inbox.url, "events": ["film.done"]}
    )
    await acme.shoot()

    acme.advance(70)
    await acme.settle()

    [(headers, body)] = inbox.seen
    told = json.loads(body)
    signature = hmac.new(made["secret"].encode(), body, sha256).hexdigest()
    assert headers["X-Acme-Signature"] == signature
    assert (headers["X-Event"], told["event"], told["title"]) == (
        "film.done",
        "film.done",
        "Hello",
    )
    assert re.fullmatch(r"[0-9a-f-]{36}", told["id"])


async def test_an_endpoint_that_wants_nothing_is_told_nothing(
    acme: Acme, inbox: Inbox
) -> None:
    _, made = await acme.told("POST", "/v1/hooks", {"url": inbox.url})
    await acme.told("POST", f"/v1/hooks/{made['hook']['id']}/mute")
    await acme.shoot()

    acme.advance(70)
    await acme.settle()

    assert inbox.seen == []


async def signed(serve: Serve, tmp_path: Path, inbox: Inbox, sign: str) -> Acme:
    """Serve the provider with another signature, and let it tell of a film."""
    text = FILE.read_text("utf-8").replace(
        '{scheme: hmac, header: X-Acme-Signature, secret: "${kept/secret}"}', sign
    )
    file = tmp_path / "acme.yaml"
    file.write_text(text, "utf-8")
    (tmp_path / "acme.py").write_bytes(FILE.with_suffix(".py").read_bytes())
    dates = {} if "hmac" in sign else {"webhook_dates": "space"}
    settings = {"acme": dates}
    acme = Acme(await serve(providers=(str(file),), providers_settings=settings))
    await acme.told("POST", "/v1/hooks", {"url": inbox.url, "events": ["film.done"]})
    await acme.shoot()
    acme.advance(70)
    await acme.settle()
    return acme


async def test_a_timestamped_signature_holds_time_and_body(
    serve: Serve, tmp_path: Path, inbox: Inbox
) -> None:
    sign = "{scheme: timestamped, header: acme-signature, secret: hush}"

    await signed(serve, tmp_path, inbox, sign)

    [(headers, body)] = inbox.seen
    right = hmac.new(b"hush", b"1893456070." + body, sha256).hexdigest()
    assert headers["acme-signature"] == f"t=1893456070,v1={right}"


@pytest.mark.parametrize(
    ("secret", "key"),
    [("whsec_aHVzaA==", b"hush"), ("not base64", b"not base64")],
)
async def test_standard_webhooks_have_an_id_and_a_time(
    serve: Serve, tmp_path: Path, inbox: Inbox, secret: str, key: bytes
) -> None:
    sign = f'{{scheme: standard-webhooks, secret: "{secret}"}}'

    await signed(serve, tmp_path, inbox, sign)

    [(headers, body)] = inbox.seen
    head = f"{headers['webhook-id']}.1893456070.".encode()
    digest = hmac.new(key, head + body, sha256).digest()
    assert headers["webhook-timestamp"] == "1893456070"
    assert headers["webhook-signature"] == f"v1,{b64encode(digest).decode()}"


async def test_hmac_may_be_base64_behind_a_prefix(
    serve: Serve, tmp_path: Path, inbox: Inbox
) -> None:
    sign = (
        "{scheme: hmac, header: X-Sign, encoding: base64, prefix: sha256=,"
        " secret: hush}"
    )

    await signed(serve, tmp_path, inbox, sign)

    [(headers, body)] = inbox.seen
    found = headers["X-Sign"].removeprefix("sha256=")
    assert b64decode(found) == hmac.new(b"hush", body, sha256).digest()
