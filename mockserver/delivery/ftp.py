"""FTP: log in, make the folders, store the file.

aioftp speaks it (0.3 MB, no dependencies, 45 ms of imports, which is why this module
is loaded when the first file goes by FTP). The standard library's ftplib costs nothing,
but blocks a thread for each upload: six silent servers would hold all the threads that
files are read in, and one of them the end of the process. Both connect for the data to
the server that was checked, whatever address it names.
"""

import asyncio
from contextlib import suppress

import aioftp
from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.delivery.body import pieces_of
from mockserver.delivery.files import check_files, read_pieces
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Answer
from mockserver.delivery.parcel import FtpPut
from mockserver.engine.clock import monotonic_s
from mockserver.errors import DeliveryError
from mockserver.numbers import whole

__all__ = ["put_file"]

_BROKEN = (OSError, EOFError, aioftp.AIOFTPException, ValueError, IndexError)


async def put_file(
    guard: Guard,
    put: FtpPut,
    *,
    connect_timeout_s: float = 10.0,
    timeout_s: float = 30.0,
) -> Answer:
    """Upload a file; the answer has the server's last reply, such as status 226.

    A reply of the server that refuses something (530 for a login, 550 for a path) is
    an answer, too.

    Raises:
        DeliveryError: Kind `refused`, `invalid`, `connect` or `timeout`.
        MediaError: The file is gone.
    """
    await check_files(pieces_of(put.body))
    started_s = monotonic_s()
    # Without time limits of its own: those are made of `asyncio.wait_for`, which may
    # swallow a cancellation before Python 3.12, and ours with it.
    client = aioftp.Client()
    try:
        async with asyncio.timeout(timeout_s):
            reply = await _uploaded(guard, client, put, connect_timeout_s)
    except TimeoutError as error:
        text = f"{put.url}: no answer within {timeout_s:g} s"
        raise DeliveryError("timeout", text) from error
    except aioftp.errors.InvalidCommand as error:
        raise DeliveryError("invalid", f"{put.url}: {error}") from error
    except _BROKEN as error:
        reason = str(error) or type(error).__name__
        raise DeliveryError("connect", f"{put.url}: {reason}") from error
    finally:
        client.close()
    return Answer(
        int(reply[:3]),
        CIMultiDictProxy(CIMultiDict()),
        reply.encode(),
        elapsed_s=monotonic_s() - started_s,
        url=put.url,
    )


async def _uploaded(
    guard: Guard, client: aioftp.Client, put: FtpPut, connect_timeout_s: float
) -> str:
    """Return the server's last reply, be it a refusal."""
    try:
        async with asyncio.timeout(connect_timeout_s):
            addresses = await guard.resolve(put.host, put.port)
            await client.connect(addresses[0], put.port)
        reply = await _store(client, put)
    except aioftp.StatusCodeError as error:
        reply = str(error.received_codes[-1]) + "".join(error.info)
    if whole(reply[:3]) is None:
        raise ValueError(f"{reply[:40]!r} is no reply of FTP")
    return reply


async def _store(client: aioftp.Client, put: FtpPut) -> str:
    await client.login(put.user, put.password)
    folders, _, name = put.path.rpartition("/")
    if put.path.startswith("/"):
        await client.command("CWD /", "2xx")
    for folder in filter(None, folders.split("/")):
        await _enter(client, folder)
    # Not `upload_stream`, which leaves this connection open when STOR is refused.
    _, writer = await client.get_passive_connection("I")
    try:
        await client.command(f"STOR {name}", "1xx")
        async for data in read_pieces(pieces_of(put.body)):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
    code, lines = await client.command(None, "2xx")
    with suppress(*_BROKEN):
        await client.quit()
    return str(code) + "".join(lines)


async def _enter(client: aioftp.Client, folder: str) -> None:
    try:
        await client.command(f"CWD {folder}", "2xx")
    except aioftp.StatusCodeError:
        await client.command(f"MKD {folder}", "2xx")
        await client.command(f"CWD {folder}", "2xx")
