"""What the rules cost a poll: none loaded, and 1,000 for other operations; ratios.

A poll inside the server, in turns with a server whose layer has been taken out.
`python benchmarks/faults_layer.py`; the bounds are 3 % and 10 %.
"""

import asyncio
import statistics
import time

from aiohttp.test_utils import make_mocked_request
from run import DONE, JOBS, KEY

from mockserver.app import build
from mockserver.edge.layers.envelope import envelope
from mockserver.edge.layers.front import Front
from mockserver.edge.staging.stage import STAGE

POLLS = 4_000
ROUNDS = 15
RULES = 1_000
PER_SCENARIO = 100


def bare_front(instance) -> Front:
    """Return a front without the layer."""
    front = Front(instance.services, instance.bugs)

    async def enter(call):
        route = call.route
        if route.body_first:
            await call.body()
        call.enter()
        await call.find_subject()
        return await front._handle(call)

    front._serve = envelope(enter, instance.bugs)
    return front


def load_rules(instance) -> None:
    """Load rules for other operations than the one that is polled."""
    space = instance.services.spaces.open("digitalcarbon.main")
    rule = {"on": {"operation": "results"}, "fault": {"kind": "reset"}}
    document = {"about": "Load.", "rules": [rule] * PER_SCENARIO}
    for number in range(RULES // PER_SCENARIO):
        instance.app[STAGE].use([space], {"scenario": f"load-{number}", **document})


async def poll_us(front: Front) -> float:
    """Return the median time of a poll, in us."""
    target = f"/digitalcarbon{JOBS}/{DONE}/status"
    asked = make_mocked_request("GET", target, headers=KEY)
    taken = []
    for _ in range(POLLS):
        began = time.perf_counter()
        await front.answer(asked, front.entry(asked))
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


async def main() -> None:
    idle, loaded = build(pace="real"), build(pace="real")
    load_rules(loaded)
    fronts = {
        "without the layer": bare_front(idle),
        "no scenario": Front(idle.services, idle.bugs),
        f"{RULES:,} rules for other operations": Front(loaded.services, loaded.bugs),
    }
    taken: dict[str, list[float]] = {name: [] for name in fronts}
    for number in range(ROUNDS + 1):
        names = [*fronts] if number % 2 else [*reversed(fronts)]
        for name in names:
            us = await poll_us(fronts[name])
            if number:  # the first round warms up
                taken[name].append(us)
    bare = taken["without the layer"]
    print("| poll inside the server | us, p50 | to without the layer |")
    print("|---|---|---|")
    for name, times in taken.items():
        ratios = [mine / theirs for mine, theirs in zip(times, bare, strict=True)]
        ratio = statistics.median(ratios)
        print(f"| {name} | {statistics.median(times):.1f} | {ratio:.3f} |")
    assert idle.bugs.latest == loaded.bugs.latest == []


if __name__ == "__main__":
    asyncio.run(main())
