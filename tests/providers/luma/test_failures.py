"""Failures after submission: as scenarios name them, and as prompts ask for them."""

from typing import Any

import pytest

from mockserver.edge.staging.stage import STAGE
from tests.providers.luma.conftest import ORDER, Api


def use(api: Api, scenario: Any) -> None:
    """Let a scenario act in the account's space."""
    space = api.running.space("luma", "main")
    api.running.instance.app[STAGE].use([space], scenario)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("blacklisted", "Contains blacklisted words"),
        ("unreachable-input", "Failed to read user input frames"),
        ("flagged", "Frame moderation failed"),
        ("prompt-flagged", "Advanced prompt moderation failed"),
        ("prompt-failed", "Prompt processing failed"),
        ("not-dispatched", "Error dispatching job"),
        ("render-failed", "Job failed"),
        ("callback-failed", "Error processing callback"),
    ],
)
async def test_a_scenario_names_each_of_the_vendors_reasons(
    api: Api, name: str, reason: str
) -> None:
    use(api, {"scenario": name, "rules": [{"job": {"fail_with": name}}]})

    done = await api.finished()

    assert (done["state"], done["failure_reason"], done["assets"]) == (
        "failed",
        reason,
        None,
    )


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("A cat __fail:Error dispatching job", "Error dispatching job"),
        ("A cat __fail: words of nobody", "words of nobody"),
        ("A cat __fail", "Job failed"),
    ],
)
async def test_a_prompt_may_ask_to_fail(api: Api, prompt: str, reason: str) -> None:
    done = await api.finished(prompt=prompt)

    assert (done["failure_reason"], done["request"]["prompt"]) == (reason, prompt)


async def test_a_moderated_day_ends_each_generation(api: Api) -> None:
    use(api, "luma-moderated")

    assert (await api.finished())["failure_reason"] == "Frame moderation failed"


async def test_a_prompt_may_not_be_allowed(api: Api) -> None:
    use(api, "luma-prompt-not-allowed")

    assert await api.refused(ORDER) == (400, "Prompt not allowed")


async def test_a_state_that_nobody_knows_is_told_as_it_is(api: Api) -> None:
    """The client passes any word on."""
    use(
        api,
        {
            "scenario": "held",
            "rules": [{"job": {"unknown_word": {"word": "ON_HOLD", "for": "30s"}}}],
        },
    )
    made = await api.made()
    seen = []
    for _ in range(40):
        api.advance(5)
        seen.append((await api.read(made["id"]))["state"])

    assert [*dict.fromkeys(seen)] == ["queued", "dreaming", "ON_HOLD", "completed"]
