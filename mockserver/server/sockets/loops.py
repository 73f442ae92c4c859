"""Loops: where a server's event loop runs, and how actions get onto it."""

import asyncio
import importlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from mockserver.errors import MockserverError, StartError

__all__ = ["THREAD", "LoopThread", "OnLoop", "SameLoop", "maker", "tell_trouble"]

__tracebackhide__ = True

T = TypeVar("T")

PATIENCE_S = 30.0
END_S = 2.0
THREAD = "mockserver"
"""What the names of all threads of a server begin with."""

_log = logging.getLogger("mockserver")


def tell_trouble(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what the system or a peer did to a socket in one line; else as asyncio does.

    Out of descriptors, each connection that cannot be taken is such a trouble.
    """
    error = context.get("exception")
    if isinstance(error, OSError):
        _log.warning("%s: %s", context.get("message"), error.strerror or error)
    else:
        loop.default_exception_handler(context)


def maker(name: str, *, is_alone: bool) -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes a server's event loop.

    Args:
        name: `asyncio`, `uvloop`, or `auto`: uvloop where there is one, unless the
            process is somebody else's.
        is_alone: The process is there for the server.

    Raises:
        StartError: uvloop is asked for, and is not there.
    """
    if name == "asyncio" or (name == "auto" and not is_alone):
        return asyncio.new_event_loop
    try:
        # Whoever serves inside a test need not wait for it.
        uvloop = importlib.import_module("uvloop")
    except ImportError as error:
        if name == "auto":
            return asyncio.new_event_loop
        raise StartError(
            f"loop: found uvloop, which cannot be imported here ({error}); expected"
            " asyncio or auto"
        ) from error
    made: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return made


class OnLoop(Protocol):
    """Carries out actions where the server's state may be touched."""

    def do(self, action: Callable[[], T]) -> T:
        """Return what an action returns, or raise what it raises."""
        ...

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns."""
        ...

    def join(self, work: Coroutine[Any, Any, T]) -> Awaitable[T]:
        """Return what the caller's own loop can await: what a coroutine returns."""
        ...


class SameLoop:
    """The caller is on the server's loop already."""

    def do(self, action: Callable[[], T]) -> T:
        """Return what an action returns."""
        try:
            return action()
        except MockserverError as error:
            raise _bare(error) from None

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Refuse: waiting would stop the loop that is waited for.

        Raises:
            RuntimeError: Always.
        """
        work.close()
        raise RuntimeError("on the running loop, await the server's own method")

    def join(self, work: Coroutine[Any, Any, T]) -> Awaitable[T]:
        """Return the coroutine itself."""
        return work


class LoopThread:
    """An event loop in a thread of its own, for callers in other threads.

    Args:
        make: Makes it.
    """

    def __init__(
        self, make: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    ) -> None:
        self._loop = make()
        self._loop.set_exception_handler(tell_trouble)
        self._pool = ThreadPoolExecutor(thread_name_prefix=THREAD)
        self._loop.set_default_executor(self._pool)
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)
        self._thread.start()

    def do(self, action: Callable[[], T]) -> T:
        """Return what an action returns when it is run on the loop."""
        if threading.current_thread() is self._thread:
            return action()

        async def act() -> T:
            return action()

        return self.wait(act())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns; wait for it at most half a minute."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(PATIENCE_S)
        except MockserverError as error:
            raise _bare(error) from None

    def join(self, work: Coroutine[Any, Any, T]) -> Awaitable[T]:
        """Return what the caller's own loop can await: what a coroutine returns."""
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def close(self) -> None:
        """Stop the loop and its thread; what hangs is left to end by itself."""
        self.wait(_cancel_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_S)

    def _run(self) -> None:
        # The end belongs here, too: the caller's thread may be running another loop.
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        # A look-up or a read that hangs is not waited for.
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._loop.close()


def _bare(error: MockserverError) -> MockserverError:
    """Return an error whose message says all, without the way that it came here."""
    return error.with_traceback(None)


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        all_of_them = asyncio.gather(*others, return_exceptions=True)
        await asyncio.wait([all_of_them], timeout=END_S)
