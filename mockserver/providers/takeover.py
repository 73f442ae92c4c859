"""Takeover: what clients have used, written as the world file that declares it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.engine.spaces import Space
from mockserver.providers.kinds import Kind, Thing
from mockserver.providers.plugin import AnyPlugin
from mockserver.providers.services import Services
from mockserver.providers.world import World

__all__ = ["used_world"]

MOST: Final = 10_000
# Made up to have something to page through: nobody has used it.
_SCENERY: Final = "is_scenery"

Document = dict[str, Any]


def used_world(services: Services, spaces: list[Space]) -> Document:
    """Return the world of what was named or made in spaces, and is not declared yet.

    Returns:
        `{slug: {"catalogue": {kind: {id: thing}}}}`, as a world file has it.
    """
    found: Document = {}
    for space in spaces:
        for slug in space.slugs():
            provider = services.providers[slug]
            world = services.world_in(slug, space)
            for kind in provider.world.kinds:
                for key, thing in _used(provider, kind, world, space):
                    shelf = found.setdefault(slug, {}).setdefault("catalogue", {})
                    shelf.setdefault(kind.name, {})[key] = thing
    return found


def _used(
    provider: AnyPlugin, kind: Kind, world: World, space: Space
) -> Iterator[tuple[str, Document]]:
    account = world.account_of(space.id, provider.slug)
    owners = [world.catalogue, *([] if account is None else [account])]
    declared: dict[str, Thing] = {}
    for owner in owners:
        declared |= owner.things.get(kind.name, {})
    for key, thing in space.table(provider.slug, kind.table).after("", MOST):
        if _SCENERY in thing:
            continue
        whole = {**thing, **_parts(provider, kind, space, key)}
        written = _written(kind, key, whole)
        if key not in declared or written != _written(kind, key, declared[key]):
            yield key, written


def _parts(
    provider: AnyPlugin, kind: Kind, space: Space, key: str
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    prefix = f"{key}/"
    for member, table in kind.parts.items():
        for path, part in space.table(provider.slug, table).after(prefix, MOST):
            if not path.startswith(prefix):
                break
            found.setdefault(member, {})[path.removeprefix(prefix)] = part
    return found


def _written(kind: Kind, key: str, thing: Thing) -> Document:
    """Return what a world file has to say of a thing; what goes without saying, not."""
    usual = kind.complete(key, {})
    known: Mapping[str, Any] = kind.thing.get("properties", {})
    said = {
        name: value
        for name, value in thing.items()
        if name in known and value != usual.get(name) and value != []
    }
    for member in kind.parts:
        inside = known[member]["additionalProperties"].get("properties", {})
        if member in said:
            said[member] = {
                str(name): {k: v for k, v in part.items() if k in inside and v != []}
                for name, part in said[member].items()
            }
    return said
