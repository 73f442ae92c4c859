"""The control API tells which rules of a scenario can never act."""

from typing import Any

import pytest

from tests.edge.conftest import Running

IDLE = {
    "scenario": "idle",
    "rules": [{"on": {"probability": 0}, "fault": {"kind": "reset"}}],
}
WARNING = {
    "rule": "idle/1",
    "place": "scenario: rules/0/on/probability",
    "providers": ["sketch"],
    "why": "it is never drawn",
    "expected": "more than 0",
    "message": "scenario: rules/0/on/probability: rule idle/1 does nothing at sketch:"
    " it is never drawn; expected more than 0",
}
PATHS = ("/faults", "/spaces/sketch.main/faults", "/scenarios/validate")


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_applies_or_tries_a_scenario_is_warned(
    filled: Running, path: str
) -> None:
    answer = await filled.post(path, {"scenario": IDLE})

    assert answer["warnings"] == [WARNING]


@pytest.mark.parametrize("path", PATHS)
async def test_warnings_are_errors_if_asked(filled: Running, path: str) -> None:
    refused = await filled.refused("POST", path, {"scenario": IDLE, "strict": True})

    assert refused == (400, WARNING["message"])
    assert (await filled.get("/faults"))["faults"] == []


async def test_nothing_else_is_refused_for_it(filled: Running) -> None:
    body: dict[str, Any] = {"scenario": "offline", "strict": True}

    assert (await filled.post("/faults", body))["warnings"] == []


async def test_a_scenario_is_shown_with_where_it_shows(filled: Running) -> None:
    shown = await filled.get("/scenarios/webhook-late")

    assert (shown["shows_at"], shown["warnings"]) == ([], [])
