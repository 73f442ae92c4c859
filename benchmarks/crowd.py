"""What a server holds when many come: 100,000 spaces and 1,000,000 jobs, bounded or not."""

import asyncio
import gc
import subprocess
import sys
import tempfile
from pathlib import Path

from million import MANY, fill
from run import DOCUMENT

from mockserver.app import build
from mockserver.engine.jobs import Request
from mockserver.providers.digitalcarbon import wire

SPACES = 100_000
SETTLED = 500


def rss_bytes() -> int:
    """Return what this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def crowd(**settings) -> tuple[int, int]:
    """Let one customer after the other order a video; return bytes, and how many are held."""
    instance = build(pace="manual", **settings)
    spaces = instance.services.spaces
    data = wire.kept(DOCUMENT["files"], wire.template(DOCUMENT))
    timeline = wire.TIMELINES["generate-video"]
    gc.collect()
    before = rss_bytes()
    for number in range(SPACES):
        space = spaces.open(f"digitalcarbon.{number}")
        job = space.jobs("digitalcarbon").submit(
            Request("generate-video", data, timeline)
        )
        space.clock.set(job.ends_at)
        if spaces.ledger is not None and number % SETTLED == 0:
            await spaces.ledger.settle()
    gc.collect()
    held = rss_bytes() - before, len(spaces)
    if spaces.ledger is not None:
        await spaces.ledger.close()
    return held


async def jobs(**settings) -> tuple[int, int]:
    """Let one customer order a million videos; return bytes, and how many are held."""
    instance = build(pace="manual", **settings)
    space = instance.services.spaces.open("digitalcarbon.main")
    gc.collect()
    before = rss_bytes()
    if "jobs_max" not in settings:
        fill(instance, MANY)
    engine = space.jobs("digitalcarbon")
    data = wire.kept(DOCUMENT["files"], wire.template(DOCUMENT))
    timeline = wire.TIMELINES["generate-video"]
    for number in range(MANY if "jobs_max" in settings else 0):
        space.make_room()
        engine.submit(Request("generate-video", data, timeline))
        if number % 1000 == 0:
            space.clock.advance(3600)
    gc.collect()
    return rss_bytes() - before, len(engine)


def main() -> None:
    """Measure one case that is named, or each in a process of its own."""
    folder = tempfile.TemporaryDirectory()
    store = f"sqlite:{folder.name}/mock.db"
    cases = {
        "100,000 spaces with a job each": (crowd, {"spaces_max": SPACES}),
        "the same, `--spaces-max 10000`": (crowd, {"spaces_max": 10_000}),
        "the same, and `--store sqlite:`": (
            crowd,
            {"spaces_max": 10_000, "store": store},
        ),
        "1,000,000 jobs in one space": (jobs, {}),
        "the same, `--jobs-max 100000`": (jobs, {"jobs_max": 100_000}),
        "the same, `--jobs-keep 1d`, 1,000 jobs an hour": (
            jobs,
            {"jobs_max": MANY, "jobs_keep_s": 86_400},
        ),
    }
    if len(sys.argv) > 1:
        measured, settings = cases[sys.argv[1]]
        print(*asyncio.run(measured(**settings)))
        return
    print("| what | held | memory | for each |")
    print("|---|---|---|---|")
    for name in cases:
        told = subprocess.run(
            [sys.executable, __file__, name], capture_output=True, text=True, check=True
        )
        size, count = map(int, told.stdout.split())
        print(
            f"| {name} | {count} | {size / 1e6:.0f} MB | {size / count / 1e3:.1f} kB |"
        )


if __name__ == "__main__":
    main()
