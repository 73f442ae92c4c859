"""Fault: one of several, drawn each time."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Final

from mockserver.engine.chance import Chance
from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.early import OfBeginnings
from mockserver.scenarios.faults.fault import Fault, said
from mockserver.scenarios.written.shapes import NUMBER, Shape, list_of
from mockserver.scenarios.written.source import Place

__all__ = ["OneOf"]

_ALONE: Final = ("expired-credential", "one-of")


def _fault(raw: Any, place: Place) -> Fault:
    # Where all kinds are known, this one is, too.
    registry = import_module("mockserver.scenarios.faults.registry")
    fault: Fault = registry.parse_fault(raw, place)
    if fault.kind in _ALONE or isinstance(fault, OfBeginnings):
        place.at("kind").fail(fault.kind, "a fault that may be one of several")
    return fault


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """Does what one of several faults does; the draw is that of a job's n-th call."""

    kind: ClassVar[str] = "one-of"
    about: ClassVar[str] = "One of several faults, drawn for each call."
    is_of_files: ClassVar[bool] = False

    faults: tuple[Fault, ...] = said(
        "faults",
        list_of(Shape({"$ref": "#/$defs/fault"}, _fault), 2),
        "The faults, each as it would stand alone.",
    )
    weights: tuple[float, ...] = said(
        "weights",
        list_of(NUMBER, 2),
        "How often each comes, beside the others; equally often if missing.",
        default=(),
    )

    def __post_init__(self) -> None:
        """Check that each fault has its weight.

        Raises:
            ValueError: One has none, or no fault would ever come.
        """
        if self.weights and len(self.weights) != len(self.faults):
            raise ValueError(f"{len(self.faults)} 'weights', one for each fault")
        if self.weights and not sum(self.weights):
            raise ValueError("'weights' of which one is more than 0")

    def pick(self, chance: Chance) -> Fault:
        """Return the fault that comes this time."""
        weights = self.weights or (1.0,) * len(self.faults)
        left = chance.number("which") * sum(weights)
        for fault, weight in zip(self.faults, weights, strict=True):
            left -= weight
            if left < 0:
                return fault
        return self.faults[-1]

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Do what the fault does that comes this time."""
        self.pick(occasion.chance).apply(course, occasion)
