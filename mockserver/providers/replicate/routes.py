"""Replicate's operations: which path is which."""

from typing import Final, Unpack

from mockserver.providers.assets import located
from mockserver.providers.call import Call
from mockserver.providers.replicate import (
    catalogue,
    deployments,
    files,
    models,
    predictions,
    streams,
    trainings,
    wire,
)
from mockserver.providers.replicate.limits import counted
from mockserver.providers.routes import Handler, Routes, Traits

__all__ = ["table"]

table: Final = Routes[Call]()

_ID: Final = "{job_id:[0-9A-Za-z]{26}}"
_FILE: Final = f"/replicate.delivery/xezq/{_ID}{{seal:[A-Za-z0-9]{{20}}}}"
_STREAM: Final = f"/stream.replicate.com/v1/files/{{mark:[a-z0-9]{{4}}}}-{_ID}"
_PREDICTION: Final = "/v1/predictions/{prediction_id}"
_TRAINING: Final = "/v1/trainings/{training_id}"
_UPLOAD: Final = "/v1/files/{file_id}"
_MODEL: Final = "/v1/models/{owner}/{name}"
_VERSION: Final = f"{_MODEL}/versions/{{version_id:[0-9a-f]{{64}}}}"
_DEPLOYMENT: Final = "/v1/deployments/{owner}/{name}"


def _add(
    method: str,
    path: str,
    name: str,
    handler: Handler[Call],
    **traits: Unpack[Traits[Call]],
) -> None:
    """Register an operation that counts as one of many."""
    table.add(method, path, name, **traits)(counted(handler))


table.post("/v1/predictions", "create-prediction")(predictions.create)
table.post(f"{_MODEL}/predictions", "create-model-prediction")(
    predictions.create_by_model
)
table.post(f"{_DEPLOYMENT}/predictions", "create-deployment-prediction")(
    predictions.create_by_deployment
)
_add("GET", "/v1/predictions", "list-predictions", predictions.list_predictions)
_add(
    "GET",
    _PREDICTION,
    "get-prediction",
    predictions.read,
    subject="prediction_id",
    polls=True,
)
_add(
    "POST",
    f"{_PREDICTION}/cancel",
    "cancel-prediction",
    predictions.cancel,
    subject="prediction_id",
)
table.get(
    f"{_FILE}/{{name:tmp[a-z0-9_]{{8}}}}.mp4",
    "file",
    public="job_id",
    answers_head=True,
)(predictions.file)
table.get(f"{_STREAM}{{seal:[a-z0-9]{{26}}}}", "stream", public="job_id")(
    streams.stream
)

_add("POST", "/v1/files", "create-file", files.create)
_add("GET", "/v1/files", "list-files", files.list_files)
_add("GET", _UPLOAD, "get-file", files.read)
_add("DELETE", _UPLOAD, "delete-file", files.delete)
table.get(
    f"{_UPLOAD}/download",
    "download-file",
    public=located("file_id"),
    answers_head=True,
)(files.download)

_add("POST", f"{_VERSION}/trainings", wire.TRAINING, trainings.create)
_add("GET", "/v1/trainings", "list-trainings", trainings.list_trainings)
_add(
    "GET",
    _TRAINING,
    "get-training",
    trainings.read,
    subject="training_id",
    polls=True,
)
_add(
    "POST",
    f"{_TRAINING}/cancel",
    "cancel-training",
    trainings.cancel,
    subject="training_id",
)

_add("GET", "/v1/models", "list-models", models.list_models)
_add("QUERY", "/v1/models", "search-models", models.search)
_add("POST", "/v1/models", "create-model", models.create)
_add("GET", _MODEL, "get-model", models.read)
_add("PATCH", _MODEL, "update-model", models.update)
_add("DELETE", _MODEL, "delete-model", models.delete)
_add("GET", f"{_MODEL}/readme", "get-readme", models.readme)
_add("GET", f"{_MODEL}/examples", "list-examples", models.examples)
_add("GET", f"{_MODEL}/versions", "list-versions", models.versions)
_add("GET", _VERSION, "get-version", models.read_version)
_add("DELETE", _VERSION, "delete-version", models.delete_version)
_add("GET", "/v1/deployments", "list-deployments", deployments.list_deployments)
_add("POST", "/v1/deployments", "create-deployment", deployments.create)
_add("GET", _DEPLOYMENT, "get-deployment", deployments.read)
_add("PATCH", _DEPLOYMENT, "update-deployment", deployments.update)
_add("DELETE", _DEPLOYMENT, "delete-deployment", deployments.delete)
_add("GET", "/v1/collections", "list-collections", catalogue.collections)
_add("GET", "/v1/collections/{collection}", "get-collection", catalogue.collection)
_add("GET", "/v1/hardware", "list-hardware", catalogue.hardware)
_add("GET", "/v1/account", "get-account", catalogue.account)
_add("GET", "/v1/webhooks/default/secret", "get-webhook-secret", catalogue.secret)
_add("GET", "/v1/search", "search", catalogue.search)
