"""A program that misbehaves becomes one clear line, and leaves nothing behind."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mockserver.errors import MediaError
from mockserver.media.process import run_process
from tests.clients.programs import tool


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for piece in data:
        yield piece


async def thousands() -> AsyncIterator[bytes]:
    """Yield more than any program reads that has failed, each in a turn of its own."""
    for _ in range(5000):
        yield b"x" * 1000
        await asyncio.to_thread(int)


async def test_bytes_go_in_and_come_out() -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"

    out = await run_process(python(code), feed=pieces(b"ab", b"cd"), limit_s=20)

    assert out == b"dcba"


async def test_much_input_and_output_do_not_block_each_other() -> None:
    code = "import sys; [sys.stdout.buffer.write(l) for l in sys.stdin.buffer]"
    data = (b"x" * 999 + b"\n") * 1000

    out = await run_process(python(code), feed=pieces(data, data), limit_s=20)

    assert out == data * 2


async def test_a_failure_says_what_the_program_said() -> None:
    code = "import sys; sys.exit('no such codec')"

    with pytest.raises(MediaError, match=r"failed with code 1: no such codec$"):
        await run_process(python(code), limit_s=20)


async def test_a_program_that_does_not_read_is_reported_by_its_own_words() -> None:
    code = "import sys; sys.exit('bad size')"

    with pytest.raises(MediaError, match="bad size"):
        await run_process(python(code), feed=pieces(b"x" * 9_000_000), limit_s=20)


async def test_a_program_that_ends_while_it_is_fed_is_reported_by_its_own_words() -> (
    None
):
    """Also if it ends between two pieces, and not while one is written."""
    command = [tool("sh"), "-c", "echo bad frame >&2; exit 1"]

    for _ in range(10):
        with pytest.raises(MediaError, match="bad frame"):
            await run_process(command, feed=thousands(), limit_s=20)


async def test_a_program_that_hangs_is_killed() -> None:
    with pytest.raises(MediaError, match=r"took longer than 0\.5 s"):
        await run_process(python("import signal; signal.pause()"), limit_s=0.5)


async def test_a_missing_program_is_named() -> None:
    with pytest.raises(MediaError, match="no-such-ffmpeg cannot be started: No such"):
        await run_process(["no-such-ffmpeg"], limit_s=20)


@pytest.mark.parametrize("cancels", [1, 9])
async def test_a_cancelled_run_leaves_no_program(cancels: int, tmp_path: Path) -> None:
    """Also where it is cancelled again while it waits for what it has killed."""
    fifo = tmp_path / "pid"
    os.mkfifo(fifo)
    code = (
        "import os, signal\n"
        f"open({str(fifo)!r}, 'w').write(str(os.getpid()))\n"
        "signal.pause()"
    )
    task = asyncio.create_task(run_process(python(code), limit_s=60))
    pid = int(await asyncio.to_thread(fifo.read_text))

    for _ in range(cancels):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert asyncio.all_tasks() == {asyncio.current_task()}
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
