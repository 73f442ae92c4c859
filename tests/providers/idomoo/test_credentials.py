"""Who may call, and who sees what."""

import pytest

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import MAIN, OTHER, STORYBOARD, Api, basic, texts


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic Og=="},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic 0"},
        {"Authorization": "Bearer MTIzNDp0ZXN0LXNlY3JldA=="},
        basic("1234", ""),
        basic("", "test-secret"),
        basic("1234", "test-secre"),
        basic("999", "test-secret"),
        basic("1234", "ünï"),
    ],
)
async def test_these_open_nothing(api: Api, headers: dict[str, str]) -> None:
    response = await api.ask("GET", "/accounts", headers)

    assert response.status == 401
    assert (await response.json())["errors"][0]["error_code"] == 1000


async def test_the_scheme_may_be_written_in_any_case(api: Api) -> None:
    headers = {"Authorization": MAIN["Authorization"].replace("Basic", "basic")}

    assert (await api.ask("GET", "/accounts", headers)).status == 200


async def test_a_secret_may_hold_colons(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), auth="open"))

    first = await api.ask("GET", "/accounts", basic("77", "a:b"))
    second = await api.ask("GET", "/accounts", basic("77", "a"))

    assert (first.status, second.status) == (200, 401)


async def test_the_first_secret_of_an_unknown_account_binds(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), auth="open"))

    statuses = [
        (await api.ask("GET", "/accounts", basic("4711", secret))).status
        for secret in ("mine", "yours", "mine")
    ]

    assert statuses == [200, 401, 200]


async def test_an_account_with_a_name_has_a_number_on_the_wire(serve: Serve) -> None:
    """The SDK raises on an account whose identifier is no number."""
    api = Api(await serve(providers=("idomoo",), auth="open"))
    named = basic("acme", "secret")

    first = await (await api.ask("GET", "/accounts", named)).json()
    second = await (await api.ask("GET", "/accounts", named)).json()
    render = await api.ask("POST", "/storyboards/generate", named, json=STORYBOARD)

    number = first["account_id"]
    assert isinstance(number, int)
    assert second["account_id"] == number
    assert (await render.json())["unique_id"].startswith(f"{number}/0000/")


async def test_two_named_accounts_have_two_numbers(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), auth="open"))

    numbers = {
        (await (await api.ask("GET", "/accounts", basic(name, "s"))).json())[
            "account_id"
        ]
        for name in ("acme", "acne")
    }

    assert len(numbers) == 2


async def test_an_unknown_account_has_the_examples_too(serve: Serve) -> None:
    api = Api(await serve(providers=("idomoo",), auth="open"))

    response = await api.ask("GET", "/accounts", basic("4711", "mine"))
    storyboard = await api.ask("GET", "/storyboards/1234", basic("4711", "mine"))

    assert (await response.json())["account_id"] == 4711
    assert storyboard.status == 200


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/libraries/561", "Scene Library: 561."),
        ("/libraries/561/scenes/", "Scene Library: 561."),
        ("/scenes/5678", "Scene: 5678."),
        ("/storyboards/5678", "Storyboard: 5678."),
    ],
)
async def test_things_of_others_are_answered_like_unknown_ones(
    api: Api, path: str, what: str
) -> None:
    theirs = await api.ask("GET", path, OTHER)
    mine = await api.ask("GET", path)

    assert theirs.status == 200
    assert mine.status == 404
    assert texts(await mine.json()) == [
        f"This Account Does Not Have Permission To Use {what}"
    ]


async def test_what_one_account_adds_the_other_does_not_see(api: Api) -> None:
    created = await api.ask("POST", "/libraries/", json={"name": "Mine"})
    number = (await created.json())["library_id"]

    other = await api.ask("GET", f"/libraries/{number}", OTHER)

    assert number == 502
    assert (await other.json())["name"] == "Library 502"


async def test_status_ignores_credentials_of_any_form(api: Api) -> None:
    path = "/check_status/1234/0000/available"

    answers = [
        await (await api.ask("GET", path, headers)).text()
        for headers in ({}, MAIN, OTHER, {"Authorization": "Bearer x"})
    ]

    assert set(answers) == {'{"status":"VIDEO_AVAILABLE","id":"1234/0000/available"}'}


async def test_credentials_are_judged_before_everything_else(api: Api) -> None:
    response = await api.ask("POST", "/storyboards/generate", {}, data=b"{")

    assert response.status == 401
    assert (await response.json())["status"] == "GENERATION_FAILED"


async def test_the_mode_header_changes_nothing(api: Api) -> None:
    headers = {**MAIN, "x-idomoo-api-mode": "developer"}

    plain = await (await api.ask("GET", "/storyboards/1234")).text()
    developer = await (await api.ask("GET", "/storyboards/1234", headers)).text()

    assert plain == developer
