"""Notifications: one ping for each change of a profile's state, on the clock."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from mockserver.engine.agenda import About, Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.patterns import pattern
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import wire
from mockserver.providers.stupeflix.rows import status_object
from mockserver.providers.wires.webhooks import Webhook

__all__ = ["CHANGE", "LOOK", "TOLD", "look", "planned", "tell"]

CHANGE: Final = "change"
LOOK: Final = "look"
TOLD: Final = "told"
LADDER_S: Final = (1.0, 1.0)  # three attempts, a second apart


def planned(job: Job) -> Iterator[Notice]:
    """Tell each change of a job's state, if it was asked for."""
    if job.data.get("notify") is not None:
        for at, step in job.entries():
            tells = (f"notify.{step.state}",)
            yield Notice(at, CHANGE, {"state": step.state}, tells=tells)


def look(space: Space, job: Job, at: float) -> None:
    """Tell the state that a job says of itself at a time, unless that was told.

    A job whose uploads are late changes when they are done, not when its life says.
    """
    if job.data["notify"] is not None:
        about = About(job.id, job.ordinal, at)
        space.agenda.add(at, LOOK, wire.STUPEFLIX, {}, about)


async def tell(services: Services, space: Space, due: Due) -> None:
    """Tell a job's state if it is new.

    Source: contract stupeflix, section 6.1.
    """
    job = space.jobs(wire.STUPEFLIX).about(due)
    if job is None:
        return
    data = job.data
    status = status_object(space, job, due.tells_of, job.base, data)
    now = {"ordinal": job.ordinal, "state": status["status"]}
    told = space.table(wire.STUPEFLIX, TOLD)
    if told.get(job.id) != now:
        if space.jobs(wire.STUPEFLIX).find(job.id) is not None:
            told.put(job.id, now)
        notify = data["notify"]
        if pattern(notify["pattern"]).occurs_in(status["status"]):
            _notification(notify["url"], data, status).send(services, space, due)


def _notification(url: str, data: dict[str, Any], status: dict[str, Any]) -> Webhook:
    names = ("user", "resource", "profile")
    fields = {"accesskey": data["key"], **{name: data[name] for name in names}}
    fields = {**data["meta"], **fields, **status}
    order = [*dict.fromkeys(("accesskey", *names, *status, *data["meta"]))]
    body = urlencode([(name, fields[name]) for name in order]).encode()
    return Webhook(
        label=f"notify.{status['status']}",
        url=url,
        body=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        ladder=LADDER_S,
        in_order=True,
    )
