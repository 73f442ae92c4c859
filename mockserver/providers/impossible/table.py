"""The one table that all of ImpossibleFX's operations are in."""

from typing import Final

from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes()
