"""Quotas: a minute's, a day's and what runs at once, with the delay in three places."""

import pytest

from tests.providers.conftest import Serve
from tests.providers.google.conftest import CAT, PREDICT, Api

METRIC = "generativelanguage.googleapis.com/predict_long_running_requests"
ONE = {"instances": [CAT]}


@pytest.fixture
async def real(serve: Serve) -> Api:
    return Api(await serve(providers=("google",), limits="real"))


async def test_the_eleventh_create_of_a_minute_is_told_when_to_come_again(
    real: Api,
) -> None:
    for _ in range(10):
        await real.made(
            "/v1beta/models/veo-3.1-lite-generate-preview:predictLongRunning"
        )
        real.advance(5.5)
    # The first ones are over by now, so that nothing but the minute is full.
    path = "/v1beta/models/veo-3.1-lite-generate-preview:predictLongRunning"
    response = await real.ask("POST", path, ONE)

    assert (response.status, response.headers["Retry-After"]) == (429, "5")
    error = (await response.json())["error"]
    assert error["status"] == "RESOURCE_EXHAUSTED"
    assert error["message"] == (
        "You exceeded your current quota, please check your plan and billing details."
        " For more information on this error, head to:"
        " https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current"
        " usage, head to: https://ai.dev/rate-limit. \n"
        f"* Quota exceeded for metric: {METRIC}, limit: 10, model:"
        " veo-3.1-lite-generate\n"
        "Please retry in 5.000000000s."
    )
    assert error["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [
                {
                    "description": "Learn more about Gemini API quotas",
                    "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
                }
            ],
        },
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [
                {
                    "quotaMetric": METRIC,
                    "quotaId": "PredictLongRunningRequestsPerMinutePerProjectPerModel",
                    "quotaDimensions": {
                        "location": "global",
                        "model": "veo-3.1-lite-generate",
                    },
                    "quotaValue": "10",
                }
            ],
        },
        {
            "@type": "type.googleapis.com/google.rpc.RetryInfo",
            "retryDelay": "5s",
        },
    ]


async def test_ten_operations_run_at_once(real: Api) -> None:
    for _ in range(10):
        await real.made()

    status, error = await real.error(ONE)

    assert (status, error) == (
        429,
        {
            "code": 429,
            "message": "Resource has been exhausted (e.g. check quota).",
            "status": "RESOURCE_EXHAUSTED",
        },
    )


async def test_a_day_ends_at_midnight_in_california(serve: Serve) -> None:
    """The clock begins at midnight in Greenwich, eight hours before."""
    settings = {"google": {"daily_creates": 2}}
    api = Api(await serve(providers=("google",), providers_settings=settings))
    await api.made()
    await api.made()

    status, error = await api.error(ONE)
    api.advance(8 * 3600 - 1)
    still, _ = await api.error(ONE)
    api.advance(1)

    assert (status, still) == (429, 429)
    violation = error["details"][1]["violations"][0]
    assert violation["quotaId"] == "PredictLongRunningRequestsPerDayPerProjectPerModel"
    assert error["details"][2]["retryDelay"] == "28800s"
    assert (await api.ask("POST", PREDICT, ONE)).status == 200


@pytest.mark.parametrize(
    ("ending", "status", "word"),
    [("429", 429, "RESOURCE_EXHAUSTED"), ("503", 503, "UNAVAILABLE")],
)
async def test_a_prompt_may_ask_to_be_refused(
    api: Api, ending: str, status: int, word: str
) -> None:
    document = {"instances": [{"prompt": f"a cat __{ending}"}]}

    found, error = await api.error(document)

    assert (found, error["status"]) == (status, word)
