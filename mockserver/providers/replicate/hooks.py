"""What Replicate tells webhooks: when, what, and with which signature."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.provider import Switches
from mockserver.providers.replicate import shapes, wire
from mockserver.providers.services import Services
from mockserver.providers.signing import Signing
from mockserver.providers.wires import standard_webhooks
from mockserver.providers.wires.webhooks import Webhook

__all__ = ["EVENTS", "LABELS", "SIGNING", "notices", "populate", "secret_of"]

TOLD: Final = "webhook"
SECRETS: Final = "webhook secret"
# Contract replicate, section 6
LADDER: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
AGENT: Final = "Webhooks/1.66.0 (sender-9YMgn)"
PAUSE_S: Final = 0.5
MARKS: Final = 4
_ALWAYS: Final = ("completed_at", "output", "started_at")


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Tell the webhook of each event that its prediction's filter lets through.

    Source: contract replicate, section 6.
    """
    del switches
    data = job.data
    if not data.get("webhook"):
        return
    wanted = data.get("webhook_events_filter") or ()
    for at, kind in _events(job):
        if kind in wanted:
            yield Notice(at, TOLD, {"event": kind}, tells=(kind,))


def _events(job: Job) -> Iterator[tuple[float, str]]:
    yield job.created_at, "start"
    entries = [*job.entries()]
    for (at, step), (until, _) in pairwise(entries):
        if step.phase is Phase.RUNNING:
            for begun in _marks(at, until):
                yield begun, "logs"
    for at, step in entries:
        if step.phase is Phase.SUCCEEDED and job.operation != wire.TRAINING:
            yield at, "output"
        if step.phase.is_terminal:
            yield at, "completed"


def _marks(at: float, until: float) -> Iterator[float]:
    """Yield when new lines are logged while it processes, but not too often."""
    pause = max(PAUSE_S, (until - at) / MARKS)
    number = 0
    while at + number * pause < until:
        yield at + number * pause
        number += 1


async def _tell(services: Services, space: Space, due: Due) -> None:
    """Post the prediction as it is when something happens to it.

    Source: contract replicate, section 6.
    """
    job = space.jobs(wire.SLUG).about(due)
    if job is None or due.about is None:
        return
    kind, at = due.data["event"], due.about.at
    told = await shapes.view(services, space, job, at, job.base)
    if kind == "output":
        told.pop("completed_at", None)
        told.update(status="processing", metrics={})
    body = _written(told)
    chance = space.jobs(wire.SLUG).chance(job.ordinal).fork("webhook", kind, at)
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        "accept-encoding": "gzip",
        **standard_webhooks.headers(secret_of(space), body, chance=chance, at_s=due.at),
    }
    Webhook(
        label=kind,
        url=job.data["webhook"],
        body=body,
        headers=headers,
        ladder=LADDER if kind == "completed" else (),
        dated_by=str(services.setting(wire.SLUG, "webhook_dates", space)),
        in_order=kind == "completed",
    ).send(services, space, due)


def _written(told: dict[str, Any]) -> bytes:
    """Write a prediction as webhooks have it: compact, by the alphabet.

    Source: contract replicate, section 6.
    """
    whole = {**dict.fromkeys(_ALWAYS), "metrics": {}, **told}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def populate(services: Services, space: Space, slug: str) -> None:
    """Give a space the secret of its webhooks: its account's own, or one drawn."""
    world = services.world_in(slug, space)
    said = world.details("webhooks", world.account_of(space.id, slug))
    drawn = standard_webhooks.new_secret(space.chance(slug))
    space.table(slug, SECRETS).put("default", str(said.get("secret", drawn)))


def secret_of(space: Space) -> str:
    """Return the secret of a space's webhooks."""
    return str(space.table(wire.SLUG, SECRETS).get("default"))


def _secrets(space: Space) -> Iterator[str]:
    known = space.table(wire.SLUG, SECRETS).get("default")
    if known is not None:
        yield str(known)


SIGNING: Final = Signing(
    standard_webhooks.SIGNATURE,
    standard_webhooks.sign,
    _secrets,
    standard_webhooks.TIMESTAMP,
    about=standard_webhooks.ABOUT,
)
EVENTS: Final = {TOLD: _tell}
LABELS: Final = ("start", "output", "logs", "completed")
