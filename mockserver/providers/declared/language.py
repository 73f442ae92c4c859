"""Language: what a provider's file may say, each part with its shape and a sentence."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.providers.declared.documents import DOCUMENT
from mockserver.providers.declared.lives import STEP
from mockserver.providers.declared.prices import PRICES
from mockserver.scenarios.written.shapes import (
    ANY,
    DURATION,
    FLAG,
    POSITIVE,
    STATUS,
    TEXT,
    TEXTS,
    WHOLE,
    Record,
    Shape,
    choice,
    list_of,
    mapping_of,
    one_or_many,
)
from mockserver.scenarios.written.source import Place

__all__ = ["METHODS", "PROVIDER", "VERBS", "schema"]

METHODS: Final = ("get", "post", "put", "patch", "delete")
VERBS: Final = ("makes", "shows", "lists", "changes", "cancels", "removes", "calls")


def _host(raw: Any, place: Place) -> tuple[str, str | None]:
    """Return a host with the path that its root is."""
    if isinstance(raw, Mapping) and len(raw) == 1:
        name, root = next(iter(raw.items()))
        if not isinstance(root, str) or not root.startswith("/"):
            place.at(name).fail(root, "a path that begins with /")
        return str(name), root.rstrip("/")
    if not isinstance(raw, str) or not raw:
        place.fail(raw, "a host name, or {HOST: /PATH}")
    return raw, None


FILE: Final = Record(
    {
        "path": (
            TEXT,
            "Where it is: {id} is the job's, or {name}; {ext} is its extension.",
        ),
        "kind": (DOCUMENT, "mp4, webm, mov, gif, jpg, png, webp, mp3, wav; or ${...}."),
        "width": (DOCUMENT, "In pixels, with height."),
        "height": (DOCUMENT, "In pixels, with width."),
        "resolution": (DOCUMENT, "In place of these, such as 720p."),
        "aspect_ratio": (DOCUMENT, "With resolution, such as 16:9."),
        "seconds": (DOCUMENT, "Its length, such as 5, or 5s."),
        "fps": (DOCUMENT, "Frames a second."),
        "at": (DOCUMENT, "Of a picture: which second of the video it shows."),
        "sound": (FLAG, "It is heard: what it says, its music, or a tune of its own."),
        "says": (DOCUMENT, "What is spoken in it."),
        "voice": (DOCUMENT, "Whose voice that is: each sounds different."),
        "language": (DOCUMENT, "Which language that is, such as en."),
        "speed": (DOCUMENT, "How fast it is spoken; 1 is usual."),
        "music": (DOCUMENT, "What is played: each name has a tune of its own."),
        "volume": (DOCUMENT, "How loud the music is; 1 is usual, 0 is silence."),
        "fade_in": (DOCUMENT, "How many seconds the music swells."),
        "fade_out": (DOCUMENT, "How many seconds it fades away at the end."),
        "title": (DOCUMENT, "What is written on it."),
    },
    required=("path",),
    about="A file that a finished job has.",
)
MEDIA: Final = Record(
    {
        "lag": (DURATION, "How long after its end the files of a job are there."),
        "keep": (DURATION, "For how long they are kept."),
        "link": (DURATION, "For how long a link is good; each read has a new one."),
    },
    about="How the files of a job live.",
)
JOB: Final = Record(
    {
        "life": (list_of(STEP, 2), "Its states, in order."),
        "failures": (
            mapping_of(
                Record(
                    {
                        "code": (TEXT, "The provider's code; ${moment.error}."),
                        "text": (TEXT, "What it says; ${moment.reason}."),
                    },
                    required=("code",),
                ).shape
            ),
            "What may be wrong with a failed one, by the names that scenarios use.",
        ),
        "keep": (
            mapping_of(DOCUMENT),
            "What it remembers of its request: ${kept/NAME}.",
        ),
        "texts": (TEXTS, "Pointers to texts of a request for magic suffixes."),
        "names": (DOCUMENT, "Other names under which its files are served: {name}."),
        "files": (mapping_of(FILE.shape), "Its files, by name: ${link.NAME}."),
        "media": (MEDIA.shape, "How they live."),
        "view": (DOCUMENT, "What is told of it: ${view}."),
        "in": (mapping_of(DOCUMENT), "What the view says in a state, over all else."),
    },
    required=("life",),
    about="A kind of jobs.",
)
FORM: Final = Record(
    {
        "part": (TEXT, "The part that has the bytes."),
        "type": (TEXT, "The member that its content type is, such as mime_type."),
        "size": (TEXT, "The member that its size is."),
        "name": (TEXT, "The member that the file's name is."),
        "set": (mapping_of(DOCUMENT), "What the thing remembers then."),
    },
    required=("part",),
    about="The bytes may come at once, in a multipart form.",
)
UPLOAD: Final = Record(
    {
        "path": (TEXT, "Where the bytes go, with {id} and {seal}; no key is needed."),
        "method": (choice("put", "post"), "How they are sent; put if missing."),
        "type": (DOCUMENT, "Their content type."),
        "size": (DOCUMENT, "How many there have to be, if that is told before."),
        "for": (DURATION, "For how long they may come; 1h if missing."),
        "status": (STATUS, "What is answered; 200 if missing."),
        "form": (
            FORM.shape,
            "How the bytes come with the request itself, if they may.",
        ),
        "makes": (TEXT, "The kind of jobs of which one is made when they have come."),
        "from": (DOCUMENT, "What the job remembers from, in place of a request."),
        "set": (mapping_of(DOCUMENT), "What the thing remembers then."),
    },
    required=("path",),
    about="The thing is a file, which is uploaded.",
)
THING: Final = Record(
    {
        "id": (DOCUMENT, "Its id, such as ${new.hex-24}; ${new.uuid} if missing."),
        "about": (TEXT, "One sentence for people."),
        "keep": (mapping_of(DOCUMENT), "What is remembered of it: ${kept/NAME}."),
        "view": (DOCUMENT, "What is told of it: ${view}."),
        "upload": (UPLOAD.shape, "It is a file."),
    },
    about="A kind of things that are no jobs.",
)
PAGE: Final = Record(
    {
        "by": (
            choice("offset", "number", "cursor", "token"),
            "How pages are asked for.",
        ),
        "query": (TEXT, "The parameter that says so; the style's name if missing."),
        "limit": (TEXT, "The parameter for how many; limit if missing."),
        "default": (POSITIVE, "How many there are if nobody says; 20 if missing."),
        "most": (POSITIVE, "How many there are at most; 100 if missing."),
        "newest_first": (FLAG, "yes if missing."),
        "filters": (TEXTS, "Parameters that hold members of the view to a value."),
    },
    required=("by",),
    about="How a list comes in pages.",
)
_ONLY_WORDS: Final = choice("finished", "unfinished", "uploaded")
_ONLY: Final = Shape(
    {"anyOf": [_ONLY_WORDS.schema, {"type": "object"}]},
    lambda raw, place: (
        dict(raw) if isinstance(raw, Mapping) else _ONLY_WORDS.read(raw, place)
    ),
)
CHECK: Final = Record(
    {
        "fits": (ANY, "JSON Schema that a request has to fit, too."),
        "refuses": (ANY, "JSON Schema that a request must not fit."),
        "python": (TEXT, "A function of the module that gets the call and the body."),
        "error": (TEXT, "Kind of error, and maybe a code; invalid if missing."),
        "text": (TEXT, "What is wrong, as {problem} in the error's text."),
    },
    about="A rule that a request has to keep beyond its schema.",
)
LIMIT: Final = Record(
    {
        "calls": (POSITIVE, "How many calls."),
        "per": (DURATION, "Within how long, at any time."),
        "name": (TEXT, "What operations share that have one limit."),
    },
    required=("calls", "per"),
    about="How often an operation may be called: enforced with --limits real.",
)
OPERATION: Final = Record(
    {
        **{method: (TEXT, f"Path of a {method.upper()}.") for method in METHODS},
        "makes": (TEXT, "Makes a job or thing of that kind."),
        "shows": (TEXT, "Shows one; of a job, that counts as a poll."),
        "lists": (TEXT, "Lists them."),
        "changes": (TEXT, "Changes what one remembers: by `set`, or by the request."),
        "cancels": (TEXT, "Ends a job that is not over."),
        "removes": (TEXT, "Forgets one."),
        "calls": (TEXT, "Is answered by a function of the module."),
        "about": (TEXT, "One sentence for people."),
        "request": (ANY, "JSON Schema of the body, or the name of one."),
        "response": (ANY, "JSON Schema of the answer, or the name of one."),
        "checks": (one_or_many(CHECK.shape), "What else a request has to fit."),
        "only": (
            _ONLY,
            "finished, unfinished, uploaded, or what a thing remembers; or a conflict.",
        ),
        "limit": (LIMIT.shape, "How often it may be called: ${limit.left}."),
        "set": (mapping_of(DOCUMENT), "What a thing remembers from now on."),
        "page": (PAGE.shape, "How a list comes in pages."),
        "status": (STATUS, "200, or 204 without a body, if missing."),
        "headers": (mapping_of(DOCUMENT), "Headers of the answer."),
        "body": (DOCUMENT, "The answer."),
    },
    about="One operation: method and path, and one of: " + ", ".join(VERBS) + ".",
)
SIGN: Final = Record(
    {
        "scheme": (
            choice("hmac", "timestamped", "standard-webhooks"),
            "hmac: HMAC-SHA256 of the body; timestamped: t=,v1= of time and body.",
        ),
        "header": (TEXT, "Where it stands; of a scheme that has no header of its own."),
        "also": (TEXTS, "Of hmac: other headers in which it stands, too."),
        "encoding": (choice("hex", "base64"), "Of hmac; hex if missing."),
        "prefix": (TEXT, "Of hmac: what stands before it, such as sha256=."),
        "secret": (DOCUMENT, "The secret, of a setting or of what is told."),
    },
    required=("scheme", "secret"),
    about="How a webhook is signed.",
)
WEBHOOK: Final = Record(
    {
        "of": (TEXT, "The kind of jobs that it is about."),
        "on": (mapping_of(TEXT), "What it tells of each state that it tells of."),
        "each": (TEXT, "The kind of things that are endpoints; one is ${kept/...}."),
        "to": (DOCUMENT, "Where it goes; nothing is told without."),
        "wants": (DOCUMENT, "What an endpoint wants to be told; all if there is none."),
        "body": (DOCUMENT, "What it says; ${event.name} is what it tells."),
        "headers": (mapping_of(DOCUMENT), "Headers that go with it."),
        "sign": (SIGN.shape, "How it is signed."),
        "retry": (one_or_many(DURATION), "From each failed attempt to the next."),
    },
    required=("of", "on", "to", "body"),
    about="What is told to an address about jobs.",
)
ROW: Final = Record(
    {
        "status": (STATUS, "HTTP status."),
        "text": (TEXT, "Words; {problem}, {id} and the like are filled."),
        "code": (ANY, "The provider's own code, ${error.code}."),
    },
    required=("status",),
    about="How one kind of error looks.",
)
ERRORS: Final = Record(
    {
        "body": (DOCUMENT, "What each error says, with ${error...}."),
        "code": (ANY, "The code of errors that have none."),
        "rows": (mapping_of(ROW.shape), "By kind, or by kind and code."),
    },
    required=("body",),
    about="Errors: by meaning, status and words.",
)
SETTING: Final = Record(
    {
        "default": (ANY, "Its value; gives its type, too."),
        "about": (TEXT, "One sentence on what it changes."),
        "choices": (list_of(ANY, 1), "The only values that are accepted."),
    },
    required=("default", "about"),
    about="A switch: --set SLUG.NAME=VALUE.",
)
FIELD: Final = Record(
    {
        "name": (TEXT, "What clients call it."),
        "prefix": (TEXT, "What it begins with."),
        "length": (WHOLE, "How many letters and digits follow; 32 if missing."),
    },
    about="A part of a credential.",
)
CREDENTIAL: Final = Record(
    {
        "key": (FIELD.shape, "What names it."),
        "secret": (FIELD.shape, "What proves it, where there are two."),
    },
    about="What new credentials look like.",
)
PROVIDER: Final = Record(
    {
        "provider": (TEXT, "Its slug: the first part of its paths here."),
        "title": (TEXT, "Its name for people."),
        "hosts": (
            list_of(
                Shape(
                    {
                        "anyOf": [
                            TEXT.schema,
                            {"type": "object", "additionalProperties": TEXT.schema},
                        ]
                    },
                    _host,
                ),
                1,
            ),
            "Its real host names; {host: /path} for one whose root is that path here.",
        ),
        "python": (TEXT, "A module beside this file, for what cannot be said here."),
        "auth": (
            TEXTS,
            "bearer, basic, header NAME, query NAME, scheme NAME or python FUNCTION.",
        ),
        "credential": (CREDENTIAL.shape, "What new credentials look like."),
        "ids": (DOCUMENT, "Ids of jobs, such as vid_${new.hex-24}; UUIDs if missing."),
        "settings": (mapping_of(SETTING.shape), "Its switches."),
        "clients": (mapping_of(TEXT), "How to point each client here, with {base}."),
        "start": (mapping_of(ANY), "An operation with a body: what to try first."),
        "headers": (mapping_of(DOCUMENT), "Headers of every answer."),
        "errors": (ERRORS.shape, "What errors look like."),
        "schemas": (mapping_of(ANY), "JSON Schemas by name: {$ref: NAME.json}."),
        "jobs": (mapping_of(JOB.shape), "Kinds of jobs."),
        "things": (mapping_of(THING.shape), "Kinds of things that are no jobs."),
        "operations": (mapping_of(OPERATION.shape), "All operations, by name."),
        "webhooks": (mapping_of(WEBHOOK.shape), "What is told about jobs, by name."),
        "prices": (PRICES, "What its jobs cost."),
        "world": (ANY, "What spaces begin with, as in a world file."),
        "examples": (
            mapping_of(mapping_of(ANY)),
            "Requests to copy, by operation and case.",
        ),
    },
    required=("provider", "title", "hosts", "auth", "errors", "jobs", "operations"),
    about="A provider of video-mockserver in one file.",
)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the files of providers, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A provider of video-mockserver",
        **PROVIDER.shape.schema,
    }
