"""Faults as a test sees them: which rules have acted, when, on what; which never."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from msgspec.structs import replace

from mockserver.edge.staging.stage import book_of
from mockserver.engine.spaces import Space
from mockserver.errors import ConfigError
from mockserver.scenarios.book.deeds import Acted, Loaded
from mockserver.scenarios.book.firings import Firing
from mockserver.server.sockets.loops import OnLoop

__all__ = ["FaultHandle", "Faults", "FiredRule"]

__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class FiredRule:
    """What a rule has done by now.

    Attributes:
        name: What the journal calls it.
        title: The same, after the name of its scenario.
        seen: How often its conditions held.
        fired: How often it has acted.
        is_healed: It acts no more.
        firings: When, and on what; the latest hundred, oldest first.
    """

    name: str
    title: str
    seen: int
    fired: int
    is_healed: bool
    firings: tuple[Firing, ...]


class FaultHandle:
    """One scenario that was put to work; its attributes are read anew each time.

    Attributes:
        id: Its number in its space.
        space: The space's name.
        scenario: The scenario's name.
        parameters: The values that were chosen, as they were given.
        source: Who asked for it: `start`, `api`, `test`, `magic`, or the header.
    """

    def __init__(self, loop: OnLoop, space: Space, loaded: Loaded) -> None:
        self.id, self.space = loaded.id, space.id
        self.scenario, self.source = loaded.scenario.name, loaded.source
        self.parameters = dict(loaded.scenario.given)
        self._loop, self._in, self._loaded = loop, space, loaded

    def __repr__(self) -> str:
        word = "active" if self.is_active else "healed"
        return f"<fault {self.scenario} in {self.space}: {word}, fired {self.fired}>"

    @property
    def is_active(self) -> bool:
        """Whether any of its rules may still act on the providers used here."""
        return self._loop.do(
            lambda: not self._loaded.is_quiet(self._in.clock.now(), self._in.slugs())
        )

    @property
    def fired(self) -> int:
        """How often its rules have acted."""
        return sum(rule.fired for rule in self.rules)

    @property
    def rules(self) -> list[FiredRule]:
        """Its rules, as it names them."""
        return self._loop.do(
            lambda: [self._ruled(acted) for acted in self._loaded.acted]
        )

    @property
    def firings(self) -> list[Firing]:
        """When its rules have acted, and on what, oldest first."""
        every = [one for rule in self.rules for one in rule.firings]
        return sorted(every, key=lambda one: one.at)

    def assert_fired(self, times: int | None = None, *, rule: str = "") -> None:
        """Check that it has acted: at all, or exactly so many times.

        Args:
            times: How often; at least once if None.
            rule: Only this one of its rules.

        Raises:
            AssertionError: It has acted more or less often.
            ConfigError: It has no such rule.
        """
        rules = [one for one in self.rules if rule in {"", one.name}]
        if not rules:
            known = [one.name for one in self.rules]
            raise ConfigError(f"rule: found {rule!r}, expected one of {known}")
        found = sum(one.fired for one in rules)
        if found != times if times is not None else not found:
            expected = "at least once" if times is None else f"{times} times"
            said = [f"  rule {one.name}: {one.fired} of {one.seen}" for one in rules]
            sentence = (
                f"fault {self.scenario}: fired {found} times, expected {expected}"
            )
            raise AssertionError("\n".join([sentence, *said]))

    def _ruled(self, acted: Acted) -> FiredRule:
        name, scenario = acted.name, self.scenario
        return FiredRule(
            name,
            # A rule that was given no name is called by scenario and number.
            name if name.startswith(f"{scenario}/") else f"{scenario}/{name}",
            acted.seen,
            acted.fired,
            acted.is_quiet(self._in.clock.now(), self._in.slugs()),
            tuple(replace(one) for one in acted.firings),
        )


class Faults(Sequence[FaultHandle]):
    """The scenarios that act or have acted, in the order in which they were applied.

    Args:
        loop: The server's loop.
        spaces: Finds the spaces to look into.
    """

    def __init__(self, loop: OnLoop, spaces: Callable[[], list[Space]]) -> None:
        self._loop, self._spaces = loop, spaces

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[FaultHandle]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> FaultHandle: ...
    @overload
    def __getitem__(self, index: slice) -> list[FaultHandle]: ...
    def __getitem__(self, index: int | slice) -> FaultHandle | list[FaultHandle]:
        return self._all()[index]

    def __repr__(self) -> str:
        return repr(self._all())

    @property
    def active(self) -> list[FaultHandle]:
        """Those that may still act."""
        return [one for one in self._all() if one.is_active]

    def get(self, scenario: str) -> FaultHandle:
        """Return the one of that name or number; of several, the latest.

        Raises:
            ConfigError: There is none.
        """
        found = [one for one in self._all() if scenario in {one.scenario, one.id}]
        if not found:
            known = sorted({one.scenario for one in self._all()})
            raise ConfigError(f"fault: found {scenario!r}, expected one of {known}")
        return found[-1]

    def assert_all_fired(self) -> None:
        """Check that each rule of each scenario has acted at least once.

        Raises:
            AssertionError: Some have not; the message names them. Or there is none.
        """
        every = self._all()
        if not every:
            raise AssertionError(
                "no scenario acts or has acted here: nothing has fired"
            )
        never = [
            f"  {rule.title}: its conditions held {rule.seen} times"
            for one in every
            for rule in one.rules
            if not rule.fired
        ]
        if never:
            raise AssertionError("\n".join(["rules that never fired:", *never]))

    def _all(self) -> list[FaultHandle]:
        return self._loop.do(
            lambda: [
                FaultHandle(self._loop, space, loaded)
                for space in self._spaces()
                for loaded in book_of(space).record()
            ]
        )
