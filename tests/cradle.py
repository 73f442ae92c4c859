"""Processes that begin with everything imported: a start costs a fork, not a second.

A cradle is a process that has done the imports of `python -m MODULE` and forks one
child for each start. What the child does from there on is what `python -m` does.
`tests/cli/test_start.py` starts the command without one.
"""

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
PROVIDERS = [
    f"mockserver.providers.{routes.parent.name}"
    for routes in sorted(ROOT.glob("mockserver/providers/*/routes.py"))
]
REQUEST_MAX = 1 << 20


class Child:
    """A process that a cradle has started; to be used like `subprocess.Popen`.

    Args:
        line: Tells its process id, and when it has ended its code.
        stdout: What it says.
        stderr: What it complains about.
    """

    def __init__(self, line: socket.socket, stdout: IO[str], stderr: IO[str]) -> None:
        self._line = line
        self._told = line.makefile("r")
        self.pid = int(self._told.readline())
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code; minus the number of a signal that has ended it."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                self.returncode = int(self._told.readline())
            except TimeoutError:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0) from None
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return all that it says until it ends: stdout and stderr."""
        with ThreadPoolExecutor(1) as reading:
            complaints = reading.submit(self.stderr.read)
            said = self.stdout.read()
        self.wait(timeout)
        return said, complaints.result()

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless its end is known."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):  # it has ended, and nobody had asked
            self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End it, and wait for that."""
        self.kill()
        self.wait()
        for stream in (self.stdout, self.stderr, self._told, self._line):
            stream.close()


class Cradle:
    """One process from which others start.

    Args:
        desk: Where requests go.
    """

    def __init__(self, desk: socket.socket) -> None:
        self._desk = desk

    def start(
        self, module: str, *arguments: str, cwd: Path, env: Mapping[str, str]
    ) -> Child:
        """Start `python -m module`, as `subprocess.Popen` would."""
        line, far = socket.socketpair()
        (out, out_far), (err, err_far) = os.pipe(), os.pipe()
        request = json.dumps([[module, *arguments], str(cwd), dict(env)])
        handed = [far.fileno(), out_far, err_far]
        socket.send_fds(self._desk, [request.encode()], handed)
        far.close()
        os.close(out_far)
        os.close(err_far)
        return Child(line, os.fdopen(out), os.fdopen(err))


@contextmanager
def cradle(*modules: str) -> Iterator[Cradle]:
    """Provide a cradle that has imported some modules, and the providers."""
    desk, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cradle", str(far.fileno()), *modules, *PROVIDERS],
        cwd=ROOT,
        pass_fds=[far.fileno()],
        stdin=subprocess.DEVNULL,
    )
    far.close()
    with desk:
        yield Cradle(desk)
    process.wait()


def _next_child(desk: socket.socket) -> list[str] | None:
    """Fork for each request; return its words in the child, and None at the end."""
    while True:
        request, handed, *_ = socket.recv_fds(desk, REQUEST_MAX, 3)
        if not request:
            return None
        if os.fork() == 0:
            break
        for one in handed:
            os.close(one)
    desk.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line, out, err = handed
    child = os.fork()
    if child:
        # This process has no other task than to tell of the child's end.
        os.close(out)
        os.close(err)
        os.write(line, b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        os.write(line, b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    words, cwd, environ = json.loads(request)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for one in handed:
        os.close(one)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    more = environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = [cwd, *(one for one in more if one not in {"", *sys.path})]
    return [*words]


def _main(number: str, *modules: str) -> None:
    for module in modules:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    words = _next_child(socket.socket(fileno=int(number)))
    if words is not None:
        sys.argv = words
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
