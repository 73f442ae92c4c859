"""Wire facts of fal: hosts, states, lives, identifiers, credentials, settings."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.kinds import Thing
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    webhook_dates_setting,
    world_setting,
)

__all__ = [
    "CANCELLED",
    "FAILURE",
    "FORWARDING",
    "HOSTS",
    "LEFT",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMELINES",
    "app_of",
    "clean_path",
    "credential",
    "file_name",
    "job_of",
    "life_of",
    "new_id",
    "path_of",
    "stamp",
    "texts",
]

SLUG: Final = "fal"
ROOTS: Final[Mapping[str, str]] = {  # contract fal, section 1
    "queue.fal.run": "/queue.fal.run",
    "fal.run": "/fal.run",
    "rest.fal.ai": "/rest.fal.ai",
    "v3b.fal.media": "/v3b.fal.media",
    "fal.ai": "/fal.ai",
    "queue.falrun.com": "/queue.fal.run",
    "falrun.com": "/fal.run",
    "rest.alpha.fal.ai": "/rest.fal.ai",
    "v3.fal.media": "/v3b.fal.media",
    "v2.fal.media": "/v3b.fal.media",
    "fal.media": "/v3b.fal.media",
}
HOSTS: Final = tuple(ROOTS)
FORWARDING: Final = ("/proxy", "x-fal-target-url")  # contract fal, section 1

# Our own words: on the wire all ends are COMPLETED (contract fal, section 4).
STATES: Final[Mapping[str, Phase]] = {
    "IN_QUEUE": Phase.WAITING,
    "IN_PROGRESS": Phase.RUNNING,
    "COMPLETED": Phase.SUCCEEDED,
    "FAILED": Phase.FAILED,
    "CANCELLED": Phase.CANCELLED,
}
FAILURE: Final = Step("FAILED", Phase.FAILED, error="internal_server_error")
LEFT: Final = Step("FAILED", Phase.FAILED, error="client_disconnected")
LOST: Final = "runner_disconnected"
CANCELLED: Final = Step("CANCELLED", Phase.CANCELLED)
_USUAL_S: Final = 75.0
_QUEUE_S: Final = (2.0, 8.0)
_PLACES: Final = 3
_FILE: Final = re.compile(r"[A-Za-z0-9_-]{21}")
_LEGACY: Final = re.compile(r"(\d+)-(.+)")
_SPACES: Final = frozenset({"workflows", "comfy"})
_OWNERS: Final = ("/fal-ai/", "/bytedance/", "/minimax/", "/xai/", "/mock/",
                  "/workflows/", "/comfy/")  # fmt: skip

SECRETS: Final = Secrets(
    headers=("authorization",), query=("fal_jwt_token", "sig"), body=("token",)
)

SETTINGS: Final = (
    world_setting(),
    Setting(
        "validate_at",
        default="result",
        about="Where input that does not fit is refused: in the result, as the real"
        " runner does, or at submit.",
        choices=("result", "submit"),
    ),
    Setting(
        "lenient_duration",
        default=False,
        about="A duration such as 5s is taken where the model says 5.",
    ),
    Setting(
        "concurrency",
        default=40,
        about="How many requests run at once; others wait, and blocking ones get 429.",
    ),
    Setting(
        "retention_s",
        default=3600.0,
        about="Seconds after its end for which a result can be read.",
    ),
    webhook_dates_setting(),
)

_KEY_HEADER: Final = MappingProxyType({"Authorization": "Key {key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/queue.fal.run/fal-ai/veo3.1",
        headers=_KEY_HEADER,
        body={"prompt": "A lighthouse at dusk"},
        keeps={"status": "/status_url", "result": "/response_url"},
    ),
    Trial(
        about="Look at its status until it has ended",
        path="{status}",
        headers=_KEY_HEADER,
        until=("/status", ("COMPLETED", "FAILED", "CANCELLED")),
    ),
    Trial(about="Fetch its result", path="{result}", headers=_KEY_HEADER),
)


@lru_cache(maxsize=1024)
def _life(
    queue_s: tuple[float, float], seconds: float, ends: str, error: str, losses: int
) -> Timeline:
    low, high = queue_s
    place = Step("IN_QUEUE", Phase.WAITING, (low / _PLACES, high / _PLACES))
    queue = (place,) * _PLACES
    if ends == "never":
        return Timeline((*queue, Step("IN_PROGRESS", Phase.RUNNING)))
    run = Step("IN_PROGRESS", Phase.RUNNING, seconds, progress=(0, 100))
    steps = (*queue, *(run, *queue) * losses, run)
    if ends == "failed":
        return Timeline((*steps, Step("FAILED", Phase.FAILED, error=error)))
    return Timeline((*steps, Step("COMPLETED", Phase.SUCCEEDED)))


def life_of(
    model: Thing, wrong: str | None = None, *, retries: bool = True
) -> Timeline:
    """Return the life of a request to a model; equal ones are one.

    Args:
        model: The model.
        wrong: What its runner will find wrong with the input, if anything.
        retries: Who has lost its runner queues again.

    Source: contract fal, section 4 and appendix A.
    """
    low, high = model.get("queue", _QUEUE_S)
    queue_s = (float(low), float(high))
    if wrong is not None:
        return _life(queue_s, 1.0, "failed", wrong, 0)
    error = str(model.get("error", FAILURE.error))
    ends = str(model.get("ends", "completed"))
    losses = int(model.get("losses", 0))
    if losses and not retries:
        return _life(queue_s, float(model["seconds"]), "failed", LOST, 0)
    return _life(queue_s, float(model["seconds"]), ends, error, losses)


_USUAL: Final = life_of({"seconds": _USUAL_S})
TIMELINES: Final[Mapping[str, Timeline]] = {
    "submit": _USUAL,
    "run": _USUAL,
    "run-stream": _USUAL,
}


def new_id(chance: Chance, at_s: float) -> str:
    """Return a UUID of version 7, which begins with the time in milliseconds.

    Source: contract fal, section 3.1; RFC 9562, section 5.7.
    """
    drawn, time = chance.uuid("id"), f"{int(at_s * 1000):012x}"[-12:]
    return f"{time[:8]}-{time[8:]}-7{drawn[15:]}"


def file_name(job_id: str) -> str:
    """Return what names a request's file: 21 letters for the free bits of its UUID.

    Source: contract fal, section 5.
    """
    try:
        number = UUID(job_id).int
    except ValueError:
        return job_id
    high, middle, low = number >> 80, number >> 64 & 0xFFF, number & (1 << 62) - 1
    bits = (high << 12 | middle) << 62 | low
    return urlsafe_b64encode((bits << 6).to_bytes(16)).decode()[:21]


def job_of(name: str) -> str:
    """Return the request that a file's name is of."""
    if _FILE.fullmatch(name) is None:
        return name
    bits = int.from_bytes(urlsafe_b64decode(f"{name}A==")) >> 6 & (1 << 122) - 1
    high, middle, low = bits >> 74, bits >> 62 & 0xFFF, bits & (1 << 62) - 1
    return str(UUID(int=high << 80 | 7 << 76 | middle << 64 | 2 << 62 | low))


def path_of(path: str) -> str:
    """Return a path of an app as it is today: `123-name` means `123/name`.

    Source: contract fal, section 3.
    """
    legacy = _LEGACY.fullmatch(path)
    return f"{legacy[1]}/{legacy[2]}" if legacy else path


def app_of(path: str) -> str:
    """Return the app that a path names: its first two parts, or three in a namespace.

    Source: contract fal, section 3.
    """
    parts = path_of(path).split("/")
    return "/".join(parts[: 3 if parts[0] in _SPACES else 2])


def clean_path(path: str) -> str:
    """Return a path with the host of its routes: another name of it, or none at all.

    Source: contract fal, section 1.
    """
    host, slash, rest = path[1:].partition("/")
    root = ROOTS.get(host)
    if root is not None:
        return f"{root}{slash}{rest}"
    return f"/queue.fal.run{path}" if path.startswith(_OWNERS) else path


def credential(chance: Chance) -> Credential:
    """Draw a new API key: an id and a secret."""
    key = f"{chance.uuid('key')}:{chance.hex('secret', 32)}"
    return Credential({"fal_key": key}, key="fal_key")


def stamp(at_s: float) -> str:
    """Write a time as `2026-11-20T10:00:03.412345+00:00`."""
    return f"{iso(at_s, zone='')}.{int(at_s % 1 * 1_000_000):06d}+00:00"


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the prompt."""
    prompt = payload.get("prompt") if isinstance(payload, dict) else None
    if isinstance(prompt, str):
        yield prompt
