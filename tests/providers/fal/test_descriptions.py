"""The OpenAPI document of each model's queue."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.providers.conftest import Serve
from tests.providers.fal.conftest import NOBODY, Api

PATH = "/fal.ai/api/openapi/queue/openapi.json?endpoint_id="


async def described(api: Api, name: str) -> Any:
    """Return what is said of a model to somebody without a key."""
    response = await api.get(f"{PATH}{name}", NOBODY)
    assert response.status == 200
    return await response.json()


async def test_a_model_has_its_input_and_its_output(api: Api) -> None:
    told = await described(api, "fal-ai/wan/v2.7/text-to-video")

    schemas = told["components"]["schemas"]
    assert told["openapi"] == "3.0.4"
    assert told["info"]["x-fal-metadata"]["category"] == "text-to-video"
    assert told["servers"] == [{"url": "https://queue.fal.run"}]
    assert [*schemas] == [
        "QueueStatus", "WanV27TextToVideoInput", "WanV27TextToVideoOutput", "VideoFile",
    ]  # fmt: skip
    assert schemas["WanV27TextToVideoInput"]["required"] == ["prompt"]
    assert [*schemas["WanV27TextToVideoOutput"]["properties"]] == [
        "video", "seed", "actual_prompt",
    ]  # fmt: skip


async def test_its_paths_are_those_of_the_queue(api: Api) -> None:
    told = await described(api, "fal-ai/veo3.1")

    assert {path: [*methods] for path, methods in told["paths"].items()} == {
        "/fal-ai/veo3.1": ["post"],
        "/fal-ai/veo3.1/requests/{request_id}": ["get"],
        "/fal-ai/veo3.1/requests/{request_id}/status": ["get"],
        "/fal-ai/veo3.1/requests/{request_id}/cancel": ["put"],
    }


@pytest.mark.parametrize(
    "name", ["fal-ai/veo3.1/image-to-video", "mock/slow", "ann/film"]
)
async def test_it_is_valid(api: Api, name: str) -> None:
    validate(await described(api, name))


@pytest.mark.parametrize("name", ["mock/not-there", "", "..", "a/%00"])
async def test_what_is_not_there_is_not_found(api: Api, name: str) -> None:
    response = await api.get(f"{PATH}{name}", NOBODY)

    assert response.status == 404


async def test_a_strict_world_describes_no_others(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"fal": {"world": "strict"}}))

    response = await api.get(f"{PATH}ann/film", NOBODY)

    assert response.status == 404
