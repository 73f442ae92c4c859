"""Webhooks: register, read, change, pause, switch off and on."""

from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.hourone import events, shapes, wire
from mockserver.providers.reply import Reply

__all__ = [
    "create_webhook",
    "delete_webhook",
    "get_webhook",
    "list_webhooks",
    "pause_webhook",
    "regenerate_webhook_secret",
    "toggle_webhook_status",
    "update_webhook",
]

# The order in which the framework writes an answer (contract hourone, appendix A)
_FIELDS: Final = ("id", "name", "description", "created_at", "updated_at", "status",
                  "events", "url", "signing_secret")  # fmt: skip


async def list_webhooks(call: Call) -> Reply:
    """List the webhooks in the order of their registration."""
    webhooks = call.table(events.TABLE).values()
    return shapes.answer(call, [_told(webhook) for webhook in webhooks])


async def create_webhook(call: Call) -> Reply:
    """Register a webhook; answers 201 with its `WebhookResponse`, secret and all."""
    body = await shapes.read_body(call)
    chance = call.chance.fork(events.TABLE, call.table(events.TABLE).number())
    webhook = {
        **body,
        "id": chance.hex("id", 32),
        "created_at": wire.stamp(call.now),
        "status": "active",
        "signing_secret": chance.hex("secret 0", 64),
        "secrets": 1,
        "failures": 0,
        "kept": [],
    }
    return shapes.answer(call, _told(_put(call, webhook)), 201)


async def get_webhook(call: Call) -> Reply:
    """Show a webhook: `WebhookResponse`."""
    return shapes.answer(call, _told(_find(call)))


async def update_webhook(call: Call) -> Reply:
    """Change a webhook; what is not sent stays, such as its events."""
    body = await shapes.read_body(call)
    return shapes.answer(call, _told(_put(call, {**_find(call), **body})))


async def delete_webhook(call: Call) -> Reply:
    """Forget a webhook; answers 204 without a body."""
    call.table(events.TABLE).delete(_find(call)["id"])
    return Reply.empty()


async def regenerate_webhook_secret(call: Call) -> Reply:
    """Give a webhook another secret, and show it."""
    webhook = _find(call)
    number = webhook["secrets"]
    chance = call.chance.fork(events.TABLE, webhook["id"])
    secret = chance.hex(f"secret {number}", 64)
    changed = {**webhook, "signing_secret": secret, "secrets": number + 1}
    return shapes.answer(call, _told(_put(call, changed)))


async def pause_webhook(call: Call) -> Reply:
    """Pause a webhook, or let a paused one go on.

    Source: contract hourone, section 6.
    """
    webhook = _find(call)
    status = "active" if webhook["status"] == "paused" else "paused"
    changed = {**webhook, "status": status, "failures": 0}
    return shapes.answer(call, _told(_put(call, changed)))


async def toggle_webhook_status(call: Call) -> Reply:
    """Switch a webhook off, or on again; what it missed is sent as a trial first.

    Source: contract hourone, section 6.
    """
    webhook = _find(call)
    if webhook["status"] != "inactive":
        changed = {**webhook, "status": "inactive"}
    elif webhook["kept"]:
        changed = events.resend(call.services, call.space, webhook, call.now)
    else:
        changed = {**webhook, "status": "active", "failures": 0}
    return shapes.answer(call, _told(_put(call, changed)))


def _find(call: Call) -> dict[str, Any]:
    webhook = call.table(events.TABLE).get(call.parameters["webhook_id"])
    if webhook is None:
        raise NotFoundError("webhook")
    return dict(webhook)


def _put(call: Call, webhook: dict[str, Any]) -> dict[str, Any]:
    changed = {**webhook, "updated_at": wire.stamp(call.now)}
    call.table(events.TABLE).put(changed["id"], changed)
    return changed


def _told(webhook: dict[str, Any]) -> dict[str, Any]:
    return {name: webhook[name] for name in _FIELDS if name in webhook}
