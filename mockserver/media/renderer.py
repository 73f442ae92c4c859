"""Renderer: what the cache asks for bytes; light to import, unlike the real one."""

from typing import Protocol

from mockserver.media.parts import Part
from mockserver.media.spec import MediaSpec

__all__ = ["Renderer"]


class Renderer(Protocol):
    """Makes the bytes of media files; equal specs give equal bytes."""

    def identity(self, spec: MediaSpec) -> str:
        """Return text that differs whenever the bytes of a spec may differ.

        Raises:
            MediaError: The renderer cannot work here.
        """
        ...

    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        """Return the files of a spec: one, or the segments of an HLS clip.

        Raises:
            MediaError: It cannot be made; the message says why, in one line.
        """
        ...
