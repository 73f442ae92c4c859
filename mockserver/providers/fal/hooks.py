"""What fal tells webhooks: that a request is over, signed with Ed25519."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.fal import shapes, wire
from mockserver.providers.fal.failures import failure_of
from mockserver.providers.provider import Switches
from mockserver.providers.reply import JSON
from mockserver.providers.services import Services
from mockserver.providers.signing import Signing
from mockserver.providers.wires.asymmetric import ed25519
from mockserver.providers.wires.segments import encoded
from mockserver.providers.wires.webhooks import Webhook

__all__ = ["EVENTS", "LABELS", "SIGNING", "key_set", "notices"]

TOLD: Final = "webhook"
LABELS: Final = (TOLD,)
SIGNATURE: Final = "X-Fal-Webhook-Signature"
TIMESTAMP: Final = "X-Fal-Webhook-Timestamp"
_SIGNED: Final = (
    "x-fal-webhook-request-id",
    "x-fal-webhook-user-id",
    TIMESTAMP.lower(),
)
# Known to all, and the same for all spaces: receivers keep the public one for a day.
_KEY: Final = bytes(range(32)).hex()
_RETRIES: Final = 31
# Contract fal, section 6: growing pauses, of 5 s to 5 min
LADDER: Final = tuple(min(5.0 * 2**n, 300.0) for n in range(_RETRIES))


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Tell the webhook of a request that it is over, unless it was cancelled.

    Source: contract fal, section 6 and section 10, point 5.
    """
    del switches
    if job.data.get("webhook"):
        for at, step in job.entries():
            if step.phase in {Phase.SUCCEEDED, Phase.FAILED}:
                yield Notice(at, TOLD, tells=LABELS)


def _sign(key: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return a webhook's signature: 128 hex digits.

    Args:
        key: The private key, as 64 hex digits.
        headers: What goes with the body, by lower-case names.
        body: What is signed, beside ids and time.

    Source: contract fal, section 6.
    """
    parts = [headers.get(name, "") for name in _SIGNED]
    message = "\n".join([*parts, sha256(body).hexdigest()])
    return (
        ed25519(bytes.fromhex(key))
        .sign(message.encode("utf-8", "surrogateescape"))
        .hex()
    )


def key_set() -> dict[str, Any]:
    """Return the JWKS with which receivers verify webhooks.

    Source: contract fal, section 6.
    """
    public = ed25519(bytes.fromhex(_KEY)).public_key().public_bytes_raw()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encoded(public), "kid": "mock-1"}
    return {"keys": [jwk]}


async def _tell(services: Services, space: Space, due: Due) -> None:
    """Post what a request has made, or what went wrong.

    Source: contract fal, section 6.
    """
    job = space.jobs(wire.SLUG).about(due)
    if job is None or due.about is None:
        return
    failure = failure_of(job, job.at(due.about.at).step)
    named = {"request_id": job.id, "gateway_request_id": _gateway(space, job)}
    told: dict[str, Any] = {**named, "status": "OK"}
    if failure is None:
        told["payload"] = await shapes.output(services, space, job, job.base)
    else:
        error = f"Invalid status code: {failure.status}"
        told |= {"status": "ERROR", "error": error, "payload": failure.body}
    body = pack(told)
    dated_by = services.setting(wire.SLUG, "webhook_dates", space)
    at_s = space.clock.wall() if dated_by == "wall" else due.at
    user = space.chance(wire.SLUG).integer("user", 1_000_000, 99_999_999)
    headers = {
        "Content-Type": JSON,
        "X-Fal-Webhook-Request-Id": job.id,
        "X-Fal-Webhook-User-Id": f"github|{user}",
        TIMESTAMP: str(int(at_s)),
    }
    signed = {name.lower(): value for name, value in headers.items()}
    headers[SIGNATURE] = _sign(_KEY, signed, body)
    Webhook(
        label=TOLD,
        url=str(job.data["webhook"]),
        body=body,
        headers=headers,
        ladder=LADDER,
        refuses=((300, 399),),
        dated_by=dated_by,
    ).send(services, space, due)


def _gateway(space: Space, job: Job) -> str:
    """Return the last name that a request had: another one once it was put back.

    Source: contract fal, section 6.
    """
    runs = sum(step.phase is Phase.RUNNING for step in job.timeline.steps)
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    return job.id if runs < 2 else wire.new_id(chance.fork("gateway", runs), 0)


def _keys(_: Space) -> tuple[str]:
    return (_KEY,)


SIGNING: Final = Signing(
    SIGNATURE.lower(),
    _sign,
    _keys,
    TIMESTAMP.lower(),
    about=f"Ed25519 in hexadecimal, of {', '.join(_SIGNED)} and the hexadecimal SHA-256"
    " of the body, a line each; its public key is in the key set (JWKS)",
)
EVENTS: Final = {TOLD: _tell}
