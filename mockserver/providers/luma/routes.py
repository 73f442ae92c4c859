"""Luma's operations: which path is which."""

from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.luma import catalogue, generations
from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes[Call]()

_ROOT: Final = "/dream-machine/v1"
_ALL: Final = f"{_ROOT}/generations"
_ONE: Final = f"{_ALL}/{{generation_id}}"
_UUID: Final = "[0-9a-f-]{36}"
_FILE: Final = (
    f"/_cdn/dream_machine/{{job_id:{_UUID}}}/{{file_id:{_UUID}}}"
    "_{name:[a-z]+}.{ending:mp4|jpg|png}"
)

table.post(f"{_ALL}/video", "create-video")(generations.create)
table.post(_ALL, "create-video")(generations.create)
table.post(f"{_ALL}/video/modify", "modify-video")(generations.create)
table.post(f"{_ALL}/video/reframe", "reframe-video")(generations.create)
table.post(f"{_ALL}/image", "create-image")(generations.create_image)
table.post(f"{_ALL}/image/reframe", "reframe-image")(generations.create)
table.post(f"{_ONE}/upscale", "upscale-video")(generations.create)
table.post(f"{_ONE}/audio", "add-audio")(generations.create)
table.get(_ALL, "list-generations")(generations.list_generations)
table.get(f"{_ALL}/concepts/list", "list-concepts")(catalogue.concepts)
table.get(f"{_ALL}/camera_motion/list", "list-camera-motions")(catalogue.camera_motions)
table.get(_ONE, "get-generation", subject="generation_id", polls=True)(generations.read)
table.delete(_ONE, "delete-generation", subject="generation_id")(generations.delete)
table.get(f"{_ROOT}/credits", "get-credits")(catalogue.credit)
table.get(f"{_ROOT}/ping", "ping")(catalogue.ping)
table.get(_FILE, "file", public="job_id", answers_head=True)(generations.file)
