"""How many instructions a poll and a create take, beside bare aiohttp.

Counted by valgrind, not timed: the same on a machine that others use, give or take a
hundredth. Both sides are whole connections whose transport only counts, as in `layers.py`;
sockets and the kernel's part are not in it. Two runs of each, one with more requests, so
that what starting takes does not count.

`python benchmarks/instructions.py [SLUG ...] [--work poll] [--fresh] [--store]`; with a
store, ours keeps everything in a SQLite file, whose thread is counted as well.
"""

import argparse
import asyncio
import gc
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

import layers
from works import WORKS

FEW, MANY = 30, 130


async def play(
    slug: str, kind: str, side: str, count: int, *, is_fresh: bool, store: str
) -> None:
    """Answer so many requests on one connection; each a little different, if fresh."""
    work = WORKS[slug]
    ours = layers.Ours(store=store)
    await ours.begin()
    created = await ours.ask(work, "POST", work.create, work.body)
    poll = work.poll.replace("{id}", work.id_of(created))
    said = await ours.ask(work, "GET", poll, b"")
    method, path, body = ("GET", poll, b"")
    if kind == "create":
        method, path, body = "POST", work.create, work.body
    if side == "bare":
        documents = json.dumps(said).encode(), json.dumps(created).encode()
        runner = await layers.bare_runner(work, *documents)
        raw, connect = work.raw(method, path, body), runner.server
    else:
        raw = work.raw(method, path, body, prefix=f"/{slug}")
        connect = ours.connect
    protocol, sink = connect(), layers.Sink()
    protocol.connection_made(sink)
    await asyncio.sleep(0)
    gc.collect()
    for number in range(count):
        mark = f"\r\nX-Number: {number:06}\r\n" if is_fresh else "\r\n"
        protocol.data_received(raw.replace(b"\r\n", mark.encode(), 1))
        while sink.count <= number:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert sink.last.startswith(b"HTTP/1.1 20"), sink.last[:200]


def counted(*arguments: str) -> int:
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--log-fd=2"]
    with TemporaryDirectory() as folder:
        # Who is root would put a file in the place of /dev/null.
        command += [f"--cachegrind-out-file={folder}/out"]
        command += [sys.executable, __file__, "--play"]
        told = subprocess.run(
            [*command, *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
    found = re.findall(r"I\s+refs:\s+([\d,]+)", told.stderr)
    return int(found[-1].replace(",", ""))


def each(slug: str, kind: str, side: str, fresh: str, stored: str) -> float:
    few, many = (counted(slug, kind, side, str(n), fresh, stored) for n in (FEW, MANY))
    return (many - few) / (MANY - FEW) / 1000


def played(
    slug: str, kind: str, side: str, count: str, fresh: str, stored: str
) -> None:
    """Do what is counted, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:{folder}/mock.db" if stored == "stored" else "memory"
        how = {"is_fresh": fresh == "fresh", "store": store}
        asyncio.run(play(slug, kind, side, int(count), **how))


def main() -> None:
    if sys.argv[1:2] == ["--play"]:
        played(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", choices=[[], *WORKS])
    parser.add_argument("--work", choices=["poll", "create"], action="append")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--store", action="store_true")
    given = parser.parse_args()
    how = "fresh" if given.fresh else "same", "stored" if given.store else "memory"
    print("| provider | work | ours, 1000 | bare, 1000 | bare to ours |")
    print("|---|---|---|---|---|")
    for slug in given.slugs or WORKS:
        for kind in given.work or ("poll", "create"):
            with ThreadPoolExecutor(2) as pool:
                ours = pool.submit(each, slug, kind, "ours", *how)
                bare = pool.submit(each, slug, kind, "bare", *how)
                mine, theirs = ours.result(), bare.result()
            print(
                f"| {slug} | {kind} | {mine:.0f} | {theirs:.0f} |"
                f" {theirs / mine:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
