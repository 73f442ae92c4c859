"""What an account may have generated at once, in a minute, and for its credit."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import FROZEN, LONG_S, ORDER, ROOT, Api

PHOTON = {"model": "photon-1", "prompt": "A fern"}
FAILS = "A cat __fail:Job failed"
MODIFY = {
    "generation_type": "modify_video",
    "model": "ray-2",
    "mode": "flex_1",
    "media": {"url": "https://example.com/a.mp4"},
}


@pytest.fixture
async def limited(serve: Serve) -> Api:
    return Api(await serve(limits="real"))


async def balance(api: Api) -> float:
    answer = await (await api.get(f"{ROOT}/credits")).json()
    assert [*answer] == ["credit_balance"]
    return float(answer["credit_balance"])


@pytest.mark.parametrize(
    ("path", "body", "left"),
    [
        ("/video", ORDER, 99_929.22),
        ("/video", {**ORDER, "model": "ray-flash-2"}, 99_975.67),
        ("/video", {**ORDER, "resolution": None}, 99_929.22),
        ("/video/modify", MODIFY, 99_825.04),
        ("/video/modify", {**MODIFY, "model": "ray-flash-2"}, 99_939.84),
        ("/image", PHOTON, 99_998.5),
        ("/image", {**PHOTON, "model": "photon-flash-1"}, 99_999.8),
        (f"/{FROZEN}3/upscale", {"resolution": "1080p"}, 99_840.75),
        (f"/{FROZEN}3/audio", {}, 99_929.22),
    ],
)
async def test_a_generation_is_paid_when_it_begins(
    api: Api, path: str, body: dict[str, Any], left: float
) -> None:
    """A modified clip of 5 s in 720p is $1.75 with ray-2, and $0.60 with flash."""
    before = await balance(api)
    await api.made(body, path=path)
    after = await balance(api)
    api.advance(LONG_S)

    assert (before, after, await balance(api)) == (100_000.0, left, left)


async def test_a_failed_one_is_given_back(api: Api) -> None:
    await api.made(prompt=FAILS)
    before = await balance(api)
    api.advance(LONG_S)

    assert (before, await balance(api)) == (99_929.22, 100_000.0)


async def test_credit_is_refused_where_limits_hold(serve: Serve) -> None:
    settings = {"luma": {"credit_cents": 71.0}}
    api = Api(await serve(limits="real", providers_settings=settings))
    made = await api.made()

    refused = await api.refused(ORDER)

    assert refused == (400, "Insufficient credits")
    assert (made["state"], await balance(api)) == ("queued", 0.22)


async def test_where_none_hold_credit_only_becomes_less(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"luma": {"credit_cents": 71.0}}))
    await api.made()
    await api.made()

    assert await balance(api) == 0.0


async def test_credit_may_have_no_end(serve: Serve) -> None:
    settings = {"luma": {"credit_cents": -1.0}}
    api = Api(await serve(limits="real", providers_settings=settings))
    await api.made()

    assert await balance(api) == 100_000.0


@pytest.mark.parametrize(
    ("path", "body", "most"), [("/video", ORDER, 10), ("/image", PHOTON, 40)]
)
async def test_only_so_many_go_on_at_once(
    limited: Api, path: str, body: dict[str, Any], most: int
) -> None:
    for _ in range(most):
        await limited.made(body, path=path)

    refused = await limited.refused(body, path)
    limited.advance(LONG_S)
    later = await limited.made(body, path=path)

    assert refused == (429, "Too many requests")
    assert later["state"] == "queued"


async def test_pictures_and_videos_are_counted_apart(limited: Api) -> None:
    for _ in range(10):
        await limited.made()

    assert (await limited.made(PHOTON, path="/image"))["state"] == "queued"


async def test_only_so_many_are_begun_in_a_minute(limited: Api) -> None:
    """Flash ones are over within 6.7 s each."""
    order = {**ORDER, "model": "ray-flash-2", "duration": "1s"}
    for _ in range(2):
        for _ in range(10):
            await limited.made(order)
        limited.advance(20)

    refused = await limited.refused(order)
    limited.advance(20.1)
    later = await limited.made(order)

    assert refused == (429, "Too many requests")
    assert later["state"] == "queued"


async def test_no_header_tells_of_limits(limited: Api) -> None:
    for _ in range(10):
        await limited.made()

    response = await limited.ask("POST", f"{ROOT}/generations/video", ORDER)

    told = [name for name in response.headers if "limit" in name.lower()]
    assert (response.status, told) == (429, [])
    assert "Retry-After" not in response.headers


async def test_what_does_not_fit_is_refused_before_limits(limited: Api) -> None:
    for _ in range(10):
        await limited.made()

    status, _ = await limited.refused({**ORDER, "model": "ray-9"})

    assert status == 422
