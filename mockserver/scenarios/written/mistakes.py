"""Mistakes: all that is wrong with a document, told at once."""

from types import TracebackType
from typing import Final

from mockserver.errors import Mistake, ScenarioError

__all__ = ["Mistakes"]

_TOLD_MAX: Final = 20


class Mistakes:
    """Collects errors: what fails inside `with` is kept, and the next part is read."""

    def __init__(self) -> None:
        self._found: list[Mistake | str] = []

    def __enter__(self) -> None:
        """Begin to read a part."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Keep what was wrong with it."""
        del kind, trace
        if not isinstance(error, ScenarioError):
            return False
        self._found += error.mistakes
        return True

    def tell(self, *, in_order: bool = False) -> None:
        """Tell what was found, if anything was.

        Args:
            in_order: By the lines of the file, not as it was found.

        Raises:
            ScenarioError: One line for each mistake, at most twenty.
        """
        if not self._found:
            return
        if in_order:
            self._found.sort(key=_line)
        told, rest = self._found[:_TOLD_MAX], len(self._found) - _TOLD_MAX
        more = [f"and {rest} more"] if rest > 0 else []
        raise ScenarioError(*told, *more)


def _line(mistake: Mistake | str) -> int:
    """Return the line that a mistake names; those without one come first."""
    return 0 if isinstance(mistake, str) else mistake.line or 0
