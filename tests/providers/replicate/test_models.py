"""Models and deployments that clients make, change and delete."""

from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.providers.replicate.conftest import PROMPT, TOKEN, Api

VEO = "9c6ca0c25d89ac6102278405a0673fd929b7793856870d2718e3a84a5aa4ad4d"
MODEL = {
    "owner": "main",
    "name": "films",
    "description": "Makes films",
    "visibility": "private",
    "hardware": "gpu-t4",
    "github_url": "https://github.com/main/films",
}
DEPLOYMENT = {
    "name": "studio",
    "model": "google/veo-3.1",
    "version": VEO,
    "hardware": "gpu-t4",
    "min_instances": 0,
    "max_instances": 2,
}


async def send(
    api: Api, method: str, path: str, document: object = None
) -> ClientResponse:
    return await api.running.client.request(
        method, f"/replicate{path}", json=document, headers=TOKEN
    )


async def told(response: ClientResponse) -> Any:
    return await response.json(content_type=None)


async def test_a_new_model_has_no_version(api: Api) -> None:
    response = await api.post("/v1/models", MODEL)

    assert response.status == 201
    assert await told(response) == {
        "url": "https://replicate.com/main/films",
        "owner": "main",
        "name": "films",
        "description": "Makes films",
        "visibility": "private",
        "is_official": False,
        "github_url": "https://github.com/main/films",
        "paper_url": None,
        "license_url": None,
        "cover_image_url": None,
        "run_count": 0,
        "default_example": None,
        "latest_version": None,
    }


async def test_a_name_is_given_once(api: Api) -> None:
    await api.post("/v1/models", MODEL)

    response = await api.post("/v1/models", MODEL)

    assert response.status == 409
    assert (await told(response))["status"] == 409


async def test_without_a_version_a_model_does_not_run(api: Api) -> None:
    await api.post("/v1/models", MODEL)

    by_name = await api.post("/v1/models/main/films/predictions", {"input": PROMPT})
    by_version = await api.post(
        "/v1/predictions", {"version": "main/films", "input": PROMPT}
    )

    assert (by_name.status, by_version.status) == (404, 422)


async def test_what_a_model_says_of_itself_can_be_changed(api: Api) -> None:
    await api.post("/v1/models", MODEL)
    said = {"description": "Better films", "readme": "# Films\n"}

    changed = await send(api, "PATCH", "/v1/models/main/films", said)

    text = await (await api.get("/v1/models/main/films/readme")).text()
    assert (await told(changed))["description"] == "Better films"
    assert (await told(changed))["github_url"] == "https://github.com/main/films"
    assert text == "# Films\n"


async def test_a_model_without_a_readme_has_one_all_the_same(api: Api) -> None:
    response = await api.get("/v1/models/google/veo-3.1/readme")

    assert response.content_type == "text/markdown"
    assert (await response.text()).startswith("# google/veo-3.1\n")


async def test_nobody_has_made_examples(api: Api) -> None:
    response = await api.get("/v1/models/google/veo-3.1/examples")

    assert await told(response) == {"next": None, "previous": None, "results": []}


async def test_a_private_model_can_be_deleted(api: Api) -> None:
    await api.post("/v1/models", MODEL)

    response = await send(api, "DELETE", "/v1/models/main/films")

    assert (response.status, await response.read()) == (204, b"")
    assert (await api.get("/v1/models/main/films")).status == 404


async def test_a_public_model_cannot(api: Api) -> None:
    response = await send(api, "DELETE", "/v1/models/google/veo-3.1")

    assert response.status == 403
    assert await told(response) == {
        "detail": "Only private models without versions can be deleted.",
        "status": 403,
    }


async def test_nor_can_its_version(api: Api) -> None:
    path = f"/v1/models/google/veo-3.1/versions/{VEO}"

    assert (await send(api, "DELETE", path)).status == 403


async def test_a_version_of_ones_own_can_be_deleted(api: Api) -> None:
    await api.post("/v1/models", MODEL)
    body = {"destination": "main/films", "input": {}}
    training = f"/v1/models/google/veo-3.1/versions/{VEO}/trainings"
    made = await told(await api.post(training, body))
    api.advance(30)
    done = await told(await api.get(f"/v1/trainings/{made['id']}"))
    number = done["output"]["version"].partition(":")[2]
    path = f"/v1/models/main/films/versions/{number}"

    while_it_has_one = await send(api, "DELETE", "/v1/models/main/films")
    response = await send(api, "DELETE", path)

    order = {"version": number, "input": PROMPT}
    assert while_it_has_one.status == 403
    assert (response.status, await response.read()) == (202, b"")
    assert (await api.get(path)).status == 404
    assert (await api.post("/v1/predictions", order)).status == 422
    assert (await send(api, "DELETE", "/v1/models/main/films")).status == 204


@pytest.mark.parametrize(
    ("member", "value"),
    [("visibility", "secret"), ("name", "../films"), ("owner", ""), ("price", 1)],
)
async def test_a_model_of_another_shape_is_refused(
    api: Api, member: str, value: object
) -> None:
    response = await api.post("/v1/models", {**MODEL, member: value})

    assert response.status == 422


async def test_models_are_sorted_as_the_query_says(api: Api) -> None:
    api.advance(60)
    await api.post("/v1/models", MODEL)

    newest = await told(await api.get("/v1/models?sort_by=model_created_at"))
    oldest = await told(await api.get("/v1/models?sort_direction=asc"))

    assert newest["results"][0]["name"] == "films"
    assert oldest["results"][0]["name"] == "hunyuan-video"


@pytest.mark.parametrize("query", ["sort_by=name", "sort_direction=up"])
async def test_another_order_is_refused(api: Api, query: str) -> None:
    assert (await api.get(f"/v1/models?{query}")).status == 422


async def test_the_order_holds_from_page_to_page(api: Api) -> None:
    api.advance(60)
    await api.post("/v1/models", MODEL)
    for number in range(10):
        await api.get(f"/v1/models/acme/films-{number}")
    first = await told(await api.get("/v1/models?sort_direction=asc"))

    second = await told(await api.get(first["next"]))

    assert second["results"][-1]["name"] == "films"


async def test_choices_are_schemas_of_their_own(api: Api) -> None:
    told_of = await told(await api.get("/v1/models/google/veo-3.1"))

    schemas = told_of["latest_version"]["openapi_schema"]["components"]["schemas"]
    assert schemas["duration"] == {
        "enum": [4, 6, 8],
        "type": "integer",
        "title": "duration",
        "description": "An enumeration.",
    }
    assert schemas["Input"]["properties"]["duration"] == {
        "x-order": 3,
        "default": 8,
        "allOf": [{"$ref": "#/components/schemas/duration"}],
    }
    assert schemas["Input"]["properties"]["prompt"] == {
        "title": "Prompt",
        "type": "string",
        "x-order": 0,
    }


async def test_a_deployment_is_made_under_the_accounts_name(api: Api) -> None:
    response = await api.post("/v1/deployments", DEPLOYMENT)

    made = await told(response)
    release = made["current_release"]
    assert (response.status, made["owner"], made["name"]) == (201, "main", "studio")
    assert (release["number"], release["model"]) == (1, "google/veo-3.1")
    assert release["version"] == VEO
    assert release["configuration"] == {
        "hardware": "gpu-t4",
        "min_instances": 0,
        "max_instances": 2,
    }
    assert await told(await api.get("/v1/deployments/main/studio")) == made


async def test_a_deployment_is_released_anew(api: Api) -> None:
    await api.post("/v1/deployments", DEPLOYMENT)

    response = await send(
        api, "PATCH", "/v1/deployments/main/studio", {"max_instances": 9}
    )

    release = (await told(response))["current_release"]
    assert release["number"] == 2
    assert release["configuration"]["max_instances"] == 9
    assert release["configuration"]["min_instances"] == 0


async def test_a_deployment_runs(api: Api) -> None:
    await api.post("/v1/deployments", DEPLOYMENT)

    made = await api.submit("/v1/deployments/main/studio/predictions")

    assert (made["deployment"], made["model"]) == ("main/studio", "google/veo-3.1")


async def test_a_deleted_deployment_is_gone(api: Api) -> None:
    await api.post("/v1/deployments", DEPLOYMENT)

    response = await send(api, "DELETE", "/v1/deployments/main/studio")

    run = await api.post("/v1/deployments/main/studio/predictions", {"input": PROMPT})
    assert (response.status, await response.read()) == (204, b"")
    assert (await api.get("/v1/deployments/main/studio")).status == 404
    assert run.status == 404


@pytest.mark.parametrize("member", sorted(DEPLOYMENT))
async def test_a_deployment_needs_everything(api: Api, member: str) -> None:
    body = {name: value for name, value in DEPLOYMENT.items() if name != member}

    response = await api.post("/v1/deployments", body)

    assert response.status == 422
    assert (await told(response))["detail"] == f"- {member} is required\n"


async def test_a_version_that_is_none_cannot_be_deployed(api: Api) -> None:
    body = {**DEPLOYMENT, "version": "0" * 64}

    assert (await api.post("/v1/deployments", body)).status == 422
