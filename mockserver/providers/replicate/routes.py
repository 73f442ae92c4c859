"""Replicate's operations: which path is which."""

from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.replicate import catalogue, predictions, streams
from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes[Call]()

_ID: Final = "{job_id:[0-9A-Za-z]{26}}"
_FILE: Final = f"/replicate.delivery/xezq/{_ID}{{seal:[A-Za-z0-9]{{20}}}}"
_STREAM: Final = f"/stream.replicate.com/v1/files/{{mark:[a-z0-9]{{4}}}}-{_ID}"
_ONE: Final = "/v1/predictions/{prediction_id}"
_MODEL: Final = "/v1/models/{owner}/{name}"
_SUBJECT: Final = "prediction_id"

table.post("/v1/predictions", "create-prediction")(predictions.create)
table.get("/v1/predictions", "list-predictions")(predictions.list_predictions)
table.get(_ONE, "get-prediction", subject=_SUBJECT, polls=True)(predictions.read)
table.post(f"{_ONE}/cancel", "cancel-prediction", subject=_SUBJECT)(predictions.cancel)
table.post(f"{_MODEL}/predictions", "create-model-prediction")(
    predictions.create_by_model
)
table.post(
    "/v1/deployments/{owner}/{name}/predictions", "create-deployment-prediction"
)(predictions.create_by_deployment)
table.get(
    f"{_FILE}/{{name:tmp[a-z0-9_]{{8}}}}.mp4",
    "file",
    public="job_id",
    answers_head=True,
)(predictions.file)
table.get(f"{_STREAM}{{seal:[a-z0-9]{{26}}}}", "stream", public="job_id")(
    streams.stream
)

table.get("/v1/models", "list-models")(catalogue.list_models)
table.add("QUERY", "/v1/models", "search-models")(catalogue.search_models)
table.get(_MODEL, "get-model")(catalogue.model)
table.get(f"{_MODEL}/versions", "list-versions")(catalogue.versions)
table.get(f"{_MODEL}/versions/{{version_id}}", "get-version")(catalogue.version)
table.get("/v1/deployments", "list-deployments")(catalogue.deployments)
table.get("/v1/deployments/{owner}/{name}", "get-deployment")(catalogue.deployment)
table.get("/v1/collections", "list-collections")(catalogue.collections)
table.get("/v1/collections/{collection}", "get-collection")(catalogue.collection)
table.get("/v1/hardware", "list-hardware")(catalogue.hardware)
table.get("/v1/account", "get-account")(catalogue.account)
table.get("/v1/webhooks/default/secret", "get-webhook-secret")(catalogue.secret)
table.get("/v1/search", "search")(catalogue.search)
