"""Keeping: what a rule book has learned, as places of a log, and back."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from msgspec.structs import astuple

from mockserver.engine.store.shelf import Place, State
from mockserver.errors import ScenarioError
from mockserver.scenarios.book.counters import Counters, Tally
from mockserver.scenarios.book.deeds import Loaded
from mockserver.scenarios.book.past import PAST, Past
from mockserver.scenarios.book.reads import COUNT, MET, Reads
from mockserver.scenarios.book.scopes import SCOPE, Scopes
from mockserver.scenarios.checks.known import Catalogue
from mockserver.scenarios.faults.course import Memory
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.source import Source

__all__ = ["Recall", "recall", "recorded", "told"]

ACTIVE: Final = "active"
DRAW: Final = "draw"
LOAD: Final = "load"
NUMBERS: Final = "numbers"
MEMORY: Final = "memory"
SPENT: Final = "spent"
TALLY: Final = "tally"
VANISHED: Final = "vanished"
WINDOW: Final = "window"

_log = logging.getLogger(__name__)


def told(
    numbers: int,
    loads: Mapping[str, Loaded],
    scopes: Scopes,
    reads: Reads,
    vanished: Mapping[str, str],
    past: Past,
) -> State:
    """Return what a rule book has learned; of one that is empty, nothing."""
    if not numbers:
        return {**scopes.state()}
    state: dict[Place, Any] = {(NUMBERS,): numbers}
    for number, loaded in loads.items():
        state[LOAD, number] = _written(loaded)
        for at, active in enumerate(loaded.actives):
            state[ACTIVE, number, str(at)] = active.state()
            state |= _counted((number, str(at)), active.counters)
        for name, budget in loaded.budgets.items():
            state |= {(SPENT, number, name, o): n for o, n in budget.counts.items()}
    state |= {(VANISHED, job): rule for job, rule in vanished.items()}
    return {**state, **scopes.state(), **reads.state(), **past.state()}


class Recall:
    """What `told` has told, for a rule book that begins again.

    Args:
        state: That.

    Attributes:
        numbers: How many scenarios have been loaded.
    """

    __slots__ = ("_parts", "numbers")

    def __init__(self, state: State) -> None:
        self.numbers: int = state.get((NUMBERS,), 0)
        self._parts: dict[str, dict[Place, Any]] = {}
        for place, value in state.items():
            self._parts.setdefault(place[0], {})[place] = value

    def loads(self, catalogue: Catalogue) -> Iterator[Loaded]:
        """Yield the scenarios, still without rules; what fits no more is left out."""
        for (_, number), written in self._of(LOAD):
            document, origin, source, since_s, until_s, header, scope, slug = written[
                :8
            ]
            # What an earlier release has written ends here: it knew no includes.
            recorded = (document, origin, *(written[8:] or ({}, {})))
            try:
                scenario = recall(recorded, catalogue)
            except ScenarioError as error:
                _log.warning("a scenario that was at work fits no more: %s", error)
                continue
            yield Loaded(
                number, scenario, source, since_s, until_s, [], header, scope, slug
            )

    def recall(self, loaded: Loaded) -> None:
        """Let the rules of a scenario remember what they have seen."""
        for at, active in enumerate(loaded.actives):
            known = self._parts.get(ACTIVE, {}).get((ACTIVE, loaded.id, str(at)))
            if known is not None:
                active.restore(known)
            self._count((loaded.id, str(at)), active.counters)
        for (_, number, name, subject), spent in self._of(SPENT):
            if number == loaded.id and name in loaded.budgets:
                loaded.budgets[name].counts[subject] = spent

    def fill(
        self, scopes: Scopes, reads: Reads, vanished: dict[str, str], past: Past
    ) -> None:
        """Remember the rest."""
        for place, _ in self._of(SCOPE):
            scopes.restore(place)
        for place, value in (*self._of(COUNT), *self._of(MET)):
            reads.restore(place, value)
        for (_, slug, event), at in self._of(PAST):
            past.restore(slug, event, at)
        vanished.update({job: rule for (_, job), rule in self._of(VANISHED)})

    def _of(self, part: str) -> list[tuple[Place, Any]]:
        return [*self._parts.get(part, {}).items()]

    def _count(self, owner: Place, counters: Counters) -> None:
        for part in (TALLY, DRAW, MEMORY, WINDOW):
            begin = (part, *owner)
            for place, value in self._of(part):
                if place[:3] == begin:
                    _restore(counters, part, place[3], value)


def recorded(scenario: Scenario) -> tuple[Any, ...]:
    """Return a scenario as data, with what it includes."""
    included = {n: (s.document, s.name) for n, s in scenario.included.items()}
    return (scenario.document, scenario.origin, {**scenario.given}, included)


def recall(recorded: Sequence[Any], catalogue: Catalogue) -> Scenario:
    """Return the scenario of which `recorded` has returned that.

    Raises:
        ScenarioError: It fits no more.
    """
    document, origin, given, included = recorded
    # Most servers never read a scenario, and start sooner without the language.
    language = import_module("mockserver.scenarios.written.load")
    parts = import_module("mockserver.scenarios.written.includes")
    find = parts.Kept({name: Source.of(*one) for name, one in included.items()})
    read: Scenario = language.load(Source.of(document, origin), catalogue, find, given)
    return read


def _written(loaded: Loaded) -> tuple[Any, ...]:
    document, origin, given, included = recorded(loaded.scenario)
    return (
        document,
        origin,
        loaded.source,
        loaded.since_s,
        loaded.until_s,
        loaded.header,
        loaded.scope,
        loaded.slug,
        given,
        included,
    )


def _counted(owner: Place, counters: Counters) -> State:
    """Return what counters hold; several rules may share them, and tell the same."""
    state: dict[Place, Any] = {
        (TALLY, *owner, scope): astuple(tally)
        for scope, tally in counters.tallies.items()
    }
    state |= {(DRAW, *owner, str(one)): count for one, count in counters.draws.items()}
    for scope, memory in counters.memories.items():
        # What is being served, and when a line is free, ends with the process.
        state[MEMORY, *owner, scope] = Memory(memory.began_at)
    for name, calls in counters.quotas.windows().items():
        state[WINDOW, *owner, name] = calls
    return state


def _restore(counters: Counters, part: str, name: str, value: Any) -> None:
    if part == TALLY:
        counters.tallies[name] = Tally(*value)
    elif part == DRAW:
        counters.draws[name] = value
    elif part == MEMORY:
        counters.memories[name] = value
    else:
        counters.quotas.open(name, value)
