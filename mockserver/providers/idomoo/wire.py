"""Wire facts of Idomoo: states, timelines, credentials, switches, paths, CORS."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    world_setting,
)
from mockserver.providers.wires.cors import Cors

__all__ = [
    "ACCEPTED",
    "BODY_MAX_BYTES",
    "CORS",
    "FAILURE",
    "GENERATE",
    "HOSTS",
    "NAME_LETTERS",
    "RENDERING",
    "ROOTS",
    "SECRETS",
    "SETTINGS",
    "START",
    "STATES",
    "TIMELINES",
    "WAITING_FOR_FILE",
    "clean_path",
    "credential",
    "texts",
]

HOSTS: Final = (
    "usa-api.idomoo.com",
    "eur-api.idomoo.com",
    "us-api.idomoo.com",
    "eu-api.idomoo.com",
    "v.idomoo.com",
    "c.idomoo.com",
)
# Files lie at the root of these hosts (contract idomoo, sections 1 and 5).
ROOTS: Final = {"v.idomoo.com": "/media", "c.idomoo.com": "/media"}
BODY_MAX_BYTES: Final = 256 * 1024 * 1024
NAME_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"

ACCEPTED: Final = "IN_PROCESS"
RENDERING: Final = "RENDERING"
WAITING_FOR_FILE: Final = "Waiting for File"

STATES: Final[Mapping[str, Phase]] = {  # contract idomoo, sections 4 and 3.5
    ACCEPTED: Phase.WAITING,
    "IN_QUEUE": Phase.WAITING,
    RENDERING: Phase.RUNNING,
    "VIDEO_AVAILABLE": Phase.SUCCEEDED,
    "ERROR": Phase.FAILED,
    "In Process": Phase.WAITING,
    "Exporting": Phase.RUNNING,
    "Rendering Preview": Phase.RUNNING,
    "Done": Phase.SUCCEEDED,
}


def _render(*lengths: float | tuple[float, float]) -> Timeline:
    names = (ACCEPTED, "IN_QUEUE", RENDERING)
    steps = (
        Step(name, STATES[name], length)
        for name, length in zip(names, lengths, strict=True)
    )
    return Timeline((*steps, Step("VIDEO_AVAILABLE", Phase.SUCCEEDED)))


# Public programs give up after twenty polls half a second apart.
_RENDER: Final = _render((0.5, 1.0), (0.5, 2.0), (2.0, 6.0))
_EXPORT: Final = Timeline(
    (
        Step("In Process", Phase.WAITING, 0.3),
        Step("Exporting", Phase.RUNNING, 0.3),
        Step("Rendering Preview", Phase.RUNNING, 0.4),
        Step("Done", Phase.SUCCEEDED),
    )
)
GENERATE: Final = frozenset(
    {
        "generate-storyboard",
        "generate-scenes",
        "v1-generate",
        "v3-generate-storyboard",
        "v3-generate-scenes",
    }
)
TIMELINES: Final[Mapping[str, Timeline]] = {
    **dict.fromkeys(sorted(GENERATE), _RENDER),
    # Version 1 has no status call: its file is there when the answer is.
    "v1-generate": _render(0.0, 0.0, 0.0),
    "upload-scene": _EXPORT,
}
FAILURE: Final = Step("ERROR", Phase.FAILED, error="render_failed")
SECRETS: Final = Secrets(
    headers=("authorization",),
    body=("authentication_token", "access_token"),
    paths=("/upload/",),
)

SETTINGS: Final = (
    Setting(
        "error_http",
        default="proper",
        about="HTTP status of errors: their own, or 200 with the error in the body.",
        choices=("proper", "legacy200"),
    ),
    Setting(
        "strict_schema",
        default=False,
        about="Refuse request members that the reference does not name.",
    ),
    world_setting("strict_world"),
    Setting(
        "rate_limit_per_minute",
        default=10,
        about="Generate calls of one account in any 60 s, with --limits real.",
    ),
    Setting(
        "v1_security",
        default="any",
        about="Which tokens version 1 takes: the secret, the hash over the data, any.",
        choices=("any", "normal", "high"),
    ),
    Setting(
        "v1_thumbnails",
        default=True,
        about="Version 1 answers an IMAGE_JPG format beside each video.",
    ),
    Setting(
        "hls_while_rendering",
        default=False,
        about="HLS playlists and segments can be fetched from RENDERING on.",
    ),
    Setting(
        "broken_assets",
        default="",
        about="A job that names an asset matching this pattern ends in ERROR.",
        is_pattern=True,
    ),
    Setting(
        "token_s",
        default=1800,
        about="Seconds that an access token of version 3 is valid.",
    ),
)

START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/api/v2/storyboards/generate",
        is_basic=True,
        body={
            "storyboard_id": "1234",
            "output": {"video": [{"video_type": "mp4", "height": 720}]},
            "data": [{"key": "name", "val": "My Name"}],
        },
        keeps={
            "status": "/check_status_url",
            "film": "/output/video/0/links/url",
        },
    ),
    Trial(
        about="Look at its status until it has ended",
        path="{status}",
        is_basic=True,
        until=("/status", ("VIDEO_AVAILABLE", "ERROR")),
    ),
    Trial(about="Fetch its film", path="{film}", saves="film.mp4"),
)

CORS: Final = Cors(  # contract idomoo, section 6
    methods="GET, POST, PUT, PATCH, DELETE, OPTIONS",
    headers="Authorization, Content-Type, Accept, Signature, x-idomoo-api-mode",
)
_SLASHES: Final = re.compile(r"//+")


def credential(chance: Chance) -> Credential:
    """Draw a new account and its API secret key."""
    fields = {
        "account_id": str(chance.integer("account", 100_000, 999_999_999)),
        "api_secret_key": chance.hex("secret", 40),
    }
    return Credential(fields, key="account_id", secret="api_secret_key")  # noqa: S106 - a name


def clean_path(path: str) -> str:
    """Return a path without doubled slashes and without one at its end.

    A slash at the end of the SDK's `host` doubles the one that follows; public
    programs leave out the one at the end (contract idomoo, sections 1 and 3.1).
    """
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return path.rstrip("/") or "/" if path.endswith("/") else path


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: values, and names of files."""
    if not isinstance(payload, dict):
        return
    yield str(payload.get("video_file_name") or "")
    yield str(payload.get("statistic_id") or "")
    data = payload.get("data") or payload.get("video", {}).get("data") or ()
    yield from (str(item["val"]) for item in data)
    for scene in payload.get("timeline", {}).get("scenes", ()):
        for text in scene.get("text") or ():
            yield from (run["text"] for run in text.get("val") or ())
