"""What Hour One tells webhooks: when, whom, how often, and what becomes of them."""

import hmac
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from mockserver.delivery.delivery import Delivery, DeliveryState
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.providers.hourone import wire
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services
from mockserver.providers.signing import Signing

__all__ = ["EVENTS", "LABELS", "SIGNING", "TABLE", "notices", "resend"]

TABLE: Final = "webhook"
ENDED: Final = "video-ended"
LADDER: Final = (1.0, 4.0)  # contract hourone, section 6
PATIENCE: Final = 5
KEPT_MAX: Final = 100
_NAMES: Final[Mapping[str, str]] = {
    "ready": "video.ready",
    "published": "video.ready",
    "failed": "video.failed",
}

LABELS: Final = (*dict.fromkeys(_NAMES.values()),)

Webhook = dict[str, Any]


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Tell the webhooks once that a video is ready, once that it has failed.

    Source: contract hourone, section 4.1.
    """
    del switches
    told = set()
    for at, step in job.entries() if job.operation == "create-video" else ():
        name = _NAMES.get(step.state)
        if name is not None and name not in told:
            told.add(name)
            yield Notice(at, ENDED, {"state": step.state}, tells=(name,))


def resend(services: Services, space: Space, webhook: Webhook, at: float) -> Webhook:
    """Send the oldest event that a webhook has missed; return it, now pending."""
    oldest, *rest = webhook["kept"]
    _send(services, space, webhook, oldest, at)
    return {**webhook, "status": "pending", "kept": rest}


async def _video_ended(services: Services, space: Space, due: Due) -> None:
    job = space.jobs(wire.SLUG).about(due)
    if job is None:
        return
    event = _event(space, job, due.data["state"])
    for webhook in list(space.table(wire.SLUG, TABLE).values()):
        _offer(services, space, webhook, event, due.at)


def _event(space: Space, job: Job, state: str) -> dict[str, Any]:
    """Return what is told: `{"event_name": str, "data": {...}}`.

    Source: contract hourone, section 6.
    """
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    return {
        "event_name": _NAMES[state],
        "data": {
            "id": job.id,
            "req_id": chance.hex("req", 32),
            "draft_id": chance.hex("draft", 24),
            "status": "failed" if state == "failed" else "ready",
        },
    }


def _offer(
    services: Services, space: Space, webhook: Webhook, event: Mapping[str, Any],
    at: float,
) -> None:  # fmt: skip
    """Send an event, keep it for later, or let it go."""
    if event["event_name"] not in webhook["events"]:
        return
    if webhook["status"] == "active":
        _send(services, space, webhook, event, at)
    elif webhook["status"] != "paused":
        _put(space, _keep(webhook, event))


def _send(
    services: Services, space: Space, webhook: Webhook, event: Mapping[str, Any],
    at: float,
) -> None:  # fmt: skip
    name = event["event_name"]
    if services.setting(wire.SLUG, "event_name_style", space) == "underscore":
        name = name.replace(".", "_")
    body = json.dumps({**event, "event_name": name}).encode()
    headers = {
        "Content-Type": "application/json",
        SIGNING.header: _signature(webhook["signing_secret"], {}, body),
    }
    delivery = Delivery(
        slug=wire.SLUG,
        label=event["event_name"],
        message=Message("POST", webhook["url"], headers, body),
        job_id=event["data"]["id"],
        ladder=LADDER,
        timeout_s=services.options.delivery_timeout_s,
        report="webhook-told",
        data={"webhook": webhook["id"], "event": dict(event)},
    )
    services.outbox.plan(space, delivery, at)


async def _webhook_told(services: Services, space: Space, due: Due) -> None:
    """Draw the consequences of a delivery's end for its webhook."""
    record = services.outbox.find(space, due.data["delivery"])
    known = None if record is None else record.delivery.data
    if known is None:
        return
    webhook = space.table(wire.SLUG, TABLE).get(known["webhook"])
    if webhook is None:
        return
    if due.data["state"] == DeliveryState.FAILED:
        _put(space, _after_failure(webhook, known["event"]))
    else:
        _put(space, _after_success(services, space, webhook, due.at))


def _after_failure(webhook: Webhook, event: Mapping[str, Any]) -> Webhook:
    """Count a failure; too many in a row, or one when on trial, end the service.

    Source: contract hourone, section 6.
    """
    failures = webhook["failures"] + 1
    status = webhook["status"]
    if status == "pending" or (status == "active" and failures >= PATIENCE):
        status = "inactive"
    return {**_keep(webhook, event), "failures": failures, "status": status}


def _after_success(
    services: Services, space: Space, webhook: Webhook, at: float
) -> Webhook:
    healthy = {**webhook, "failures": 0}
    if webhook["status"] != "pending":
        return healthy
    for event in webhook["kept"]:
        _send(services, space, webhook, event, at)
    return {**healthy, "status": "active", "kept": []}


def _keep(webhook: Webhook, event: Mapping[str, Any]) -> Webhook:
    return {**webhook, "kept": [*webhook["kept"], dict(event)][-KEPT_MAX:]}


def _put(space: Space, webhook: Webhook) -> None:
    space.table(wire.SLUG, TABLE).put(webhook["id"], webhook)


def _signature(secret: str, _: Mapping[str, str], body: bytes) -> str:
    """Return what proves a body, whatever the headers say.

    Source: contract hourone, section 6.
    """
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def _secrets(space: Space) -> Iterator[str]:
    for webhook in space.table(wire.SLUG, TABLE).values():
        yield webhook["signing_secret"]


SIGNING: Final = Signing(
    "x-hourone-signature",
    _signature,
    _secrets,
    about="HMAC-SHA256 of the body in hexadecimal; its key is the signing secret of the"
    " webhook",
)
EVENTS: Final = {ENDED: _video_ended, "webhook-told": _webhook_told}
