"""Travelling: the functions of time of this process follow a space's clock."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from math import inf
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from time_machine import escape_hatch, travel

from mockserver.server.sleeping import Real, Sleeping
from mockserver.server.spaces import SpaceHandle

__all__ = ["living_by"]

_OURS: Final = frozenset({"mockserver", "time_machine", "pytest", "_pytest", "xdist"})
"""Who measures or drives the tests, and keeps the time that it has taken over."""

Stand = tuple[Callable[..., Any], Callable[..., Any]]


@contextmanager
def living_by(space: SpaceHandle, most_s: float = inf) -> Iterator[Sleeping]:
    """Let sleeps, dates and time-outs of this process follow a space's clock.

    `time-machine` replaces what tells a date (`time.time`, `datetime.now` and their
    kin), whoever has imported it. Sleeps and the monotonic clock, on which asyncio's
    loops run, are replaced in the modules that hold them by name; a standard library
    that keeps them under another name, as `threading` does, waits in real time.

    Args:
        space: Whose clock it is.
        most_s: How much of its time may be slept away.

    Raises:
        RuntimeError: freezegun is active.
    """
    # To be replaced, not to be called.
    time, tasks = sys.modules["time"], sys.modules["asyncio.tasks"]
    real = Real(time.sleep, tasks.sleep, escape_hatch.time.time_ns, time.monotonic_ns)
    sleeping = Sleeping(space, real, most_s)
    stands: Mapping[int, Stand] = {
        id(was): (was, stand)
        for was, stand in (
            (time.sleep, sleeping.sleep),
            (tasks.sleep, sleeping.asleep),
            (time.monotonic, sleeping.monotonic),
            (time.monotonic_ns, sleeping.monotonic_ns),
        )
    }
    with ExitStack() as stack:
        stack.callback(sleeping.wake)
        for module, name, stand in list(_holders(stands)):
            stack.enter_context(patch.object(module, name, stand))
        travelled = travel(None)
        # The server must not read a clock that is only half replaced.
        traveller = space.exclusively(travelled.start)
        stack.callback(space.exclusively, travelled.stop)
        # It is asked for each date: so the clock may run, jump or stand still.
        traveller.time_ns = sleeping.time_ns  # type: ignore[method-assign]  # as said
        yield sleeping


def _holders(
    stands: Mapping[int, Stand],
) -> Iterator[tuple[ModuleType, str, Callable[..., Any]]]:
    """Find the names in loaded modules that mean a function of time."""
    wanted = frozenset(stands)
    for module in tuple(sys.modules.values()):
        if not isinstance(module, ModuleType) or _is_left_alone(module.__name__):
            continue
        held = vars(module)
        if _holds_none(module, len(held), wanted):
            continue
        for name, value in tuple(held.items()):
            was, stand = stands.get(id(value), (None, None))
            if stand is not None and value is was:
                yield module, name, stand


@lru_cache(maxsize=16_384)
def _holds_none(module: ModuleType, size: int, wanted: frozenset[int]) -> bool:
    """Say whether no name of a module means one of some objects, by their `id`.

    Of the thousands that a run of tests has loaded, a handful hold one, and whoever
    lends a space for each example asks thousands of times: a module is looked at again
    when it has more names, or fewer.
    """
    del size
    return wanted.isdisjoint(map(id, tuple(vars(module).values())))


@cache
def _is_left_alone(name: str) -> bool:
    root = name.partition(".")[0]
    is_standard = root in sys.stdlib_module_names
    return root in _OURS or (is_standard and root not in {"time", "asyncio"})
