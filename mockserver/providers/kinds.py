"""Kinds: what a provider's world may hold, each thing by its id."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

__all__ = ["Kind", "Thing", "WorldPart"]

Thing = Mapping[str, Any]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _as_it_is(key: str, thing: Thing) -> Thing:
    del key
    return thing


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of thing that clients name by an id, such as storyboards.

    Attributes:
        name: Its name in a world file: `storyboards`.
        table: Its name in messages and in the store: `storyboard`.
        about: One sentence for people who write a world file.
        thing: JSON Schema of one of them; no member has to be there.
        complete: Completes what was declared of an id; of an empty thing it makes what
            comes to be when a request names one that nobody has declared. A pure
            function of both, so that it never matters who came first.
        nowhere: The id that is always unknown, so that the error can be had.
        ids: Regular expression of the ids that can come to be.
        parts: Things inside of it: member of the world file, and the table in which
            they are kept as `<id>/<name>`.
        is_public: The space that has it can be found by its id alone.
    """

    name: str
    table: str
    about: str
    thing: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    complete: Callable[[str, Thing], Thing] = _as_it_is
    nowhere: str
    ids: str = r"[\s\S]{1,200}"
    parts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    is_public: bool = False


class WorldPart(Struct, frozen=True, kw_only=True):
    """What a provider says about its part of a world file.

    Attributes:
        kinds: Its kinds of things.
        details: What else a catalogue or an account may say: member and JSON Schema.
    """

    kinds: tuple[Kind, ...] = ()
    details: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    def kind(self, table: str) -> Kind:
        """Return the kind that is kept in a table.

        Raises:
            KeyError: There is none.
        """
        return next(kind for kind in self.kinds if kind.table == table)
