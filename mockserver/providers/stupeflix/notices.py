"""Notifications: one ping for each change of a profile's state, on the clock."""

import re
from typing import Any, Final
from urllib.parse import urlencode

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import lives, wire
from mockserver.providers.stupeflix.rows import status_object

__all__ = ["CHANGE", "changed", "watch"]

CHANGE: Final = "change"
LADDER_S: Final = (1.0, 1.0)  # three attempts, a second apart


def watch(space: Space, job: Job, at: float) -> None:
    """Look at a job at a virtual time, and tell its state unless that was told."""
    if job.data["notify"] is not None:
        data = {"job": job.id, "ordinal": job.ordinal}
        space.agenda.add(at, CHANGE, wire.STUPEFLIX, data)


async def changed(services: Services, space: Space, due: Due) -> None:
    """Tell a job's state if it is new, and look again when it next changes.

    Source: contract stupeflix, section 6.1.
    """
    job = lives.is_current(space, due.data)
    if job is None:
        return
    data = job.data
    status = status_object(space, job, due.at, data["base"], data)
    now = {"ordinal": job.ordinal, "state": status["status"]}
    told = space.table(wire.STUPEFLIX, "told")
    if told.get(job.id) != now:
        told.put(job.id, now)
        _tell(services, space, job, status, due.at)
    position = job.at(due.at).position
    if position < len(job.ends):
        watch(space, job, job.entered_at(position + 1))


def _tell(
    services: Services, space: Space, job: Job, status: dict[str, Any], at: float
) -> None:
    data = job.data
    notify = data["notify"]
    if not re.search(notify["pattern"], status["status"]):
        return
    names = ("user", "resource", "profile")
    fields = {"accesskey": data["key"], **{name: data[name] for name in names}}
    fields = {**data["meta"], **fields, **status}
    order = [*dict.fromkeys(("accesskey", *names, *status, *data["meta"]))]
    body = urlencode([(name, fields[name]) for name in order]).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    delivery = Delivery(
        slug=wire.STUPEFLIX,
        label=f"notify.{status['status']}",
        message=Message("POST", notify["url"], headers=headers, body=body),
        job_id=job.id,
        ladder=LADDER_S,
        timeout_s=services.options.delivery_timeout_s,
        order_key=f"notify {job.id}",
    )
    services.outbox.plan(space, delivery, at)
