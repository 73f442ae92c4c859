"""Measure what sound adds to a new clip: silence, voices and tracks in turns.

Run it as `python benchmarks/media_sound.py [rounds]`. Each clip has 30 s of 720p and a
new text; `CPU` is what the rendering and its processes computed, in milliseconds, as
medians. A voice or track that is known has been heard before in this process.
"""

import asyncio
import os
import statistics
import sys
from collections.abc import Callable

from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound.heard import Heard, Music, Speech
from mockserver.media.spec import Card, MediaSpec

TEXT = "It is the best offer that we have made in twenty years of business. " * 4
CASES: dict[str, Callable[[int], tuple[Heard, ...]]] = {
    "silence": lambda _: (),
    "a known voice, another text": lambda n: (Speech(f"{TEXT} {n}.", "anna", "en"),),
    "another voice": lambda n: (Speech(TEXT, f"voice {n}", "en"),),
    "a known track": lambda _: (Music("tune"),),
    "another track": lambda n: (Music(f"tune {n}"),),
    "another track that fades": lambda n: (
        Music(f"song {n}", fade_in_s=2, fade_out_s=4),
    ),
}


def clip(name: str, number: int) -> MediaSpec:
    card = Card((f"round {number}",), name)
    heard = CASES[name](number)
    return mp4(1280, 720, fps=30, seconds=30, cards=(card,), heard=heard)


def computed_ms() -> float:
    return 1000 * sum(os.times()[:4])


async def main(rounds: int) -> None:
    renderer = FfmpegRenderer()
    spent: dict[str, list[float]] = {name: [] for name in CASES}
    for number in range(rounds + 1):
        for name, costs in spent.items():
            before = computed_ms()
            await renderer.render(clip(name, number))
            costs.append(computed_ms() - before)
    print("| what is heard | CPU | to silence |\n|---|---|---|")
    # The first round knows nothing yet.
    usual = statistics.median(spent["silence"][1:])
    for name, costs in spent.items():
        cost = statistics.median(costs[1:])
        print(f"| {name} | {cost:.0f} | {cost / usual:.2f} |")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
