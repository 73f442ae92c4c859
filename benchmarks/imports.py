"""What starting imports, in processor time, by rooms: each start in a process of its own.

    python benchmarks/imports.py

Nothing is compiled meanwhile: each case runs once before it is measured. A table of
what starts beside aiohttp alone, then one of our rooms in `mockserver serve`.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator

TIMES = 7
CASES = {
    "aiohttp alone": "import aiohttp.web",
    "`mockserver serve`": "import mockserver.cli.serve, mockserver.app",
    "`MockServer()`": "from mockserver import MockServer\nMockServer().start().stop()",
}
ROOMS_SHOWN = 10
# Garbage is not looked for while `serve` loads: it is neither here.
PROGRAM = """
import gc, sys, time
gc.disable()
began = time.process_time()
{code}
took = time.process_time() - began
ours = sum(name.startswith("mockserver") for name in sys.modules)
print("told", took * 1000, len(sys.modules), ours)
"""


def started(code: str) -> tuple[float, int, int]:
    """Return milliseconds of processor time, modules, and how many are ours."""
    command = [sys.executable, "-c", PROGRAM.format(code=code)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, took, modules, ours = told.splitlines()[-1].split()
    return float(took), int(modules), int(ours)


def lines(code: str) -> Iterator[tuple[str, float]]:
    """Yield what importing one of our modules took by itself, in ms."""
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-c",
        f"import gc; gc.disable()\n{code}",
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    for line in told.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if name.strip().startswith("mockserver"):
            yield name.strip(), float(own) / 1000


def rooms(code: str) -> Iterator[tuple[str, int, float]]:
    """Yield our rooms, their modules and their ms, the dearest first."""
    found: dict[str, list[float]] = {}
    for name, took in lines(code):
        found.setdefault(".".join(name.split(".")[1:2]) or "mockserver", []).append(
            took
        )
    dearest = sorted(found.items(), key=lambda item: -sum(item[1]))
    for room, parts in dearest[:ROOMS_SHOWN]:
        yield room, len(parts), sum(parts)


def main() -> None:
    """Print both tables."""
    for code in CASES.values():
        started(code)
    # In turns, so that each meets the same mood of the machine.
    turns = [[started(code) for code in CASES.values()] for _ in range(TIMES)]
    medians = [
        statistics.median(turn[n][0] for turn in turns) for n in range(len(CASES))
    ]
    print("| what starts | ms | to aiohttp | modules | of ours |")
    print("|---|---|---|---|---|")
    for name, took, (_, modules, ours) in zip(CASES, medians, turns[0], strict=True):
        print(f"| {name} | {took:.0f} | {took / medians[0]:.2f} | {modules} | {ours} |")
    print("\n| our room | modules | ms, while it is traced |\n|---|---|---|")
    for room, count, took in rooms(CASES["`mockserver serve`"]):
        print(f"| {room} | {count} | {took:.0f} |")


if __name__ == "__main__":
    main()
