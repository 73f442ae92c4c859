"""Schemas: those of a provider's file, in it, by name, or in files beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mockserver.providers.declared.errors import KINDS
from mockserver.scenarios.written.source import Place

__all__ = ["Schemas"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Schemas:
    """Collects the schemas of one file.

    Args:
        named: Those that have names of their own.
        place: Where these stand.
        folder: Where the file lies.

    Attributes:
        all: Every one, by the name under which it is held against something.
        errors: The kinds that errors have.
    """

    errors = tuple(KINDS)

    def __init__(self, named: Mapping[str, Any], place: Place, folder: Path) -> None:
        self._folder = folder
        self._names = [*named]
        self.all: dict[str, Any] = {}
        for name, one in named.items():
            self.all[name] = self._read(one, place.at(name))

    def add(self, name: str, said: Any, place: Place, part: str = "request") -> bool:
        """Know the schema of a request or answer; say whether there is one.

        Raises:
            ScenarioError: It is no schema, or has no readable file.
        """
        if said is None:
            return False
        at = place.at(part)
        if isinstance(said, str) and not _is_file(said):
            at.choose(said, self._names, "a schema")
            self.all[name] = {"$schema": _DIALECT, "$ref": f"{said}.json"}
        elif part != "python":
            self.all[name] = self._read(said, at)
        return True

    def _read(self, said: Any, place: Place) -> Any:
        if isinstance(said, str) and _is_file(said):
            try:
                return json.loads((self._folder / said).read_text("utf-8"))
            except (OSError, ValueError) as error:
                place.fail(said, f"a file with a JSON Schema: {error}")
        if not isinstance(said, Mapping | bool):
            place.fail(said, "a JSON Schema, its name, or a file such as ./film.json")
        return said


def _is_file(said: str) -> bool:
    return said.endswith(".json")
