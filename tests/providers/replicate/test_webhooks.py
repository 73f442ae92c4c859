"""Webhooks: which come, in which order, and who can prove them."""

import json
from typing import Any

from mockserver.edge.staging.stage import STAGE
from mockserver.providers.replicate import PROVIDER
from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import Api, Inbox

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ALL = ["start", "output", "logs", "completed"]


async def run(api: Api, inbox: Inbox, *, seconds: float = 100, **more: Any) -> None:
    """Run a prediction to its end."""
    await api.submit(webhook=inbox.url, **more)
    api.advance(seconds)
    await api.settle()


async def test_without_a_filter_output_and_completed_are_told(
    api: Api, inbox: Inbox
) -> None:
    await run(api, inbox)

    assert [(status, made) for status, _, made in inbox.steps] == [
        ("processing", True),
        ("succeeded", True),
    ]


async def test_all_events_come_in_their_order(api: Api, inbox: Inbox) -> None:
    await run(api, inbox, webhook_events_filter=ALL)

    assert [status for status, _, _ in inbox.steps] == [
        "starting", *["processing"] * 5, "succeeded",
    ]  # fmt: skip


async def test_logs_grow_from_one_to_the_next(api: Api, inbox: Inbox) -> None:
    await run(api, inbox, webhook_events_filter=["logs"])

    lengths = [logs.count("\n") for _, logs, _ in inbox.steps]
    assert lengths == [2, 3, 4, 5]


async def test_a_cancel_is_a_completion(api: Api, inbox: Inbox) -> None:
    made = await api.submit(webhook=inbox.url)
    await api.post(f"/v1/predictions/{made['id']}/cancel")
    await api.settle()

    assert [status for status, _, _ in inbox.steps] == ["canceled"]


async def test_members_are_in_the_order_of_the_alphabet(api: Api, inbox: Inbox) -> None:
    await run(api, inbox, webhook_events_filter=["completed"])

    assert list(json.loads(inbox.seen[0][1])) == [
        "completed_at", "created_at", "data_removed", "error", "id", "input", "logs",
        "metrics", "model", "output", "source", "started_at", "status", "urls",
        "version", "webhook", "webhook_events_filter",
    ]  # fmt: skip


async def test_the_secret_of_the_account_proves_them(api: Api, inbox: Inbox) -> None:
    await run(api, inbox)

    shown = await (await api.get("/v1/webhooks/default/secret")).json()
    headers, body = inbox.seen[-1]
    assert shown == {"key": SECRET}
    assert PROVIDER.signing is not None
    assert PROVIDER.signing.proves(headers, body, [SECRET])
    assert not PROVIDER.signing.proves(headers, body + b" ", [SECRET])


async def test_each_webhook_has_an_id_of_its_own(api: Api, inbox: Inbox) -> None:
    await run(api, inbox, webhook_events_filter=ALL)

    ids = {headers["webhook-id"] for headers, _ in inbox.seen}
    assert len(ids) == len(inbox.seen) == 7


async def test_they_may_be_dated_by_the_spaces_clock(
    serve: Serve, inbox: Inbox
) -> None:
    settings = {"replicate": {"webhook_dates": "space"}}
    api = Api(await serve(providers_settings=settings))

    await run(api, inbox, webhook_events_filter=["start"])

    assert inbox.seen[0][0]["webhook-timestamp"] == "1893456000"


async def test_each_attempt_is_dated_and_signed_anew(
    serve: Serve, inbox: Inbox
) -> None:
    """Receivers refuse what is older than five minutes; the id stays."""
    settings = {"replicate": {"webhook_dates": "space"}}
    api = Api(await serve(providers_settings=settings))
    inbox.statuses.append(503)

    await run(api, inbox, seconds=80, webhook_events_filter=["completed"])
    api.advance(10)
    await api.settle()

    (first, _), (again, body) = inbox.seen
    assert again["webhook-id"] == first["webhook-id"]
    told, before = again["webhook-timestamp"], first["webhook-timestamp"]
    assert int(told) - int(before) == 1
    assert PROVIDER.signing is not None
    assert PROVIDER.signing.proves(again, body, [SECRET])


async def test_a_rule_that_changes_the_body_signs_it_anew(
    api: Api, inbox: Inbox
) -> None:
    rule = {"delivery": {"body": "{}"}}
    space = api.running.space("replicate", "main")
    scenario = {"scenario": "other-body", "rules": [rule]}
    api.running.instance.app[STAGE].use([space], scenario)

    await run(api, inbox, webhook_events_filter=["completed"])

    headers, body = inbox.seen[0]
    assert body == b"{}"
    assert PROVIDER.signing is not None
    assert PROVIDER.signing.proves(headers, body, [SECRET])
