"""Warned: what cannot happen of a scenario, beside what the control API answers."""

from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask
from mockserver.edge.staging.stage import Stage
from mockserver.scenarios.written.model import Scenario

__all__ = ["STRICT", "WARNINGS", "heeded", "warned"]

STRICT: Final = shapes.flag("Refuse a scenario of which some rule does nothing.")
WARNINGS: Final = shapes.array(
    shapes.record(
        {
            "rule": shapes.text("What the journal calls it."),
            "place": shapes.text("File, line and part of it."),
            "providers": shapes.array(shapes.text(), "Where it does nothing."),
            "why": shapes.text("What is so there."),
            "expected": shapes.text("What would work."),
            "message": shapes.text("All of that as a sentence."),
        }
    ),
    "Rules that can never act.",
)


def warned(stage: Stage, scenario: Scenario) -> list[dict[str, Any]]:
    """Return the warnings about a scenario as JSON."""
    return [
        {
            "rule": one.rule,
            "place": one.place,
            "providers": [*one.providers],
            "why": one.why,
            "expected": one.expected,
            "message": one.message,
        }
        for one in stage.warnings(scenario)
    ]


def heeded(ask: Ask, stage: Stage, scenario: Scenario) -> list[dict[str, Any]]:
    """Return the same, unless the body says that they are errors.

    Raises:
        ApiError: They are, and there are some.
    """
    found = warned(stage, scenario)
    if found and ask.body.get("strict"):
        raise ApiError(400, "\n".join(one["message"] for one in found))
    return found
