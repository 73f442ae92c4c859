"""Scopes: to which jobs a rule is bound that is not about all of them."""

from collections.abc import Iterable, Iterator

from mockserver.engine.store.shelf import Place, State
from mockserver.scenarios.book.active import HEADER, Active
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.book.reads import Member

__all__ = ["SCOPE", "Scopes"]

SCOPE = "scope"


class Scopes:
    """The members of each scope: of a header, a magic text, or what a rule changed."""

    __slots__ = ("_members",)

    def __init__(self) -> None:
        self._members: dict[str, set[Member]] = {}

    def __len__(self) -> int:
        """Return how many scopes have members."""
        return len(self._members)

    def add(self, scope: str, member: Member) -> None:
        """Let a job be a member."""
        self._members.setdefault(scope, set()).add(member)

    def get(self, scope: str, missing: Iterable[Member]) -> Iterable[Member]:
        """Return the members of a scope."""
        return self._members.get(scope, missing)

    def sees(self, active: Active, facts: Facts) -> bool:
        """Say whether a rule of the wire may look at a call."""
        if active.rule.fault is None and active.rule.answer is None:
            return False
        if active.header is not None and facts.headers.get(HEADER) == active.header:
            return active.rule.follows is None or self._holds(active.scope, facts)
        if active.header is not None:
            return self._holds(active.header, facts)
        return active.scope is None or self._holds(active.scope, facts)

    def bind(self, active: Active, member: Member | None) -> bool:
        """Say whether a rule is about a job, as far as scopes are concerned."""
        for scope in (active.header, active.scope):
            if scope is not None and member not in self._members.get(scope, ()):
                return False
        return True

    def state(self) -> State:
        """Return all members, for a log."""
        return dict.fromkeys(self._places(), True)

    def restore(self, place: Place) -> None:
        """Let a job be a member again."""
        self.add(place[1], (place[2], int(place[3])))

    def _places(self) -> Iterator[Place]:
        for scope, members in self._members.items():
            for slug, ordinal in members:
                yield SCOPE, scope, slug, str(ordinal)

    def _holds(self, scope: str | None, facts: Facts) -> bool:
        if scope is None or facts.job is None:
            return False
        return (facts.slug, facts.job.ordinal) in self._members.get(scope, ())
