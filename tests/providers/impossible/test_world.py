"""ImpossibleFX: projects and movies that nobody has declared."""

from collections.abc import Awaitable, Callable

import pytest

from tests.providers.impossible.conftest import (
    BEARER,
    LAUNCH,
    OTHER_PAIR,
    PAIR,
    Api,
)

SHOP = "/v1/list/sdl/acme%20shop"
RENDER = "/v2/token/acme%20shop"


async def test_a_project_and_its_movie_come_to_be(api: Api) -> None:
    await api.post(RENDER, {"movie": "spring"}, headers=BEARER)

    movies = await (await api.get(SHOP, headers=PAIR)).json()
    projects = await (await api.get("/v1/list/project", headers=PAIR)).json()

    assert movies == {"SDLS": ["spring"]}
    assert ["acme shop", "acme shop"] in projects["Projects"]


async def test_a_movie_learns_its_variables(api: Api) -> None:
    order = {"movie": "spring", "params": {"title": "Hi", "größe": "L"}}
    await api.post(RENDER, order, headers=BEARER)

    path = "/v1/sdlvariables/acme%20shop/spring"
    answer = await (await api.get(path, headers=PAIR)).json()

    assert answer == {
        "variables": [
            {"name": "größe", "type": "text", "offset": 0, "numframes": 250},
            {"name": "title", "type": "text", "offset": 0, "numframes": 250},
        ]
    }


async def test_each_account_has_a_project_of_that_name(api: Api) -> None:
    await api.post(RENDER, {"movie": "spring"}, headers=BEARER)

    theirs = await (await api.get(SHOP, headers=OTHER_PAIR)).json()

    assert theirs == {"SDLS": []}


async def test_a_render_without_a_key_is_still_everybodys(api: Api) -> None:
    await api.get(SHOP, headers=PAIR)

    await api.post(RENDER, {"movie": "spring"})

    assert len(api.space("public").jobs("impossible")) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/v1/list/sdl/no-such-project", "Project not found"),
        ("/v1/sdlvariables/acme%20shop/no-such-movie", "Resource not found"),
    ],
)
async def test_some_names_are_always_unknown(api: Api, path: str, message: str) -> None:
    response = await api.get(path, headers=PAIR)

    assert response.status == 404
    assert (await response.json())["message"] == message


async def test_a_deleted_project_does_not_come_back(api: Api) -> None:
    await api.get(SHOP, headers=PAIR)
    await api.call("DELETE", "/v1/project/acme%20shop", headers=PAIR)

    assert (await api.get(SHOP, headers=PAIR)).status == 404


async def test_a_strict_world_knows_only_what_is_declared(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"world": "strict"})

    unknown = await api.get(SHOP, headers=PAIR)
    known = await api.get(f"/v1/list/sdl/{LAUNCH}", headers=PAIR)

    assert (unknown.status, known.status) == (404, 200)
