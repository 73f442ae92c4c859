"""Wire facts of Hour One: states, timelines, credentials, settings."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.keyring import Grant
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    world_setting,
)
from mockserver.providers.wires.authorization import authorization, bearer
from mockserver.providers.wires.keys import header_key

__all__ = [
    "API",
    "DOOMED",
    "FAILURE",
    "HOSTS",
    "PREVIEW",
    "REVOKED",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMELINES",
    "VIDEO",
    "authenticate",
    "credential",
    "needs_bearer",
    "new_id",
    "queued",
    "stamp",
    "texts",
]

SLUG: Final = "hourone"
API: Final = "/api/v1"
REVOKED: Final = "revoked key"
"""The table of keys that were there first, and open nothing any more."""
HOSTS: Final = ("api.makereals.com", "app.hourone.ai")
# The studio's host shows the player (contract hourone, section 1).
ROOTS: Final = {"app.hourone.ai": ""}
_BEARER_ROOTS: Final = tuple(
    f"{API}/{root}" for root in ("examples", "keys", "playground", "webhooks")
)

STATES: Final[Mapping[str, Phase]] = {  # contract hourone, sections 4.1 and 4.2
    "not_started": Phase.WAITING,
    "started": Phase.WAITING,
    "processing": Phase.RUNNING,
    "ready": Phase.SUCCEEDED,
    "published": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
    "stopped": Phase.CANCELLED,
    "cancelled": Phase.CANCELLED,
    "in_progress": Phase.RUNNING,
}
FAILURE: Final = Step("failed", Phase.FAILED, error="render_error")
_STARTED: Final = Step("started", Phase.WAITING, (5.0, 15.0), (0, 0))
_PROCESSING: Final = Step("processing", Phase.RUNNING, (60.0, 180.0), (1, 99))
# How long a video takes is documented nowhere; a minute or three is plausible.
VIDEO: Final = Timeline(
    (_STARTED, _PROCESSING, Step("ready", Phase.SUCCEEDED, progress=(100, 100)))
)
DOOMED: Final = Timeline((_STARTED, _PROCESSING, FAILURE))
PREVIEW: Final = Timeline(
    (Step("in_progress", Phase.RUNNING, (2.0, 5.0)), Step("ready", Phase.SUCCEEDED))
)
TIMELINES: Final[Mapping[str, Timeline]] = {
    "create-video": VIDEO,
    "playground-generate": VIDEO,
    "create-voice-preview": PREVIEW,
}
SECRETS: Final = Secrets(
    headers=("api-key", "authorization"), body=("key", "signing_secret")
)

SETTINGS: Final = (
    Setting(
        "dialect",
        default="auto",
        about=(
            "Which published version POST /videos speaks: strict asks for `type`,"
            " legacy ignores it, auto takes both. Strict also refuses every null."
        ),
        choices=("auto", "strict", "legacy"),
    ),
    world_setting("strict_ids"),
    Setting(
        "strict_hosts",
        default=False,
        about="Refuse URLs whose host name has no dot, as the real service does.",
    ),
    Setting(
        "emit_nulls",
        default=False,
        about="Write members without a value as null instead of leaving them out.",
    ),
    Setting(
        "auth_error_status",
        default=401,
        about="Status of answers to missing or unknown credentials.",
        choices=(401, 403),
    ),
    Setting(
        "pinned_keys",
        default=True,
        about="POST /keys leaves keys of fixtures and settings as they are.",
    ),
    Setting(
        "event_name_style",
        default="dot",
        about="How webhooks spell events: video.ready or video_ready.",
        choices=("dot", "underscore"),
    ),
    Setting(
        "queue",
        default=False,
        about="Videos wait as not_started before they are started.",
    ),
)

_KEY_HEADER: Final = MappingProxyType({"api-key": "{key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/api/v1/videos",
        headers=_KEY_HEADER,
        body={
            "type": "override",
            "source_draft_id": "64f0c0de00000000000000d1",
            "scenes": [
                {"name": "Intro", "transcript": "Welcome."},
                {"name": "Outro", "transcript": "Goodbye."},
            ],
        },
        keeps={"job": "/id"},
    ),
    Trial(
        about="Look at it until it has ended",
        path="/api/v1/videos/{job}",
        headers=_KEY_HEADER,
        until=("/status", ("ready", "failed", "stopped", "cancelled")),
        keeps={"film": "/download_url"},
    ),
    Trial(about="Fetch its film", path="{film}", saves="film.mp4"),
)


def authenticate(call: Call) -> Grant:
    """Return what the call's API key or bearer token opens.

    Raises:
        UnauthorizedError: Code `missing`, `malformed` or `unknown`.

    Source: contract hourone, section 2.
    """
    return _by_bearer(call) if needs_bearer(call) else _by_key(call)


def needs_bearer(call: Call) -> bool:
    """Say which of the two kinds of credentials a call has to bring."""
    return call.path.startswith(_BEARER_ROOTS)


_in_header: Final = header_key("api-key")


def _by_key(call: Call) -> Grant:
    grant = _in_header(call)
    space = call.services.space_of(grant)
    if space.table(SLUG, REVOKED).get(grant.key) is not None:
        raise UnauthorizedError("unknown")
    return grant


def _by_bearer(call: Call) -> Grant:
    token = bearer(call)
    if not token:
        raise UnauthorizedError("unknown" if authorization(call)[1] else "missing")
    if call.services.grant(SLUG, token, "bearer") is not None:
        return call.open_key(token, kind="bearer")
    # An API key may stand in for the token, so that one credential is enough.
    if call.services.spaces.keyring.find(SLUG, token) is not None:
        return call.open_key(token)
    return call.open_key(token, kind="bearer")


def credential(chance: Chance) -> Credential:
    """Draw a new API key; it is accepted as a bearer token, too."""
    return Credential({"api_key": chance.hex("key", 40)}, key="api_key")


def new_id(chance: Chance, at_s: float) -> str:  # noqa: ARG001 - a NewId
    """Return 32 hexadecimal digits.

    Source: contract hourone, section 5.
    """
    return chance.hex("id", 32)


def queued(timeline: Timeline) -> Timeline:
    """Return a timeline that begins in a queue."""
    wait = Step("not_started", Phase.WAITING, (10.0, 30.0), (0, 0))
    return Timeline((wait, *timeline.steps))


def stamp(at_s: float) -> str:
    """Write a time as `2030-01-01T00:00:00.000000`, in UTC.

    Source: contract hourone, appendix A.
    """
    return f"{iso(at_s, zone='')}.{int(at_s % 1 * 1e6):06d}"


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: names, ids, what is said."""
    names = ("name", "title", "source_draft_id", "recipe_id", "template_id",
             "workflow_id", "transcript")  # fmt: skip
    for name in names:
        value = payload.get(name) if isinstance(payload, dict) else None
        if isinstance(value, str):
            yield value
