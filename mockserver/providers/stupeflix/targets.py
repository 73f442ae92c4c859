"""The closed platforms: what they are told, and what they would have answered."""

from collections.abc import Mapping
from string import ascii_letters, ascii_lowercase, digits
from typing import Any, Final
from urllib.parse import urlencode

from mockserver.delivery.parcel import Posting
from mockserver.engine.chance import Chance

__all__ = ["outcome", "posting"]

_YOUTUBE_LETTERS: Final = ascii_letters + digits + "-_"
# What each is told of a video's meta (contract stupeflix, section 6.2)
_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "youtube": ("title", "description", "tags", "channels", "acl", "location"),
    "dailymotion": (
        "title", "description", "tags", "channels", "acl", "country", "city", "lang",
        "published", "publicationDate", "geoblockWhiteList", "geoblockList",
    ),
    "facebook": ("title", "description"),
    "brightcove": ("title", "description", "tags"),
}  # fmt: skip


def outcome(
    upload: Mapping[str, Any], *, job_id: str, chance: Chance
) -> dict[str, str] | None:
    """Return what an upload comes to, if that is known without sending anything.

    Returns:
        `{"id", "url"}`, `{"error"}`, or None for an upload that is really made.

    Source: contract stupeflix, section 6.2.
    """
    make = _OUTCOMES.get(upload["kind"])
    if make is None:
        return None
    return make(upload["attributes"], job_id, chance)


def posting(upload: Mapping[str, Any]) -> Posting:
    """Return what a platform is told of a video, without credentials."""
    meta, kind = upload["meta"], upload["kind"]
    told = {k: meta[k] for k in _TOLD.get(kind, ()) if k in meta}
    return Posting(
        platform=kind,
        url=upload["result"].get("url", ""),
        body=urlencode(told).encode(),
        content_type="application/x-www-form-urlencoded",
    )


def _store(_: Mapping[str, str], job_id: str, __: Chance) -> dict[str, str]:
    return {"id": job_id, "url": ""}


def _youtube(_: Mapping[str, str], __: str, chance: Chance) -> dict[str, str]:
    name = chance.word("youtube", 11, _YOUTUBE_LETTERS)
    return {"id": name, "url": f"http://www.youtube.com/watch?v={name}"}


def _dailymotion(
    attributes: Mapping[str, str], _: str, chance: Chance
) -> dict[str, str]:
    has_login = bool(attributes.get("login") and attributes.get("password"))
    if not (has_login or attributes.get("sid")):
        return {"error": "login and password, or sid, are needed"}
    name = "x" + chance.word("dailymotion", 6, ascii_lowercase + digits)
    return {"id": name, "url": f"http://www.dailymotion.com/video/{name}"}


def _facebook(_: Mapping[str, str], __: str, chance: Chance) -> dict[str, str]:
    name = "1" + chance.word("facebook", 14, digits)
    return {"id": name, "url": f"http://www.facebook.com/video.php?v={name}"}


def _brightcove(
    attributes: Mapping[str, str], _: str, chance: Chance
) -> dict[str, str]:
    if not attributes.get("sid"):
        return {"error": "sid is needed"}
    name = attributes.get("reference_id") or "1" + chance.word("brightcove", 12, digits)
    return {"id": name, "url": f"http://link.brightcove.com/services/link/{name}"}


_OUTCOMES: Final = {
    "stupeflixStore": _store,
    "youtube": _youtube,
    "dailymotion": _dailymotion,
    "facebook": _facebook,
    "brightcove": _brightcove,
}
