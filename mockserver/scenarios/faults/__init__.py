"""Faults: forty kinds, one file each, loaded when a scenario first names one.

The folders are the sections of `docs/faults.md`, which says what each kind is for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.scenarios.faults.registry import (
        FAULT_SCHEMAS,
        FAULTS,
        Fault,
        parse_fault,
    )

__all__ = ["FAULTS", "FAULT_SCHEMAS", "Fault", "parse_fault"]


def __getattr__(name: str) -> Any:
    # Most servers never break anything; thirty small modules would delay their start.
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module("mockserver.scenarios.faults.registry"), name)
