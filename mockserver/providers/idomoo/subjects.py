"""What a call is about: a render by its identifier or its file, a scene's export."""

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call
from mockserver.providers.idomoo import catalogue, media_routes, wire

__all__ = ["of_export", "of_file", "of_page", "of_render"]


def of_render(call: Call) -> Job | None:
    """Return the render that a status link names."""
    job = call.jobs.find(call.parameters["unique_id"])
    return job if job is not None and job.operation in wire.GENERATE else None


def of_export(call: Call) -> Job | None:
    """Return the export of a scene that has been sent here."""
    number = call.parameters["scene_id"].lstrip("0")
    return call.jobs.find(catalogue.export_id(call, number))


def of_file(call: Call) -> Job | None:
    """Return the render that a file is of."""
    return media_routes.rendered(call, call.parameters["file"])


def of_page(call: Call) -> Job | None:
    """Return the render that a landing page shows."""
    return media_routes.rendered(call, f"{call.parameters['stem']}.mp4")
