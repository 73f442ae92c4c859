"""Uploads by FTP: log in, make the folders, store the file."""

import asyncio
import ftplib
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.delivery.files import check_files
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Answer, FileLike
from mockserver.engine.clock import monotonic_s
from mockserver.errors import DeliveryError

__all__ = ["FtpTarget", "put_file"]

_REPLY = re.compile(r"[1-5]\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class FtpTarget:
    """Where a file goes.

    Attributes:
        host: The server.
        path: The file's path from the login folder, or from the root with a slash
            in front; its folders are made.
        port: The server's port.
        user: Who logs in.
        password: With what.
    """

    host: str
    path: str
    port: int = 21
    user: str = "anonymous"
    password: str = field(default="anonymous@", repr=False)

    @property
    def url(self) -> str:
        """The file's address, without the password."""
        port = "" if self.port == 21 else f":{self.port}"
        return f"ftp://{self.host}{port}/{self.path.lstrip('/')}"


async def put_file(
    guard: Guard,
    target: FtpTarget,
    body: bytes | FileLike,
    *,
    connect_timeout_s: float = 10.0,
    timeout_s: float = 30.0,
) -> Answer:
    """Upload a body; the answer has the server's last reply, such as status 226.

    A reply of the server that refuses something (530 for a login, 550 for a path) is
    an answer, too.

    Raises:
        DeliveryError: Kind `refused`, `connect` or `timeout`.
        MediaError: The file is gone.
    """
    await check_files((body,))
    started_s = monotonic_s()
    session = _Session(target, connect_timeout_s)
    try:
        async with asyncio.timeout(timeout_s):
            addresses = await guard.resolve(target.host, target.port)
            reply = await asyncio.to_thread(session.run, addresses[0], body)
    except TimeoutError as error:
        text = f"{target.url}: no answer within {timeout_s:g} s"
        raise DeliveryError("timeout", text) from error
    except ValueError as error:
        raise DeliveryError("refused", f"{target.url}: {error}") from error
    except (OSError, EOFError, ftplib.Error) as error:
        reason = str(error) or type(error).__name__
        raise DeliveryError("connect", f"{target.url}: {reason}") from error
    finally:
        session.stop()
    return Answer(
        int(reply[:3]),
        CIMultiDictProxy(CIMultiDict()),
        reply.encode(),
        elapsed_s=monotonic_s() - started_s,
        url=target.url,
    )


class _Session:
    """One upload, made in a thread; `stop` ends it from outside."""

    def __init__(self, target: FtpTarget, timeout_s: float) -> None:
        self._target = target
        self._ftp = ftplib.FTP(timeout=timeout_s)  # noqa: S321  (see the import)
        self._is_stopped = False

    def run(self, address: str, body: bytes | FileLike) -> str:
        """Store the body and return the server's last reply."""
        try:
            with _opened(body) as file:
                return self._store(address, file)
        except (ftplib.error_perm, ftplib.error_temp) as error:
            if _REPLY.match(str(error)) is None:
                raise
            return str(error)
        finally:
            self._ftp.close()

    def stop(self) -> None:
        """Break the connections, so that the thread does not outlive its caller."""
        self._is_stopped = True
        with suppress(OSError, AttributeError):
            self._ftp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # or none

    def _store(self, address: str, file: BinaryIO) -> str:
        ftp, target = self._ftp, self._target
        # The address that was checked; data connections go to the same one, because
        # ftplib believes no address that a server names.
        ftp.connect(address, target.port)
        ftp.login(target.user, target.password)
        folders, _, name = target.path.rpartition("/")
        if target.path.startswith("/"):
            ftp.cwd("/")
        for folder in filter(None, folders.split("/")):
            self._enter(folder)
        reply = ftp.storbinary(f"STOR {name}", file, callback=self._check)
        with suppress(ftplib.Error, OSError, EOFError):
            ftp.quit()
        return reply

    def _enter(self, folder: str) -> None:
        try:
            self._ftp.cwd(folder)
        except ftplib.error_perm:
            self._ftp.mkd(folder)
            self._ftp.cwd(folder)

    def _check(self, _: bytes) -> None:
        if self._is_stopped:
            raise TimeoutError


def _opened(body: bytes | FileLike) -> BinaryIO:
    return BytesIO(body) if isinstance(body, bytes) else body.path.open("rb")
