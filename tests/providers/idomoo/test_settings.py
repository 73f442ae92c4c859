"""The switches: HTTP status of errors, strict schemas, rate limit, broken assets."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.idomoo.conftest import MP4, OTHER, STORYBOARD, Api, basic, texts


async def start(serve: Serve, limits: str = "off", **settings: Any) -> Api:
    running = await serve(
        providers=("idomoo",), providers_settings={"idomoo": settings}, limits=limits
    )
    return Api(running)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/libraries/404404404", 5200),
        ("GET", "/no/such/place", 20),
        ("DELETE", "/accounts", 20),
        ("POST", "/storyboards/generate", 2030),
    ],
)
async def test_in_2018_errors_came_with_200(
    serve: Serve, method: str, path: str, code: int
) -> None:
    api = await start(serve, error_http="legacy200")

    response = await api.ask(method, path)

    assert response.status == 200
    assert (await response.json())["errors"][0]["error_code"] == code


async def test_even_then_credentials_were_401_and_absent_media_404(
    serve: Serve,
) -> None:
    api = await start(serve, error_http="legacy200")

    wrong = await api.ask("GET", "/accounts", basic("1234", "wrong"))
    absent = await api.fetch("/media/1234/0000/inqueue.mp4")

    assert (wrong.status, absent.status) == (401, 404)


async def test_even_then_too_many_calls_were_429(serve: Serve) -> None:
    api = await start(serve, "real", error_http="legacy200", rate_limit_per_minute=1)

    statuses = [(await api.storyboard()).status for _ in range(2)]

    assert statuses == [200, 429]


async def test_strict_schemas_refuse_what_the_reference_does_not_name(
    serve: Serve,
) -> None:
    api = await start(serve, strict_schema=True)
    video = {**MP4, "crop_to_ratio": [1, 1], "overlay": "http://x"}

    response = await api.storyboard(output={"video": [video]}, more=1)

    more = (
        "is not defined in the schema and the schema does not allow additional"
        " properties"
    )
    assert response.status == 400
    assert texts(await response.json()) == [
        f"Schema error: $.more: {more}",
        f"Schema error: $.output.video[0].crop_to_ratio: {more}",
    ]


async def test_ten_calls_a_minute_when_limits_are_real(serve: Serve) -> None:
    api = await start(serve, limits="real")
    statuses = [(await api.storyboard()).status for _ in range(10)]

    refused = await api.scenes({})
    other = await api.ask(
        "POST",
        "/storyboards/generate",
        OTHER,
        json={**STORYBOARD, "storyboard_id": 5678},
    )

    assert set(statuses) == {200}
    assert refused.status == 429
    assert "Retry-After" not in refused.headers
    assert (await refused.json())["errors"] == [
        {
            "error_code": 20,
            "error_message": "General",
            "error_description": "Too many API calls. 10 calls per minute are allowed.",
        }
    ]
    assert other.status == 200


async def test_the_window_slides_on_the_spaces_clock(serve: Serve) -> None:
    api = await start(serve, limits="real", rate_limit_per_minute=2)
    statuses = []

    for seconds in (0, 30, 29, 1, 1):
        api.advance(seconds)
        statuses.append((await api.storyboard()).status)

    assert statuses == [200, 200, 429, 200, 429]


async def test_the_limit_counts_before_the_body_is_looked_at(serve: Serve) -> None:
    api = await start(serve, limits="real", rate_limit_per_minute=1)
    await api.ask("POST", "/storyboards/generate", data=b"{")

    assert (await api.ask("POST", "/storyboards/generate", data=b"{")).status == 429


async def test_other_calls_never_count(serve: Serve) -> None:
    api = await start(serve, limits="real", rate_limit_per_minute=1)

    statuses = [(await api.ask("GET", "/accounts")).status for _ in range(3)]

    assert statuses == [200, 200, 200]


async def test_without_limits_the_journal_says_how_many_there_were(api: Api) -> None:
    for _ in range(11):
        assert (await api.storyboard()).status == 200

    latest = [*api.running.instance.services.journal.exchanges("idomoo.1234")][-1]
    assert [*latest.notes] == ["11 generate calls in 60 s; Idomoo allows 10"]


async def test_a_render_of_a_broken_asset_ends_in_error(serve: Serve) -> None:
    api = await start(serve, broken_assets=r"broken\.png$")
    image = {"key": "image", "val": "https://example.com/broken.png"}
    answer = await (await api.scenes({"media": [image]})).json()

    api.advance(60)
    state = await (await api.file(answer["check_status_url"])).json()

    assert state["status"] == "ERROR"
    assert texts(state) == ["An asset could not be loaded."]
