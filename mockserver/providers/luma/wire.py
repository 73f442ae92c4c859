"""Wire facts of Luma: hosts, states, lives, identifiers, credentials, settings."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
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
    world_setting,
)

__all__ = [
    "CREATES",
    "FAILURE",
    "FAILURES",
    "HOSTS",
    "PICTURES",
    "REASONS",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMELINES",
    "credential",
    "life_of",
    "stamp",
    "texts",
]

SLUG: Final = "luma"
HOSTS: Final = ("api.lumalabs.ai", "storage.cdn-luma.com")  # contract luma, section 1
ROOTS: Final[Mapping[str, str]] = {HOSTS[1]: "/_cdn"}
STATES: Final[Mapping[str, Phase]] = {  # contract luma, section 4
    "queued": Phase.WAITING,
    "dreaming": Phase.RUNNING,
    "completed": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}
FAILURES: Final[Mapping[str, str]] = {  # contract luma, appendix C
    "blacklisted": "Contains blacklisted words",
    "unreachable-input": "Failed to read user input frames",
    "flagged": "Frame moderation failed",
    "prompt-flagged": "Advanced prompt moderation failed",
    "prompt-failed": "Prompt processing failed",
    "not-dispatched": "Error dispatching job",
    "render-failed": "Job failed",
    "callback-failed": "Error processing callback",
}
"""What can be said to be wrong, by the names that scenarios use."""
REASONS: Final[Mapping[str, str]] = {
    "Contains blacklisted words": "The prompt has words that are not allowed.",
    "Failed to read user input frames": "A picture or video of it cannot be fetched.",
    "Frame moderation failed": "Moderation has refused a picture of the request.",
    "Advanced prompt moderation failed": "Moderation has refused the prompt.",
    "Prompt processing failed": "The prompt could not be prepared.",
    "Error dispatching job": "The generation was never given to a machine.",
    "Job failed": "The generation itself has failed.",
    "Error processing callback": "It was made, but its end was not taken down.",
}
FAILURE: Final = Step("failed", Phase.FAILED, error="Job failed")
PICTURES: Final = ("create-image", "reframe-image")
CREATES: Final = (
    "create-video",
    "modify-video",
    "reframe-video",
    "upscale-video",
    "add-audio",
    *PICTURES,
)
# Contract luma, section 4: seconds in the queue, and dreaming.
_VIDEO_S: Final = ((3.0, 7.0), (30.0, 60.0))
_PICTURE_S: Final = ((0.5, 2.0), (5.0, 20.0))

SECRETS: Final = Secrets(headers=("authorization",))

SETTINGS: Final = (
    world_setting(),
    Setting(
        "legacy_models",
        default=False,
        about="Models that the vendor has taken back, such as ray-1-6, are taken.",
    ),
    Setting(
        "fetch_inputs",
        default=False,
        about="Pictures and clips that a create links to are asked for: what is not"
        " there lets the generation fail.",
    ),
    Setting(
        "progress_video",
        default=False,
        about="While it dreams, a video has a link to how far it is.",
    ),
    Setting(
        "credit_cents",
        default=100_000.0,
        about="US cents that a space begins with; below 0 they have no end. Who has"
        " spent them is refused with --limits real.",
    ),
)

_KEY_HEADER: Final = MappingProxyType({"Authorization": "Bearer {key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/dream-machine/v1/generations/video",
        headers=_KEY_HEADER,
        body={"model": "ray-2", "prompt": "A tiger walking in snow"},
        keeps={"job": "/id"},
    ),
    Trial(
        about="Look at it until it has ended",
        path="/dream-machine/v1/generations/{job}",
        headers=_KEY_HEADER,
        until=("/state", ("completed", "failed")),
        keeps={"film": "/assets/video"},
    ),
    Trial(about="Fetch its film", path="{film}", saves="film.mp4"),
)


@lru_cache(maxsize=1024)
def life_of(*, picture: bool = False, factor: float = 1.0, error: str = "") -> Timeline:
    """Return the life of a generation; equal ones are one.

    Args:
        picture: It is one, and no video.
        factor: How much longer it takes than what is usual.
        error: Why it fails; empty if it does not.

    Source: contract luma, section 4.
    """
    queue_s, dream_s = (
        (low * factor, high * factor)
        for low, high in (_PICTURE_S if picture else _VIDEO_S)
    )
    begun = (
        Step("queued", Phase.WAITING, queue_s),
        Step("dreaming", Phase.RUNNING, dream_s),
    )
    if error:
        return Timeline((*begun, Step("failed", Phase.FAILED, error=error)))
    return Timeline((*begun, Step("completed", Phase.SUCCEEDED)))


TIMELINES: Final[Mapping[str, Timeline]] = {
    name: life_of(picture=name in PICTURES) for name in CREATES
}


def credential(chance: Chance) -> Credential:
    """Draw a new API key: `luma-` and two UUIDs."""
    key = f"luma-{chance.uuid('key')}-{chance.uuid('secret')}"
    return Credential({"auth_token": key}, key="auth_token")


def stamp(at_s: float) -> str:
    """Write a time as `2025-05-19T13:51:42.302000Z`."""
    return f"{iso(at_s, zone='')}.{int(at_s % 1 * 1_000_000):06d}Z"


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the prompt."""
    prompt = payload.get("prompt") if isinstance(payload, dict) else None
    if isinstance(prompt, str):
        yield prompt
