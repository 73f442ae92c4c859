"""Known: what scenarios have to know about a provider, without knowing providers."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, field

from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ProviderError

__all__ = [
    "CONNECTION",
    "EARLY",
    "HANDSHAKE",
    "KINDS",
    "LOOKUP",
    "Catalogue",
    "Known",
    "quoted",
]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

HANDSHAKE: Final = "handshake"
"""What a TLS handshake is called: an operation of every provider, with no route."""

CONNECTION: Final = "connection"
"""The same of the taking in of a connection."""

LOOKUP: Final = "lookup"
"""The same of a proxy's search for the address of a host."""

EARLY: Final = (HANDSHAKE, CONNECTION, LOOKUP)
"""What comes before any call."""

KINDS = ("create", "status", "media", *EARLY)


class Known(Struct, frozen=True, kw_only=True):
    """One provider in the words of scenarios.

    Attributes:
        slug: Its short name.
        operations: The kinds of each operation; see `Facts.kinds`.
        states: The phase of each of its words.
        timelines: The default life of the jobs that an operation makes.
        failure: The step that a job goes into when it fails.
        problems: Its errors by canonical name.
        failures: What may be wrong with a failed job, by name.
        labels: What its deliveries tell; `*` stands for what a client chooses.
        signed: Those of them that are signed.
        undated: Those of them that hold no time of day.
        tells: Something of that is sent because of where a job is, not of a call.
        named: The operations whose jobs cannot be accepted twice.
        links_end: The operations whose jobs have links that end by themselves.
        about_jobs: The operations that are about a job which is there already.
        bodied: The operations whose requests have a body.
        texts: Texts of a payload that a magic suffix may stand in.
    """

    slug: str
    operations: Mapping[str, frozenset[str]]
    states: Mapping[str, Phase]
    timelines: Mapping[str, Timeline]
    failure: Step
    problems: Mapping[str, Callable[[], ProviderError]]
    failures: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    labels: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    tells: bool = True
    named: frozenset[str] = frozenset()
    links_end: frozenset[str] = frozenset()
    about_jobs: frozenset[str] = frozenset()
    bodied: frozenset[str] = frozenset()
    texts: Callable[[Any], Iterable[str]] | None = None

    def error_of(self, said: str | None) -> str | None:
        """Return what a failed job's error is: the words in quotes, or what is named.

        A name that only other providers have is this one's usual error.
        """
        if said is None:
            return self.failure.error
        words = quoted(said)
        usual = self.failure.error
        return self.failures.get(said, usual) if words is None else words

    def of_kind(self, name: str) -> frozenset[str]:
        """Return the operations of a kind, or the one of that name."""
        if name in self.operations or name in EARLY:
            return frozenset({name})
        return frozenset(one for one, kinds in self.operations.items() if name in kinds)

    def state_of(self, phase: Phase) -> str | None:
        """Return the provider's first word for a phase, or None if it has none."""
        if phase is self.failure.phase:
            return self.failure.state
        for timeline in self.timelines.values():
            for step in timeline.steps:
                if step.phase is phase:
                    return step.state
        return next((word for word, one in self.states.items() if one is phase), None)


Catalogue = Mapping[str, Known]


def quoted(said: str) -> str | None:
    """Return what stands between quotes; None if there are none."""
    is_quoted = len(said) > 2 and said[0] == said[-1] == '"'
    return said[1:-1] if is_quoted else None
