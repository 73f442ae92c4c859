"""Workers: several processes serve one port, and one that dies is there again at once.

All have the same listening sockets, so that a connection which nobody has taken yet
survives the death of any of them. They are forked from a process that has loaded
everything and does nothing else: a start costs a fork, and not a second of imports.
None outlives that process, whatever ends it: each holds the end of a pipe from it.
"""

import asyncio
import os
import selectors
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from types import FrameType
from typing import Final, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from mockserver.app import bury
from mockserver.cli.tools.deadline import WORKER_S
from mockserver.engine.clock import monotonic_s
from mockserver.errors import StartError, StoreError
from mockserver.server.sockets.listener import write_port

__all__ = ["Plan", "Workers"]

_SOONEST_S: Final = 0.1
_LATEST_S: Final = 5.0
_GRACE_S: Final = 1.0
_BURY_S: Final = 2.0
_LOOK_S: Final = 0.02
_CANNOT: Final = frozenset({2, 3})  # exit codes of a start that is refused
_BROKEN: Final = 70
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Plan(Struct, frozen=True):
    """What a worker has to know to serve beside others.

    Attributes:
        verb: How the command was called.
        given: Its arguments.
        sockets: Descriptors of the listening sockets.
        secure: Of those that speak TLS.
        seed: What new spaces draw from.
        token: The control token.
        store: Where everything is kept.
        is_seed_new: The seed was made up.
        is_token_new: The token was.
        name: What this worker is called; each start has another one.
    """

    verb: str
    given: list[str]
    sockets: list[int]
    secure: list[int]
    seed: int
    token: str | None
    store: str
    is_seed_new: bool
    is_token_new: bool
    name: str = ""


class _Worker(Struct):
    """One process, and what connects it with this one.

    Attributes:
        number: Its place among the others.
        name: What it is called in the store.
        pid: Its number for the system.
        held: The end of a pipe that tells it that this process lives.
        said: What it says.
        has_served: It has said where it serves.
    """

    number: int
    name: str
    pid: int
    held: int
    said: int
    has_served: bool = False


class Workers:
    """The processes of one server on this machine.

    Args:
        plan: What each has to know.
        count: How many there are.
        port_file: Where the ports' numbers go once all serve.
        ports: Those numbers.
        serve: What each does, in a process of its own; returns its exit code.
    """

    def __init__(
        self,
        plan: Plan,
        count: int,
        port_file: Path | None,
        ports: Sequence[int],
        serve: Callable[[Plan], int],
    ) -> None:
        self._plan, self._count, self._serve = plan, count, serve
        self._port_file, self._ports = port_file, ports
        self._living: dict[int, _Worker] = {}
        self._due: dict[int, float] = {}
        self._waits: dict[int, float] = {}
        self._begun: set[int] = set()
        self._up: set[int] = set()
        self._code: int | None = None
        self._selector = selectors.DefaultSelector()

    def run(self) -> int:
        """Serve until a signal (130, 143), the control API (0) or a mistake ends it.

        Raises:
            StartError: The machine has no room for a worker.
        """
        heard, told = os.pipe()
        os.set_blocking(told, False)
        os.set_blocking(heard, False)
        before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        handlers = {one: signal.signal(one, self._end) for one in _SIGNALS}
        handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _nothing)
        self._selector.register(heard, selectors.EVENT_READ, partial(_drained, heard))
        try:
            self._due = dict.fromkeys(range(self._count), 0.0)
            while self._code is None:
                self._start_due()
                for key, _ in self._selector.select(self._rest_s()):
                    key.data()
                self._reap()
            return self._code
        finally:
            self._stop()
            for one, handler in handlers.items():
                signal.signal(one, handler)
            signal.set_wakeup_fd(before)
            self._selector.close()
            os.close(heard)
            os.close(told)
            if self._port_file is not None:
                self._port_file.unlink(missing_ok=True)

    def _end(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._code is None:
            self._code = 128 + number

    def _rest_s(self) -> float | None:
        """Return for how long there is nothing to do by itself."""
        if not self._due:
            return None
        return max(0.0, min(self._due.values()) - monotonic_s())

    def _start_due(self) -> None:
        now_s = monotonic_s()
        for number, at_s in [*self._due.items()]:
            if at_s <= now_s and self._code is None:
                del self._due[number]
                self._start(number)

    def _start(self, number: int) -> None:
        """Fork a worker.

        Raises:
            StartError: The machine has no room for it.
        """
        name = token_hex(8)
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            lives, held = os.pipe()
            said, says = os.pipe()
            pid = os.fork()
        except OSError as error:
            raise StartError(f"a worker cannot be started: {error}") from error
        if not pid:
            os.close(held)
            os.close(said)
            self._become(replace(self._plan, name=name), lives, says)
        os.close(lives)
        os.close(says)
        worker = self._living[pid] = _Worker(number, name, pid, held, said)
        is_heard = number == 0 and number not in self._begun
        listen = partial(self._listen, worker, is_heard=is_heard)
        self._selector.register(said, selectors.EVENT_READ, listen)

    def _become(self, plan: Plan, lives: int, says: int) -> NoReturn:
        """Be a worker, to the end of this process."""
        code = _BROKEN
        try:
            # Ctrl-C reaches all of a terminal's processes; these are told by us.
            os.setsid()
            signal.set_wakeup_fd(-1)
            for one in (*_SIGNALS, signal.SIGCHLD):
                signal.signal(one, signal.SIG_DFL)
            os.dup2(lives, 0)
            os.dup2(says, 1)
            # The ends of others' pipes: who holds one keeps its worker alive.
            for other in self._living.values():
                os.close(other.held)
                os.close(other.said)
            self._selector.close()
            code = self._serve(plan)
        finally:
            if code == _BROKEN:
                traceback.print_exc()  # nobody else would tell
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _listen(self, worker: _Worker, *, is_heard: bool) -> None:
        """Pass on what the first worker says; what the others say is the same."""
        said = os.read(worker.said, 1 << 16)
        if not said:
            self._selector.unregister(worker.said)
            return
        worker.has_served = True
        if is_heard:
            sys.stdout.write(said.decode("utf-8", "replace"))
            sys.stdout.flush()
        if worker.number not in self._up:
            self._is_up(worker.number)

    def _is_up(self, number: int) -> None:
        """Write the ports down once each worker has said where it serves."""
        self._up.add(number)
        if len(self._up) == self._count and self._port_file is not None:
            write_port(self._port_file, *self._ports)

    def _reap(self) -> None:
        """Start others for those that have ended."""
        for pid in [*self._living]:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._has_ended(pid, os.waitstatus_to_exitcode(status))

    def _has_ended(self, pid: int, code: int) -> None:
        worker = self._forgotten(pid)
        is_first = worker.number not in self._begun
        if code == 0 or (is_first and code in _CANNOT):
            self._code = code if self._code is None else self._code
            return
        _complain(f"worker {pid} has ended ({_named(code)}); another begins")
        self._begun.add(worker.number)
        # Who has served did not die of its start.
        before_s = self._waits.get(worker.number, _SOONEST_S)
        wait_s = 0.0 if worker.has_served else min(before_s * 2, _LATEST_S)
        self._waits[worker.number] = max(wait_s, _SOONEST_S)
        self._due[worker.number] = monotonic_s() + wait_s
        self._start_due()
        asyncio.run(self._bury(worker.name))

    def _forgotten(self, pid: int) -> _Worker:
        """Return a worker that has ended, and let go of what connected it."""
        worker = self._living.pop(pid)
        with suppress(KeyError):
            self._listen_to_the_end(worker)
            self._selector.unregister(worker.said)
        os.close(worker.said)
        os.close(worker.held)
        return worker

    def _listen_to_the_end(self, worker: _Worker) -> None:
        key = self._selector.get_key(worker.said)
        os.set_blocking(worker.said, False)
        with suppress(BlockingIOError):
            key.data()

    async def _bury(self, name: str) -> None:
        """Let the others have at once what a worker had; its lease says no more."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_BURY_S):
                await bury(self._plan.store, name)

    def _stop(self) -> None:
        """Tell all to end, and see to it that they do."""
        for pid in self._living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        until_s = monotonic_s() + WORKER_S + _GRACE_S
        while self._living and monotonic_s() < until_s:
            for pid in [*self._living]:
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self._forgotten(pid)
            self._selector.select(_LOOK_S)
        for pid in [*self._living]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self._forgotten(pid)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Do nothing: that a child has ended is looked for where this wakes."""
    del number, frame


def _drained(descriptor: int) -> None:
    with suppress(BlockingIOError):
        while os.read(descriptor, 1 << 10):
            pass


def _named(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _complain(text: str) -> None:
    sys.stderr.write(f"mockserver: {text}\n")
    sys.stderr.flush()
