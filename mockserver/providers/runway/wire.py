"""Wire facts of Runway: states, lives, credentials, the version header, settings."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.keyring import Grant
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.provider import Credential, Secrets, Setting, Trial
from mockserver.providers.wires.authorization import authorization
from mockserver.providers.wires.headers import required_header

__all__ = [
    "CANCELLED",
    "CREATES",
    "DOCS",
    "FAILURE",
    "HOSTS",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "THROTTLED",
    "TIMELINES",
    "VERSION",
    "authenticate",
    "credential",
    "endpoint_of",
    "life_of",
    "operation_of",
    "secret_of",
    "stamp",
    "texts",
]

SLUG: Final = "runway"
_CDN: Final = "dnznrvs05pmza.cloudfront.net"
HOSTS: Final = ("api.dev.runwayml.com", "api.dev-stage.runwayml.com", _CDN)
ROOTS: Final[Mapping[str, str]] = {_CDN: "/_cdn"}
DOCS: Final = "https://docs.dev.runwayml.com/api"
VERSION: Final = "2024-11-06"
PREFIX: Final = "key_"
CREATES: Final = (  # contract runway, section 3; also the operations' names, by a dash
    "text_to_video", "image_to_video", "video_to_video", "character_performance",
    "video_upscale", "video_to_hdr", "text_to_image", "image_upscale",
    "text_to_speech", "sound_effect", "speech_to_speech", "voice_dubbing",
    "voice_isolation", "video_to_audio",
)  # fmt: skip

THROTTLED: Final = "THROTTLED"
STATES: Final[Mapping[str, Phase]] = {  # contract runway, section 4
    THROTTLED: Phase.WAITING,
    "PENDING": Phase.WAITING,
    "RUNNING": Phase.RUNNING,
    "SUCCEEDED": Phase.SUCCEEDED,
    "FAILED": Phase.FAILED,
    "CANCELLED": Phase.CANCELLED,
}
FAILURE: Final = Step("FAILED", Phase.FAILED, error="INTERNAL")
CANCELLED: Final = Step("CANCELLED", Phase.CANCELLED)
_SUCCEEDED: Final = Step("SUCCEEDED", Phase.SUCCEEDED)
# Contract runway, section 4: of how long a task runs.
_THROTTLED_SHARE, _PENDING_SHARE = 0.02, 0.08
_SOONEST, _LATEST = 0.5, 1.5
_USUAL_S: Final = 30.0

SECRETS: Final = Secrets(
    headers=("authorization",),
    query=("_jwt",),
    body=("Policy", "X-Amz-Signature", "X-Amz-Credential"),
)

SETTINGS: Final = (
    Setting(
        "tier",
        default=1,
        about="The organization's tier, which says how many tasks of a model run at"
        " once and how many may be started in 24 hours.",
        choices=(1, 2, 3, 4, 5),
    ),
    Setting(
        "concurrency",
        default=-1,
        about="How many tasks of a model run at once, whatever the tier says; 0 for no"
        " limit, below 0 as the tier says.",
    ),
    Setting(
        "daily",
        default=-1,
        about="How many tasks of a model may be started in 24 hours; below 0 as the"
        " tier says, with --limits real only.",
    ),
    Setting(
        "credits",
        default=100_000,
        about="Credits that a space begins with; below 0 there is no end.",
    ),
    Setting(
        "legacy_models",
        default=False,
        about="Models that have been switched off are taken, as older clients send"
        " them.",
    ),
    Setting(
        "missing_version_status",
        default=400,
        about="Status of a call without X-Runway-Version, or with another one.",
        choices=(400, 401, 403, 422),
    ),
    Setting(
        "require_on_behalf_of",
        default=False,
        about="A create needs the header X-Runway-On-Behalf-Of.",
    ),
    Setting(
        "allow_http_inputs",
        default=False,
        about="Inputs may lie at plain http and at addresses of this machine.",
    ),
)

_KEY_HEADERS: Final = MappingProxyType(
    {"Authorization": "Bearer {key}", "X-Runway-Version": VERSION}
)
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/v1/text_to_video",
        headers=_KEY_HEADERS,
        body={
            "model": "gen4.5",
            "promptText": "A paper boat",
            "ratio": "1280:720",
            "duration": 5,
        },
        keeps={"job": "/id"},
    ),
    Trial(
        about="Look at its task until it has ended",
        path="/v1/tasks/{job}",
        headers=_KEY_HEADERS,
        until=("/status", ("SUCCEEDED", "FAILED", "CANCELLED")),
        keeps={"film": "/output/0"},
    ),
    Trial(about="Fetch its film", path="{film}", saves="film.mp4"),
)


@lru_cache(maxsize=1024)
def life_of(seconds: float, *, throttled: bool = False, error: str = "") -> Timeline:
    """Return the life of a task that runs for about so long; equal ones are one.

    Args:
        seconds: How long it really runs, on average.
        throttled: No slot is free when it comes.
        error: The code that it fails with, if it does.

    Source: contract runway, section 4.
    """
    waits = (Step(THROTTLED, Phase.WAITING, seconds * _THROTTLED_SHARE),)
    pending = Step("PENDING", Phase.WAITING, seconds * _PENDING_SHARE)
    lasts = (seconds * _SOONEST, seconds * _LATEST)
    running = Step("RUNNING", Phase.RUNNING, lasts, progress=(0, 100))
    end = Step("FAILED", Phase.FAILED, error=error) if error else _SUCCEEDED
    return Timeline((*(waits if throttled else ()), pending, running, end))


def operation_of(endpoint: str) -> str:
    """Return the operation of an endpoint: `text-to-video`."""
    return endpoint.replace("_", "-")


def endpoint_of(operation: str) -> str:
    """Return the last part of an operation's path: `text_to_video`."""
    return operation.replace("-", "_")


TIMELINES: Final[Mapping[str, Timeline]] = {
    operation_of(endpoint): life_of(_USUAL_S) for endpoint in CREATES
}


def credential(chance: Chance) -> Credential:
    """Draw a new API key: `key_` and 128 hexadecimal digits.

    Source: contract runway, section 2.
    """
    drawn = "".join(chance.hex(f"key {part}", 32) for part in range(4))
    return Credential({"api_key": f"{PREFIX}{drawn}"}, key="api_key")


def authenticate(call: Call) -> Grant:
    """Return what `Authorization: Bearer key_...` opens, for a known API version.

    Raises:
        UnauthorizedError: Code `missing`, `malformed` or `unknown`.
        InvalidPayloadError: Code `header-missing` or `header-unknown`.

    Source: contract runway, section 2.
    """
    scheme, key = authorization(call)
    if not scheme:
        raise UnauthorizedError("missing")
    if scheme != "bearer" or not key.startswith(PREFIX):
        raise UnauthorizedError("malformed")
    grant = call.open_key(key)
    if call.operation != "file":
        required_header(call, "X-Runway-Version", known={VERSION})
    return grant


def secret_of(space: Space) -> bytes:
    """Return what signs links and URIs of a space: its own, and kept with it."""
    return space.chance(SLUG).fork("signatures").hex("secret", 64).encode()


def stamp(at_s: float) -> str:
    """Write a time as `2026-08-25T23:17:00.540Z`."""
    return f"{iso(at_s, zone='')}.{int(at_s % 1 * 1000):03d}Z"


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the prompt."""
    prompt = payload.get("promptText") if isinstance(payload, dict) else None
    if isinstance(prompt, str):
        yield prompt
