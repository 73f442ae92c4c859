"""What webhook endpoints are told of videos, and with which signature."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.openai import wire
from mockserver.providers.openai.world import ENDPOINTS
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services
from mockserver.providers.signing import Signing
from mockserver.providers.wires import standard_webhooks
from mockserver.providers.wires.webhooks import Webhook

__all__ = ["EVENTS", "LABELS", "SIGNING", "notices", "trial"]

TOLD: Final = "webhook"
LABELS: Final = ("video.completed", "video.failed", "test")
AGENT: Final = "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)"
TIMEOUT_S: Final = 20.0
# Contract openai, section 6: up to three days.
LADDER: Final = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, *(43_200.0,) * 4)
_ENDS: Final = {Phase.SUCCEEDED: "video.completed", Phase.FAILED: "video.failed"}


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Tell the endpoints how a video has ended.

    Source: contract openai, section 6.
    """
    del switches
    for at, step in job.entries():
        if step.phase in _ENDS:
            event = _ENDS[step.phase]
            yield Notice(at, TOLD, {"event": event}, tells=(event,))


async def _tell(services: Services, space: Space, due: Due) -> None:
    """Post an event to each endpoint that wants to know."""
    job = space.jobs(wire.SLUG).about(due)
    if job is None or due.about is None:
        return
    kind, at = due.data["event"], due.about.at
    event = space.jobs(wire.SLUG).chance(job.ordinal).fork("event", kind, at)
    for endpoint in space.table(wire.SLUG, ENDPOINTS).values():
        if kind not in endpoint["event_types"]:
            continue
        body = _body(event, kind, at, job.id)
        chance = event.fork(endpoint["id"])
        Webhook(
            label=kind,
            url=endpoint["url"],
            body=body,
            headers=_headers(services, space, endpoint, body, chance, due.at),
            ladder=LADDER,
            dated_by=_dated_by(services, space),
        ).send(services, space, due)


def trial(
    services: Services, space: Space, endpoint: Mapping[str, Any], kind: str
) -> Delivery:
    """Return what an endpoint is told to try it out: once, whatever comes of it."""
    number = space.table(wire.SLUG, ENDPOINTS).number()
    chance = space.chance(wire.SLUG).fork("trial", number)
    now = space.clock.now()
    about = wire.new_id(chance, now) if kind.startswith("video.") else "test"
    body = _body(chance, kind, now, about)
    headers = _headers(services, space, endpoint, body, chance, now)
    return Delivery(
        slug=wire.SLUG,
        label="test",
        message=Message("POST", endpoint["url"], headers, body),
        timeout_s=min(TIMEOUT_S, services.options.delivery_timeout_s),
        dated_by=_dated_by(services, space),
    )


def _body(chance: Chance, kind: str, at: float, about: str) -> bytes:
    return pack(
        {
            "id": f"evt_{chance.hex('event', 24)}",
            "object": "event",
            "created_at": int(at),
            "type": kind,
            "data": {"id": about},
        }
    )


def _dated_by(services: Services, space: Space) -> str:
    return str(services.setting(wire.SLUG, "webhook_dates", space))


def _headers(
    services: Services,
    space: Space,
    endpoint: Mapping[str, Any],
    body: bytes,
    chance: Chance,
    at: float,
) -> dict[str, str]:
    by_wall = _dated_by(services, space) == "wall"
    told = {
        "webhook-id": f"wh_{chance.hex('delivery', 32)}",
        "webhook-timestamp": str(int(space.clock.wall() if by_wall else at)),
    }
    return {
        "content-type": "application/json",
        "user-agent": AGENT,
        **told,
        standard_webhooks.SIGNATURE: _sign(_current(endpoint, at), told, body),
    }


def _current(endpoint: Mapping[str, Any], now: float) -> str:
    """Return the secrets that are good now, the newest first, parted by blanks."""
    old = endpoint.get("old_secret")
    is_good = old is not None and now < endpoint["old_until"]
    return f"{endpoint['secret']} {old}" if is_good else str(endpoint["secret"])


def _sign(secrets: str, told: Mapping[str, str], body: bytes) -> str:
    """Return one signature for each of some secrets, as the header has them."""
    return " ".join(
        standard_webhooks.sign(secret, told, body) for secret in secrets.split()
    )


def _secrets(space: Space) -> Iterator[str]:
    now = space.clock.now()
    for endpoint in space.table(wire.SLUG, ENDPOINTS).values():
        current = _current(endpoint, now)
        yield current
        # What was signed before a rotation is signed so again.
        yield from (one for one in current.split() if one != current)


SIGNING: Final = Signing(
    standard_webhooks.SIGNATURE,
    _sign,
    _secrets,
    timestamp="webhook-timestamp",
    about=standard_webhooks.ABOUT,
)
EVENTS: Final = {TOLD: _tell}
