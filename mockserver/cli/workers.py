"""Workers: several processes serve one port, and one that dies is started again.

All have the same listening sockets, so that a connection which nobody has taken yet
survives the death of any of them. None outlives the process that has started it,
whatever ends that: each holds the end of a pipe from it.
"""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from mockserver.app import bury
from mockserver.cli.deadline import WORKER_S
from mockserver.engine.clock import monotonic_s, pause
from mockserver.errors import StartError, StoreError
from mockserver.server.listener import write_port

__all__ = ["Plan", "Workers"]

_SOONEST_S: Final = 0.1
_LATEST_S: Final = 5.0
_STEADY_S: Final = 10.0  # who has lived so long did not die of its start
_GRACE_S: Final = 1.0
_BURY_S: Final = 2.0
_CANNOT: Final = frozenset({2, 3})  # exit codes of a start that is refused


@dataclass(frozen=True, slots=True)
class Plan:
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

    def pack(self) -> str:
        """Return it as one argument."""
        return json.dumps(asdict(self))

    @staticmethod
    def parse(text: str) -> "Plan":
        """Return what `pack` has written."""
        said: dict[str, Any] = json.loads(text)
        return Plan(**said)


class Workers:
    """The processes of one server on this machine.

    Args:
        plan: What each has to know.
        count: How many there are.
        port_file: Where the ports' numbers go once all serve.
        ports: Those numbers.
    """

    def __init__(
        self, plan: Plan, count: int, port_file: Path | None, ports: Sequence[int]
    ) -> None:
        self._plan, self._count = plan, count
        self._port_file, self._ports = port_file, ports
        self._living: dict[int, Process] = {}
        self._ended: asyncio.Future[int] | None = None
        self._up: set[int] = set()

    async def run(self) -> int:
        """Serve until a signal (130, 143), the control API (0) or a mistake ends it."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        self._ended = ended
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, 128 + number)
        tasks = [asyncio.create_task(self._keep(n)) for n in range(self._count)]
        for task in tasks:
            task.add_done_callback(self._check)
        try:
            return await ended
        finally:
            for task in tasks:
                task.cancel()
            await self._stop()
            if self._port_file is not None:
                self._port_file.unlink(missing_ok=True)

    def _check(self, task: asyncio.Task[None]) -> None:
        """End all if a worker cannot even be started: nobody else would tell."""
        error = None if task.cancelled() else task.exception()
        if error is not None and self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)

    def _end(self, code: int) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(code)

    async def _keep(self, number: int) -> None:
        """Have one worker, and another one in its place whenever it dies."""
        wait_s, is_first = _SOONEST_S, True
        while True:
            began_s = monotonic_s()
            name = token_hex(8)
            process = await self._start(replace(self._plan, name=name))
            self._living[number] = process
            await self._listen(process, number, is_heard=is_first and number == 0)
            code = await process.wait()
            del self._living[number]
            await self._bury(name)
            if code == 0 or (is_first and code in _CANNOT):
                self._end(code)
                return
            _complain(
                f"worker {process.pid} has ended ({_named(code)}); another begins"
            )
            lived_s, is_first = monotonic_s() - began_s, False
            wait_s = _SOONEST_S if lived_s > _STEADY_S else min(wait_s * 2, _LATEST_S)
            await pause(wait_s)

    async def _bury(self, name: str) -> None:
        """Let the others have at once what a worker had; its lease says no more."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_BURY_S):
                await bury(self._plan.store, name)

    async def _start(self, plan: Plan) -> Process:
        """Start a worker.

        Raises:
            StartError: The machine has no room for it.
        """
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "mockserver.cli.worker",
                plan.pack(),
                stdin=PIPE,
                stdout=PIPE,
                pass_fds=[*self._plan.sockets, *self._plan.secure],
                # Ctrl-C reaches all of a terminal's processes; these are told by us.
                start_new_session=True,
            )
        except OSError as error:
            raise StartError(f"a worker cannot be started: {error}") from error

    async def _listen(self, process: Process, number: int, *, is_heard: bool) -> None:
        """Pass on what the first worker says; what the others say is the same."""
        while process.stdout is not None and (line := await process.stdout.readline()):
            if is_heard:
                sys.stdout.write(line.decode("utf-8", "replace"))
                sys.stdout.flush()
            if number not in self._up:
                self._is_up(number)

    def _is_up(self, number: int) -> None:
        """Write the ports down once each worker has said where it serves."""
        self._up.add(number)
        if len(self._up) == self._count and self._port_file is not None:
            write_port(self._port_file, *self._ports)

    async def _stop(self) -> None:
        """Tell all to end, and see to it that they do."""
        living = [*self._living.values()]
        for process in living:
            with suppress(ProcessLookupError):
                process.terminate()
        waits = [asyncio.create_task(process.wait()) for process in living]
        if waits:
            await asyncio.wait(waits, timeout=WORKER_S + _GRACE_S)
        for process in living:
            with suppress(ProcessLookupError):
                process.kill()


def _named(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _complain(text: str) -> None:
    sys.stderr.write(f"mockserver: {text}\n")
    sys.stderr.flush()
