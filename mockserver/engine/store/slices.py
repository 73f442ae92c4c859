"""Slices: in how large pieces a large space is read, while others are served."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["AT_ONCE", "LARGE", "no_sweeping"]

LARGE: Final = 2000
"""Of so many places, a space is read in slices."""
AT_ONCE: Final = 250


@contextmanager
def no_sweeping() -> Iterator[None]:
    """Keep the collector of cycles from going through all that is read, many times.

    Nothing of it is in a cycle; each sweep would stop everything for longer.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
