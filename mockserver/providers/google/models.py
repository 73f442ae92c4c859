"""Models: the catalogue, what of it can be had where, and how long it takes."""

import re
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.google import shapes
from mockserver.providers.hints import Hint
from mockserver.providers.kinds import Thing
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import cursor_page

__all__ = ["found", "list_models", "read", "takes_s"]

PAGE: Final = 50
PAGE_MAX: Final = 1000
_LONGER: Final = {"1080p": 1.5, "4k": 2.5}  # contract google, section 4
_TOKENS_IN: Final = 480
_TOKENS_OUT: Final = 8192


async def list_models(call: Call) -> Reply:
    """List the models, by name."""
    limit = whole(call.query.get("pageSize", str(PAGE)), least=1, most=10**9)
    if limit is None:
        raise InvalidPayloadError(
            code="said", message="`pageSize` must be a whole number of 1 or more."
        )
    page = cursor_page(
        sorted(call.table("model").values(), key=lambda one: str(one["id"])),
        after=call.query.get("pageToken") or None,
        limit=min(limit, PAGE_MAX),
        key=lambda one: str(one["id"]),
    )
    told: dict[str, Any] = {"models": [_shown(one) for one in page.items]}
    if page.next is not None:
        told["nextPageToken"] = page.next
    return shapes.told(told)


async def read(call: Call) -> Reply:
    """Show a model."""
    return shapes.told(_shown(found(call, call.parameters["model"])))


def found(call: Call, name: str, door: str = "") -> Thing:
    """Return a model, if it can be had through a door.

    Raises:
        NotFoundError: There is none, or not there.
    """
    known: Thing | None = call.table("model").get(name)
    kind = call.provider.world.kind("model")
    is_open = call.setting("models") == "open" and name != kind.nowhere
    if known is None and is_open and re.fullmatch(kind.ids, name):
        known = kind.complete(name, {})
        call.note(f"model {name!r} was not declared, so it came to be")
    if known is None or (door and door not in known["doors"]):
        names = sorted(
            str(one["id"])
            for one in call.table("model").values()
            if not door or door in one["doors"]
        )
        allow = "--set google.models=open, or declare it in a world file"
        call.hint(Hint.of(f"model {name!r}", name, names, allow))
        raise NotFoundError("model", model=name[:200])
    return known


def takes_s(model: Thing, resolution: str) -> float:
    """Return how long a video of a size really takes.

    Source: contract google, section 4.
    """
    by_size = model.get("takes_by_size", {})
    if resolution in by_size:
        return float(by_size[resolution])
    is_veo = "interactions" not in model["doors"]
    return float(model["takes"]) * (_LONGER.get(resolution, 1.0) if is_veo else 1.0)


def _shown(model: Thing) -> dict[str, Any]:
    """Return a model as answers show it.

    Source: contract google, appendix A.
    """
    is_veo = "interactions" not in model["doors"]
    return {
        "name": f"models/{model['id']}",
        "version": model["version"],
        "displayName": model["title"],
        "description": model["about"],
        "inputTokenLimit": _TOKENS_IN,
        "outputTokenLimit": _TOKENS_OUT,
        "supportedGenerationMethods": [
            "predictLongRunning" if is_veo else "createInteraction"
        ],
    }
