"""Measure new clips against their bars: known layouts, unknown ones, and 64 at once.

Run it as `python benchmarks/media_bars.py [rounds]`. All kinds take turns in one run;
each clip shows words that were not shown before. *Unknown* is the first of its layout
for a renderer that has just begun; *known* is one whose layout, size and length have
been made before, with other words. The ratio is of a plain clip, which tells no time.
Milliseconds, least and median; on a machine that others use the least says more.
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mockserver.media.cache import MediaCache
from mockserver.media.cards.card import Layout, Presenter, Slot
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import Card, MediaSpec, Sign

PLAIN = "plain, no edge"
AT_ONCE = 64


def card(layout: Layout, number: int) -> Card:
    return Card(
        (f"job 4f1c{number:04d}9a", "12 Main Street"),
        f"Clip {number}",
        layout=layout,
        facts=(("name", "Ann Example"), ("number", str(number))),
        slots=(Slot("kitchen.jpg", 1),),
        presenter=Presenter() if layout is Layout.PRESENTER else None,
    )


def film(shown: Card, number: int, seconds: float = 30) -> MediaSpec:
    sign = Sign("Benchmark", f"job-{number}")
    return mp4(1280, 720, fps=30, seconds=seconds, cards=(shown,), sign=sign)


def plain(number: int) -> MediaSpec:
    return mp4(1280, 720, fps=30, seconds=30, cards=(card(Layout.SLIDE, number),))


def prompt(seconds: float) -> Callable[[int], MediaSpec]:
    def asked(number: int) -> MediaSpec:
        words = f"a paper boat in gutter {number}"
        shown = prompt_card(words, "a-model", (1280, 720))
        return film(shown, number, seconds)

    return asked


def laid(layout: Layout) -> Callable[[int], MediaSpec]:
    return lambda number: film(card(layout, number), number)


CASES: dict[str, Callable[[int], MediaSpec]] = {
    PLAIN: plain,
    **{str(layout): laid(layout) for layout in Layout},
    "of a prompt": prompt(30),
    "of a prompt, 12 s": prompt(12),
}


def computed_ms() -> float:
    return 1000 * sum(os.times()[:4])


async def made(renderer: FfmpegRenderer, spec: MediaSpec) -> tuple[float, float]:
    before, start = computed_ms(), time.perf_counter()
    await renderer.render(spec)
    return (time.perf_counter() - start) * 1000, computed_ms() - before


async def layouts(rounds: int) -> None:
    unknown: dict[str, list[float]] = {name: [] for name in CASES}
    known: dict[str, list[float]] = {name: [] for name in CASES}
    work: dict[str, list[float]] = {name: [] for name in CASES}
    for number in range(0, 2 * rounds, 2):
        for name, make in CASES.items():
            renderer = FfmpegRenderer()
            unknown[name].append((await made(renderer, make(number)))[0])
            taken, cost = await made(renderer, make(number + 1))
            known[name].append(taken)
            work[name].append(cost)
    print("| 720p, 30 s | unknown | known | CPU | known, to plain |")
    print("|---|---|---|---|---|")
    for name in CASES:
        told = " | ".join(
            f"{min(found[name]):.0f}, {statistics.median(found[name]):.0f}"
            for found in (unknown, known, work)
        )
        print(f"| {name} | {told} | {min(known[name]) / min(known[PLAIN]):.2f} |")


async def crowd() -> None:
    """Ask for 64 different clips at once, and tell when each has come."""
    came: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        cache = MediaCache(Path(folder), FfmpegRenderer())
        await cache.get(laid(Layout.SLIDE)(10_000))
        held, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.time()
        before = computed_ms()

        async def one(number: int) -> None:
            await cache.get(laid(Layout.SLIDE)(20_000 + number))
            came.append((time.time() - start, number))

        await asyncio.gather(*map(one, range(AT_ONCE)))
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
        cost = (computed_ms() - before) / AT_ONCE
    late = max(abs(place - number) for place, (_, number) in enumerate(came))
    print(
        f"\n{AT_ONCE} different clips at once: the first after {came[0][0]:.2f} s, the"
    )
    print(
        f"last after {came[-1][0]:.2f} s; at most {late} places out of turn; {cost:.0f}"
    )
    print(f"ms of CPU each; {more / 1024:.0f} MB more than one clip alone.")


def cold(rounds: int) -> None:
    """Tell what the first and the second clip of new processes take."""
    found = [
        [float(one) for one in _alone().split()] for _ in range(min(5, max(1, rounds)))
    ]
    print("\n| a new process, an empty folder | least, median |\n|---|---|")
    for name, times in zip(
        ("first clip", "second clip"), zip(*found, strict=True), strict=True
    ):
        print(f"| {name} | {min(times):.0f}, {statistics.median(times):.0f} |")


def _alone() -> str:
    command = [sys.executable, __file__, "--alone"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def alone() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = MediaCache(Path(folder), FfmpegRenderer())
        for number in range(2):
            start = time.perf_counter()
            await cache.get(laid(Layout.SLIDE)(number))
            print((time.perf_counter() - start) * 1000)


async def main(rounds: int) -> None:
    await layouts(rounds)
    await crowd()
    await asyncio.to_thread(cold, rounds)


if __name__ == "__main__":
    if sys.argv[1:] == ["--alone"]:
        asyncio.run(alone())
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
