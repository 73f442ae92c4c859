"""The catalogue: what clients read beside their predictions."""

import pytest

from tests.providers.replicate.conftest import TOKEN, Api

VERSION = "9c6ca0c25d89ac6102278405a0673fd929b7793856870d2718e3a84a5aa4ad4d"


async def test_a_model_has_what_clients_need(api: Api) -> None:
    told = await (await api.get("/v1/models/google/veo-3.1")).json()

    assert told["url"] == "https://replicate.com/google/veo-3.1"
    assert (told["owner"], told["name"]) == ("google", "veo-3.1")
    assert (told["visibility"], told["run_count"]) == ("public", 452689)
    assert told["latest_version"]["id"] == VERSION


async def test_a_version_describes_input_and_output(api: Api) -> None:
    path = f"/v1/models/google/veo-3.1/versions/{VERSION}"

    told = await (await api.get(path)).json()

    schemas = told["openapi_schema"]["components"]["schemas"]
    assert told["cog_version"] == "0.16.8"
    assert schemas["Input"]["required"] == ["prompt"]
    assert schemas["Output"] == {"type": "string", "title": "Output", "format": "uri"}


async def test_a_version_that_it_does_not_have(api: Api) -> None:
    path = f"/v1/models/google/veo-3.1/versions/{'1' * 64}"

    assert (await api.get(path)).status == 404


async def test_a_version_has_64_digits_whatever_the_model(api: Api) -> None:
    known = await api.get(f"/v1/models/acme/films/versions/{'1' * 64}")
    other = await api.get("/v1/models/acme/films/versions/1")

    assert (known.status, other.status) == (200, 404)


async def test_models_are_listed_page_by_page(api: Api) -> None:
    for number in range(10):
        await api.get(f"/v1/models/acme/films-{number}")
    first = await (await api.get("/v1/models")).json()

    second = await (await api.get(first["next"])).json()

    assert len(first["results"]) == 25
    assert len(second["results"]) == 8
    assert second["next"] is None


@pytest.mark.parametrize("text", ["hailuo 02", '"hailuo 02"'])
async def test_a_search_by_body_takes_quotes_or_none(api: Api, text: str) -> None:
    response = await api.running.client.request(
        "QUERY", "/replicate/v1/models", data=text, headers=TOKEN
    )

    names = [one["name"] for one in (await response.json())["results"]]
    assert names == ["hailuo-02"]


async def test_a_search_by_query_says_what_was_asked(api: Api) -> None:
    told = await (await api.get("/v1/search?query=hunyuan")).json()

    assert (told["query"], told["collections"], told["pages"]) == ("hunyuan", [], [])
    assert [one["model"]["name"] for one in told["models"]] == ["hunyuan-video"]


async def test_a_search_finds_as_many_as_are_asked_for(api: Api) -> None:
    told = await (await api.get("/v1/search?query=google&limit=1")).json()

    assert len(told["models"]) == 1


async def test_a_search_finds_collections_too(api: Api) -> None:
    told = await (await api.get("/v1/search?query=image")).json()

    assert [one["slug"] for one in told["collections"]] == ["image-to-video"]


async def test_a_collection_has_its_models(api: Api) -> None:
    told = await (await api.get("/v1/collections/text-to-video")).json()

    assert told["slug"] == "text-to-video"
    assert "veo-3.1" in {one["name"] for one in told["models"]}
    assert "hunyuan-video" not in {one["name"] for one in told["models"]}


async def test_a_deployment_says_what_it_runs(api: Api) -> None:
    told = await (await api.get("/v1/deployments/mock/veo")).json()

    assert told["current_release"]["model"] == "google/veo-3.1"
    assert told["current_release"]["version"] == VERSION
    assert told["current_release"]["configuration"] == {
        "hardware": "gpu-t4",
        "min_instances": 0,
        "max_instances": 5,
    }


async def test_hardware_is_a_bare_list(api: Api) -> None:
    told = await (await api.get("/v1/hardware")).json()

    assert told[0] == {"name": "CPU", "sku": "cpu"}


async def test_lists_of_few_are_pages(api: Api) -> None:
    paths = ("/v1/collections", "/v1/deployments", "/v1/models/mock/slow/versions")

    lists = [await (await api.get(path)).json() for path in paths]

    assert [len(one["results"]) for one in lists] == [2, 1, 1]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models/nobody/no-such-model",
        "/v1/deployments/nobody/no-such-deployment",
        "/v1/collections/nothing",
    ],
)
async def test_what_is_not_there(api: Api, path: str) -> None:
    assert (await api.get(path)).status == 404


async def test_the_account_is_named_after_its_space(api: Api) -> None:
    told = await (await api.get("/v1/account")).json()

    assert (told["type"], told["username"]) == ("user", "main")
