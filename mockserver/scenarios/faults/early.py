"""Early: what faults have in common that act before there is any call."""

from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion

__all__ = ["OfBeginnings"]


class OfBeginnings:
    """What acts on the beginning of a connection, and on nothing else.

    Attributes:
        stage: On which part of it, as an operation.
    """

    __slots__ = ()

    kind: ClassVar[str]
    about: ClassVar[str]
    is_of_files: ClassVar[bool] = False
    stage: ClassVar[str]

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Leave a call as it is: whoever has one to make has passed by then."""
        del course, occasion
