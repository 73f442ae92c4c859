"""Polling one job among 10 and among 1,000,000 of the same space; bytes for each job."""

import asyncio
import gc
import resource
import statistics
import time

from aiohttp.test_utils import make_mocked_request
from run import DOCUMENT, JOBS, KEY

from mockserver.app import build
from mockserver.edge.layers.front import Front
from mockserver.engine.jobs import Request
from mockserver.providers.digitalcarbon import wire

MANY = 1_000_000


def fill(instance, count: int) -> str:
    """Put so many jobs into the main account's space; return one's identifier."""
    space = instance.services.spaces.open("digitalcarbon.main")
    engine = space.jobs("digitalcarbon")
    data = wire.kept(DOCUMENT["files"], wire.template(DOCUMENT))
    timeline = wire.TIMELINES["generate-video"]
    job = ""
    for number in range(count):
        made = engine.submit(Request("generate-video", data, timeline))
        job = made.id if number == count // 2 else job
    return job


async def poll_us(instance, job: str) -> list[float]:
    """Return how long polls take inside the server, in us."""
    front = Front(instance.services, instance.bugs)
    asked = make_mocked_request(
        "GET", f"/digitalcarbon{JOBS}/{job}/status", headers=KEY
    )
    taken = []
    for _ in range(20_000):
        began = time.perf_counter()
        await front.answer(asked, front.entry(asked))
        taken.append((time.perf_counter() - began) * 1e6)
    return taken


async def main() -> None:
    few, many = build(pace="real"), build(pace="real")  # every provider on
    few_job = fill(few, 10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    many_job = fill(many, MANY)
    filled_s = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    gc.collect()
    ratios = []
    for _ in range(5):
        a, b = await poll_us(many, many_job), await poll_us(few, few_job)
        ratios.append(
            (statistics.median(a) / statistics.median(b), statistics.median(b))
        )
    ratio = statistics.median(row[0] for row in ratios)
    print(
        "| poll with 1,000,000 jobs to poll with 10, p50 | bytes for each job | submit |"
    )
    print("|---|---|---|")
    print(f"| {ratio:.2f} | {grown / MANY:.0f} | {filled_s / MANY * 1e6:.1f} us |")


if __name__ == "__main__":
    asyncio.run(main())
