"""Models and concepts are data: a world of one's own has others."""

from pathlib import Path

import pytest

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import ORDER, ROOT, Api

WORLD = """
luma:
  catalogue:
    models:
      ray-9: {time: 2, price: 1, concepts: false}
      photon-9: {makes: image, price: 7}
    concepts:
      upside_down: {}
"""


@pytest.fixture
async def api(serve: Serve, tmp_path: Path) -> Api:
    file = tmp_path / "world.yaml"
    file.write_text(WORLD)
    settings = {"luma": {"world": "strict"}}
    return Api(await serve(world=(file,), providers_settings=settings))


async def balance(api: Api) -> float:
    answer = await (await api.get(f"{ROOT}/credits")).json()
    return float(answer["credit_balance"])


async def test_a_declared_model_is_taken_at_its_price_and_in_its_time(api: Api) -> None:
    """Twice the usual time is 66 to 134 s; 720p is 110.592 million pixels."""
    made = await api.made(model="ray-9")
    left = await balance(api)
    api.advance(65)
    early = await api.read(made["id"])
    api.advance(70)

    assert left == 99_889.41
    assert early["state"] == "dreaming"
    assert (await api.read(made["id"]))["state"] == "completed"


async def test_it_makes_what_the_world_says(api: Api) -> None:
    body = {"model": "photon-9", "prompt": "A fern"}
    made = await api.made(body, path="/image")

    assert (made["model"], await balance(api)) == ("photon-9", 99_993.0)
    assert (await api.refused({**ORDER, "model": "photon-9"}))[0] == 422


async def test_it_may_take_no_concepts(api: Api) -> None:
    body = {**ORDER, "model": "ray-9", "concepts": [{"key": "upside_down"}]}

    refused = await api.refused(body)
    made = await api.made({**body, "model": "ray-2"})

    assert refused == (400, "concepts are not supported for this model")
    assert made["request"]["concepts"] == [{"key": "upside_down"}]


async def test_what_there_is_to_choose_from_is_told(api: Api) -> None:
    _, detail = await api.refused({**ORDER, "model": "ray-10"})
    listed = await (await api.get(f"{ROOT}/generations/concepts/list")).json()

    assert detail[0]["msg"] == "Input should be 'ray-2', 'ray-flash-2' or 'ray-9'"
    assert "upside_down" in listed
