"""The one table that all of ImpossibleFX's operations are in."""

from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.routes import Routes

__all__ = ["table"]

table: Final = Routes[Call]()
