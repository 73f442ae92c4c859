"""Idomoo: storyboards, scenes and libraries that nobody has declared."""

from typing import Any

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import OTHER, Api, texts

OWN: dict[str, Any] = {
    "storyboard_id": 30211,
    "data": [
        {"key": "first_name", "val": "Ann"},
        {"key": "car model", "val": "Größe"},
    ],
}


async def strict(serve: Serve) -> Api:
    """Return an api whose world is strict."""
    settings = {"idomoo": {"world": "strict"}}
    return Api(await serve(providers=("idomoo",), providers_settings=settings))


async def test_a_storyboard_can_be_read_before_anybody_has_used_it(api: Api) -> None:
    storyboard = await api.read("/storyboards/30211")

    assert storyboard["storyboard_id"] == 30211
    assert storyboard["name"] == "Storyboard 30211"
    assert storyboard["data"] == []


async def test_a_storyboard_learns_its_keys_from_what_is_sent(api: Api) -> None:
    generated = await api.storyboard(**OWN)
    storyboard = await api.read("/storyboards/30211")

    assert generated.status == 200
    assert [item["key"] for item in storyboard["data"]] == ["car model", "first_name"]


async def test_what_came_to_be_is_listed(api: Api) -> None:
    await api.storyboard(**OWN)

    every = await api.read("/storyboards", ("limit", "1000"))

    assert 30211 in [one["storyboard_id"] for one in every["storyboards"]]


async def test_what_is_learned_does_not_depend_on_who_comes_first(api: Api) -> None:
    first = {"storyboard_id": 7, "data": [{"key": "a", "val": "http://x.test/a.jpg"}]}
    second = {"storyboard_id": 7, "data": [{"key": "a", "val": "plain"}]}
    await api.storyboard(**first)
    await api.storyboard(**second)
    await api.storyboard(**{**second, "storyboard_id": 8})
    await api.storyboard(**{**first, "storyboard_id": 8})

    one, other = await api.read("/storyboards/7"), await api.read("/storyboards/8")

    assert one["data"] == other["data"]
    assert one["data"][0]["type"] == "text"


async def test_a_declared_storyboard_learns_further_keys_behind_its_own(
    api: Api,
) -> None:
    await api.storyboard(data=[{"key": "car model", "val": "Golf"}])

    storyboard = await api.read("/storyboards/1234")

    assert [item["key"] for item in storyboard["data"]] == ["name", "bday", "car model"]


async def test_a_scene_and_its_library_come_to_be(api: Api) -> None:
    used = await api.scenes({"scene_id": 78, "text": [{"key": "any", "val": []}]})
    scene = await api.read("/scenes/78")

    assert used.status == 200
    assert scene["text"] == [{"key": "any", "val": [{"text": ""}]}]
    assert (await api.read(f"/libraries/{scene['library_id']}"))["scenes"] == [
        78,
        1234,
        1235,
    ]


async def test_a_deleted_library_does_not_come_back(api: Api) -> None:
    await api.read("/libraries/88")
    deleted = await api.ask("DELETE", "/libraries/88")

    again = await api.ask("GET", "/libraries/88")

    assert (deleted.status, again.status) == (200, 404)


async def test_a_strict_world_refuses_ids_and_keys_of_nobody(serve: Serve) -> None:
    api = await strict(serve)

    storyboard = await api.storyboard(storyboard_id=30211)
    key = await api.storyboard(data=[{"key": "nome", "val": "x"}])

    assert storyboard.status == 404
    assert texts(await key.json()) == ["Unknown key: nome. Storyboard: 1234."]


async def test_what_one_account_names_the_other_does_not_have(api: Api) -> None:
    await api.storyboard(**OWN)

    response = await api.ask("GET", "/storyboards/30211", OTHER)

    assert (await response.json())["data"] == []
