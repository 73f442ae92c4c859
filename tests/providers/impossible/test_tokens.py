"""Tokens in each state, at each endpoint."""

from collections.abc import Awaitable, Callable

import pytest

from tests.providers.impossible.conftest import FROZEN, Api

CREATED, RENDERING, RENDERED, FAILED, CANCELLED, EXPIRED = (
    f"{FROZEN}{number}" for number in range(1, 7)
)
UNKNOWN = "v2:us-east-1:none"


async def test_progress_counts_frames_and_ends_at_their_total(api: Api) -> None:
    token = await api.rendering()
    path = f"/v2/progress/{token}"

    first = await (await api.get(path)).json()
    api.advance(0.3)
    second = await (await api.get(path)).json()
    api.advance(0.699)
    third = await (await api.get(path)).json()
    api.advance(0.001)
    last = await (await api.get(path)).json()

    assert first == {"token": token, "done": 0, "total": 250}
    assert second == {"token": token, "done": 75, "total": 250}
    assert third == {"token": token, "done": 249, "total": 250}
    assert last == {"token": token, "done": 250, "total": 250}


async def test_at_pace_step_polling_leads_to_the_end(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(pace="step")
    token = await api.rendering()

    seen = [
        (await (await api.get(f"/v2/progress/{token}")).json())["done"]
        for _ in range(11)
    ]

    assert seen == [0, 25, 50, 75, 100, 125, 150, 175, 200, 225, 250]


@pytest.mark.parametrize(
    ("token", "status", "message"),
    [
        (FAILED, 500, "Render failed"),
        (CANCELLED, 500, "Render failed"),
        (EXPIRED, 410, "Token expired"),
        (UNKNOWN, 404, "Token not found"),
        ("nonsense", 404, "Token not found"),
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/v2/progress/{}",
        "/v2/render/{}.png",
        "/v2/get/{}.mp4",
        "/v2/play/{}.webm",
        "/v2/get/{}.m3u8",
    ],
)
async def test_a_token_that_has_come_to_nothing_says_so(
    api: Api, path: str, token: str, status: int, message: str
) -> None:
    response = await api.get(path.format(token))

    assert response.status == status
    assert (await response.json())["message"] == message


@pytest.mark.parametrize(
    ("token", "done"), [(CREATED, 0), (RENDERING, 0), (RENDERED, 50)]
)
async def test_progress_of_a_token_that_is_good(
    api: Api, token: str, done: int
) -> None:
    response = await api.get(f"/v2/progress/{token}")

    assert await response.json() == {"token": token, "done": done, "total": 50}


@pytest.mark.parametrize(
    ("token", "status"),
    [
        (CREATED, 204),
        (RENDERING, 204),
        (RENDERED, 204),
        (FAILED, 204),
        (EXPIRED, 204),
        (UNKNOWN, 404),
    ],
)
async def test_deleting_a_token(api: Api, token: str, status: int) -> None:
    response = await api.call("DELETE", f"/v2/token/{token}")
    again = await api.call("DELETE", f"/v2/token/{token}")
    progress = await api.get(f"/v2/progress/{token}")

    assert response.status == status
    assert again.status == progress.status == 404


async def test_tokens_may_be_percent_encoded(api: Api) -> None:
    token = (await api.token()).replace(":", "%3A")

    assert (await api.get(f"/v2/progress/{token}")).status == 200


async def test_a_token_lives_thirty_days(api: Api) -> None:
    token = await api.token()

    api.advance(30 * 86_400 - 1)
    before = await api.get(f"/v2/progress/{token}")
    api.advance(1)
    after = await api.get(f"/v2/progress/{token}")

    assert (before.status, after.status) == (200, 410)


async def test_a_token_may_be_born_expired(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"token_lifetime_s": 0})
    token = await api.token()

    assert (await api.get(f"/v2/get/{token}.png")).status == 410


async def test_progress_may_be_for_asynchronous_renders_only(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"strict_progress": True})

    refused = await api.get(f"/v2/progress/{await api.token()}")
    allowed = await api.get(f"/v2/progress/{await api.rendering()}")

    assert refused.status == 404
    assert (await refused.json())["message"] == "No progress for this token"
    assert allowed.status == 200


async def test_a_token_is_rendered_from_its_first_fetch_on(api: Api) -> None:
    token = await api.token()
    api.advance(3600)
    waiting = await api.begin("GET", f"/v2/render/{token}.png")
    api.advance(0.5)

    half = await (await api.get(f"/v2/progress/{token}")).json()
    api.advance(0.5)

    assert half["done"] == 125
    assert (await waiting).status == 200
