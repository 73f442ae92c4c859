"""Webhooks: who is told of videos, with which secrets."""

from collections.abc import Mapping
from string import ascii_lowercase, digits
from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.google import hooks, jwt, shapes, wire
from mockserver.providers.google.inputs import named, refused
from mockserver.providers.google.world import WEBHOOKS
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import cursor_page

__all__ = ["create", "delete", "keys", "list_webhooks", "ping", "read", "rotate",
           "update"]  # fmt: skip

PAGE: Final = 50
PAGE_MAX: Final = 1000
KEEP_S: Final = 24 * 3600.0
_ID: Final = 36
_SHOWN: Final = 4
_URI_MAX: Final = 2000
_NAME_MAX: Final = 512
_FIELDS: Final = ("name", "uri", "subscribed_events", "state")
_STATES: Final = ("enabled", "disabled")
_LATER: Final = "revoke_previous_secrets_after_h24"
_BEHAVIORS: Final = (_LATER, "revoke_previous_secrets_immediately")
_EVENTS: Final = (  # contract google, section 3.6
    "batch.succeeded",
    "batch.expired",
    "batch.failed",
    "batch.cancelled",
    "interaction.requires_action",
    "interaction.completed",
    "interaction.failed",
    "interaction.cancelled",
    "video.generated",
)


async def create(call: Call) -> Reply:
    """Make a webhook; its secret is told now and never again."""
    said = _said(_object(await call.document()), is_new=True)
    table = call.table(WEBHOOKS)
    chance = call.chance.fork("webhook", table.number())
    made = {
        "id": chance.word("id", _ID, ascii_lowercase + digits),
        "created_at": call.now,
        "updated_at": call.now,
        "state": "enabled",
        **said,
        "secret": hooks.new_secret(chance),
    }
    table.put(made["id"], made)
    shown = _shown(made, call.now)
    return shapes.told({**shown, "new_signing_secret": made["secret"]})


async def list_webhooks(call: Call) -> Reply:
    """List the webhooks, the newest first."""
    limit = whole(call.query.get("page_size", str(PAGE)), least=1)
    if limit is None:
        raise refused("`page_size` must be a whole number of 1 or more.")
    page = cursor_page(
        [*call.table(WEBHOOKS).values(newest_first=True)],
        after=call.query.get("page_token") or None,
        limit=min(limit, PAGE_MAX),
        key=lambda one: str(one["id"]),
    )
    told: dict[str, Any] = {}
    if page.items:
        told["webhooks"] = [_shown(one, call.now) for one in page.items]
    if page.next is not None:
        told["next_page_token"] = page.next
    return shapes.told(told)


async def read(call: Call) -> Reply:
    """Show a webhook, without its secrets."""
    return shapes.told(_shown(_found(call), call.now))


async def update(call: Call) -> Reply:
    """Change a webhook: what `update_mask` names, or all that is said."""
    known, body = _found(call), _object(await call.document())
    mask = [one for one in call.query.get("update_mask", "").split(",") if one]
    for name in mask:
        if name not in _FIELDS:
            raise refused(f"`update_mask` may name {named(_FIELDS)}.")
    wanted = {k: v for k, v in body.items() if not mask or k in mask}
    changed = {**known, **_said(wanted, is_new=False), "updated_at": call.now}
    call.table(WEBHOOKS).put(known["id"], changed)
    return shapes.told(_shown(changed, call.now))


async def delete(call: Call) -> Reply:
    """Forget a webhook."""
    call.table(WEBHOOKS).delete(_found(call)["id"])
    return shapes.told({})


async def ping(call: Call) -> Reply:
    """Send one event, and answer before it is known what has come of it."""
    hooks.ping(call.services, call.space, _found(call))
    return shapes.told({})


async def rotate(call: Call) -> Reply:
    """Give a webhook another secret; the one before may be good for a day more.

    Source: contract google, section 3.6.
    """
    known, body = _found(call), await call.document()
    said = _object(body) if body is not None else {}
    behavior = said.get("revocation_behavior", _LATER)
    if behavior not in _BEHAVIORS:
        raise refused(f"`revocation_behavior` must be one of {named(_BEHAVIORS)}.")
    count = int(known.get("rotations", 0)) + 1
    secret = hooks.new_secret(call.chance.fork("rotation", known["id"], count))
    changed = {
        **known,
        "secret": secret,
        "rotations": count,
        "updated_at": call.now,
        "old_secret": known["secret"] if behavior == _LATER else None,
        "old_until": call.now + KEEP_S,
    }
    call.table(WEBHOOKS).put(known["id"], changed)
    return shapes.told({"secret": secret})


async def keys(call: Call) -> Reply:
    """Return the keys with which webhooks of single requests are verified."""
    del call
    return shapes.told(jwt.key_set())


def _object(said: Any) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise refused("The request must be an object.")
    return said


def _said(body: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
    """Return what is said of a webhook.

    Raises:
        InvalidPayloadError: Something is missing or wrong: the first of it.
    """
    told: dict[str, Any] = {}
    uri = body.get("uri")
    if is_new or "uri" in body:
        is_address = isinstance(uri, str) and uri.startswith(("http://", "https://"))
        if not is_address or len(uri or "") > _URI_MAX:
            raise refused("`uri` must be an HTTP address.")
        told["uri"] = uri
    events = body.get("subscribed_events")
    if is_new or "subscribed_events" in body:
        if not isinstance(events, list) or not events:
            raise refused("`subscribed_events` must name one event or more.")
        if any(one not in _EVENTS for one in events):
            raise refused(f"`subscribed_events` may name {named(_EVENTS)}.")
        told["subscribed_events"] = [*dict.fromkeys(events)]
    name = body.get("name")
    if name is not None:
        if not isinstance(name, str) or len(name) > _NAME_MAX:
            raise refused(f"`name` must be a text of at most {_NAME_MAX} characters.")
        told["name"] = name
    if not is_new and "state" in body:
        if body["state"] not in _STATES:
            raise refused(f"`state` must be one of {named(_STATES)}.")
        told["state"] = body["state"]
    return told


def _found(call: Call) -> Mapping[str, Any]:
    known: Mapping[str, Any] | None = call.table(WEBHOOKS).get(
        call.parameters["webhook_id"]
    )
    if known is None:
        raise NotFoundError("webhook")
    return known


def _shown(known: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Return a webhook as answers show it.

    Source: contract google, section 3.6.
    """
    secrets = [{"truncated_secret": _truncated(known["secret"])}]
    if hooks.has_old_secret(known, now):
        old = {
            "truncated_secret": _truncated(known["old_secret"]),
            "expire_time": wire.stamp(known["old_until"]),
        }
        secrets.append(old)
    head = {"name": known["name"]} if known.get("name") else {}
    return {
        **head,
        "uri": known["uri"],
        "subscribed_events": known["subscribed_events"],
        "create_time": wire.stamp(known["created_at"]),
        "update_time": wire.stamp(known["updated_at"]),
        "signing_secrets": secrets,
        "state": known["state"],
        "id": known["id"],
    }


def _truncated(secret: str) -> str:
    return f"whsec_...{secret[-_SHOWN:]}"
