"""Doors: by path, by the hosts' names, and what links lead back to."""

import pytest

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import FROZEN, KEY, ROOT, Api

READ = f"{ROOT}/generations/{FROZEN}3"


async def test_who_comes_by_the_vendors_host_gets_links_to_it(api: Api) -> None:
    client = api.running.client

    response = await client.get(READ, headers={**KEY, "Host": "api.lumalabs.ai"})
    link = (await response.json())["assets"]["image"]
    host, _, path = link.removeprefix("http://").partition("/")
    file = await client.get(f"/{path}", headers={"Host": host})

    assert host == "api.lumalabs.ai"
    assert file.status == 200


async def test_the_vendors_host_of_files_has_them_at_its_root(serve: Serve) -> None:
    api = Api(await serve(handover="canonical"))
    link = (await api.read(f"{FROZEN}3"))["assets"]["image"]
    path = link.removeprefix("https://storage.cdn-luma.com")

    file = await api.running.client.get(path, headers={"Host": "storage.cdn-luma.com"})

    assert path.startswith(f"/dream_machine/{FROZEN}3/")
    assert file.status == 200


@pytest.mark.parametrize(
    "handover",
    ["link", "canonical"],
)
async def test_a_link_of_any_form_is_known_when_it_comes_back(
    serve: Serve, handover: str
) -> None:
    """So that a clip of ours keeps its length and form."""
    api = Api(await serve(handover=handover))
    source = await api.finished(duration="9s", aspect_ratio="1:1")
    body = {
        "generation_type": "modify_video",
        "model": "ray-2",
        "mode": "flex_1",
        "media": {"url": source["assets"]["video"]},
    }
    made = await api.made(body, path="/video/modify")

    job = api.running.space("luma", "main").jobs("luma").get(made["id"])
    film = job.data["film"]
    assert (film["seconds"], film["ratio"]) == (9.0, "1:1")
    assert job.data["of"] == source["id"]


async def test_the_other_api_of_the_vendor_is_somebody_elses(api: Api) -> None:
    """Its host is not one of this provider's."""
    response = await api.running.client.get(
        READ, headers={**KEY, "Host": "agents.lumalabs.ai"}
    )

    assert response.status == 404
    assert "Generation not found" not in await response.text()
