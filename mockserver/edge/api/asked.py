"""Asked: the scenario that a body of the control API names, holds or quotes."""

from asyncio import to_thread
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask
from mockserver.edge.api.warned import STRICT
from mockserver.edge.staging.stage import STAGE, Asked, Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.source import Source

__all__ = ["ASKED", "OPTIONAL", "VALUE", "asked", "wanted"]

VALUE: Final = {"type": ["string", "number", "boolean"]}
ASKED: Final = {
    "scenario": {
        "type": ["string", "object"],
        "description": "A scenario's name, also as `NAME; parameter=value`; or the"
        " scenario itself.",
    },
    "yaml": shapes.text("The scenario as the text of a file, in place of that."),
    "file": shapes.text("What errors and warnings call that text.", maxLength=4096),
    "with": shapes.mapping(VALUE, "Values of its parameters."),
    "strict": STRICT,
}
OPTIONAL: Final = tuple(ASKED)


async def asked(ask: Ask) -> Scenario:
    """Return the scenario that a body is about.

    Raises:
        ApiError: There is none, or something in it is wrong.
    """
    try:
        return await wanted(ask)
    except ScenarioError as error:
        raise ApiError(400, str(error)) from error


async def wanted(ask: Ask) -> Scenario:
    """Return the same.

    Raises:
        ApiError: There is none.
        ScenarioError: Something in it is wrong.
    """
    stage, body = ask.instance.app[STAGE], ask.body
    said = body.get("yaml", body.get("scenario"))
    if said is None or {"yaml", "scenario"} <= {*body}:
        found = "both" if said is not None else "neither"
        raise ApiError(400, f"body: found {found}, expected scenario or yaml")
    given: Mapping[str, Any] = body.get("with", {})
    if "yaml" in body:
        # A long one takes seconds, in which others want to be answered.
        file = body.get("file", "body/yaml")
        return await to_thread(_parsed, stage, said, file, given)
    if isinstance(said, str):
        return stage.read(said, given)
    return await to_thread(_whole, stage, said, given)


def _parsed(stage: Stage, text: str, file: str, given: Mapping[str, Any]) -> Scenario:
    scenario = stage.check(Source.parse(text, file), given)
    # What lies here under that name is another file, and not watched for it.
    return replace(scenario, origin="scenario")


def _whole(stage: Stage, said: Asked, given: Mapping[str, Any]) -> Scenario:
    return stage.read(said, given)
