"""JobRewrite: what the rules of a space make of one job that is being accepted."""

from collections.abc import Callable, Iterable

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Request
from mockserver.errors import ProviderError
from mockserver.scenarios.book.firings import Firing

__all__ = ["JobRewrite"]

Change = Callable[[Request, int, Chance, list[Firing]], Request]
Undo = Callable[[Iterable[int]], None]


class JobRewrite:
    """Changes one request for a job, and tells who has.

    Args:
        change: Returns the request as it is to be carried out, and notes which rules
            have acted on it.
        undo: Forgets that jobs were made, by their ordinals.

    Attributes:
        applied: The rules that have changed it.
        refused_by: Name of the rule that let it be refused.
    """

    __slots__ = ("_change", "applied", "refused_by", "undo")

    def __init__(self, change: Change, undo: Undo) -> None:
        self._change, self.undo = change, undo
        self.applied: list[Firing] = []
        self.refused_by: str | None = None

    def __call__(self, request: Request, ordinal: int, chance: Chance) -> Request:
        """Return the request as it is to be carried out.

        Raises:
            ProviderError: A rule lets it be refused.
        """
        try:
            return self._change(request, ordinal, chance, self.applied)
        except ProviderError:
            self.refused_by = self.applied[-1].rule
            raise
