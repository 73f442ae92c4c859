"""API keys: one is active for each account, beside those that are pinned."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.keyring import Grant
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.hourone import orders, shapes, wire
from mockserver.providers.reply import Reply

__all__ = ["create_key", "is_visible", "list_keys", "revoke_key"]

TABLE: Final = "key"


async def list_keys(call: Call) -> Reply:
    """List the active keys' ids: `[ApiIdsResponse, ...]`; pinned ones have none."""
    _adopt(call)
    told = [
        {name: key[name] for name in ("id", "created_at", "updated_at")}
        for key in call.table(TABLE).values()
        if is_visible(call, key)
    ]
    return shapes.answer(call, told)


async def create_key(call: Call) -> Reply:
    """Make a key and show it this once; the account's earlier ones are revoked.

    Keys that a fixture, the configuration or the control side has given are pinned,
    unless the setting `pinned_keys` is off: one test would lock out all others.

    Source: contract hourone, sections 2 and 3.12.
    """
    _adopt(call)
    table = call.table(TABLE)
    for earlier in list(table.values()):
        _revoke(call, earlier)
    chance = call.chance.fork("key", table.number())
    key = {
        "id": chance.hex("id", 32),
        "key": chance.hex("key", 40),
        "created_at": wire.stamp(call.now),
        "updated_at": wire.stamp(call.now),
    }
    table.put(key["id"], {**key, **orders.space_headers(call)})
    _register(call, key["key"])
    return shapes.answer(call, key, 201)


async def revoke_key(call: Call) -> Reply:
    """Revoke a key; answers 204 without a body."""
    _adopt(call)
    key = call.table(TABLE).get(call.parameters["key_id"])
    if key is None:
        raise NotFoundError("key")
    _revoke(call, key)
    return Reply.empty()


def is_visible(call: Call, thing: Mapping[str, Any]) -> bool:
    """Say whether a thing belongs to the workspace that a call names, if both do.

    Source: contract hourone, section 2.
    """
    wanted, made = orders.space_headers(call).get("workspace"), thing.get("workspace")
    return wanted is None or made is None or wanted == made


def _register(call: Call, key: str) -> None:
    space_id = call.space.id
    account = space_id.removeprefix(f"{wire.SLUG}.")
    grant = Grant(wire.SLUG, key, None, account, space_id, origin="client")
    call.services.spaces.keyring.add(grant)


def _adopt(call: Call) -> None:
    """Treat keys as if they had been made here that are not pinned any more."""
    table, revoked = call.table(TABLE), call.table(wire.REVOKED)
    if call.setting("pinned_keys"):
        return
    keyring = call.services.spaces.keyring
    for grant in keyring.grants(slug=wire.SLUG, space=call.space.id):
        key_id = call.chance.hex(f"id of {grant.key}", 32)
        is_known = not grant.is_pinned or table.get(key_id) or revoked.get(grant.key)
        if grant.kind == "key" and not is_known:
            at = wire.stamp(call.now)
            made = {"id": key_id, "key": grant.key, "created_at": at, "updated_at": at}
            table.put(key_id, made)


def _revoke(call: Call, key: Mapping[str, Any]) -> None:
    keyring = call.services.spaces.keyring
    grant = keyring.find(wire.SLUG, key["key"])
    if grant is not None and not grant.is_pinned:
        keyring.revoke(grant)
    elif grant is not None:
        # It is there again when its space begins anew, as all that was there first.
        call.table(wire.REVOKED).put(grant.key, {"id": key["id"]})
    call.table(TABLE).delete(key["id"])
