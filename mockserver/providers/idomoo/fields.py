"""Which part of an answer is asked for: `fields`, `limit`, `offset`, `desc`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.wires.paging import offset_page

__all__ = ["FIELDS", "page", "picked"]

PAGE: Final = 100

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "account": (
        *("account_id", "email", "first_name", "last_name", "company"),
        *("max_concurrency_allowed", "credits"),
    ),
    "library": (
        *("library_id", "name", "description", "thumbnail", "scenes"),
        *("id", "ref"),
    ),
    "scene": (
        *("scene_id", "scene_status", "scene_name", "video", "thumbnail", "ref"),
        *("idm_format_version", "scene_height", "scene_width", "library_id"),
        *("duration_in_seconds", "fps", "media", "text", "audio", "errors"),
    ),
    "storyboard": (
        *("storyboard_id", "name", "thumbnail", "data", "soundtrack", "width"),
        *("height", "fps", "thumbnail_time", "last_modified", "last_modified_string"),
    ),
}
# Clients break without these, so they are always there (contract idomoo, section 3.2).
_ALWAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "account": (),
    "library": ("library_id", "name"),
    "scene": ("scene_id",),
    "storyboard": ("storyboard_id",),
}


def picked(call: Call, kind: str, thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a thing that the query asks for.

    `fields` is a comma list, a repeated key, or both; a dotted name picks inside.
    When no name is known, everything is returned.

    Source: contract idomoo, section 3.2.
    """
    names = _names(call, kind)
    if not names:
        return dict(thing)
    wanted: dict[str, list[str]] = {name: [] for name in _ALWAYS[kind]}
    for name in names:
        first, _, rest = name.partition(".")
        wanted.setdefault(first, []).append(rest)
    return {
        name: value if "" in wanted[name] else _inside(value, wanted[name])
        for name, value in thing.items()
        if name in wanted
    }


def page(
    call: Call, things: Sequence[dict[str, Any]], *, default: int = PAGE
) -> Sequence[dict[str, Any]]:
    """Return the things that `desc`, `offset` and `limit` ask for.

    Source: contract idomoo, section 3.2.
    """
    if call.query.get("desc", "").lower() == "true":
        things = things[::-1]
    offset, limit = _count(call, "offset", 0), _count(call, "limit", default)
    return offset_page(things, offset=offset, limit=limit).items


def _names(call: Call, kind: str) -> list[str]:
    texts = call.query.getall("fields", [])
    names = [name.strip() for text in texts for name in text.split(",")]
    if kind == "library":
        names = ["library_id" if name == "id" else name for name in names]
    return [name for name in names if name.partition(".")[0] in FIELDS[kind]]


def _inside(value: Any, names: Iterable[str]) -> Any:
    """Return what dotted names pick; a required thing without any is kept whole."""
    wanted = {name.partition(".")[0]: name.partition(".")[2] for name in names}
    if not wanted:
        return value
    if isinstance(value, list):
        return [_inside(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _inside(held, [wanted[name]] if wanted[name] else [])
        for name, held in value.items()
        if name in wanted
    }


def _count(call: Call, name: str, default: int) -> int:
    found = whole(call.query.get(name))
    return default if found is None else found
