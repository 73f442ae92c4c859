"""Webhook endpoints: who is told of videos, with which secrets."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from mockserver.delivery.delivery import DeliveryState
from mockserver.engine.chance import Chance
from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.openai import hooks, inputs, videos
from mockserver.providers.openai.world import ENDPOINTS
from mockserver.providers.reply import Reply

__all__ = ["change", "create", "delete", "event_types", "list_endpoints", "read",
           "rotate", "try_out"]  # fmt: skip

KEEP_S: Final = 24 * 3600.0
_HINT: Final = 4
_KEY_BYTES: Final = 32

EVENT_TYPES: Final = (  # contract openai, section 3.5
    "batch.completed",
    "batch.failed",
    "batch.expired",
    "batch.cancelled",
    "response.completed",
    "response.failed",
    "response.cancelled",
    "response.incomplete",
    "eval.run.succeeded",
    "eval.run.failed",
    "eval.run.canceled",
    "fine_tuning.job.succeeded",
    "fine_tuning.job.failed",
    "fine_tuning.job.cancelled",
    "realtime.call.incoming",
    "video.completed",
    "video.failed",
    "agent.environment.ready",
    "agent.environment.failed",
    "agent.environment.suspended",
    "agent.environment.expired",
    "agent.session.created",
    "agent.session.action_required",
    "agent.session.in_progress",
    "agent.session.idle",
    "agent.session.failed",
    "safety.alert.created",
)


async def create(call: Call) -> Reply:
    """Make an endpoint; its secret is told now and never again."""
    body = await inputs.payload(call)
    said = _said(body, is_new=True)
    table = call.table(ENDPOINTS)
    chance = call.chance.fork("endpoint", table.number())
    now = int(call.now)
    made = {
        "id": f"we_{chance.hex('id', 24)}",
        "created_at": now,
        "updated_at": now,
        **said,
        "secret": _secret(chance, 0),
    }
    table.put(made["id"], made)
    return call.reply({**_shown(made), "signing_secret": made["secret"]})


async def list_endpoints(call: Call) -> Reply:
    """List the endpoints, the newest first."""
    known = call.table(ENDPOINTS).values(newest_first=True)
    return call.reply(videos.page_of(call, [_shown(one) for one in known]))


async def read(call: Call) -> Reply:
    """Show an endpoint, without its secret."""
    return call.reply(_shown(_found(call)))


async def change(call: Call) -> Reply:
    """Change the name, the address or the events of an endpoint."""
    known = _found(call)
    said = _said(await inputs.payload(call), is_new=False)
    changed = {**known, **said, "updated_at": int(call.now)}
    call.table(ENDPOINTS).put(known["id"], changed)
    return call.reply(_shown(changed))


async def delete(call: Call) -> Reply:
    """Forget an endpoint."""
    key = _found(call)["id"]
    call.table(ENDPOINTS).delete(key)
    told = {"id": key, "object": "webhook_endpoint.deleted", "deleted": True}
    return call.reply(told)


async def rotate(call: Call) -> Reply:
    """Give an endpoint another secret; the old one may be used beside it for a day."""
    known, body = _found(call), await inputs.payload(call)
    keeps = body.get("keep_old_secret_active_for_24_hours", False)
    count = int(known.get("rotations", 0)) + 1
    chance = call.chance.fork("rotation", known["id"])
    changed = {
        **known,
        "updated_at": int(call.now),
        "rotations": count,
        "secret": _secret(chance, count),
        "old_secret": known["secret"] if keeps is True else None,
        "old_until": call.now + KEEP_S,
    }
    call.table(ENDPOINTS).put(known["id"], changed)
    return call.reply({**_shown(changed), "signing_secret": changed["secret"]})


async def try_out(call: Call) -> Reply:
    """Send a test event, and tell what the receiver has answered."""
    known, body = _found(call), await inputs.payload(call)
    kind = inputs.text_of(body, "event_type", "")
    if not kind:
        raise InvalidPayloadError(code="missing", param="event_type")
    _check_types([kind], "event_type")
    record = await call.services.outbox.deliver(
        call.space, hooks.trial(call.services, call.space, known, kind)
    )
    last = record.attempts[-1] if record.attempts else None
    return call.reply(
        {
            "object": "webhook_endpoint.test",
            "webhook_endpoint_id": known["id"],
            "event_type": kind,
            "status_code": None if last is None else last.status,
            "success": record.state is DeliveryState.DELIVERED,
        }
    )


async def event_types(call: Call) -> Reply:
    """List the names of all events."""
    return call.reply([*EVENT_TYPES])


def _said(body: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name in ("url", "name"):
        if name in body or is_new:
            text = inputs.text_of(body, name, "")
            if not text:
                raise InvalidPayloadError(code="missing", param=name)
            said[name] = text
    if "url" in said and not said["url"].startswith(("http://", "https://")):
        raise InvalidPayloadError(
            code="said", param="url", message="Invalid 'url': expected an HTTPS URL."
        )
    if "event_types" in body or is_new:
        kinds = body.get("event_types")
        if not isinstance(kinds, list) or not kinds:
            raise InvalidPayloadError(code="missing", param="event_types")
        _check_types(kinds, "event_types")
        said["event_types"] = [*dict.fromkeys(kinds)]
    return said


def _check_types(kinds: list[Any], param: str) -> None:
    for kind in kinds:
        if kind not in EVENT_TYPES:
            raise InvalidPayloadError(
                code="value",
                param=param,
                found=str(kind)[:100],
                expected=", ".join(f"'{one}'" for one in EVENT_TYPES),
            )


def _found(call: Call) -> Mapping[str, Any]:
    key = call.parameters["endpoint_id"]
    known: Mapping[str, Any] | None = call.table(ENDPOINTS).get(key)
    if known is None:
        raise NotFoundError("endpoint", id=key[:200])
    return known


def _secret(chance: Chance, count: int) -> str:
    drawn = chance.draw_bytes(f"secret {count}", _KEY_BYTES)
    return f"whsec_{b64encode(drawn).decode()}"


def _shown(known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": known["id"],
        "object": "webhook_endpoint",
        "created_at": known["created_at"],
        "updated_at": known["updated_at"],
        "name": known["name"],
        "url": known["url"],
        "event_types": known["event_types"],
        "signing_secret_hint": known["secret"][-_HINT:],
    }
