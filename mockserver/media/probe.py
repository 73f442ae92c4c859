"""Looks into a media file that somebody has sent, in a process of its own."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any, Final

from mockserver.errors import MediaError
from mockserver.media.process import run_process

__all__ = ["glimpse", "is_known", "probe"]

LIMIT_S: Final = 10.0
_HEADS: Final = (  # what files with pictures or sound begin with, and where
    (4, b"ftyp"),
    (0, b"RIFF"),
    (0, b"\x1aE\xdf\xa3"),
    (0, b"FLV\x01"),
    (0, b"ID3"),
    (0, b"OggS"),
    (0, b"fLaC"),
    (0, b"\x30\x26\xb2\x75"),
    (0, b"\x00\x00\x01\xba"),
    (0, b"\xff\xfb"),
    (0, b"\xff\xf3"),
    (0, b"\xff\xf1"),
)


def is_known(data: bytes) -> bool:
    """Say whether bytes begin as a file with pictures or sound does."""
    return any(data.startswith(head, at) for at, head in _HEADS)


async def probe(data: bytes) -> dict[str, Any]:
    """Return what a file says about its streams; empty for one that says nothing.

    What others send may be made to break whatever reads it: a process of its own
    does, and may take ten seconds.

    Returns:
        `{"seconds"}` if it says so; of sound `{"acodec", "channels", "framesize",
        "numsamples", "samplefmt", "samplerate"}`; of pictures `{"size"}` in pixels and
        `{"fps", "avg_fps", "par", "dar", "tbn", "tbc"}`, each of these `[num, den]` or
        None.
    """
    if not is_known(data):
        return {}
    command = [sys.executable, "-m", "mockserver.media.look"]
    try:
        said = await run_process(command, feed=_pieces(data), limit_s=LIMIT_S)
        found: dict[str, Any] = json.loads(said)
    except (MediaError, ValueError):
        return {}
    return found


async def glimpse(data: bytes) -> bytes:
    """Return the first picture of a film as PNG; empty if there is none.

    It is looked for as `probe` looks.
    """
    command = [sys.executable, "-m", "mockserver.media.look", "--picture"]
    try:
        return await run_process(command, feed=_pieces(data), limit_s=LIMIT_S)
    except MediaError:
        return b""


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data
