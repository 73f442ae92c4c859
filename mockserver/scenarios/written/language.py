"""Language: the whole language of scenarios; it reads files and describes itself."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final

from mockserver.engine.timeline import Phase
from mockserver.scenarios import faults
from mockserver.scenarios.book.budgets import BUDGET
from mockserver.scenarios.book.counters import PER
from mockserver.scenarios.book.credits import CREDITS
from mockserver.scenarios.book.effects import EFFECTS
from mockserver.scenarios.book.past import EVENTS, Since
from mockserver.scenarios.book.windows import WINDOW
from mockserver.scenarios.checks.known import KINDS
from mockserver.scenarios.written.includes import INCLUDE
from mockserver.scenarios.written.parameters import FILLED, PARAMETERS, WHOLE_SCALAR
from mockserver.scenarios.written.pointers import parts
from mockserver.scenarios.written.shapes import (
    ANY,
    COMPARISON,
    COUNT,
    DURATION,
    FLAG,
    OFFSET,
    PERCENT,
    POSITIVE,
    SHARE,
    SIZE,
    STATUS,
    STATUSES,
    TEXT,
    TEXTS,
    WHOLE,
    Comparison,
    Record,
    Shape,
    choice,
    list_of,
    mapping_of,
    one_or_many,
)
from mockserver.scenarios.written.source import Place
from mockserver.scenarios.written.templates import compiled

__all__ = ["SCENARIO", "schema"]

_NESTED: Final = frozenset({"properties", "items", "additionalProperties"})
_PARAMETER: Final = {"$ref": "#/$defs/parameter"}
_LETS_GO: Final = "client-gives-up"
_PHASES: Final = tuple(phase.value for phase in Phase)


def _pointer(raw: Any, place: Place) -> tuple[str, ...]:
    if not isinstance(raw, str) or not raw.startswith("/"):
        place.fail(raw, "a JSON Pointer such as /video/url")
    return parts(raw)


def _maybe_text(raw: Any, place: Place) -> str | None:
    return None if raw is None else str(TEXT.read(raw, place))


def _sets(raw: Any, place: Place) -> tuple[tuple[tuple[str, ...], Any], ...]:
    said = mapping_of(ANY).read(raw, place)
    return tuple(
        (_pointer(at, place.at(at)), compiled(value, place.at(at)))
        for at, value in said.items()
    )


def _job(raw: Any, place: Place) -> str | int:
    is_number = isinstance(raw, int) and not isinstance(raw, bool) and raw > 0
    if not is_number and not isinstance(raw, str):
        place.fail(raw, "a job's identifier, or its number from 1")
    return raw  # type: ignore[no-any-return]  # checked


def _length(raw: Any, place: Place) -> float | tuple[float, float]:
    if isinstance(raw, list):
        low, high = _pair(raw, place, DURATION)
        return low, high
    length: float = DURATION.read(raw, place)
    return length


def _progress(raw: Any, place: Place) -> tuple[float, float]:
    if isinstance(raw, list):
        return _pair(raw, place, PERCENT)
    value = PERCENT.read(raw, place)
    return value, value


def _pair(raw: list[Any], place: Place, shape: Shape) -> tuple[float, float]:
    if len(raw) != 2:
        place.fail(raw, "two values")
    low, high = (shape.read(one, place.at(at)) for at, one in enumerate(raw))
    return low, high


def _fault(raw: Any, place: Place) -> Any:
    return faults.parse_fault(raw, place)


def _pairs(schema: dict[str, Any]) -> dict[str, Any]:
    pair = {"type": "array", "items": schema, "minItems": 2, "maxItems": 2}
    return {"anyOf": [schema, pair]}


def _age(raw: Any, place: Place) -> Comparison:
    is_long = isinstance(raw, str) and raw[-1:] in {"s", "m", "h", "d"}
    if is_long:
        place.fail(raw, 'seconds without a unit, such as ">=60", "<5" or "2..4"')
    wanted: Comparison = COMPARISON.read(raw, place)
    return wanted


def _until(raw: Any, place: Place) -> str | float:
    if not isinstance(raw, Mapping):
        if raw != _LETS_GO:
            place.fail(raw, f"{_LETS_GO}, or {{quiet_for: 10s}}")
        return _LETS_GO
    quiet_s: float = _QUIET.read(raw, place)["quiet_for"]
    return quiet_s or place.at("quiet_for").fail(0, "longer than 0s")


def _since(raw: Any, place: Place) -> Since:
    said = _FOLLOWS.read(raw if isinstance(raw, Mapping) else {"event": raw}, place)
    within_s = said.get("within", inf)
    return Since(
        events=frozenset(said["event"]),
        within_s=within_s or place.at("within").fail(0, "longer than 0s"),
        is_per_job=said.get("per") == "job",
    )


_HAPPENED: Final = one_or_many(choice(*EVENTS))
_FOLLOWS: Final = Record(
    {
        "event": (_HAPPENED, "What has happened to a job; one of a list is enough."),
        "within": (DURATION, "Only so long after that, on the space's clock."),
        "per": (
            choice("job", "provider"),
            "Whether to the same job, or to any one of the provider's.",
        ),
    },
    ("event",),
)
_SINCE: Final = Shape({"anyOf": [_HAPPENED.schema, _FOLLOWS.shape.schema]}, _since)
_GIVES_UP: Final = choice(_LETS_GO)
_QUIET: Final = Record(
    {"quiet_for": (DURATION, "So long without a call, on the space's clock.")},
    ("quiet_for",),
)
_UNTIL: Final = Shape({"anyOf": [_GIVES_UP.schema, _QUIET.shape.schema]}, _until)
_POINTER: Final = Shape({"type": "string", "pattern": "^/"}, _pointer)
_PATTERNS: Final = mapping_of(
    Shape({"type": ["string", "null"], "minLength": 1}, _maybe_text)
)
_SETS: Final = Shape(
    {"type": "object", "propertyNames": {"pattern": "^/"}},
    _sets,
)
_LENGTH: Final = Shape(_pairs(DURATION.schema), _length)
_PROGRESS: Final = Shape(_pairs(PERCENT.schema), _progress)
_FAULT: Final = Shape({"$ref": "#/$defs/fault"}, _fault)

ON: Final = Record(
    {
        "provider": (TEXT, "Slug of the provider; all, or the scenario's, if missing."),
        "operation": (
            TEXTS,
            "Names of operations, or kinds that all providers share: "
            + ", ".join(KINDS)
            + ". All if missing; for jobs, those that make them.",
        ),
        "event": (TEXTS, "What a delivery tells; * stands for anything."),
        "attempt": (COUNT, "Which attempt at a delivery, from 1."),
        "nth": (COUNT, "Which of the calls that fit, from 1."),
        "header": (_PATTERNS, "Headers; * stands for anything, null for none."),
        "query": (_PATTERNS, "Query parameters; the same."),
        "body": (ANY, "Part of the JSON body, or values by JSON Pointer."),
        "text": (TEXT, "The body as text; * stands for anything."),
        "status": (
            STATUSES,
            "What the provider has answered, or a receiver the last time: 503, 5xx.",
        ),
        "state": (TEXTS, "The provider's word that the job is in."),
        "phase": (one_or_many(choice(*_PHASES)), "The same in words of ours."),
        "progress": (COMPARISON, "Percent that the job has come to."),
        "age": (
            Shape(COMPARISON.schema, _age),
            "Seconds since the job was accepted.",
        ),
        "poll": (COUNT, "How often the job was read in its state, from 1."),
        "job": (
            Shape({"type": ["string", "integer"]}, _job),
            "The job's identifier, or its number in its space, from 1.",
        ),
        "file": (
            one_or_many(choice("absent", "available", "purged")),
            "Whether the job's file exists.",
        ),
        "link": (
            one_or_many(choice("unissued", "valid", "expired")),
            "Whether the links to it work.",
        ),
        "probability": (SHARE, "How likely the rule acts; drawn from the seed."),
        "window": (
            WINDOW,
            "When it acts, on the space's clock; once or every so often.",
        ),
        "since": (_SINCE, "What has happened to a job before, and how long ago."),
        "times": (POSITIVE, "How often at most; then it has healed."),
        "after": (WHOLE, "How many calls that fit are let through first."),
        "every": (POSITIVE, "Only every so manieth after that."),
        "ttl": (DURATION, "When it heals by itself, on the space's clock."),
        "per": (
            choice(*PER),
            "What counts together, also for a fault's quota; the provider if missing.",
        ),
        "count": (
            choice("requests", "calls"),
            "Whether a client's own repetitions of a call count, too.",
        ),
        "until": (
            _UNTIL,
            "Calls are met until the client lets go of one, or there was quiet.",
        ),
    },
    about="When the rule applies: all of these have to hold.",
)
STEP: Final = Record(
    {
        "state": (TEXT, "The provider's word."),
        "phase": (choice(*_PHASES), "In place of a word, or the meaning of a new one."),
        "for": (_LENGTH, "How long, or the bounds of a length that is drawn."),
        "progress": (_PROGRESS, "Percent, or percent at the start and the end."),
        "error": (TEXT, "A failure that the provider knows, or words in quotes."),
    },
    least=1,
)
JOB: Final = Record(
    {
        **{name: (one.shape, one.about) for name, one in EFFECTS.items()},
        "late_file": (DURATION, "The file exists so long after the job's success."),
        "no_result": (FLAG, "It succeeds, and no answer has any link."),
        "copies": (WHOLE, "How many more jobs it makes, of which nobody is told."),
        "refuse": (TEXT, "It is refused with this problem of the provider."),
        "credits": (CREDITS, "There is so much to spend on jobs; then one meets this."),
    },
    least=1,
    about="What happens to jobs, in words for every provider.",
)
MEDIA: Final = Record(
    {
        "late": (DURATION, "The file exists so long after the job's success."),
        "link_for": (DURATION, "Links work so long from their issue."),
        "link_early": (DURATION, "Links end so long before the time that is told."),
        "keep_for": (DURATION, "The file is kept so long."),
        "early_link": (FLAG, "Links are handed out before there is a file."),
    },
    least=1,
    about="How the file behind a job lives.",
)
ANSWER: Final = Record(
    {
        "status": (STATUS, "The HTTP status instead."),
        "headers": (_PATTERNS, "Headers that are set; null takes one away."),
        "set": (_SETS, "Values in the JSON body, by JSON Pointer."),
        "remove": (one_or_many(_POINTER), "JSON Pointers to what is taken out."),
        "drop_links": (FLAG, "Every member that holds a link is taken out."),
        "body": (ANY, "The JSON body instead."),
        "text": (TEXT, "The body instead, as it is."),
    },
    least=1,
    about="What is changed about the provider's answer.",
)
DELIVERY: Final = Record(
    {
        "drop": (FLAG, "It is never sent; an upload has failed then."),
        "copies": (WHOLE, "How many more are sent."),
        "again": (DURATION, "It comes once more, so long after that."),
        "late": (DURATION, "It is late, on the space's clock."),
        "reorder": (FLAG, "It waits for no other, and lets others pass."),
        "before_answer": (
            FLAG,
            "A job's notices leave before the call that makes it is answered.",
        ),
        "signature": (
            choice("wrong", "expired", "missing"),
            "What is the matter with its signature.",
        ),
        "content_type": (TEXT, "What it says it is."),
        "size": (SIZE, "Its body is filled up with blanks to this length."),
        "body": (TEXT, "Its body instead."),
        "skew": (
            OFFSET,
            "How much the clock is fast that times in it, and its signature's, are of.",
        ),
    },
    least=1,
    about="What happens to webhooks, callbacks and uploads.",
)
RULE: Final = Record(
    {
        "name": (TEXT, "What the journal calls it; numbered if missing."),
        "shows_at": (TEXTS, "Slugs, if it shows at fewer providers than the others."),
        "on": (ON.shape, "When it applies."),
        "timeline": (list_of(STEP.shape, 1), "The job's life, instead of its own."),
        "job": (JOB.shape, "What happens to jobs."),
        "media": (MEDIA.shape, "How their files live."),
        "fault": (_FAULT, "What happens on the wire."),
        "answer": (ANSWER.shape, "What is changed about the answer."),
        "delivery": (DELIVERY.shape, "What happens to deliveries."),
    }
)
SCENARIO: Final = Record(
    {
        "$schema": (TEXT, "For editors."),
        "scenario": (TEXT, "Its name: that of its file, without the suffix."),
        "about": (TEXT, "The failure of the real world that it stands for."),
        "provider": (TEXT, "Slug of the provider; all if missing."),
        "shows_at": (TEXTS, "Slugs of providers at which it shows; all if missing."),
        "preset": (FLAG, "It is meant for `mockserver fault apply`."),
        "parameters": (
            PARAMETERS,
            "What may be chosen, written $name in what follows.",
        ),
        "includes": (list_of(INCLUDE, 1), "Other scenarios; their rules come first."),
        "budget": (
            BUDGET,
            "How often all rules act together at most, also included ones.",
        ),
        "rules": (list_of(RULE.shape, 1), "Asked in this order."),
    },
    ("scenario",),
)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario, for editors."""
    kinds = [_open(one) for _, one in sorted(faults.FAULT_SCHEMAS.items())]
    said = SCENARIO.shape.schema
    parts = said["properties"]
    parts = {n: _open(one) if n in FILLED else one for n, one in parts.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of video-mockserver",
        **said,
        "properties": parts,
        "anyOf": [{"required": ["rules"]}, {"required": ["includes"]}],
        "$defs": {
            "fault": {"type": "object", "required": ["kind"], "anyOf": kinds},
            "parameter": {"type": "string", "pattern": WHOLE_SCALAR.pattern},
        },
    }


def _open(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in which each value may be a parameter's, too."""
    if not schema or "const" in schema or "$ref" in schema:
        return schema
    if "anyOf" in schema:
        branches = [_open(one) if _is_whole(one) else one for one in schema["anyOf"]]
        parameter = [] if all(map(_is_whole, branches)) else [_PARAMETER]
        return {**schema, "anyOf": [*branches, *parameter]}
    if _is_whole(schema):
        return {**schema, **{n: _opened(n, schema[n]) for n in _NESTED & {*schema}}}
    if "string" in schema.get("type", ()) and not {"pattern", "enum"} & {*schema}:
        return schema
    about = {n: one for n, one in schema.items() if n == "description"}
    bare = {n: one for n, one in schema.items() if n != "description"}
    return {"anyOf": [bare, _PARAMETER], **about}


def _opened(name: str, said: Any) -> Any:
    if name == "properties":
        return {member: _open(one) for member, one in said.items()}
    return _open(said) if isinstance(said, dict) else said


def _is_whole(schema: dict[str, Any]) -> bool:
    """Say whether a schema is of what has parts, and so of no single value."""
    return schema.get("type") in ("object", "array") or "$ref" in schema
