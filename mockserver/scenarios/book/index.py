"""Index: rules by the operation that they look at; the others cost nothing."""

from collections.abc import Iterable

from msgspec import Struct, field

from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.deeds import Wants

__all__ = ["Entry", "Index"]

Key = tuple[str, str]


class Entry(Struct):
    """The rules of one operation.

    Attributes:
        actives: The rules, in the order of their loading.
        wants: What they have to know.
        counts_polls: Whether one of them asks how often a job was read.
    """

    actives: list[Active] = field(default_factory=list)
    wants: Wants = field(default_factory=Wants)
    counts_polls: bool = False

    def add(self, active: Active) -> None:
        """Let one more rule look."""
        self.actives.append(active)
        self._note(active)

    def drop(self, active: Active) -> None:
        """Let a rule look no more."""
        self.actives.remove(active)
        self.wants, self.counts_polls = Wants(), False
        for one in self.actives:
            self._note(one)

    def _note(self, active: Active) -> None:
        match, counts = active.rule.match, active.rule.bounds.counts_calls
        self.wants = Wants(
            self.wants.needs_body
            or counts
            or active.tells_orders_apart
            or active.needs_body,
            self.wants.needs_answer or bool(match.statuses),
        )
        self.counts_polls = self.counts_polls or match.poll is not None


class Index:
    """The rules of all operations."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[Key, Entry] = {}

    def __len__(self) -> int:
        """Return how many operations have any rule."""
        return len(self._entries)

    def find(self, slug: str, operation: str) -> Entry | None:
        """Return the rules of an operation, or None."""
        return self._entries.get((slug, operation))

    def add(self, active: Active, keys: Iterable[Key]) -> None:
        """Let a rule look at operations."""
        for key in keys:
            self._entries.setdefault(key, Entry()).add(active)

    def drop(self, active: Active, keys: Iterable[Key]) -> None:
        """Let a rule look at them no more."""
        for key in keys:
            entry = self._entries.get(key)
            if entry is None or active not in entry.actives:
                continue
            entry.drop(active)
            if not entry.actives:
                del self._entries[key]
