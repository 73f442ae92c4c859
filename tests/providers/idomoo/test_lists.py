"""Account, libraries, scenes and storyboards: fields, pages, changes, paths."""

import pytest

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import OTHER, Api, texts


@pytest.mark.parametrize(
    "query",
    [
        [("fields", "name,width")],
        [("fields", "name"), ("fields", "width")],
        [("fields", "name, width, nothing, None")],
    ],
)
async def test_fields_pick_members_in_each_form(
    api: Api, query: list[tuple[str, str]]
) -> None:
    document = await api.read("/storyboards/1234", *query)

    assert document == {"storyboard_id": 1234, "name": "Birthday", "width": 1280}


@pytest.mark.parametrize(
    "query",
    [[("fields", "None")], [("fields", "f"), ("fields", "p"), ("fields", "s")], []],
)
async def test_without_a_known_field_everything_is_answered(
    api: Api, query: list[tuple[str, str]]
) -> None:
    document = await api.read("/scenes/1234", *query)

    assert document["fps"] == 30
    assert document["scene_status"] == "Done"


async def test_dots_pick_inside(api: Api) -> None:
    document = await api.read("/scenes/1234", ("fields", "media.key,text.val.text"))

    assert document == {
        "scene_id": 1234,
        "media": [{"key": "image"}],
        "text": [{"val": [{"text": "Hello"}]}],
    }


async def test_id_is_another_name_of_a_librarys_identifier(api: Api) -> None:
    document = await api.read("/libraries/501", ("fields", "id"))

    assert document == {"library_id": 501, "name": "Examples"}


async def test_fields_of_the_account(api: Api) -> None:
    document = await api.read("/accounts/", ("fields", "company,email"))

    assert document == {"email": "dev@example.com", "company": "Example"}


@pytest.mark.parametrize(
    ("path", "members", "first", "count"),
    [
        ("/libraries/", "libraries", 501, 25),
        ("/scenes/", "scenes", 1234, 122),
        ("/storyboards/", "storyboards", 1234, 123),
    ],
)
async def test_lists_are_long_enough_to_page_through(
    api: Api, path: str, members: str, first: int, count: int
) -> None:
    whole = await api.read(path, ("limit", "1000"))
    page = await api.read(path, ("offset", "5"), ("limit", "5"))
    reverse = await api.read(path, ("desc", "True"), ("limit", "1000"))

    name = next(iter(whole[members][0]))
    numbers = [thing[name] for thing in whole[members]]
    assert whole["item_count"] == page["item_count"] == count
    assert numbers == sorted(numbers)
    assert (numbers[0], len(numbers)) == (first, count)
    assert page[members] == whole[members][5:10]
    assert reverse[members] == whole[members][::-1]


@pytest.mark.parametrize("limit", ["-1", "x", "", "1.5"])
async def test_a_limit_that_is_none_counts_as_absent(api: Api, limit: str) -> None:
    document = await api.read("/storyboards", ("limit", limit), ("offset", limit))

    assert len(document["storyboards"]) == 100
    assert document["storyboards"][0]["storyboard_id"] == 1234


async def test_made_up_things_depend_on_seed_and_account_only(serve: Serve) -> None:
    one = Api(await serve(providers=("idomoo",), external_url="http://x"))
    two = Api(await serve(providers=("idomoo",), external_url="http://x"))
    seven = Api(await serve(providers=("idomoo",), external_url="http://x", seed=7))

    first, again, other = [await api.read("/storyboards/") for api in (one, two, seven)]

    assert first == again
    assert first != other


async def test_a_made_up_thing_can_be_asked_for_before_any_list(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), external_url="http://x"))
    listed = (await api.read("/scenes/", ("offset", "50"), ("limit", "1")))["scenes"][0]
    fresh = Api(await serve(providers=("idomoo",), external_url="http://x"))

    assert await fresh.read(f"/scenes/{listed['scene_id']}") == listed


async def test_made_up_things_of_others_are_unknown(api: Api) -> None:
    mine = await api.read("/storyboards/", ("limit", "1000"))
    theirs = await (await api.ask("GET", "/storyboards/?limit=1000", OTHER)).json()

    names = [{s["name"] for s in both["storyboards"][3:]} for both in (mine, theirs)]
    assert names[0] != names[1]


async def test_a_library_lives(api: Api) -> None:
    created = await api.ask(
        "POST", "/libraries/", json={"name": "A", "description": "B"}
    )
    changed = await api.ask("PUT", "/libraries/502", json={"description": "C"})
    read = await api.read("/libraries/502")
    deleted = await api.ask("DELETE", "/libraries/502")
    gone = await api.ask("GET", "/libraries/502")

    assert (await created.json())["library_id"] == 502
    assert await changed.json() == read
    assert (read["name"], read["description"], read["scenes"]) == ("A", "C", [])
    assert await deleted.text() == '{"status":"Success"}'
    assert gone.status == 404


async def test_a_library_needs_a_name(api: Api) -> None:
    response = await api.ask("POST", "/libraries/", data=b"{}")

    assert response.status == 400
    assert (await response.json())["status"] == "Error"
    assert texts(await response.json()) == [
        "Schema error: $.name: is missing but it is required"
    ]


async def test_scenes_of_a_library(api: Api) -> None:
    document = await api.read("/libraries/501/scenes/", ("fields", "scene_name"))

    assert document == {
        "item_count": 2,
        "scenes": [
            {"scene_id": 1234, "scene_name": "intro"},
            {"scene_id": 1235, "scene_name": "upright"},
        ],
    }


async def test_a_scene_is_renamed_and_deleted(api: Api) -> None:
    renamed = await api.ask("PATCH", "/scenes/1235", json={"scene_name": "tall"})
    elsewhere = await api.ask("DELETE", "/libraries/501/scenes/5678")
    deleted = await api.ask("DELETE", "/libraries/501/scenes/1235")
    gone = await api.ask("GET", "/scenes/1235")

    assert (await renamed.json())["scene_name"] == "tall"
    assert elsewhere.status == 404
    assert await deleted.text() == '{"status":"Success"}'
    assert gone.status == 404


@pytest.mark.parametrize(
    "path", ["/accounts", "/accounts/", "//accounts/", "/accounts//", "//accounts"]
)
async def test_slashes_more_or_less_do_not_matter(api: Api, path: str) -> None:
    response = await api.ask("GET", path, allow_redirects=False)

    assert response.status == 200


async def test_a_percent_encoded_identifier_is_one_segment(api: Api) -> None:
    response = await api.running.client.request(
        "GET",
        "/idomoo/api/v2/scenes/a%2Fb%20c",
        headers={"Authorization": "Basic MTIzNDp0ZXN0LXNlY3JldA=="},
    )

    assert response.status == 404
    assert texts(await response.json()) == [
        "This Account Does Not Have Permission To Use Scene: a/b c."
    ]


async def test_the_body_of_a_get_is_not_looked_at(api: Api) -> None:
    response = await api.ask(
        "GET",
        "/accounts",
        {"Authorization": "Basic MTIzNDp0ZXN0LXNlY3JldA=="},
        data=b"{",
    )

    assert response.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/accounts/",
        "/api/v2/storyboards/generate",
        "/api/v2/check_status/1234/0000/x",
        "/media/1234/0000/x.mp4",
        "/lp/1/1234/0000/x",
        "/ext/cg",
        "/no/such/path",
    ],
)
async def test_browsers_may_ask_before_on_every_path(api: Api, path: str) -> None:
    response = await api.running.client.options(f"/idomoo{path}")

    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == (
        "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    )
    assert response.headers["Access-Control-Allow-Headers"] == (
        "Authorization, Content-Type, Accept, Signature, x-idomoo-api-mode"
    )


@pytest.mark.parametrize("path", ["/accounts", "/no/such", "/libraries/1"])
async def test_errors_may_be_read_by_browsers(api: Api, path: str) -> None:
    response = await api.ask("GET", path, {})

    assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_methods_of_a_path_are_named(api: Api) -> None:
    response = await api.ask("PATCH", "/storyboards")

    assert response.status == 405
    assert response.headers["Allow"] == "GET, OPTIONS"
