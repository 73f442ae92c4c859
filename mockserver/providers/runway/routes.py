"""Runway's operations: which path is which."""

from typing import Final

from mockserver.providers.assets import located
from mockserver.providers.call import Call
from mockserver.providers.reply import JSON, Reply
from mockserver.providers.routes import Routes
from mockserver.providers.runway import files, organization, tasks, uploads, wire

__all__ = ["decorate", "table"]

table: Final = Routes[Call]()

_TASK: Final = "/v1/tasks/{task_id}"
_FILE: Final = (
    r"/_cdn/{task_id:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}"
    r"{part:(?:-[1-9][0-9]?)?}.{extension:[a-z0-9]{2,4}}"
)
_ELSEWHERE: Final = (  # contract runway, section 3, row 13
    "/v1/generate/", "/v1/routers", "/v1/workflows", "/v1/workflow_invocations/",
    "/v1/recipes/", "/v1/avatars", "/v1/avatar_videos", "/v1/realtime_sessions",
    "/v1/voices", "/v1/documents", "/v1/organization/webapp/",
)  # fmt: skip

for _endpoint in wire.CREATES:
    table.post(f"/v1/{_endpoint}", wire.operation_of(_endpoint))(tasks.create)

table.get(_TASK, "get-task", subject="task_id", polls=True)(tasks.read)
table.delete(_TASK, "delete-task", subject="task_id")(tasks.delete)
table.post("/v1/uploads", "create-upload")(uploads.create)
table.get("/v1/organization", "get-organization")(organization.read)
table.post("/v1/organization/usage", "get-usage")(organization.usage)
table.post("/_upload/{asset_id}", "upload", public=located("asset_id"))(uploads.take)
table.get(_FILE, "file", public="task_id", answers_head=True)(files.serve)


def decorate(call: Call, reply: Reply) -> Reply:
    """Name the charset of JSON, as Express does; say what is known and not here."""
    if call.route is None and call.path.startswith(_ELSEWHERE):
        call.note(f"{call.path}: known, not emulated")
    if reply.content_type == JSON:
        reply.content_type = f"{JSON}; charset=utf-8"
    return reply
