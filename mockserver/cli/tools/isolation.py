"""Isolation: a network of its own in which each provider's name leads to the server."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, UDPServer
from typing import Final, NoReturn

from mockserver.errors import StartError

if sys.platform == "linux":
    import fcntl

__all__ = ["answer", "enter", "named_here"]

_UNSHARE: Final = ("--net", "--mount")
_AS_ROOT: Final = ("--user", "--map-root-user")
_RESOLV: Final = Path("/etc/resolv.conf")
_SET_FLAGS: Final = 0x8914  # SIOCSIFFLAGS
_UP: Final = 1  # IFF_UP
_LOOPBACK: Final = socket.inet_aton("127.0.0.1")
_A, _IN, _NO_ERROR, _NO_NAME = 1, 1, 0, 3
_HEAD: Final = struct.Struct("!6H")
_TTL_S: Final = 1


def enter(arguments: Sequence[str]) -> NoReturn:
    """Run our own command again, in a network that has nothing but loopback.

    Args:
        arguments: The command's own.

    Raises:
        StartError: The system does not allow it; says why.
    """
    program = shutil.which("unshare")
    if program is None:
        raise StartError("--isolate: found no unshare, expected Linux with util-linux")
    how = [program, *(() if os.geteuid() == 0 else _AS_ROOT), *_UNSHARE]
    tried = subprocess.run(  # noqa: S603 - the system's own
        [*how, "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        why = tried.stderr.strip() or f"code {tried.returncode}"
        raise StartError(
            f"--isolate: this system allows no network of one's own ({why}); containers"
            " need the capability SYS_ADMIN for it"
        )
    sys.stdout.flush()
    command = [*how, sys.executable, "-m", "mockserver", *arguments]
    os.execv(program, command)  # noqa: S606 - no shell is wanted


@contextmanager
def named_here(knows: Callable[[str], bool]) -> Iterator[None]:
    """Let loopback be up, and names be looked up at a server of names that is ours.

    Args:
        knows: Whether a name leads here; there are no others.

    Raises:
        StartError: Something of it cannot be done.
    """
    try:
        _raise_loopback()
        names = _Names(knows)
    except OSError as error:
        raise StartError(f"--isolate: {error}") from error
    with names, tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        # We answer at once, but a busy machine may let us wait for our turn.
        file.write("nameserver 127.0.0.1\noptions timeout:5 attempts:3\n")
        file.flush()
        Path(file.name).chmod(0o644)
        _lay_over(_RESOLV, file.name)
        threading.Thread(target=names.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            names.shutdown()


def answer(asked: bytes, knows: Callable[[str], bool]) -> bytes | None:
    """Return the answer to a question of DNS; None if it is none.

    Source: RFC 1035, section 4.
    """
    try:
        number, flags, questions, *_ = _HEAD.unpack_from(asked)
        name, end = _name(asked, _HEAD.size)
        kind, of_class = struct.unpack_from("!2H", asked, end)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    if flags & 0x8000 or questions != 1:
        return None
    is_known = knows(name)
    has_address = is_known and (kind, of_class) == (_A, _IN)
    # An answer, authoritative, with the question's wish for recursion.
    told = 0x8400 | (flags & 0x0100) | (_NO_ERROR if is_known else _NO_NAME)
    head = _HEAD.pack(number, told, 1, int(has_address), 0, 0)
    question = asked[_HEAD.size : end + 4]
    if not has_address:
        return head + question
    record = struct.pack("!3HIH", 0xC00C, _A, _IN, _TTL_S, len(_LOOPBACK)) + _LOOPBACK
    return head + question + record


class _Names(UDPServer):
    def __init__(self, knows: Callable[[str], bool]) -> None:
        self.knows = knows
        super().__init__(("127.0.0.1", 53), _Question)


class _Question(BaseRequestHandler):
    server: _Names

    def handle(self) -> None:
        asked, bound = self.request
        told = answer(asked, self.server.knows)
        if told is not None:
            bound.sendto(told, self.client_address)


def _name(asked: bytes, at: int) -> tuple[str, int]:
    labels = []
    while asked[at]:
        labels.append(asked[at + 1 : at + 1 + asked[at]].decode("ascii"))
        at += 1 + asked[at]
    return ".".join(labels).lower(), at + 1


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def _lay_over(place: Path, file: str) -> None:
    """Let a file stand in the place of another one, for this process and its own."""
    mount = shutil.which("mount") or "mount"
    done = subprocess.run(  # noqa: S603 - the system's own
        [mount, "--bind", file, str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartError(f"--isolate: {place}: {done.stderr.strip()}")
