"""What the studio holds: drafts, recipes, templates, voices and the rest."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.hourone.world import USUAL, scenes
from mockserver.providers.kinds import Thing
from mockserver.providers.wires.pydantic import Entry, rule_entry

__all__ = ["PARTS", "Shelf"]

PARTS: Final = tuple(USUAL)
# Which shelf an id is looked for on, and how its absence is told
# (contract hourone, section 3.2)
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "source_draft_id": ("draft", "source draft not found"),
    "recipe_id": ("recipe", "recipe not found"),
    "template_id": ("template", "template not found"),
    "workflow_id": ("workflow", "workflow not found"),
    "folder_id": ("folder", "folder not found"),
    "palette_id": ("palette", "palette not found"),
    "character_id": ("character", "character not found"),
    "voice_id": ("voice", "voice not found"),
}


class Shelf:
    """Looks ids up, and notes those that are not there.

    An unknown id is taken for one of the client's own studio, and is there from then
    on, unless the setting `world` is `strict`; 24 zeros are never there.

    Args:
        call: The call that the ids are from.
        place: What the `loc` of every note begins with.
    """

    def __init__(self, call: Call, place: tuple[str | int, ...]) -> None:
        self._call = call
        self._place = place
        self.wrong: list[Entry] = []

    def known(self, field: str, key: str) -> Mapping[str, Any] | None:
        """Return what there is of an id, or None."""
        return things.find(self._call, _KINDS[field][0], key)

    def take(self, field: str, key: str | None) -> Mapping[str, Any]:
        """Return what an id stands for; nothing much if only the client knows."""
        if key is None:
            return {}
        found = self.known(field, key)
        if found is None:
            self.wrong.append(rule_entry((*self._place, field), _KINDS[field][1]))
        return {} if found is None or things.is_born(found) else found

    def learn_scenes(self, field: str, key: str | None, count: int) -> None:
        """Let a draft that only the client knows have as many scenes as were sent."""
        kind = _KINDS[field][0]
        known = None if key is None else self._call.table(kind).get(key)
        if key is None or known is None or not things.is_born(known):
            return

        def longer(draft: Thing) -> Thing:
            most = max(count, len(draft["scenes"]))
            return {**draft, "scenes": scenes(most)}

        things.learn(self._call, kind, key, longer)

    def layout(self, key: str) -> Mapping[str, Any]:
        """Return a layout's slots: `{"media": [str], "texts": [str]}`."""
        found = things.find(self._call, "layout", key)
        return {"media": (), "texts": ()} if found is None else found

    def refuse(self, field: str, message: str) -> None:
        """Note that a member breaks a rule."""
        place = (*self._place, field) if field else self._place
        self.wrong.append(rule_entry(place, message))

    def usual(self) -> Mapping[str, str]:
        """Return the palette, character and voice of things that nobody has furnished.

        Returns:
            `{"palette_id": str, "character_id": str, "voice_id": str}`
        """
        declared = self._call.world.catalogue.things
        return {
            field: next(iter(declared.get(f"{_KINDS[field][0]}s", ())), usual)
            for field, usual in USUAL.items()
        }
