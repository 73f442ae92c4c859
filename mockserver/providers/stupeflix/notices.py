"""Notifications: one ping for each change of a profile's state, on the clock."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.engine.agenda import About, Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.patterns import pattern
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import wire
from mockserver.providers.stupeflix.rows import status_object

__all__ = ["CHANGE", "LOOK", "changed", "look", "planned"]

CHANGE: Final = "change"
LOOK: Final = "look"
LADDER_S: Final = (1.0, 1.0)  # three attempts, a second apart


def planned(job: Job) -> Iterator[Notice]:
    """Tell each change of a job's state, if it was asked for."""
    if job.data.get("notify") is not None:
        for at, step in job.entries():
            yield Notice(at, CHANGE, {"state": step.state})


def look(space: Space, job: Job, at: float) -> None:
    """Tell the state that a job says of itself at a time, unless that was told.

    A job whose uploads are late changes when they are done, not when its life says.
    """
    if job.data["notify"] is not None:
        about = About(job.id, job.ordinal, at)
        space.agenda.add(at, LOOK, wire.STUPEFLIX, {}, about)


async def changed(services: Services, space: Space, due: Due) -> None:
    """Tell a job's state if it is new.

    Source: contract stupeflix, section 6.1.
    """
    job = space.jobs(wire.STUPEFLIX).about(due)
    if job is None:
        return
    data = job.data
    status = status_object(space, job, due.at, job.base, data)
    now = {"ordinal": job.ordinal, "state": status["status"]}
    told = space.table(wire.STUPEFLIX, "told")
    if told.get(job.id) != now:
        told.put(job.id, now)
        _tell(services, space, job, status, due.at)


def _tell(
    services: Services, space: Space, job: Job, status: dict[str, Any], at: float
) -> None:
    data = job.data
    notify = data["notify"]
    if not pattern(notify["pattern"]).occurs_in(status["status"]):
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
