"""What Luma tells callback addresses: the whole generation, at each state."""

from collections.abc import Iterator
from typing import Final

from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.luma import reading, shapes, wire
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services
from mockserver.providers.wires.webhooks import Webhook

__all__ = ["EVENTS", "LABELS", "notices"]

TOLD: Final = "callback"
# Contract luma, section 6
LADDER: Final = (0.1, 0.1, 0.1)
ACCEPTS: Final = ((200, 200),)
TIMEOUT_S: Final = 5.0
_LABELS: Final = {
    Phase.RUNNING: "dreaming",
    Phase.SUCCEEDED: "completed",
    Phase.FAILED: "failed",
}
LABELS: Final = (*_LABELS.values(), reading.LABEL)


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Tell the callback address of each state but the first.

    Source: contract luma, section 6.
    """
    del switches
    if (job.data.get("request") or {}).get("callback_url"):
        for at, step in job.entries():
            if step.phase in _LABELS:
                label = _LABELS[step.phase]
                yield Notice(at, TOLD, {"label": label}, tells=(label,))


async def _tell(services: Services, space: Space, due: Due) -> None:
    """Post the generation as it was when its state changed.

    Source: contract luma, section 6.
    """
    job = space.jobs(wire.SLUG).about(due)
    if job is None or due.about is None:
        return
    told = shapes.generation(services, space, job, due.about.at, job.base)
    Webhook(
        label=str(due.data["label"]),
        url=str(job.data["request"]["callback_url"]),
        body=pack(told),
        ladder=LADDER,
        accepts=ACCEPTS,
        timeout_s=TIMEOUT_S,
        in_order=True,
    ).send(services, space, due)


EVENTS: Final = {TOLD: _tell}
