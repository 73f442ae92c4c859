"""Which job a call is about, found before its route runs; for scenarios."""

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call
from mockserver.providers.idomoo import catalogue, media_routes

__all__ = ["job_of"]


async def job_of(call: Call) -> Job | None:
    """Return the render of a file, or the export of a scene, or what is checked."""
    parameters = call.parameters
    if "unique_id" in parameters:
        return call.jobs.find(parameters["unique_id"])
    if "scene_id" in parameters:
        scene_id = parameters["scene_id"]
        if not (scene_id.isascii() and scene_id.isdecimal()):
            return None
        return call.jobs.find(catalogue.export_id(call, int(scene_id)))
    if call.operation == "media":
        return media_routes.rendered(call, parameters["file"])
    if "stem" in parameters:
        return media_routes.rendered(call, f"{parameters['stem']}.mp4")
    return None
