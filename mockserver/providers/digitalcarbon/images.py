"""Which image URLs DigitalCarbon calls invalid."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.delivery.message import Message
from mockserver.errors import DeliveryError
from mockserver.patterns import pattern
from mockserver.providers.call import Call

__all__ = ["invalid_images", "is_image_url"]

EXTENSIONS: Final = frozenset({"jpg", "jpeg", "png", "webp"})
TYPES: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "application/octet-stream"}
)
LENGTH_MAX: Final = 2083
PROBE_S: Final = 5.0

# Most are like this, and need no closer look.
_PLAIN: Final = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*/(?:[\w.~-]+/)*[\w-]+\.(?:jpe?g|png|webp)", re.ASCII
)


@lru_cache(maxsize=2048)
def _is_plain(url: str) -> bool:
    """Say whether a URL is like most; clients show the same photos again and again."""
    return _PLAIN.fullmatch(url) is not None


def is_image_url(url: str) -> bool:
    """Say whether a URL can be that of a picture, without asking for it.

    Source: contract digitalcarbon, appendix B.
    """
    if not url or len(url) > LENGTH_MAX or re.search(r"[\s\x00-\x1f\x7f]", url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return False
    if re.search(r":$", parts.netloc):
        return False
    _, dot, extension = parts.path.rpartition("/")[2].rpartition(".")
    return not dot or extension.lower() in EXTENSIONS


async def invalid_images(call: Call, files: Sequence[Any]) -> list[str]:
    """Return the invalid ones among `[{"url": str}, ...]`, in their order."""
    wanted = call.setting("invalid_images")
    is_unwanted = pattern(wanted).occurs_in if wanted else _never
    probe = call.setting("fetch_inputs")
    is_more = bool(wanted) or probe != "off"
    invalid = []
    for file in files:
        url = file["url"]
        if not is_more and len(url) <= LENGTH_MAX and _is_plain(url):
            continue
        is_wrong = not is_image_url(url) or is_unwanted(url)
        if is_wrong or (probe != "off" and not await _is_there(call, url, probe)):
            invalid.append(url)
    return invalid


def _never(_: str) -> bool:
    return False


async def _is_there(call: Call, url: str, probe: str) -> bool:
    """Ask for a picture, as the provider has to when it renders."""
    message = Message(probe.upper(), url)
    try:
        answer = await call.services.outbox.client.send(
            message, timeout_s=PROBE_S, redirects=5, follows_all=True
        )
    except DeliveryError as error:
        call.note(f"{url}: {error}")
        return False
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return 200 <= answer.status < 300 and (not kind or kind in TYPES)
