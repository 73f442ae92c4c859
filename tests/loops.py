"""The event loops that a server may run on, for tests of what touches a socket."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import uvloop

__all__ = ["LOOPS"]

LOOPS: Final[Mapping[str, Callable[[], asyncio.AbstractEventLoop]]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
