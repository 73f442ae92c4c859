"""A scenario is asked for by its name, whole, or as the text of a file."""

from typing import Any

import pytest

from tests.edge.conftest import Running

TEXT = "scenario: bad\nrules:\n  - job: {slwo: 2}\n"
WRONG = ":3: rules/0/job/slwo: found \"slwo\", expected 'slow', the nearest known name"
PATHS = ("/faults", "/spaces/sketch.main/faults", "/scenarios/validate")


@pytest.mark.parametrize("path", PATHS)
async def test_mistakes_in_a_text_are_told_with_their_line(
    filled: Running, path: str
) -> None:
    plain = await filled.refused("POST", path, {"yaml": TEXT})
    named = await filled.refused("POST", path, {"yaml": TEXT, "file": "bad.yaml"})

    assert (plain, named) == ((400, f"body/yaml{WRONG}"), (400, f"bad.yaml{WRONG}"))


async def test_a_text_acts_like_the_scenario_that_it_is(filled: Running) -> None:
    text = "scenario: worse\nrules:\n  - fault: {kind: reset}\n"

    applied = await filled.post("/faults", {"yaml": text, "file": "worse.yaml"})

    assert [one["scenario"] for one in applied["faults"]] == ["worse"]


@pytest.mark.parametrize(
    ("body", "found"),
    [({}, "neither"), ({"scenario": "flaky", "yaml": TEXT}, "both")],
)
async def test_one_of_both_is_said(
    filled: Running, body: dict[str, Any], found: str
) -> None:
    refused = await filled.refused("POST", "/faults", body)

    assert refused == (400, f"body: found {found}, expected scenario or yaml")
