"""Characters: people and pets of which videos can be made."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.openai import inputs
from mockserver.providers.openai.world import CHARACTERS
from mockserver.providers.reply import Reply
from mockserver.providers.wires import forms

__all__ = ["create", "read"]

NAME_MAX: Final = 80


async def create(call: Call) -> Reply:
    """Make a character of a name and a video; it is ready at once."""
    body = await inputs.payload(call)
    name = inputs.text_of(body, "name", "")
    if not name:
        raise InvalidPayloadError(code="missing", param="name")
    if len(name) > NAME_MAX:
        raise InvalidPayloadError(
            code="long", param="name", limit=NAME_MAX, length=len(name)
        )
    if not isinstance(body.get("video"), forms.Part):
        raise InvalidPayloadError(code="missing", param="video")
    table = call.table(CHARACTERS)
    chance = call.chance.fork("character", table.number())
    made: dict[str, Any] = {
        "id": f"char_{chance.hex('id', 32)}",
        "name": name,
        "created_at": int(call.now),
    }
    table.put(made["id"], made)
    return call.reply(_shown(made))


async def read(call: Call) -> Reply:
    """Show a character."""
    key = call.parameters["character_id"]
    known = call.table(CHARACTERS).get(key)
    if known is None:
        raise NotFoundError("character", id=key[:200])
    return call.reply(_shown(known))


def _shown(known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": known["id"],
        "object": "character",
        "created_at": known["created_at"],
        "name": known["name"],
    }
