"""Google's operations: which path is which."""

from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.google import (
    buckets,
    files,
    interactions,
    library,
    models,
    operations,
    resumable,
    tokens,
    vertex,
    webhooks,
    wire,
)
from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes[Call]()

_V: Final = "/{version:v1|v1beta|v1alpha|v1beta1}"
_MODEL: Final = "{model:[^/:]+}"
_PUBLISHED: Final = f"publishers/{{publisher:[^/]+}}/models/{_MODEL}"
_HOMES: Final = (
    f"{_V}/projects/{{project:[^/]+}}/locations/{{location:[^/]+}}/{_PUBLISHED}",
    f"{_V}/{_PUBLISHED}",
)
_BUCKET: Final = "{bucket:[a-z0-9][a-z0-9._-]{2,}}"
_OBJECT: Final = "{object:.+}"
_BUCKETS: Final = (
    "/storage/storage/v1/b",
    "/storage/v1/b",
    "/storage/download/storage/v1/b",
    "/download/storage/v1/b",
)
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

for home in _HOMES:
    table.post(f"{home}:predictLongRunning", wire.VERTEX)(vertex.predict)
    table.post(
        f"{home}:fetchPredictOperation",
        wire.FETCH,
        subject=vertex.named_operation,
        polls=True,
    )(vertex.fetch)

for root in _BUCKETS:
    table.get(f"{root}/{_BUCKET}/o", "list-objects")(buckets.list_objects)
    table.get(
        f"{root}/{_BUCKET}/o/{_OBJECT}",
        "get-object",
        subject=buckets.job_of,
        answers_head=True,
    )(buckets.read)
table.get(
    f"/storage/{_BUCKET}/{_OBJECT}",
    "download-object",
    subject=buckets.job_of,
    answers_head=True,
)(buckets.read)

table.post("/token", "token", public=tokens.located, body_first=True)(tokens.token)
for place in ("/", "/computeMetadata/v1/{what:.+}"):
    table.get(place, "metadata", public=tokens.located)(tokens.metadata)

_TALKS: Final = (
    f"{_V}/projects/{{project:[^/]+}}/locations/{{location:[^/]+}}/interactions",
    f"{_V}/interactions",
)
_TALK: Final = "{interaction_id:[^/:]+}"
_ID: Final = "interaction_id"
for talk in _TALKS:
    table.post(talk, wire.INTERACTION)(interactions.create)
    table.get(f"{talk}/{_TALK}", "get-interaction", subject=_ID, polls=True)(
        interactions.read
    )
    table.post(f"{talk}/{_TALK}/cancel", "cancel-interaction", subject=_ID)(
        interactions.cancel
    )
    table.delete(f"{talk}/{_TALK}", "delete-interaction", subject=_ID)(
        interactions.delete
    )
table.get(_TALKS[0], "list-interactions")(interactions.list_interactions)
# The pages of Vertex have a POST where its client has a GET.
table.post(f"{_TALKS[0]}/{_TALK}", "get-interaction", subject=_ID, polls=True)(
    interactions.read
)

_HOOK: Final = f"{_V}/webhooks/{{webhook_id:[^/:]+}}"
table.post(f"{_V}/webhooks", "create-webhook")(webhooks.create)
table.get(f"{_V}/webhooks", "list-webhooks")(webhooks.list_webhooks)
table.get(_HOOK, "get-webhook")(webhooks.read)
table.add("PATCH", _HOOK, "update-webhook")(webhooks.update)
table.delete(_HOOK, "delete-webhook")(webhooks.delete)
table.post(f"{_HOOK}:ping", "ping-webhook")(webhooks.ping)
for verb in (":rotateSigningSecret", "/rotate_secret"):
    table.post(f"{_HOOK}{verb}", "rotate-webhook")(webhooks.rotate)
table.get("/.well-known/jwks.json", "jwks", public=lambda _: None)(webhooks.keys)
