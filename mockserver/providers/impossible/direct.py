"""Direct rendering: one GET renders a movie and delivers it; the oldest interface."""

from typing import Any

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.impossible import clips, requests
from mockserver.providers.impossible.accounts import project_space
from mockserver.providers.impossible.delivering import check_mode, deliver
from mockserver.providers.impossible.table import table
from mockserver.providers.impossible.wire import life
from mockserver.providers.reply import Reply

__all__ = ["DIRECT", "direct"]

DIRECT = "/v1/{mode:render|get|play|galaxy}/{project}/{movie:.+}"


def _known(call: Call) -> Job | None:
    """Return the render of these parameters: ranges of one file are one render."""
    movie = call.parameters["movie"].rpartition(".")[0]
    return call.jobs.find(_job_id(call, call.parameters["project"], movie))


@table.get(DIRECT, "direct", public=project_space, subject=_known, answers_head=True)
async def direct(call: Call) -> Reply:
    """Render with the query's members as parameters, and deliver.

    Source: contract impossible, section 3.8.
    """
    movie, dot, extension = call.parameters["movie"].rpartition(".")
    if not dot or not movie:
        raise NotFoundError("route")
    extension, mode = extension.lower(), call.parameters["mode"]
    check_mode(call, extension, mode)
    project = call.parameters["project"]
    requests.check_known(call, project, [movie], call.query)
    job = _job(call, project, movie)
    return await deliver(call, job, extension, mode)


def _job(call: Call, project: str, movie: str) -> Job:
    params, known = dict(call.query), call.job
    if known is not None and call.moment(known).step.phase is not Phase.FAILED:
        return known
    data: dict[str, Any] = {
        "project": project,
        "movie": movie,
        "params": params,
        "frames": clips.geometry(call.space, project, movie)["frames"],
    }
    payload = {"movie": movie, "params": params, "project": project}
    timeline = life(call.setting("render_time_s"))
    job_id = _job_id(call, project, movie)
    return call.submit(data, payload=payload, timeline=timeline, job_id=job_id)


def _job_id(call: Call, project: str, movie: str) -> str:
    draw = Chance("direct", project, movie, *sorted(dict(call.query).items()))
    return f"direct-{draw.hex('id', 32)}"
