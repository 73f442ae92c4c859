"""Run one ffmpeg: bytes in, bytes out, a time limit, and no survivor."""

import asyncio
import contextlib
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator, Sequence
from typing import Final

from mockserver.errors import MediaError

__all__ = ["run_process"]

_BUFFER_BYTES: Final = 1 << 20


async def run_process(
    command: Sequence[str],
    *,
    feed: AsyncIterator[bytes] | None = None,
    limit_s: float,
) -> bytes:
    """Run a program and return its standard output.

    The program is started before its input is made, and killed when the time is over
    or the awaiting task is cancelled.

    Args:
        command: Program and arguments.
        feed: What it reads, in pieces.
        limit_s: The longest it may take, in seconds.

    Raises:
        MediaError: It cannot be started, fails or takes too long; one line.
    """
    transport, process = await _start(command)
    try:
        async with asyncio.timeout(limit_s):
            out, err = await _talk(process, feed)
    except TimeoutError as error:
        raise MediaError(f"{command[0]} took longer than {limit_s:g} s") from error
    finally:
        # Kills what still runs and closes the pipes.
        transport.close()
        await _gone(process)
    if process.returncode:
        raise MediaError(_complaint(command[0], process.returncode, err))
    return out


async def _start(
    command: Sequence[str],
) -> tuple[asyncio.SubprocessTransport, Process]:
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=_BUFFER_BYTES, loop=loop), *command
        )
    except OSError as error:
        raise MediaError(f"{command[0]} cannot be started: {error.strerror}") from error
    return transport, Process(transport, protocol, loop)


async def _gone(process: Process) -> None:
    # However often the waiting one is cancelled: whoever goes earlier leaves a program
    # to a loop that may end before it.
    cancelled: asyncio.CancelledError | None = None
    while process.returncode is None:
        try:
            await process.wait()
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def _talk(
    process: Process, feed: AsyncIterator[bytes] | None
) -> tuple[bytes, bytes]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise MediaError("a pipe to ffmpeg is missing")
    out, err, _ = await asyncio.gather(
        process.stdout.read(),
        process.stderr.read(),
        _feed(process.stdin, feed),
    )
    await process.wait()
    return out, err


async def _feed(pipe: asyncio.StreamWriter, feed: AsyncIterator[bytes] | None) -> None:
    # A program that has failed no longer reads; its own words are worth more.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if feed is not None:
            async for data in feed:
                if pipe.is_closing():
                    break  # uvloop refuses to write then, with an error of its own
                pipe.write(data)
                await pipe.drain()
        pipe.close()
        await pipe.wait_closed()


def _complaint(program: str, code: int, err: bytes) -> str:
    lines = [line for line in err.decode(errors="replace").splitlines() if line.strip()]
    # The first line names the cause; the later ones only say that it was fatal.
    said = lines[0].strip()[:300] if lines else "it said nothing"
    return f"{program} failed with code {code}: {said}"
