"""Data: the schemas and fixtures of one file, as the folder that others have."""

import io
import json
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import IO, Any

from mockserver.engine.packing import pack

__all__ = ["Folder", "folder_of"]


class Folder(Traversable):
    """A folder, or a file, in memory.

    Args:
        name: Its name.
        inside: What is in it: bytes are a file, a mapping is a folder, and None is
            what is not there.
        origin: Where it comes from, for messages.
    """

    def __init__(
        self, name: str, inside: bytes | Mapping[str, Any] | None, origin: str
    ) -> None:
        self._name, self._inside, self._origin = name, inside, origin

    def __str__(self) -> str:
        return self._origin

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    def is_dir(self) -> bool:
        """Say whether it is a folder."""
        return isinstance(self._inside, Mapping)

    def is_file(self) -> bool:
        """Say whether it is a file."""
        return isinstance(self._inside, bytes)

    def iterdir(self) -> Iterator["Folder"]:
        """Yield what is in it."""
        if not isinstance(self._inside, Mapping):
            raise NotADirectoryError(self._origin)
        for name in self._inside:
            yield self.joinpath(name)

    def joinpath(self, *descendants: Any) -> "Folder":
        """Return what lies below it, whether it is there or not."""
        found = self
        for part in (name for one in descendants for name in str(one).split("/")):
            inside = found._inside
            below = inside.get(part) if isinstance(inside, Mapping) else None
            found = Folder(part, below, found._origin)
        return found

    def __truediv__(self, child: Any) -> "Folder":
        return self.joinpath(child)

    def read_bytes(self) -> bytes:
        """Return what is in a file.

        Raises:
            FileNotFoundError: It is none.
        """
        if not isinstance(self._inside, bytes):
            raise FileNotFoundError(f"{self._origin}: {self._name}")
        return self._inside

    def read_text(self, encoding: str | None = None) -> str:
        """Return what is in a file, as text."""
        return self.read_bytes().decode(encoding or "utf-8")

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        """Open it for reading.

        Raises:
            FileNotFoundError: It is no file.
        """
        raw = io.BytesIO(self.read_bytes())
        return raw if "b" in mode else io.TextIOWrapper(raw, *args, **kwargs)


def folder_of(
    slug: str,
    origin: str,
    schemas: Mapping[str, Any],
    world: Mapping[str, Any],
    start: str,
    examples: Mapping[str, Any],
) -> Folder:
    """Return the folder in which the data of one provider lie.

    Args:
        slug: The provider.
        origin: Its file.
        schemas: By name.
        world: What its spaces begin with.
        start: A commented section of a world file to start from.
        examples: By `OPERATION.CASE`.
    """
    fixtures = {
        "world.yaml": json.dumps(world).encode(),
        "start.yaml": start.encode(),
        "examples": {f"{name}.json": pack(one) for name, one in examples.items()},
    }
    told = {f"{name}.json": json.dumps(one).encode() for name, one in schemas.items()}
    return Folder("", {"schemas": {slug: told}, "fixtures": {slug: fixtures}}, origin)
