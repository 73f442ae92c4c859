"""What a space has from the start, and what Google tells webhooks, and how signed."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.delivery.delivery import Delivery, DeliveryState
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.google import failures, jwt, library, shapes, wire
from mockserver.providers.google.world import FILES, WEBHOOKS
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services
from mockserver.providers.signing import Signing
from mockserver.providers.wires import standard_webhooks

__all__ = [
    "EVENTS",
    "LABELS",
    "SIGNING",
    "has_old_secret",
    "new_secret",
    "notices",
    "ping",
    "populate",
]

TOLD: Final = "webhook"
ENDED: Final = "webhook ended"
PING: Final = "ping"
LABELS: Final = (
    *("video.generated", "interaction.completed", "interaction.failed"),
    *("interaction.cancelled", PING),
)
DISABLED: Final = "disabled_due_to_failed_deliveries"
_DOUBLING: Final = tuple(10.0 * 2**n for n in range(9))
_HOURLY: Final = (3600.0,) * int((24 * 3600 - sum(_DOUBLING)) // 3600)
LADDER: Final = (*_DOUBLING, *_HOURLY)  # contract google, section 6
_DYNAMIC: Final = "jwt"
_NOBODYS: Final = "whsec_"
_KEY_BYTES: Final = 32
_SIGNATURE: Final = standard_webhooks.SIGNATURE
_ENDS: Final = {
    Phase.SUCCEEDED: "interaction.completed",
    Phase.FAILED: "interaction.failed",
    Phase.CANCELLED: "interaction.cancelled",
}


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is told to one address.

    Attributes:
        kind: Which event it is.
        uri: The address.
        body: What it says.
        known: The webhook that it is for; None if a request has named the address.
    """

    kind: str
    uri: str
    body: bytes
    known: Mapping[str, Any] | None = None


def populate(services: Services, space: Space, slug: str) -> None:
    """Give a space the files and webhooks of its world, and the files of its jobs."""
    world = services.world_in(slug, space)
    account = world.account_of(space.id, slug)
    now = space.clock.started_at_s
    known = world.details("files", account).items()
    for number, (key, said) in enumerate(known):
        file = {**said, "id": key, "number": -1 - number, "created_at": now}
        space.table(slug, FILES).put(key, file)
    number = -len(known)
    for job in space.jobs(slug).list_jobs():
        for sample, name in enumerate(job.data.get("files", ())):
            number -= 1
            made = {"id": name, "job": job.id, "sample": sample, "number": number}
            space.table(slug, library.MADE).put(name, made)
    usual = {"subscribed_events": ["video.generated"], "state": "enabled"}
    for key, said in world.details("webhooks", account).items():
        hook = {**usual, **said, "id": key, "created_at": now, "updated_at": now}
        space.table(slug, WEBHOOKS).put(key, hook)


def new_secret(chance: Chance) -> str:
    """Draw a secret: `whsec_` and the base64 of 32 bytes."""
    drawn = chance.draw_bytes("secret", _KEY_BYTES)
    return f"whsec_{b64encode(drawn).decode()}"


def has_old_secret(known: Mapping[str, Any], now: float) -> bool:
    """Say whether a webhook is signed with the secret before its own as well."""
    return known.get("old_secret") is not None and now < known["old_until"]


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Tell of a video that is made, and how an interaction in the background ends.

    An operation that fails, or is filtered, has no event; nor has any of Vertex.

    Source: contract google, section 6.
    """
    del switches
    is_told = job.operation == wire.INTERACTION and job.data.get("background")
    for at, step in job.entries():
        if job.operation == wire.PREDICT and step.phase is Phase.SUCCEEDED:
            yield Notice(at, TOLD, {"event": "video.generated"})
        elif is_told and step.phase in _ENDS:
            yield Notice(at, TOLD, {"event": _ENDS[step.phase]})


async def _tell(services: Services, space: Space, due: Due) -> None:
    """Post an event to whom the request names, or to each webhook that wants it.

    Source: contract google, section 6.
    """
    job = space.jobs(wire.SLUG).about(due)
    if job is None or due.about is None:
        return
    kind, at = str(due.data["event"]), due.about.at
    document = _event(kind, at, _data(services, space, job, kind, at))
    event = space.jobs(wire.SLUG).chance(job.ordinal).fork("event", kind, at)
    dynamic = job.data.get("webhook")
    if dynamic:
        if dynamic.get("metadata"):
            document["user_metadata"] = dynamic["metadata"]
        for number, uri in enumerate(dynamic["uris"]):
            letter = _Letter(kind, uri, pack(document))
            _send(services, space, due, letter, event.fork("uri", number))
        return
    for known in [*space.table(wire.SLUG, WEBHOOKS).values()]:
        if known["state"] == "enabled" and kind in known["subscribed_events"]:
            letter = _Letter(kind, known["uri"], pack(document), known)
            _send(services, space, due, letter, event.fork(known["id"]))


async def _ended(services: Services, space: Space, due: Due) -> None:
    """Note what has become of a delivery: a day of failures only disables a webhook.

    Source: contract google, section 6.
    """
    record = services.outbox.find(space, str(due.data["delivery"]))
    table = space.table(wire.SLUG, WEBHOOKS)
    said = None if record is None else record.delivery.data
    known = None if said is None else table.get(str(said["webhook"]))
    if record is None or known is None:
        return
    if due.data["state"] == DeliveryState.DELIVERED.value:
        table.put(known["id"], {**known, "delivered_at": due.at})
    elif due.data["state"] == DeliveryState.FAILED.value:
        is_alive = known.get("delivered_at", -1.0) >= record.planned_at
        if known["state"] == "enabled" and not is_alive:
            changed = {**known, "state": DISABLED, "updated_at": due.at}
            table.put(known["id"], changed)


def ping(services: Services, space: Space, known: Mapping[str, Any]) -> None:
    """Send one event to a webhook, whatever comes of it."""
    number = space.table(wire.SLUG, "ping").number()
    chance = space.chance(wire.SLUG).fork("ping", number)
    now = space.clock.now()
    letter = _Letter(PING, known["uri"], pack(_event(PING, now, {})), known)
    headers = _headers(services, space, letter, chance, now)
    delivery = Delivery(
        slug=wire.SLUG,
        label=PING,
        message=Message("POST", letter.uri, headers, letter.body),
        timeout_s=services.options.delivery_timeout_s,
        dated_by=_dated_by(services, space),
    )
    services.outbox.plan(space, delivery, now)


def _event(kind: str, at: float, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "version": "v1", "timestamp": iso(at), "data": data}


def _data(
    services: Services, space: Space, job: Job, kind: str, at: float
) -> dict[str, Any]:
    """Return what is told of a job."""
    if kind == "video.generated":
        name = shapes.files_of(job)[0]
        how = services.setting(wire.SLUG, "webhook_links", space)
        link = shapes.canonical(services, name)
        if how == "door" and job.base:
            link = shapes.door_link(services, job.base, name)
        told = {"id": shapes.name_of(job), "output_file_uri": link}
        return {**told, "file_name": f"files/{name}"}
    if kind != "interaction.failed":
        return {"id": job.id}
    failure = failures.failure_of(job.at(at).step)
    return {
        "id": job.id,
        "error_code": failure.word,
        "error_message": failure.message,
    }


def _send(
    services: Services, space: Space, due: Due, letter: _Letter, chance: Chance
) -> None:
    """Plan a delivery of what falls due."""
    known = letter.known
    headers = _headers(services, space, letter, chance, due.at)
    delivery = Delivery(
        slug=wire.SLUG,
        label=letter.kind,
        message=Message("POST", letter.uri, headers, letter.body),
        job_id="" if due.about is None else due.about.job,
        ladder=LADDER,
        timeout_s=services.options.delivery_timeout_s,
        dated_by=_dated_by(services, space),
        report="" if known is None else ENDED,
        data=None if known is None else {"webhook": known["id"]},
    )
    services.outbox.plan(space, delivery, due.at)


def _dated_by(services: Services, space: Space) -> str:
    return str(services.setting(wire.SLUG, "webhook_dates", space))


def _headers(
    services: Services,
    space: Space,
    letter: _Letter,
    chance: Chance,
    at: float,
) -> dict[str, str]:
    """Return what goes with a webhook; one of a single request has a token."""
    is_by_wall = _dated_by(services, space) == "wall"
    at_s = int(space.clock.wall() if is_by_wall else at)
    known, body = letter.known, letter.body
    secret = _NOBODYS if known is None else str(known["secret"])
    told = dict(standard_webhooks.headers(secret, body, chance=chance, at_s=at_s))
    if known is None:
        message = told["webhook-id"]
        told[_SIGNATURE] = jwt.signed(letter.uri, message=message, at_s=at_s)
    else:
        told[_SIGNATURE] = _sign(_current(known, at), told, body)
    return {"content-type": "application/json", **told}


def _current(known: Mapping[str, Any], now: float) -> str:
    """Return the secrets that are good now, the newest first, parted by blanks."""
    if has_old_secret(known, now):
        return f"{known['secret']} {known['old_secret']}"
    return str(known["secret"])


def _sign(secret: str, told: Mapping[str, str], body: bytes) -> str:
    """Return the signature: one for each of some secrets, or a token."""
    if secret == _DYNAMIC:
        return jwt.signed_again(told, _SIGNATURE)
    return " ".join(standard_webhooks.sign(one, told, body) for one in secret.split())


def _secrets(space: Space) -> Iterator[str]:
    now = space.clock.now()
    for known in space.table(wire.SLUG, WEBHOOKS).values():
        current = _current(known, now)
        yield current
        # What was signed before a rotation is signed so again.
        yield from (one for one in current.split() if one != current)
    yield _DYNAMIC


SIGNING: Final = Signing(
    _SIGNATURE,
    _sign,
    _secrets,
    standard_webhooks.TIMESTAMP,
    about=f"{standard_webhooks.ABOUT}; where a single request named the address, a"
    " token (JWT) that the key set proves",
)
EVENTS: Final = {TOLD: _tell, ENDED: _ended}
