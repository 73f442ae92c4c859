"""Limits: creates and other calls in a minute, and what an account may spend."""

from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import PROMPT, VEO, Api

ORDER = {"input": PROMPT}  # 8 seconds of video, at 10 cents each


async def served(serve: Serve, **settings: Any) -> Api:
    return Api(await serve(limits="real", providers_settings={"replicate": settings}))


async def problem(response: ClientResponse) -> Any:
    return response.status, await response.json(content_type=None)


async def test_a_prediction_too_many_is_told_when_to_come_back(serve: Serve) -> None:
    api = await served(serve)
    quotas = api.running.space("replicate", "main").quotas
    quotas.open("creates", [1_893_456_000.0 - 30] * 600)

    response = await api.post(VEO, ORDER)

    text = "Request was throttled. Your rate limit resets in ~30s."
    assert await problem(response) == (429, {"detail": text})
    assert response.headers["Retry-After"] == "30"


async def test_other_calls_have_a_limit_of_their_own(serve: Serve) -> None:
    api = await served(serve)
    quotas = api.running.space("replicate", "main").quotas
    quotas.open("calls", [1_893_456_000.0] * 2999)

    last, refused = [await api.get("/v1/account") for _ in range(2)]

    assert (last.status, refused.status) == (200, 429)
    assert (await api.post(VEO, ORDER)).status == 201
    api.advance(60)
    assert (await api.get("/v1/account")).status == 200


async def test_with_little_credit_there_is_one_in_ten_seconds(serve: Serve) -> None:
    api = await served(serve, credit_usd=4.99)
    await api.submit()

    status, told = await problem(await api.post(VEO, ORDER))

    assert (status, told) == (
        429,
        {
            "title": "Request was throttled",
            "detail": "Request was throttled. Your rate limit for prediction creation"
            " is reduced to 6 requests per minute with a burst of 1 requests while you"
            " have less than $5.0 in credit. Your rate limit resets in ~10s.",
            "status": 429,
        },
    )
    api.advance(10)
    assert (await api.post(VEO, ORDER)).status == 201


async def test_spent_credit_is_answered_402(serve: Serve) -> None:
    api = await served(serve, credit_usd=0.79)

    status, told = await problem(await api.post(VEO, ORDER))

    assert status == 402
    assert told["title"] == "Insufficient credit"


async def test_credit_runs_out_in_the_middle_of_a_batch(serve: Serve) -> None:
    """What goes on is held, whether it has cost anything yet or not."""
    settings = {"replicate": {"credit_usd": 2.0}}
    api = Api(await serve(providers_settings=settings))

    statuses = [(await api.post(VEO, ORDER)).status for _ in range(4)]

    assert statuses == [201, 201, 402, 402]


@pytest.mark.parametrize(
    ("model", "again"), [("mock/flagged", 201), ("google/veo-3.1", 402)]
)
async def test_what_fails_is_given_back(serve: Serve, model: str, again: int) -> None:
    settings = {"replicate": {"credit_usd": 0.8}}
    api = Api(await serve(providers_settings=settings))
    path = f"/v1/models/{model}/predictions"
    await api.submit(path)
    api.advance(200)

    assert (await api.post(path, ORDER)).status == again


async def test_what_did_not_begin_is_given_back(serve: Serve) -> None:
    settings = {"replicate": {"credit_usd": 0.8}}
    api = Api(await serve(providers_settings=settings))
    path = "/v1/models/mock/cold/predictions"
    headers = {"Authorization": "Bearer r8_driver", "Cancel-After": "30s"}
    await api.post(path, ORDER, headers)
    api.advance(30)

    assert (await api.post(path, ORDER)).status == 201


async def test_without_a_setting_credit_has_no_end(api: Api) -> None:
    statuses = {(await api.post(VEO, ORDER)).status for _ in range(20)}

    assert statuses == {201}


async def test_a_scenario_lets_credit_run_out_in_a_batch(api: Api) -> None:
    rule = {
        "on": {"operation": "create", "after": 2},
        "job": {"refuse": "out-of-credits"},
    }
    space = api.running.space("replicate", "main")
    scenario = {"scenario": "credits-run-out", "rules": [rule]}
    api.running.instance.app[STAGE].use([space], scenario)

    answers = [await api.post(VEO, ORDER) for _ in range(3)]

    assert [one.status for one in answers] == [201, 201, 402]
    listed = (await (await api.get("/v1/predictions")).json())["results"]
    assert len(listed) == 2 + 7  # what is there from the start


async def test_a_space_may_be_left_with_nothing_at_any_time(api: Api) -> None:
    space = api.running.space("replicate", "main")
    first = await api.post(VEO, ORDER)
    space.settings["replicate", "credit_usd"] = 0.0

    assert [first.status, (await api.post(VEO, ORDER)).status] == [201, 402]
