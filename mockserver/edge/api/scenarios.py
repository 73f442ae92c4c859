"""Endpoints about scenarios: what there is, what acts, and how often it has fired."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from mockserver.config import parse_duration
from mockserver.edge.api import shapes
from mockserver.edge.api.acting import ACTING, acting
from mockserver.edge.api.asked import ASKED, OPTIONAL, VALUE, asked
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.parts import Reach, Row, Rows, opened
from mockserver.edge.api.warned import WARNINGS, heeded, warned
from mockserver.edge.routing.hops import hops_of
from mockserver.edge.staging.stage import HANDSHAKES, STAGE, Asked, Stage, book_of
from mockserver.engine.spaces import Space
from mockserver.errors import ScenarioError
from mockserver.scenarios.book.deeds import Loaded
from mockserver.scenarios.written.language import schema
from mockserver.scenarios.written.magic import MAGIC
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.parameters import TYPES

__all__ = ["table"]

table: Final = Endpoints()
_BRIEF: Final = {
    "name": shapes.text(),
    "about": shapes.text("The failure of the real world that it stands for."),
    "provider": shapes.maybe(shapes.text("Slug; null for all providers.")),
    "shows_at": shapes.array(shapes.text(), "Providers at which it shows."),
    "preset": shapes.flag("It is meant for the command line."),
    "rules": shapes.integer("How many it has, with those that it includes."),
    "parameters": shapes.array(
        shapes.record(
            {
                "name": shapes.text(),
                "type": shapes.choice(tuple(TYPES)),
                "default": {**VALUE, "description": "What it is if nobody chooses."},
                "about": shapes.text("What it changes; may be empty."),
                "of": shapes.array(shapes.text(), "The words of a choice."),
            }
        ),
        "What may be chosen in it.",
    ),
}
_SCENARIO: Final = shapes.record(_BRIEF)
_FAULTS: Final = shapes.record({"faults": shapes.array(ACTING)})
_WARNINGS: Final = {"warnings": WARNINGS}
_APPLIED: Final = shapes.record({"faults": shapes.array(ACTING), **_WARNINGS})
_APPLY: Final = shapes.record(
    {**ASKED, "ttl": shapes.duration("Until it heals by itself.")},
    optional=(*OPTIONAL, "ttl"),
)
_CLEAR: Final = {"scenario": shapes.text("Only this one, by name or number.")}


@table.get(
    "/scenarios",
    "list-scenarios",
    about="List the scenarios that can be used by name.",
    answer=shapes.record(
        {
            "scenarios": shapes.array(_SCENARIO),
            "broken": shapes.array(shapes.text(), "What is wrong with the others."),
        }
    ),
)
async def list_scenarios(ask: Ask) -> dict[str, Any]:
    """Return `{"scenarios": [...], "broken": [str]}`."""
    stage, found, broken = _stage(ask), [], []
    for name in stage.library.names():
        try:
            # To try them all takes seconds at first, in which clients call.
            scenario = await to_thread(_of_ours, stage, name)
            if scenario is not None:
                found.append(_brief(stage, scenario))
        except ScenarioError as error:
            broken.append(str(error))
    return {"scenarios": found, "broken": broken}


@table.get(
    "/scenarios/{scenario}",
    "show-scenario",
    about="Show a scenario as it was written.",
    answer=shapes.record({**_BRIEF, **_WARNINGS, "document": shapes.mapping({})}),
    errors=(404,),
)
async def show_scenario(ask: Ask) -> dict[str, Any]:
    """Return one scenario."""
    stage, name = _stage(ask), ask.path["scenario"]
    if name not in stage.library.names():
        raise ApiError(404, _missing(stage, name))
    scenario = _read(stage, name, {})
    return {
        **_brief(stage, scenario),
        "warnings": warned(stage, scenario),
        "document": scenario.document,
    }


@table.post(
    "/scenarios/validate",
    "validate-scenario",
    about="Dry-run a scenario; nothing is changed.",
    body=shapes.record(ASKED, optional=OPTIONAL),
    answer=shapes.record({**_BRIEF, **_WARNINGS}),
)
async def validate_scenario(ask: Ask) -> dict[str, Any]:
    """Return what it is; 400 says what is wrong."""
    stage, scenario = _stage(ask), await asked(ask)
    return {**_brief(stage, scenario), "warnings": heeded(ask, stage, scenario)}


@table.get(
    "/scenario-schema",
    "show-scenario-schema",
    about="Show the JSON Schema of scenarios, for editors and forms.",
    answer={"type": "object", "required": ["$schema"]},
)
async def show_schema(ask: Ask) -> dict[str, Any]:
    """Return the schema, as `schemas/scenario.json` has it."""
    del ask
    return schema()


@table.get(
    "/magic",
    "list-magic",
    about="List the suffixes of titles, templates and names that choose an outcome.",
    answer=shapes.record(
        {
            "magic": shapes.array(
                shapes.record(
                    {
                        "suffix": shapes.text("With its parameters in capitals."),
                        "example": shapes.text(),
                        "about": shapes.text("What becomes of the job."),
                    }
                )
            )
        }
    ),
)
async def list_magic(ask: Ask) -> dict[str, Any]:
    """Return `{"magic": [...]}`."""
    del ask
    words = MAGIC.values()
    return {
        "magic": [
            {"suffix": f"__{w.form}", "example": w.example, "about": w.about}
            for w in words
        ]
    }


@table.get(
    "/faults",
    "list-faults",
    about="List the scenarios that act or have acted, and when each rule has.",
    query={"space": shapes.text("Only this space.")},
    answer=_FAULTS,
    reach=Reach.LATEST,
)
async def list_faults(ask: Ask) -> Rows:
    """Return `{"faults": [...]}`."""
    rows = [
        _row(space, one) for space in ask.spaces() for one in book_of(space).record()
    ]
    return Rows(name="faults", rows=rows)


@table.post(
    "/faults",
    "apply-everywhere",
    about="Let a scenario act in all spaces and those to come.",
    body=_APPLY,
    answer=_APPLIED,
    status=201,
    reach=Reach.ALL,
    has_trial=True,
)
async def apply_everywhere(ask: Ask) -> Rows:
    """Return what acts now."""
    stage, ttl_s, scenario = _stage(ask), _ttl_s(ask.body), await asked(ask)
    finish = partial(_applied, heeded(ask, stage, scenario))
    part = ask.part
    if part is not None and part.is_trial:
        return Rows(name="faults", rows=[], finish=finish)
    if ask.is_begun:
        # What has been opened since it was said begins with it.
        for space in ask.every():
            if space.is_restored and scenario.acts(early=False):
                stage.use([space], scenario, source="api", ttl_s=ttl_s)
    else:
        order = "" if part is None else part.order
        stage.start_with(scenario, source="api", ttl_s=ttl_s, name=order)
        if order and not hops_of(ask.request):
            stage.keep_start(order)
    rows = [
        _row(space, one)
        for space in ask.every()
        for one in book_of(space).loads()
        if one.scenario is scenario
    ]
    return Rows(name="faults", rows=rows, finish=finish)


@table.post(
    "/spaces/{space}/faults",
    "apply",
    about="Let a scenario act in one space.",
    body=_APPLY,
    answer=_APPLIED,
    status=201,
    errors=(404,),
)
async def apply(ask: Ask) -> dict[str, Any]:
    """Return what acts now."""
    space, stage, ttl_s = ask.space, _stage(ask), _ttl_s(ask.body)
    scenario = await asked(ask)
    warnings = heeded(ask, stage, scenario)
    loaded = stage.use([space], scenario, ttl_s=ttl_s)
    return {"faults": [acting(space, one) for one in loaded], "warnings": warnings}


@table.add(
    "DELETE",
    "/faults",
    "clear-everywhere",
    about="Let a scenario, or all, act no more, in all spaces and those to come.",
    query=_CLEAR,
    answer=_FAULTS,
    reach=Reach.ALL,
)
async def clear_everywhere(ask: Ask) -> Rows:
    """Return what has acted."""
    stage, name = _stage(ask), ask.query.get("scenario")
    if not ask.is_begun:
        stage.forget_starts(name)
    rows = [
        _row(space, one) for space in ask.every() for one in stage.clear([space], name)
    ]
    return Rows(name="faults", rows=rows)


@table.add(
    "DELETE",
    "/spaces/{space}/faults",
    "clear",
    about="Let a scenario, or all, act no more in one space.",
    query=_CLEAR,
    answer=_FAULTS,
    errors=(404,),
)
async def clear(ask: Ask) -> dict[str, Any]:
    """Return what has acted."""
    space = ask.space
    gone = _stage(ask).clear([space], ask.query.get("scenario"))
    return {"faults": [acting(space, one) for one in gone]}


def _stage(ask: Ask) -> Stage:
    return ask.instance.app[STAGE]


def _read(stage: Stage, asked: Asked, given: Mapping[str, Any]) -> Scenario:
    try:
        return stage.read(asked, given)
    except ScenarioError as error:
        raise ApiError(400, str(error)) from error


def _missing(stage: Stage, name: str) -> str:
    try:
        stage.library.source(name)
    except ScenarioError as error:
        return str(error)
    return f"scenario: found {name!r}, expected a name"


def _ttl_s(body: Mapping[str, Any]) -> float | None:
    raw = body.get("ttl")
    if raw is None or not isinstance(raw, str):
        return raw
    try:
        return parse_duration(raw)
    except ValueError as error:
        raise ApiError(400, f"body/ttl: {error}") from error


def _of_ours(stage: Stage, name: str) -> Scenario | None:
    """Return a scenario of the library, if it is about anything that is served."""
    return stage.read(name) if stage.concerns(name) else None


def _brief(stage: Stage, scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "about": scenario.about,
        "provider": scenario.provider,
        "shows_at": stage.shows_at(scenario),
        "preset": scenario.is_preset,
        "rules": len({rule.name for rule in scenario.rules}),
        "parameters": [
            {"name": one.name, "type": one.type, "default": one.default,
             "about": one.about, "of": list(one.of)}
            for one in scenario.parameters
        ],
    }  # fmt: skip


def _row(space: Space, loaded: Loaded) -> Row:
    # Each worker has rules of its own for the beginnings of connections.
    home = "" if space.id == HANDSHAKES else space.id
    return Row(opened(space), home, acting(space, loaded))


def _applied(warnings: Sequence[Any], rows: Sequence[Row]) -> dict[str, Any]:
    return {"faults": [row.document for row in rows], "warnings": warnings}
