"""Kept: how a space begins in a store, and how it comes back from it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from mockserver.engine.agenda import DUE
from mockserver.engine.clock import PACE
from mockserver.engine.marks import MARK
from mockserver.engine.quotas import BALANCE, QUOTA
from mockserver.engine.space import FURNISHED, SETTING, Space
from mockserver.engine.store.memory import NUMBER, ROW
from mockserver.engine.store.shelf import Place, Row, State

__all__ = ["BEGUN", "begin", "beginning", "restore"]

BEGUN: Final = "begun"


def begin(space: Space) -> None:
    """Note how a new space begins, if it is kept in a store."""
    if space.log is not None:
        space.log.note((BEGUN,), {"seed": space.seed, "said": space.said})
        space.clock.keep(space.log)
        _watch(space, {}, {})


def beginning(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return how a space began that a store has; None if it has none."""
    found: dict[str, Any] | None = dict(rows[:1]).get((BEGUN,))
    return found


def restore(
    space: Space,
    rows: Sequence[Row],
    links: Sequence[Place],
    serves: Callable[[str], bool],
) -> None:
    """Let a new space be as a store has kept it; nothing of that happens again.

    Args:
        space: The space.
        rows: What the store has of it.
        links: Its public things.
        serves: Says whether a provider is served by this process. What is planned for
            one that is not stays in the store until it is served again.
    """
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row[0][0], []).append(row)

    def of(*names: str) -> list[Row]:
        return [row for name in names for row in parts.pop(name, ())]

    space.is_restored = True
    space.store.restore(space.id, of(ROW, NUMBER), links)
    if space.log is not None:
        space.clock.restore(of(PACE, MARK), space.log)
    space.agenda.restore(row for row in of(DUE) if serves(row[1].slug))
    space.quotas.restore(of(QUOTA, BALANCE))
    for (_, slug), _ in of(FURNISHED):
        if serves(slug):
            space.take_up(slug)
    switches = dict(of(SETTING))
    space.settings |= {(slug, name): one for (_, slug, name), one in switches.items()}
    of(BEGUN)
    script = {place: value for kept in parts.values() for place, value in kept}
    space.script.restore(script)
    _watch(space, switches, script)


def _watch(space: Space, switches: State, script: State) -> None:
    if space.log is not None:
        space.log.watch(space.switches, switches)
        space.log.watch(space.script.state, script)
