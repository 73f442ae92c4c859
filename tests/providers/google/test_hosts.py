"""Hosts: what comes to one of Google's own names is answered as below our root."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.google.conftest import CAT, KEY, TOKEN, Api

MODEL = "veo-3.1-generate-001"
PUBLISHED = f"publishers/google/models/{MODEL}"
HOME = f"/v1/projects/mock-project/locations/us-central1/{PUBLISHED}"
OPERATION = "/v1beta/models/veo-3.1-generate-preview/operations/mockop00000"
DOWNLOAD = "/v1beta/files/mockfile0001:download?alt=media"


async def at(
    api: Api, host: str, method: str, path: str, document: object = None, **more: Any
) -> Any:
    """Ask at the root of a host."""
    headers = {**TOKEN, "Host": host, **more}
    response = await api.running.client.request(
        method, path, json=document, headers=headers
    )
    assert response.status == 200, await response.text()
    return response


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("us-central1-aiplatform.googleapis.com", HOME),
        ("europe-west4-aiplatform.googleapis.com", f"/v1beta1/{PUBLISHED}"),
        ("aiplatform.googleapis.com", f"/v1/{PUBLISHED}"),
        ("aiplatform.us.rep.googleapis.com", HOME),
        ("aiplatform.eu.rep.googleapis.com", HOME),
    ],
)
async def test_vertex_is_at_all_of_its_hosts(api: Api, host: str, path: str) -> None:
    document = {"instances": [CAT]}

    response = await at(api, host, "POST", f"{path}:predictLongRunning", document)

    assert f"/{PUBLISHED}/operations/" in (await response.json())["name"]


@pytest.mark.ffmpeg
async def test_a_bucket_is_at_the_root_of_its_host(api: Api) -> None:
    document = {
        "instances": [CAT],
        "parameters": {"storageUri": "gs://my-bucket/out"},
    }
    await api.ask("POST", f"{HOME}:predictLongRunning", document, TOKEN)
    api.advance(75)
    name = next(iter(api.space.table("google", "object").values()))["name"]

    plain = await at(api, "storage.googleapis.com", "GET", f"/{name}")
    quoted = name.partition("/")[2].replace("/", "%2F")
    place = f"/storage/v1/b/my-bucket/o/{quoted}?alt=media"
    by_json = await at(api, "storage.googleapis.com", "GET", place)

    assert plain.headers["Content-Type"] == "video/mp4"
    assert await plain.read() == await by_json.read()


@pytest.mark.ffmpeg
async def test_links_stay_at_the_host_that_was_asked(api: Api) -> None:
    host = "generativelanguage.googleapis.com"

    told = await (await at(api, host, "GET", f"{OPERATION}2")).json()
    served = await at(api, host, "GET", DOWNLOAD)

    made = told["response"]["generateVideoResponse"]["generatedSamples"]
    assert made == [{"video": {"uri": f"http://{host}{DOWNLOAD}"}}]
    assert served.headers["Content-Type"] == "video/mp4"


async def test_tokens_are_at_their_host(api: Api) -> None:
    response = await api.running.client.post(
        "/token",
        data={"grant_type": "refresh_token", "refresh_token": "x"},
        headers={"Host": "oauth2.googleapis.com"},
    )

    told = await response.json()
    assert (response.status, told["token_type"]) == (200, "Bearer")


async def test_an_omni_that_is_shut_down_says_what_to_use(serve: Serve) -> None:
    settings = {"google": {"retired": True}}
    api = Api(await serve(providers=("google",), providers_settings=settings))
    path = "/v1/interactions"

    gone = await api.error({"model": "gemini-omni-flash-preview", "input": "x"}, path)
    document = {
        "model": "gemini-omni-1.1-flash",
        "input": "x",
        "background": True,
    }

    assert (gone[0], gone[1]["code"]) == (404, "model_not_found")
    assert "is no longer available" in gone[1]["message"]
    assert (await api.ask("POST", path, document, KEY)).status == 200
