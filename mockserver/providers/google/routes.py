"""Google's operations: which path is which."""

from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.google import (
    files,
    library,
    models,
    operations,
    resumable,
    wire,
)
from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes[Call]()

_V: Final = "/{version:v1|v1beta|v1alpha|v1beta1}"
_MODEL: Final = "{model:[^/:]+}"
_FILE: Final = f"{_V}/files/{{file_id:[a-z0-9-]{{1,40}}}}"

table.post(f"{_V}/models/{_MODEL}:predictLongRunning", wire.PREDICT)(operations.predict)
table.get(
    f"{_V}/models/{_MODEL}/operations/{{operation_id}}",
    "get-operation",
    subject="operation_id",
    polls=True,
)(operations.read)
table.get(f"{_V}/models", "list-models")(models.list_models)
table.get(f"{_V}/models/{_MODEL}", "get-model")(models.read)

table.get(
    f"{_FILE}:download", "download-file", subject=library.job_of, answers_head=True
)(files.download)
table.get(_FILE, "get-file", subject=library.job_of, polls=True)(files.read)
table.delete(_FILE, "delete-file")(files.delete)
table.get(f"{_V}/files", "list-files")(files.list_files)
table.post(f"/upload{_V}/files", "upload-file", public=resumable.located)(
    resumable.upload
)
table.get(
    "/media/{job_id}/{seal:[0-9a-f]{32}}/{sample:[0-3]}.mp4",
    "file",
    public="job_id",
    answers_head=True,
)(operations.file)
