"""The organization: tier, credits, use; what was spent, by day and model."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.runway.conftest import OTHERS, TURBO, Api

USAGE = "/v1/organization/usage"
NEW_YEAR = {"startDate": "2030-01-01", "beforeDate": "2030-01-03"}


async def told(api: Api, **headers: str) -> dict[str, Any]:
    response = await api.get("/v1/organization", headers or OTHERS)
    assert response.status == 200
    found: dict[str, Any] = await response.json()
    return found


async def test_a_new_organization_is_of_the_first_tier(api: Api) -> None:
    found = await told(api)

    models = found["tier"]["models"]
    assert list(found) == ["creditBalance", "tier", "usage"]
    assert found["creditBalance"] == 100_000
    assert found["tier"]["maxMonthlyCreditSpend"] == 10_000
    assert models["gen4.5"] == {
        "maxConcurrentGenerations": 2,
        "maxDailyGenerations": 200,
    }
    assert found["usage"]["models"]["gen4.5"] == {"dailyGenerations": 0}
    assert len(models) == len(found["usage"]["models"]) == 61
    assert {"act_two", "ruby", "kling_4", "gen4_image", "eleven_v4"} <= models.keys()
    assert not {"veo3", "gen3a_turbo", "gen4_aleph"} & models.keys()


@pytest.mark.parametrize(
    ("tier", "concurrent", "daily", "monthly"),
    [
        (2, 3, 1_000, 50_000),
        (3, 5, 2_000, 200_000),
        (4, 10, 10_000, 2_000_000),
        (5, 20, 30_000, 10_000_000),
    ],
)
async def test_the_tier_says_what_is_allowed(
    serve: Serve, tier: int, concurrent: int, daily: int, monthly: int
) -> None:
    api = Api(await serve(providers_settings={"runway": {"tier": tier}}))

    found = await told(api)

    assert found["tier"]["maxMonthlyCreditSpend"] == monthly
    assert found["tier"]["models"]["ruby"] == {
        "maxConcurrentGenerations": concurrent,
        "maxDailyGenerations": daily,
    }


async def test_no_limit_is_null(serve: Serve) -> None:
    world = {"runway": {"accounts": {"main": {"limits": {
        "gen4.5": {"concurrent": None, "daily": None}}}}}}  # fmt: skip
    api = Api(await serve(world=world))

    response = await api.get("/v1/organization")

    assert (await response.json())["tier"]["models"]["gen4.5"] == {
        "maxConcurrentGenerations": None,
        "maxDailyGenerations": None,
    }
    statuses = [await api.status(await api.submit()) for _ in range(4)]
    assert statuses == ["PENDING"] * 4


async def test_use_is_counted_by_model_for_24_hours(api: Api) -> None:
    await api.submit()
    await api.submit("/v1/image_to_video", TURBO)
    task = await api.submit()
    await api.delete(task)

    response = await api.get("/v1/organization")
    used = (await response.json())["usage"]["models"]
    api.advance(24 * 3600)
    later = await (await api.get("/v1/organization")).json()

    assert (used["gen4.5"], used["gen4_turbo"], used["ruby"]) == (
        {"dailyGenerations": 2},
        {"dailyGenerations": 1},
        {"dailyGenerations": 0},
    )
    assert later["usage"]["models"]["gen4.5"] == {"dailyGenerations": 0}


async def usage(api: Api, body: object = None) -> dict[str, Any]:
    response = await api.post(USAGE, body)
    assert response.status == 200, await response.text()
    found: dict[str, Any] = await response.json()
    return found


async def test_what_was_spent_is_told_by_day_and_model(api: Api) -> None:
    await api.submit()
    await api.submit("/v1/image_to_video", TURBO)
    api.advance(24 * 3600)
    await api.submit(duration=10)

    assert await usage(api, NEW_YEAR) == {
        "results": [
            {
                "date": "2030-01-01",
                "usedCredits": [
                    {"model": "gen4.5", "amount": 60},
                    {"model": "gen4_turbo", "amount": 25},
                ],
            },
            {"date": "2030-01-02", "usedCredits": [{"model": "gen4.5", "amount": 120}]},
        ],
        "models": ["gen4.5", "gen4_turbo"],
    }


async def test_what_comes_back_later_is_less_than_nothing_on_that_day(
    api: Api,
) -> None:
    api.advance(24 * 3600 - 5)
    await api.submit(promptText="x __fail:INTERNAL")
    api.advance(100)

    found = await usage(api, NEW_YEAR)

    amounts = [(one["date"], one["usedCredits"][0]["amount"])
               for one in found["results"]]  # fmt: skip
    assert amounts == [("2030-01-01", 60), ("2030-01-02", -60)]


async def test_what_auto_does_not_use_comes_back(api: Api) -> None:
    body = {"model": "seedance2", "promptText": "x", "duration": "auto"}
    response = await api.post("/v1/text_to_video", body)
    created = await response.json()
    before = await api.credits()
    api.advance(300)
    task = await api.read(created["id"])

    assert created["estimatedCost"] == {"credits": 300}
    assert (before, task["cost"]) == (99_700, {"credits": 50})
    assert await api.credits() == 99_950


async def test_without_dates_it_is_the_last_thirty_days_before_today(api: Api) -> None:
    await api.submit()
    today = await usage(api, {})
    api.advance(24 * 3600)

    tomorrow = await usage(api)

    assert today == {"results": [], "models": []}
    assert [one["date"] for one in tomorrow["results"]] == ["2030-01-01"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"startDate": "yesterday"}, ["startDate"]),
        ({"startDate": 5}, ["startDate"]),
        ({"startDate": None}, ["startDate"]),
        ({"startDate": "2030-02-01", "beforeDate": "2030-01-01"}, ["beforeDate"]),
        ({"startDate": "2030-01-01", "beforeDate": "2030-04-02"}, ["beforeDate"]),
        ({"since": "2030-01-01"}, []),
        ([1], []),
        ({"startDate": "9999-12-31"}, None),
        ({"startDate": "0001-01-01"}, None),
    ],
)
async def test_a_period_has_an_end_after_its_start_and_is_not_too_long(
    api: Api, body: object, path: list[str] | None
) -> None:
    response = await api.post(USAGE, body)

    found = (await response.json()).get("issues", [{}])
    assert response.status == (200 if path is None else 400)
    assert found[0].get("path") == path
