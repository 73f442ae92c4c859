"""Wire facts of Google's video APIs: doors, states, lives, identifiers, settings."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    webhook_dates_setting,
)

__all__ = [
    "CANCELLED",
    "DONE",
    "FAILURE",
    "FETCH",
    "HOME",
    "HOSTS",
    "INTERACTION",
    "JSON",
    "MP4",
    "PREDICT",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMELINES",
    "VERTEX",
    "clean_path",
    "credential",
    "interaction_life",
    "life_of",
    "new_id",
    "stamp",
    "texts",
]

SLUG: Final = "google"
HOME: Final = "generativelanguage.googleapis.com"
STORAGE: Final = "storage.googleapis.com"
HOSTS: Final = (  # contract google, section 1
    HOME,
    "aiplatform.googleapis.com",
    "*-aiplatform.googleapis.com",
    "aiplatform.us.rep.googleapis.com",
    "aiplatform.eu.rep.googleapis.com",
    "oauth2.googleapis.com",
    "metadata.google.internal",
    STORAGE,
)
ROOTS: Final[Mapping[str, str]] = {STORAGE: "/storage"}
JSON: Final = "application/json; charset=UTF-8"
MP4: Final = "video/mp4"

PREDICT: Final = "predict"
VERTEX: Final = "vertex-predict"
FETCH: Final = "fetch-operation"
INTERACTION: Final = "create-interaction"
STATES: Final[Mapping[str, Phase]] = {  # contract google, section 4
    "queued": Phase.WAITING,
    "running": Phase.RUNNING,
    "done": Phase.SUCCEEDED,
    "accepted": Phase.WAITING,
    "in_progress": Phase.RUNNING,
    "completed": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
    "incomplete": Phase.FAILED,
    "budget_exceeded": Phase.FAILED,
    "cancelled": Phase.CANCELLED,
}
FAILURE: Final = Step("failed", Phase.FAILED, error="internal")
CANCELLED: Final = Step("cancelled", Phase.CANCELLED)
DONE: Final = Step("done", Phase.SUCCEEDED)
_COMPLETED: Final = Step("completed", Phase.SUCCEEDED)
_QUEUED_PART: Final = 0.1
_VEO_S: Final = 75.0
_OMNI_S: Final = 60.0
_ID: Final = 12
_FILE_S: Final = 48 * 3600.0

SECRETS: Final = Secrets(
    headers=("x-goog-api-key", "authorization"),
    query=("key", "upload_id"),
    body=("access_token", "assertion", "secret", "new_signing_secret"),
)

SETTINGS: Final = (
    Setting(
        "models",
        default="listed",
        about="Which models there are: those of the world (listed), or any whose name"
        " begins with veo- or gemini-omni- (open).",
        choices=("listed", "open"),
    ),
    Setting(
        "retired",
        default=False,
        about="Veo is not there any more on the Gemini API, as since October 2026.",
    ),
    Setting(
        "links",
        default="auto",
        about="Links to files name Google's host for Google's own clients and this"
        " server for all others (auto), or always the one or the other.",
        choices=("auto", "canonical", "door"),
    ),
    Setting(
        "webhook_links",
        default="canonical",
        about="Links in webhooks name Google's host, or this server (door).",
        choices=("canonical", "door"),
    ),
    Setting(
        "file_retention_s",
        default=_FILE_S,
        about="Seconds after which files, and operations that made them, are gone.",
    ),
    Setting(
        "interaction_retention_days",
        default=55.0,
        about="Days after which a stored interaction is gone; 1 on the free tier.",
    ),
    Setting(
        "daily_creates",
        default=0,
        about="Creates a day and model, until midnight in California, whatever --limits"
        " says; 0: no end.",
    ),
    Setting(
        "hold_max_s",
        default=600.0,
        about="Real seconds for which a blocking create waits, then 504.",
    ),
    webhook_dates_setting(),
)

_KEY_HEADER: Final = MappingProxyType({"x-goog-api-key": "{key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/v1beta/models/veo-3.1-generate-preview:predictLongRunning",
        headers=_KEY_HEADER,
        body={"instances": [{"prompt": "A cat on a sofa"}]},
        keeps={"operation": "/name"},
    ),
    Trial(
        about="Look at its operation until it is done",
        path="/v1beta/{operation}",
        headers=_KEY_HEADER,
        until=("/done", (True,)),
        keeps={
            "film": "/response/generateVideoResponse/generatedSamples/0/video/uri",
        },
    ),
    Trial(about="Fetch its film", path="{film}", headers=_KEY_HEADER, saves="film.mp4"),
)

_FILE_IN_LINK: Final = re.compile(
    r"(/v1(?:alpha|beta1?)?/files/).*(?:http|/files/|%2F).*?(?:/|%2F)([a-z0-9-]{1,40})"
    r"((?::download)*)$"
)


@lru_cache(maxsize=256)
def life_of(seconds: float) -> Timeline:
    """Return the life of an operation that takes so long; equal ones are one.

    Nobody sees its progress, so that one read more does not change it.

    Source: contract google, section 4.
    """
    queued = Step("queued", Phase.WAITING, seconds * _QUEUED_PART)
    return Timeline((queued, _running("running", seconds), DONE))


@lru_cache(maxsize=256)
def interaction_life(seconds: float) -> Timeline:
    """Return the life of an interaction that takes so long; equal ones are one.

    It is told as `in_progress` from the start.

    Source: contract google, section 4.
    """
    accepted = Step("accepted", Phase.WAITING, seconds * _QUEUED_PART)
    return Timeline((accepted, _running("in_progress", seconds), _COMPLETED))


def _running(word: str, seconds: float) -> Step:
    length = seconds * (1 - _QUEUED_PART)
    return Step(word, Phase.RUNNING, length, progress=(0, 100), marks=1)


TIMELINES: Final[Mapping[str, Timeline]] = {
    PREDICT: life_of(_VEO_S),
    VERTEX: life_of(_VEO_S),
    INTERACTION: interaction_life(_OMNI_S),
}


def new_id(chance: Chance, at_s: float) -> str:  # noqa: ARG001 - a NewId
    """Return 12 lower-case letters and digits, as operations and files have.

    Source: contract google, section 3.
    """
    return chance.word("id", _ID, ascii_lowercase + digits)


def credential(chance: Chance) -> Credential:
    """Draw a new API key, which is good as an access token as well."""
    alphabet = ascii_lowercase + ascii_uppercase + digits
    key = f"AIzaSy{chance.word('key', 33, alphabet)}"
    return Credential({"api_key": key}, key="api_key")


def stamp(at_s: float) -> str:
    """Write a time as `2026-09-21T14:14:20.123456Z`.

    Source: contract google, appendix B.
    """
    return f"{iso(at_s, zone='')}.{int(at_s % 1 * 1_000_000):06}Z"


def clean_path(path: str) -> str:
    """Return the path of a file whose link a client has put into another path.

    Google's clients do that with every link that does not begin with `https://`.

    Source: contract google, section 5.
    """
    if "%3A" in path:
        path = path.replace("%3A", ":")
    found = _FILE_IN_LINK.match(path) if "/files/" in path else None
    if found is None:
        return path
    verb = ":download" if found[3] else ""
    return f"{found[1]}{found[2]}{verb}"


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the prompt."""
    if not isinstance(payload, Mapping):
        return
    instances = payload.get("instances")
    first = instances[0] if isinstance(instances, list) and instances else None
    if isinstance(first, Mapping) and isinstance(first.get("prompt"), str):
        yield first["prompt"]
    yield from list(_inputs(payload.get("input")))[-1:]


def _inputs(said: Any) -> Iterable[str]:
    """Yield the texts of an interaction's input, in their order."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for one in said:
            yield from _inputs(one)
    elif isinstance(said, Mapping):
        if isinstance(said.get("text"), str):
            yield said["text"]
        elif "content" in said:
            yield from _inputs(said["content"])
