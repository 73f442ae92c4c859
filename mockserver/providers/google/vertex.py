"""Vertex: Veo below projects and locations, ordered, and read by a POST."""

import re
from typing import Any, Final

from msgspec.structs import replace

from mockserver.engine.jobs import Job
from mockserver.errors import NotFoundError, UnreadableBodyError
from mockserver.providers.call import Call
from mockserver.providers.google import (
    buckets,
    operations,
    orders,
    outcomes,
    quotas,
    shapes,
    wire,
)
from mockserver.providers.google.inputs import refused
from mockserver.providers.reply import Reply
from mockserver.providers.wires import sent

__all__ = ["fetch", "named_operation", "predict"]

_DOOR: Final = "vertex"
_PUBLISHER: Final = "google"
_KEPT_S: Final = 14 * 86400.0  # contract google, section 4
_EXPRESS: Final = "us-central1"
_NAME: Final = re.compile(
    r"projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/publishers/google"
    r"/models/(?P<model>[^/:]+)/operations/(?P<id>[^/]+)"
)


async def predict(call: Call) -> Reply:
    """Start an operation; answers its name only."""
    _check_publisher(call)
    order = await orders.order_of(call, _DOOR)
    # Before anything is counted: from then on until the job is there, nobody cuts in.
    given = await sent.told(call, order.sent)
    quotas.take(call, order.model)
    outcome = outcomes.asked(order.prompt, order.model)
    number = call.table("vertex operation").number()
    chance = call.chance.fork("vertex", number)
    home = _home(call)
    more: dict[str, Any] = {"project": home[0], "location": home[1], **given}
    if order.bucket:
        more["objects"] = buckets.names_for(chance, order.bucket, order.count)
    job = operations.submitted(
        call, order, outcome, more, keep_s=_KEPT_S, job_id=chance.uuid()
    )
    buckets.keep(call, job)
    _label(call, *home)
    return shapes.told({"name": shapes.name_of(job)})


async def fetch(call: Call) -> Reply:
    """Tell how an operation stands whose name is in the body.

    Source: contract google, section 3.3.
    """
    _check_publisher(call)
    said = await call.document()
    name = said.get("operationName") if isinstance(said, dict) else None
    if not isinstance(name, str) or not name:
        raise refused("`operationName` must be the name of an operation.")
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFoundError("operation")
    for part in ("model", "location"):
        if found[part] != call.parameters.get(part, found[part]):
            raise refused(f"`operationName` is of another {part} than the path.")
    job = call.find_job("operation")
    if job.operation != wire.VERTEX or name != shapes.name_of(job):
        raise NotFoundError("operation")
    if operations.is_gone(call, job):
        raise NotFoundError("operation")
    return shapes.told(await shapes.vertex_operation(call, job))


async def named_operation(call: Call) -> Job | None:
    """Return the operation whose name is in the body."""
    try:
        said = await call.document()
    except UnreadableBodyError:
        return None
    name = said.get("operationName") if isinstance(said, dict) else None
    return call.jobs.find(name.rpartition("/")[2]) if isinstance(name, str) else None


def _check_publisher(call: Call) -> None:
    if call.parameters["publisher"] != _PUBLISHER:
        raise NotFoundError("model", model=call.parameters["model"][:200])


def _home(call: Call) -> tuple[str, str]:
    """Return project and location; a key without them has some of its own.

    Source: contract google, section 3.3.
    """
    if "project" in call.parameters:
        return call.parameters["project"], call.parameters["location"]
    account = "main" if call.grant is None else call.grant.account
    return f"express-{account}", _EXPRESS


def _label(call: Call, project: str, location: str) -> None:
    """Let people see whose space it is, if nobody has named it."""
    grant = call.grant
    known = None if grant is None else call.services.grant(wire.SLUG, grant.key)
    if known is not None and not known.label:
        label = f"projects/{project}/locations/{location}/publishers/{_PUBLISHER}"
        call.services.spaces.keyring.add(replace(known, label=label))
