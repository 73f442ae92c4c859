"""Deadline: a process that is told to end does so, whatever hangs in it."""

import faulthandler
import os
import signal
import threading
from typing import Final, NoReturn

__all__ = ["LIMIT_S", "WORKER_S", "Deadline"]

LIMIT_S: Final = 4.5
WORKER_S: Final = 9.5
"""How long a worker of several may take, which gives its spaces up before."""
_GRACE_S: Final = 0.3
_STDERR: Final = 2
_ENDS: Final = frozenset({0, signal.SIGINT, signal.SIGTERM})


class Deadline:
    """Ends the process by force some seconds after it was told to end.

    A thread of its own waits for the signal, so that a loop that is busy, a look-up,
    a read or a lock that never comes back keep nobody waiting. Should the interpreter
    itself be held, faulthandler's thread, which needs no interpreter, ends it a little
    later with code 1 and says what was going on.

    Args:
        limit_s: How long the process may take to end by itself.
    """

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._is_over = threading.Event()
        self._is_told = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        # The kernel's signal is written here at once, whatever Python is doing.
        self._before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, name="deadline", daemon=True).start()

    def begin(self, signal_number: int = 0) -> None:
        """Let the time run: something, or a signal, has asked for the end."""
        self._is_told = bool(signal_number)
        limit_s = self._limit_s + _GRACE_S
        faulthandler.dump_traceback_later(limit_s, exit=True, file=_STDERR)
        os.write(self._write, bytes([signal_number]))

    def lift(self) -> None:
        """End the watch, unless the process would still wait for some thread.

        After a signal faulthandler's watch goes on: the interpreter has its own end
        before it, in which collecting garbage may hang as well.
        """
        main, here = threading.main_thread(), threading.current_thread()
        if all(one.daemon or one in {main, here} for one in threading.enumerate()):
            self._is_over.set()
            if not self._is_told:
                faulthandler.cancel_dump_traceback_later()
        signal.set_wakeup_fd(self._before)

    def _watch(self) -> None:
        number = os.read(self._read, 1)[0]
        while number not in _ENDS:
            number = os.read(self._read, 1)[0]
        if not self._is_over.wait(self._limit_s):
            self._end(128 + number if number else 0)

    def _end(self, code: int) -> NoReturn:
        told = f"mockserver: still busy {self._limit_s:g} s after it was told to end\n"
        os.write(_STDERR, told.encode())
        os._exit(code)
