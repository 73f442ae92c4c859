"""Wire facts of the OpenAI videos dialect: states, lives, ids, keys, settings."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import ascii_letters, digits
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.keyring import Grant
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    webhook_dates_setting,
    world_setting,
)
from mockserver.providers.wires.authorization import authorization

__all__ = [
    "ALREADY_S",
    "CREATES",
    "DIALECTS",
    "FAILURE",
    "HOSTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMELINES",
    "authenticate",
    "credential",
    "life_of",
    "new_id",
    "shown_key",
    "texts",
]

SLUG: Final = "openai"
HOSTS: Final = ("api.openai.com", "eu.api.openai.com", "us.api.openai.com")
STATES: Final[Mapping[str, Phase]] = {  # contract openai, section 4
    "queued": Phase.WAITING,
    "in_progress": Phase.RUNNING,
    "completed": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}
FAILURE: Final = Step("failed", Phase.FAILED, error="internal_error")
CREATES: Final = ("create-video", "remix-video", "edit-video", "extend-video")
DIALECTS: Final = ("openai", "guide", "new-api", "vllm")
ALREADY_S: Final = 118.0
"""For how long fixtures' videos have taken."""
_QUEUE_S: Final = 10.0
_SOONEST_S: Final = {4: 60.0, 8: 110.0, 12: 160.0}
_LATER_S: Final = 12.5  # for each second beyond those
_LARGE_PX: Final = 1280 * 720
_STEPS: Final = 4

SECRETS: Final = Secrets(headers=("authorization",), body=("signing_secret",))

SETTINGS: Final = (
    world_setting(),
    Setting(
        "dialect",
        default="openai",
        about="How videos look: as the vendor's, as its guides show them (guide), or as"
        " gateways have them; a request's X-Mock-Dialect wins.",
        choices=DIALECTS,
    ),
    Setting(
        "models",
        default="open",
        about="Which models there are: any (open), or those that the world lists.",
        choices=("open", "listed"),
    ),
    Setting(
        "retired",
        default=False,
        about="Creates are refused, as since the vendor's own service has ended.",
    ),
    Setting(
        "unknown_fields",
        default="ignore",
        about="What becomes of parameters that nobody knows: gateways' clients send"
        " many.",
        choices=("ignore", "reject"),
    ),
    Setting(
        "seconds_enum",
        default="guide",
        about="Which lengths sora models take: 4, 8, 12 (spec), or 16 and 20 as well.",
        choices=("guide", "spec"),
    ),
    Setting(
        "check_reference_size",
        default=False,
        about="Refuse an uploaded input_reference of another size than the video's.",
    ),
    Setting(
        "content",
        default="direct",
        about="Content is answered directly, or by a redirect to a signed link.",
        choices=("direct", "redirect"),
    ),
    Setting(
        "spritesheet",
        default="jpeg",
        about="What spritesheets are: a JPEG in the guide, WebP in the description.",
        choices=("jpeg", "webp"),
    ),
    Setting(
        "progress_steps",
        default=_STEPS,
        about="How many values progress has on the way: at pace step, one a read.",
    ),
    webhook_dates_setting(),
)

_KEY_HEADER: Final = MappingProxyType({"Authorization": "Bearer {key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/v1/videos",
        headers=_KEY_HEADER,
        body={"model": "sora-2", "prompt": "A cat on a sofa", "seconds": "4"},
        keeps={"job": "/id"},
    ),
    Trial(
        about="Look at it until it has ended",
        path="/v1/videos/{job}",
        headers=_KEY_HEADER,
        until=("/status", ("completed", "failed")),
    ),
    Trial(
        about="Fetch its film",
        path="/v1/videos/{job}/content",
        headers=_KEY_HEADER,
        saves="film.mp4",
    ),
)


@lru_cache(maxsize=1024)
def life_of(
    seconds: float, width_px: int, height_px: int, *, pro: bool, steps: int
) -> Timeline:
    """Return the life of a video; equal ones are one.

    Source: contract openai, section 4.
    """
    run_s = _SOONEST_S.get(round(seconds), max(20.0, 10 + seconds * _LATER_S))
    if pro:
        run_s *= 3 if width_px * height_px > _LARGE_PX else 2
    running = Step("in_progress", Phase.RUNNING, run_s, progress=(0, 100), marks=steps)
    queued = Step("queued", Phase.WAITING, _QUEUE_S)
    return Timeline((queued, running, Step("completed", Phase.SUCCEEDED)))


_USUAL: Final = life_of(4.0, 720, 1280, pro=False, steps=_STEPS)
TIMELINES: Final[Mapping[str, Timeline]] = dict.fromkeys(CREATES, _USUAL)


def new_id(chance: Chance, at_s: float) -> str:
    """Return `video_` and 48 hexadecimal digits that begin with the time.

    Source: contract openai, section 3.1.
    """
    parts = [chance.hex(name, length) for name, length in _ID_PARTS]
    return f"video_{int(at_s):08x}{parts[0]}8190{parts[1]}0{parts[2]}"


_ID_PARTS: Final = (("head", 4), ("middle", 16), ("tail", 15))


def credential(chance: Chance) -> Credential:
    """Draw a new API key: `sk-proj-` and letters and digits."""
    word = chance.word("key", 48, ascii_letters + digits)
    return Credential({"api_key": f"sk-proj-{word}"}, key="api_key")


def authenticate(call: Call) -> Grant:
    """Return what `Authorization: Bearer KEY` opens.

    Raises:
        UnauthorizedError: Code `missing` or `unknown`, with the key as it is shown.

    Source: contract openai, section 2.
    """
    scheme, key = authorization(call)
    if scheme != "bearer" or not key:
        raise UnauthorizedError("missing")
    try:
        return call.open_key(key)
    except UnauthorizedError:
        raise UnauthorizedError("unknown", key=shown_key(key)) from None


def shown_key(key: str) -> str:
    """Return a key as errors show it: its first and its last four characters."""
    return f"{key[:4]}{'*' * 4}{key[-4:]}" if len(key) > _SHOWN else "*" * len(key)


_SHOWN: Final = 8


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the prompt."""
    prompt = payload.get("prompt") if isinstance(payload, dict) else None
    if isinstance(prompt, str):
        yield prompt
