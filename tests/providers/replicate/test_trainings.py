"""Trainings: jobs without a video, which make a version of a model."""

import json
from typing import Any

import pytest

from tests.providers.replicate.conftest import PROMPT, Api, Inbox

VEO = "9c6ca0c25d89ac6102278405a0673fd929b7793856870d2718e3a84a5aa4ad4d"
TRAININGS = f"/v1/models/google/veo-3.1/versions/{VEO}/trainings"
MADE = {"owner": "main", "name": "films", "visibility": "private", "hardware": "cpu"}
BODY = {"destination": "main/films", "input": {"epochs": 3}}


@pytest.fixture
async def ready(api: Api) -> Api:
    """Return an account that has a model to train."""
    response = await api.post("/v1/models", MADE)
    assert response.status == 201, await response.text()
    return api


async def train(api: Api, **more: Any) -> dict[str, Any]:
    response = await api.post(TRAININGS, {**BODY, **more})
    assert response.status == 201, await response.text()
    made: dict[str, Any] = await response.json()
    assert response.headers["Location"] == made["urls"]["get"]
    return made


async def read(api: Api, training_id: str) -> dict[str, Any]:
    response = await api.get(f"/v1/trainings/{training_id}")
    told: dict[str, Any] = await response.json()
    return told


async def trained(api: Api) -> str:
    """Train to the end; return the version."""
    made = await train(api)
    api.advance(30)
    told = await read(api, made["id"])
    version: str = told["output"]["version"]
    return version


async def test_a_training_begins_like_a_prediction(ready: Api) -> None:
    made = await train(ready)

    root = f"{ready.running.origin}/replicate/v1/trainings/{made['id']}"
    assert made["urls"] == {"cancel": f"{root}/cancel", "get": root}
    assert (made["status"], made["model"]) == ("starting", "google/veo-3.1")
    assert (made["version"], made["input"]) == (VEO, {"epochs": 3})
    assert (made["output"], made["error"], made["logs"]) == (None, None, "")


async def test_it_ends_with_a_version_and_weights(ready: Api) -> None:
    made = await train(ready)
    ready.advance(30)

    told = await read(ready, made["id"])

    model, _, version = told["output"]["version"].partition(":")
    assert (told["status"], model, len(version)) == ("succeeded", "main/films", 64)
    assert told["output"]["weights"].startswith("https://replicate.delivery/")
    assert told["metrics"]["predict_time"] == 20.0


async def test_the_version_is_the_latest_of_its_model(ready: Api) -> None:
    before = await (await ready.get("/v1/models/main/films")).json()
    version = (await trained(ready)).partition(":")[2]

    after = await (await ready.get("/v1/models/main/films")).json()
    listed = await (await ready.get("/v1/models/main/films/versions")).json()

    assert before["latest_version"] is None
    assert after["latest_version"]["id"] == version
    assert [one["id"] for one in listed["results"]] == [version]
    schemas = after["latest_version"]["openapi_schema"]["components"]["schemas"]
    assert schemas["Input"]["required"] == ["prompt"]


@pytest.mark.parametrize("named", [True, False])
async def test_the_version_runs(ready: Api, *, named: bool) -> None:
    version = await trained(ready)
    told = version if named else version.partition(":")[2]

    response = await ready.post("/v1/predictions", {"version": told, "input": PROMPT})

    made = await response.json()
    assert response.status == 201
    assert made["model"] == "main/films"
    assert made["version"] == version.partition(":")[2]


async def test_before_its_end_there_is_no_version(ready: Api) -> None:
    made = await train(ready)
    ready.advance(5)

    listed = await (await ready.get("/v1/models/main/films/versions")).json()

    assert (await read(ready, made["id"]))["status"] == "processing"
    assert listed["results"] == []


async def test_a_cancelled_training_makes_none(ready: Api) -> None:
    made = await train(ready)

    response = await ready.post(f"/v1/trainings/{made['id']}/cancel")
    ready.advance(30)

    listed = await (await ready.get("/v1/models/main/films/versions")).json()
    assert (await response.json())["status"] == "canceled"
    assert listed["results"] == []


async def test_one_that_is_over_stays_as_it_is(ready: Api) -> None:
    made = await train(ready)
    ready.advance(30)

    response = await ready.post(f"/v1/trainings/{made['id']}/cancel")

    assert (await response.json())["status"] == "succeeded"


async def test_trainings_and_predictions_have_lists_of_their_own(ready: Api) -> None:
    made, other = await train(ready), await ready.submit()

    trainings = await (await ready.get("/v1/trainings")).json()
    predictions = await (await ready.get("/v1/predictions")).json()

    assert [one["id"] for one in trainings["results"]] == [made["id"]]
    ids = [one["id"] for one in predictions["results"]]
    assert ids[0] == other["id"]
    assert made["id"] not in ids


async def test_neither_is_read_as_the_other(ready: Api) -> None:
    made, other = await train(ready), await ready.submit()

    assert (await ready.get(f"/v1/predictions/{made['id']}")).status == 404
    assert (await ready.get(f"/v1/trainings/{other['id']}")).status == 404
    cancel = f"/v1/predictions/{made['id']}/cancel"
    assert (await ready.post(cancel)).status == 404


async def test_its_webhook_tells_of_the_end(ready: Api, inbox: Inbox) -> None:
    made = await train(ready, webhook=inbox.url)
    ready.advance(30)
    await ready.settle()

    ((_, body),) = inbox.seen
    told = json.loads(body)
    assert (told["id"], told["status"]) == (made["id"], "succeeded")
    assert told["output"]["version"].startswith("main/films:")


@pytest.mark.parametrize(
    ("path", "destination"),
    [
        (TRAININGS, "nobody/no-such-model"),
        (TRAININGS.replace(VEO, "0" * 64), "main/films"),
        (f"/v1/models/nobody/no-such-model/versions/{VEO}/trainings", "main/films"),
    ],
)
async def test_what_is_not_there_cannot_be_trained(
    ready: Api, path: str, destination: str
) -> None:
    response = await ready.post(path, {**BODY, "destination": destination})

    assert response.status == 404


async def test_a_training_needs_a_destination(ready: Api) -> None:
    response = await ready.post(TRAININGS, {"input": {}})

    assert response.status == 422
    told = await response.json(content_type=None)
    assert told["detail"] == "- destination is required\n"
