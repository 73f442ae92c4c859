"""What the studio holds: drafts, recipes, templates, voices and the rest."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.providers.call import Call
from mockserver.providers.wires.pydantic import Entry, rule_entry

__all__ = ["PARTS", "Shelf"]

NOWHERE: Final = "000000000000000000000000"
PARTS: Final = ("palette_id", "character_id", "voice_id")
# Which shelf an id is looked for on, and how its absence is told
# (contract hourone, section 3.2)
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "source_draft_id": ("drafts", "source draft not found"),
    "recipe_id": ("recipes", "recipe not found"),
    "template_id": ("templates", "template not found"),
    "workflow_id": ("workflows", "workflow not found"),
    "folder_id": ("folders", "folder not found"),
    "palette_id": ("palettes", "palette not found"),
    "character_id": ("characters", "character not found"),
    "voice_id": ("voices", "voice not found"),
}


class Shelf:
    """Looks ids up, and notes those that are not there.

    An unknown id is taken for one of the client's own studio, unless the setting
    `strict_ids` says otherwise; 24 zeros are never there.

    Args:
        call: The call that the ids are from.
        place: What the `loc` of every note begins with.
    """

    def __init__(self, call: Call, place: tuple[str | int, ...]) -> None:
        self._catalogue = call.world.catalogue
        self._is_strict = call.setting("strict_ids")
        self._place = place
        self.wrong: list[Entry] = []

    def known(self, field: str, key: str) -> Mapping[str, Any] | None:
        """Return what the world says about an id, or None."""
        kind, _ = _KINDS[field]
        found: Mapping[str, Any] | None = self._catalogue.get(kind, {}).get(key)
        return found

    def take(self, field: str, key: str | None) -> Mapping[str, Any]:
        """Return what an id stands for; nothing much if only the client knows."""
        if key is None:
            return {}
        found = self.known(field, key)
        if found is None and (self._is_strict or key == NOWHERE):
            self.wrong.append(rule_entry((*self._place, field), _KINDS[field][1]))
        return {} if found is None else found

    def layout(self, key: str) -> Mapping[str, Any]:
        """Return a layout's slots: `{"media": [str], "texts": [str]}`."""
        layouts: Mapping[str, Any] = self._catalogue.get("layouts", {})
        return layouts.get(key, {"media": (), "texts": ()})  # type: ignore[no-any-return]

    def refuse(self, field: str, message: str) -> None:
        """Note that a member breaks a rule."""
        place = (*self._place, field) if field else self._place
        self.wrong.append(rule_entry(place, message))

    def usual(self) -> Mapping[str, str]:
        """Return the palette, character and voice of things that nobody has furnished.

        Returns:
            `{"palette_id": str, "character_id": str, "voice_id": str}`
        """
        return {
            field: next(iter(self._catalogue.get(_KINDS[field][0], {"": None})))
            for field in PARTS
        }
