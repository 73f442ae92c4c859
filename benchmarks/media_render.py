"""Measure the first fetch and the known fetch of media, with each ffmpeg found here.

Run it as `python benchmarks/media_render.py [rounds]`. Every round shows new text, so
that each first fetch renders; the figures are medians in milliseconds. `CPU` is what
the rendering and its processes computed: on a busy machine it says more than the time.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg

from mockserver.media.cache import MediaCache
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import flv, gif, jpeg, mp4, mpeg_ps, webm, wmv
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import Card, MediaSpec, Sign

Make = Callable[[tuple[Card, ...]], MediaSpec]

SIGN = Sign("Benchmark", "job-4f1c9a")


def moving(plain: tuple[Card, ...]) -> tuple[Card, ...]:
    """Return cards as generative models' films have them."""
    return tuple(prompt_card(c.lines[0], "a-model", (1280, 720)) for c in plain)


CASES: dict[str, tuple[int, Make]] = {
    "MP4 640x360, 5 s": (1, lambda c: mp4(640, 360, seconds=5, cards=c)),
    "MP4 1280x720, 30 s, 30/s": (
        1,
        lambda c: mp4(1280, 720, fps=30, seconds=30, cards=c),
    ),
    "MP4 1280x720, 30 s, with an edge": (
        1,
        lambda c: mp4(1280, 720, fps=30, seconds=30, cards=c, sign=SIGN),
    ),
    "MP4 1280x720, 8 s, of a prompt": (
        1,
        lambda c: mp4(1280, 720, fps=24, seconds=8, cards=moving(c), sign=SIGN),
    ),
    "MP4 640x360, 30 s, 100 photos": (
        100,
        lambda c: mp4(640, 360, fps=30, seconds=30, cards=c, sign=SIGN),
    ),
    "MP4 1080x1920, 30 s, 30/s": (
        1,
        lambda c: mp4(1080, 1920, fps=30, seconds=30, cards=c),
    ),
    "MP4 640x360, 30 s, 30 cards": (
        30,
        lambda c: mp4(640, 360, fps=30, seconds=30, cards=c, numbered=True),
    ),
    "MP4 1920x1080, 30 s, 30 cards": (
        30,
        lambda c: mp4(1920, 1080, fps=30, seconds=30, cards=c, numbered=True),
    ),
    "FLV 640x480, 30 s": (1, lambda c: flv(640, 480, seconds=30, cards=c)),
    "WMV 640x480, 30 s": (1, lambda c: wmv(640, 480, seconds=30, cards=c)),
    "MPEG-2 720x576, 30 s": (1, lambda c: mpeg_ps(720, 576, seconds=30, cards=c)),
    "WebM 640x360, 10 s": (1, lambda c: webm(640, 360, seconds=10, cards=c)),
    "GIF 320x180, 5 s, 10/s": (1, lambda c: gif(320, 180, seconds=5, cards=c)),
    "JPEG 1280x720": (1, lambda c: jpeg(1280, 720, cards=c)),
}


def cards(case: str, count: int, number: int) -> tuple[Card, ...]:
    return tuple(
        Card(
            (f"job 4f1c{number:04d}9a{i:02d}", f"round {number}", "12 Main Street"),
            f"{case} {i}",
        )
        for i in range(count)
    )


def computed_ms() -> float:
    times = os.times()
    return 1000 * (
        times.user + times.system + times.children_user + times.children_system
    )


async def timed(cache: MediaCache, spec: MediaSpec) -> tuple[float, int]:
    start = time.perf_counter()
    file = await cache.get(spec)
    return (time.perf_counter() - start) * 1000, file.size_bytes


async def measure(program: Path, name: str, rounds: int) -> str:
    count, make = CASES[name]
    with tempfile.TemporaryDirectory() as folder:
        renderer = FfmpegRenderer(program)
        cache = MediaCache(Path(folder), renderer)
        cold, _ = await timed(cache, make(cards(name, count, 0)))
        firsts, known, fresh, work = [], [], [], []
        for number in range(1, rounds + 1):
            spec = make(cards(name, count, number))
            before = computed_ms()
            taken, size = await timed(cache, spec)
            firsts.append(taken)
            work.append(computed_ms() - before)
            known.append((await timed(cache, spec))[0])
            # Another process finds it on disk.
            fresh.append((await timed(MediaCache(Path(folder), renderer), spec))[0])
    return (
        f"| {name} | {cold:.0f} | {statistics.median(firsts):.0f} | {min(firsts):.0f} "
        f"| {statistics.median(work):.0f} "
        f"| {statistics.median(fresh):.1f} | {statistics.median(known):.2f} "
        f"| {size / 1000:.0f} |"
    )


async def main(rounds: int) -> None:
    programs = {"imageio-ffmpeg": imageio_ffmpeg.get_ffmpeg_exe()}
    on_path = shutil.which("ffmpeg")
    if on_path:
        programs["PATH"] = on_path
    for source, program in programs.items():
        print(f"\nffmpeg from {source}\n")
        print("| file | very first | new text | best | CPU | from disk | known | kB |")
        print("|---|---|---|---|---|---|---|---|")
        for name in CASES:
            print(await measure(Path(program), name, rounds), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
