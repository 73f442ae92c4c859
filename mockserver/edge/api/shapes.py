"""JSON Schemas of the control API: builders, and the shapes that answers share."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.delivery.delivery import DeliveryState, Passage
from mockserver.engine.jobs import LinkState, MediaState
from mockserver.engine.timeline import Phase

__all__ = [
    "SHAPES",
    "Schema",
    "array",
    "choice",
    "duration",
    "flag",
    "integer",
    "mapping",
    "maybe",
    "moment",
    "number",
    "record",
    "ref",
    "text",
]

Schema = Mapping[str, Any]


def text(about: str = "", **more: Any) -> Schema:
    """Return the schema of a text."""
    return _typed("string", about, more)


def integer(about: str = "", **more: Any) -> Schema:
    """Return the schema of a whole number."""
    return _typed("integer", about, more)


def seed(about: str = "") -> Schema:
    """Return the schema of a seed: a whole number that any JSON can hold."""
    return integer(about, minimum=-(2**53), maximum=2**53)


def number(about: str = "", **more: Any) -> Schema:
    """Return the schema of a number."""
    return _typed("number", about, more)


def flag(about: str = "") -> Schema:
    """Return the schema of true or false."""
    return _typed("boolean", about, {})


def choice(values: Iterable[str], about: str = "") -> Schema:
    """Return the schema of one of a few words."""
    return _typed("string", about, {"enum": list(values)})


def moment(about: str = "") -> Schema:
    """Return the schema of a time such as `2030-01-01T00:00:00.000Z`."""
    return text(about, format="date-time")


def duration(about: str = "") -> Schema:
    """Return the schema of seconds, or of a text such as `2h` or `1500ms`."""
    return {"type": ["string", "number"], "description": about, "examples": ["2h", 90]}


def maybe(schema: Schema) -> Schema:
    """Return the schema of the same or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema, about: str = "") -> Schema:
    """Return the schema of a list."""
    return _typed("array", about, {"items": items})


def mapping(values: Schema, about: str = "") -> Schema:
    """Return the schema of an object whose names are data."""
    return _typed("object", about, {"additionalProperties": values})


def record(
    members: Mapping[str, Schema], *, optional: Iterable[str] = (), about: str = ""
) -> Schema:
    """Return the schema of an object with exactly these members."""
    spare = set(optional)
    required = [name for name in members if name not in spare]
    more = {"properties": dict(members), "additionalProperties": False}
    return _typed("object", about, {**more, "required": required} if required else more)


def ref(name: str) -> Schema:
    """Return a reference to one of `SHAPES`."""
    return {"$ref": f"{name}.json"}


def _typed(kind: str, about: str, more: Mapping[str, Any]) -> Schema:
    said = {"description": about} if about else {}
    return {"type": kind, **said, **more}


_PHASE: Final = choice([phase.value for phase in Phase], "What the state means.")
_BODY: Final = record(
    {
        "size_bytes": integer("Length as sent."),
        "text": maybe(text("The body, if it is UTF-8; credentials are hidden.")),
        "base64": maybe(text("The body, if it is not and `base64=true` was asked.")),
        "is_cut": flag("Whether only the beginning is shown."),
    }
)
_HEADERS: Final = array(array(text()), "Names and values, in their order.")
_STEP: Final = record(
    {
        "state": text("The provider's word."),
        "phase": _PHASE,
        "starts_s": number("Seconds from the job's acceptance."),
        "ends_s": maybe(number("The same; null for the last step.")),
        "progress": maybe(array(number(), "Percent at its start and end.")),
        "error": maybe(text("Name of the problem.")),
        "is_current": flag(),
    }
)
_BRIEF: Final[Mapping[str, Schema]] = {
    "id": text("The provider's identifier."),
    "space": text(),
    "provider": text(),
    "operation": text("What made it."),
    "ordinal": integer("Its number in its space; negative for fixtures."),
    "state": text("The provider's word."),
    "phase": _PHASE,
    "progress": maybe(number("Percent, where the provider tells it.")),
    "error": maybe(text("Name of the problem of a failed job.")),
    "created_at": moment("On the space's clock."),
    "arrived_at": maybe(moment("The same in real time; null for fixtures.")),
    "elapsed_s": number("Seconds since, on the space's clock."),
    "changes_at": maybe(moment("When it next looks different by itself.")),
    "media": choice([state.value for state in MediaState], "Whether the file exists."),
    "link": choice([state.value for state in LinkState], "Whether its link works."),
    "preview": mapping(text(), "Where to look at its files, on this server."),
    "timeline": array(_STEP),
}
_EXCHANGE: Final[Mapping[str, Schema]] = {
    "number": integer("Its number on this server, from 1."),
    "space": text("Empty if none was found."),
    "provider": text("Empty if none was meant."),
    "operation": text("Empty if the provider has none there."),
    "method": text(),
    "target": text("Path and query; credentials are hidden."),
    "status": integer(),
    "at": maybe(moment("On the space's clock.")),
    "wall_at": moment("Real time."),
    "elapsed_s": number("Real seconds that the answer took."),
    "size_bytes": integer("Length of the answer's body."),
    "job": text("The job that it was about; of several the main one; empty if none."),
    "jobs": array(text(), "All of them, a hundred at most."),
    "is_poll": flag("It was a status read, whoever has answered it."),
    "role": choice(
        ["", "submit", "download"],
        "It brought the job about, or asked for a file.",
    ),
    "state": text("The state that the job was in."),
    "fault": text("The rule whose fault was applied; empty if none."),
    "notes": array(text(), "What the wire does not say."),
    "hint": text("Of a refusal: what was looked for, and what would allow it."),
}
_SIDE: Final = record({"headers": _HEADERS, "body": maybe(_BODY)})
_CREDENTIAL: Final = record(
    {
        "provider": text(),
        "kind": text("Which of the provider's kinds of credential."),
        "space": text("The space that it opens."),
        "account": text("The account that it belongs to."),
        "label": text("What people call it; may be empty."),
        "shown": text("As much of its key as tells it from others."),
        "is_revoked": flag("It opens nothing any more."),
        "origin": choice(
            ["fixture", "config", "minted", "registered", "open", "client"]
        ),
        "fields": mapping(
            text(), "What a client is configured with; keys that users sent are hidden."
        ),
    }
)
_PASSAGE: Final = choice(
    [passage.value for passage in Passage],
    "Whether it was sent, only recorded, or refused since it may not leave.",
)
_ATTEMPT: Final = record(
    {
        "number": integer(),
        "at": moment("On the space's clock."),
        "passage": _PASSAGE,
        "status": maybe(integer("What the destination answered.")),
        "error": maybe(text("What kind of failure it was.")),
        "reason": text("The failure in words."),
        "elapsed_s": number("Real seconds."),
        "answer": text("The beginning of the destination's answer."),
        "is_copy": flag("A fault has added it."),
        "is_tampered": flag("A fault has changed what was sent."),
        "is_repeat": flag("It was under way when the server ended, and is made again."),
        "size_bytes": maybe(integer("Length of a body that a fault has changed.")),
        "md5": maybe(text("MD5 of that body.")),
    }
)
_SIGNATURE: Final = record(
    {
        "header": text("Which header carries it."),
        "timestamp": text("Which header dates it; empty if none does."),
        "about": text("What is signed, how, and with which kind of secret."),
    }
)
_DELIVERY: Final[Mapping[str, Schema]] = {
    "id": text("Its name in its space."),
    "space": text(),
    "provider": text(),
    "label": text("What it tells."),
    "job": text("The job that it is about; empty if none."),
    "state": choice([state.value for state in DeliveryState]),
    "passage": maybe(_PASSAGE),
    "planned_at": moment("When its first attempt falls due."),
    "next_at": maybe(moment("When it, or a copy of it, is sent next.")),
    "signature": maybe(_SIGNATURE),
    "method": text(),
    "url": text("Where it goes; credentials are hidden."),
    "place": mapping(
        text(), "The kind of the destination, and its bucket and key, or host and path."
    ),
    "headers": _HEADERS,
    "size_bytes": integer("Length of the body."),
    "md5": maybe(text("MD5 of the body, of a form that of its file.")),
    "body": maybe(_BODY),
    "attempts": array(_ATTEMPT),
}
_TIME: Final[Mapping[str, Schema]] = {
    "space": text(),
    "now": moment("The space's time."),
    "now_s": number("The same, in seconds since 1970."),
    "pace": text("demo, real, a factor such as x60, step or manual."),
    "rate": number("Virtual seconds in one real second."),
    "is_frozen": flag("Time stands still until somebody moves it."),
}

SHAPES: Final[Mapping[str, Schema]] = {
    "error": record(
        {"error": text("Place, what was found, what would be right.")},
        about="What every refused request is answered.",
    ),
    "time": record(_TIME),
    "clock": record(
        {**_TIME, "next_event_at": maybe(moment("What `next` would move to."))}
    ),
    "credential": _CREDENTIAL,
    "space": record(
        {
            "id": text(),
            "name": text("Whose it is: a label, an account, or a masked key."),
            "seed": integer(),
            "clock": ref("time"),
            "providers": array(text(), "Those that were used in it."),
            "jobs": integer("How many it has."),
            "planned": integer("How many things are still to fall due."),
            "exchanges": integer("How many the journal holds."),
            "credentials": array(ref("credential")),
        }
    ),
    "job": record(_BRIEF),
    "job-details": record(
        {
            **_BRIEF,
            "data": mapping({}, "What the provider keeps of the request."),
            "media_life": record(
                {
                    "lag_s": number("Seconds from success until the file exists."),
                    "keep_s": maybe(number("Seconds that it is kept.")),
                    "link_s": maybe(number("Seconds that a link works.")),
                    "issued_at_submit": flag("Links come before the file."),
                }
            ),
            "exchanges": array(ref("exchange"), "Those about it, oldest first."),
            "deliveries": array(ref("delivery")),
        }
    ),
    "exchange": record(_EXCHANGE),
    "exchange-details": record({**_EXCHANGE, "request": _SIDE, "response": _SIDE}),
    "delivery": record(_DELIVERY),
    "provider": record(
        {
            "slug": text(),
            "title": text(),
            "hosts": array(text(), "Its real host names."),
            "base_url": text("What replaces its real origin."),
            "variable": text("Environment variable that `mockserver run` sets."),
            "credential": mapping(text(), "One that works here."),
            "start": text("A command that makes a job, in one line of curl."),
            "trials": array(
                record(
                    {
                        "about": text("What it does."),
                        "curl": text("Lines for a shell."),
                        "python": text("Lines of Python, with httpx."),
                        "javascript": text("Lines of a module, for Node."),
                    }
                ),
                "What to call first, one after the other: each language in one shell,"
                " interpreter or module.",
            ),
            "clients": mapping(text(), "How to point each real client here."),
            "operations": array(
                record({"name": text(), "method": text(), "path": text()})
            ),
            "settings": array(
                record(
                    {
                        "name": text(),
                        "about": text(),
                        "default": {},
                        "value": {"description": "What this server has."},
                        "choices": array({}),
                    }
                )
            ),
            "states": mapping(_PHASE, "Its states and what they mean."),
            "problems": array(text(), "Its errors, for scenarios."),
            "failures": array(
                record(
                    {
                        "name": text("What scenarios, and `fail`, call it."),
                        "error": text("What the failed job tells."),
                        "about": text("What that means; empty if it says so itself."),
                        "is_usual": flag("A job that just fails has it."),
                    }
                ),
                "What may be wrong with its failed jobs.",
            ),
        }
    ),
    "seed": record({"seed": integer("What new spaces begin with.")}),
}
