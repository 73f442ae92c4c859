"""Numbers of thousands of digits, which Python refuses to read, are just unknown."""

import pytest

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import Api, basic

LONG = "9" * 5000


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/libraries/{LONG}"),
        ("GET", f"/libraries/{LONG}/scenes"),
        ("GET", f"/scenes/{LONG}"),
        ("GET", f"/storyboards/{LONG}"),
    ],
)
async def test_a_long_identifier_is_unknown(api: Api, method: str, path: str) -> None:
    response = await api.ask(method, path)

    assert response.status in {400, 404}


async def test_any_number_of_zeros_is_storyboard_0(api: Api) -> None:
    response = await api.ask("GET", f"/storyboards/{'0' * 5000}")

    assert response.status == 200
    assert (await response.json())["storyboard_id"] == 0


async def test_a_long_page_is_as_if_it_were_not_asked_for(api: Api) -> None:
    plain = await api.read("/storyboards")
    long = await api.read("/storyboards", ("offset", LONG))

    assert long == plain


async def test_an_account_may_be_a_long_number(serve: Serve) -> None:
    """One that no client could read is told of as a named one is."""
    running = await serve(auth="open")

    response = await running.client.get(
        "/idomoo/api/v2/accounts", headers=basic(LONG, "secret")
    )

    assert response.status == 200
    assert 10**9 <= (await response.json())["account_id"] < 10**10
