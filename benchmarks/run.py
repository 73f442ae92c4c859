"""Measures the server beside a bare aiohttp application, in turns; prints ratios.

`make bench` runs everything (about eight minutes on two cores); name cases to run
only those: `python benchmarks/run.py poll media`. `--write` puts the tables between
the marks of `benchmarks/README.md`.
"""

import argparse
import json
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from load import MARK, request
from orders import DOCUMENT
from server import (
    HERE,
    Served,
    bare,
    measure,
    ours,
    ours_handing_over,
    ours_on_redis,
)
from works import WORKS, Work

KEY = {"X-API-Key": "digitalcarbon-test-key"}
JSON = {"Content-Type": "application/json"}
JOBS = "/v1-beta/generate-video"
DONE = "00000000-0000-4000-8000-000000000003"
BODY = json.dumps(DOCUMENT).encode()


def in_turns(
    mine: Served, theirs: Served, my_raw: bytes, their_raw: bytes, *, rounds: int, **how
) -> dict[str, float]:
    """Measure both in turns and return the medians of the ratios, ours to theirs."""
    rows = []
    measure(mine, my_raw, seconds=0.5)
    measure(theirs, their_raw, seconds=0.5)
    for number in range(rounds):
        order = [(mine, my_raw), (theirs, their_raw)]
        results = {}
        for served, raw in order if number % 2 else reversed(order):
            results[served.port] = measure(served, raw, **how)
        a, b = results[mine.port], results[theirs.port]
        assert a["errors"] == 0, a
        rows.append(
            {
                "rps": a["rps"] / b["rps"],
                "p50": a["p50"] / b["p50"],
                "p99": a["p99"] / b["p99"],
                "cpu": a["cpu_us"] / b["cpu_us"],
                "their_rps": b["rps"],
                "their_cpu_us": b["cpu_us"],
            }
        )
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


# Who orders as much as this would be out of credits.
ENDLESS = ("--set", "runway.credits=-1", "--set", "runway.concurrency=0")


def requests_table(rounds: int) -> list[str]:
    """Polls, polls of which no two are the same, and creates, of every provider."""
    lines = [
        "| provider | work | requests/s | CPU | p50 | p99 | bare: requests/s, CPU |",
        "|---|---|---|---|---|---|---|",
    ]
    for work in WORKS.values():
        for loop in ("auto", "asyncio") if work.slug == "digitalcarbon" else ("auto",):
            lines += _provider_lines(work, loop, rounds)
    return lines


def _provider_lines(work: Work, loop: str, rounds: int) -> list[str]:
    mine = ours("--loop", loop, *ENDLESS)
    made = _asked(mine, work, "POST", work.create, work.body)
    poll = work.poll.replace("{id}", work.id_of(made))
    said = _asked(mine, work, "GET", poll, b"")
    told = {"poll": (poll.partition("?")[0], said), "create": (work.create, made)}
    theirs = bare(told=told)
    varied = MARK.decode().split(": ")
    cases = {
        "poll": ("GET", poll, b"", {}),
        "poll, no two the same": ("GET", poll, b"", dict([varied])),
        "create": ("POST", work.create, work.body, {}),
    }
    lines = []
    for name, (method, path, body, more) in cases.items():
        raws = [
            work.raw(method, path, body, prefix=prefix, **more)
            for prefix in (f"/{work.slug}", "")
        ]
        got = in_turns(mine, theirs, *raws, rounds=rounds, seconds=1.5)
        on = "" if loop == "auto" else f", {loop}"
        lines.append(
            f"| {work.slug}{on} | {name} | {got['rps']:.2f} | {got['cpu']:.2f}"
            f" | {got['p50']:.2f} | {got['p99']:.2f}"
            f" | {got['their_rps']:.0f}, {got['their_cpu_us']:.0f} us |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    mine.stop()
    theirs.stop()
    return lines


def _asked(served: Served, work: Work, method: str, path: str, body: bytes) -> Any:
    raw = work.raw(method, path, body, prefix=f"/{work.slug}")
    with socket.create_connection(("127.0.0.1", served.port), 30) as opened:
        opened.sendall(raw.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        answer = b"".join(iter(lambda: opened.recv(65536), b""))
    head, _, told = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 20"), answer
    return json.loads(told)


def media_table(rounds: int) -> list[str]:
    """A 2 MB clip and parts of it, beside `FileResponse` of the same bytes."""
    mine = ours("--media-size", "full")
    made = mine.ask("POST", f"/digitalcarbon{JOBS}", DOCUMENT, **KEY, **JSON)["job_id"]
    mine.ask("POST", "/_mock/api/clock/advance", {"by": "2h"}, **JSON)
    path = f"/digitalcarbon/media/{made}.mp4"
    with urllib.request.urlopen(f"http://127.0.0.1:{mine.port}{path}") as response:
        data = response.read()
    clip = Path(HERE / ".clip.mp4")
    clip.write_bytes(data)
    theirs = bare(clip)
    lines = [
        f"| clip of {len(data) / 1e6:.1f} MB | requests/s | CPU | p99 |",
        "|---|---|---|---|",
    ]
    for name, header in {
        "whole": {},
        "64 KiB of it": {"Range": "bytes=65536-131071"},
        "1 KiB of it": {"Range": "bytes=4096-5119"},
    }.items():
        my_raw, their_raw = (
            request("GET", path, header),
            request("GET", "/media/clip.mp4", header),
        )
        got = in_turns(
            mine, theirs, my_raw, their_raw, rounds=rounds, seconds=2, connections=2
        )
        lines.append(
            f"| {name} | {got['rps']:.2f} | {got['cpu']:.2f} | {got['p99']:.2f} |"
        )
    mine.stop()
    theirs.stop()
    clip.unlink()
    return lines


def start_table(rounds: int) -> list[str]:
    """Process start to the first 200, memory, and what many polls leave behind."""

    def first_200(make: Callable[[], Served], path: str) -> tuple[float, int]:
        began = time.perf_counter()
        served = make()
        headers = dict(KEY)
        asked = urllib.request.Request(
            f"http://127.0.0.1:{served.port}{path}", headers=headers
        )
        urllib.request.urlopen(asked).read()
        took, rss = time.perf_counter() - began, served.rss_bytes()
        served.stop()
        return took, rss

    pairs = []
    for _ in range(rounds + 4):
        pairs.append(
            (
                first_200(ours, f"/digitalcarbon{JOBS}/{DONE}/status"),
                first_200(bare, f"{JOBS}/{DONE}/status"),
            )
        )
    took = statistics.median(mine[0] / theirs[0] for mine, theirs in pairs)
    rss = statistics.median(mine[1] / theirs[1] for mine, theirs in pairs)
    their_ms = statistics.median(theirs[0] for _, theirs in pairs) * 1000
    their_mb = statistics.median(theirs[1] for _, theirs in pairs) / 1e6
    grown, polls = memory_growth()
    return [
        "| what | ours | bare |",
        "|---|---|---|",
        f"| process start to first 200 | {took:.2f} x | {their_ms:.0f} ms |",
        f"| memory after the first 200 | {rss:.2f} x | {their_mb:.0f} MB |",
        f"| memory grown over {polls} polls | {grown / 1e6:.1f} MB | |",
        f"| start and stop inside a test process | {start_stop_ms():.1f} ms | |",
    ]


def memory_growth() -> tuple[int, int]:
    """Return how much memory 200,000 polls leave, once the journal's ring is full."""
    served = ours()
    raw = request("GET", f"/digitalcarbon{JOBS}/{DONE}/status", KEY)
    measure(served, raw, seconds=1)
    before, polls = served.rss_bytes(), 0
    while polls < 200_000:
        polls += measure(served, raw, seconds=10)["count"]
    grown = served.rss_bytes() - before
    served.stop()
    return grown, polls


def start_stop_ms() -> float:
    """Return the median time of `with MockServer(): pass`, in ms."""
    code = (
        "import time, statistics\n"
        "from mockserver import MockServer\n"
        "taken = []\n"
        "for _ in range(15):\n"
        "    began = time.perf_counter()\n"
        "    with MockServer():\n"
        "        pass\n"
        "    taken.append(time.perf_counter() - began)\n"
        "print(statistics.median(taken[2:]) * 1000)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return float(told.stdout.split()[-1])


def jobs_table(rounds: int) -> list[str]:
    """Polling among a million jobs, and what one job weighs."""
    del rounds
    told = subprocess.run(
        [sys.executable, str(HERE / "million.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()


def pollers_table(rounds: int) -> list[str]:
    """A thousand keep-alive connections that each poll once a second."""
    mine, theirs = ours(), bare()
    got = in_turns(
        mine,
        theirs,
        request("GET", f"/digitalcarbon{JOBS}/{DONE}/status", KEY),
        request("GET", f"{JOBS}/{DONE}/status", KEY),
        rounds=max(1, rounds // 2),
        seconds=6,
        connections=1000,
        every_s=1.0,
    )
    mine.stop()
    theirs.stop()
    return [
        "| 1,000 connections, one poll a second | p50 | p99 | CPU | unanswered |",
        "|---|---|---|---|---|",
        f"| ours to bare | {got['p50']:.2f} | {got['p99']:.2f} | {got['cpu']:.2f} | 0 |",
    ]


def store_table(rounds: int) -> list[str]:
    """Poll and create with a store, beside the same server without one."""
    poll = request("GET", f"/digitalcarbon{JOBS}/{DONE}/status", KEY)
    create = request("POST", f"/digitalcarbon{JOBS}", {**KEY, **JSON}, BODY)
    lines = [
        "| work, connections | requests/s | CPU | p50 | p99 | memory: requests/s, CPU |",
        "|---|---|---|---|---|---|",
    ]
    stores: dict[str, Callable[[str], Served]] = {
        "SQLite": lambda folder: ours("--store", f"sqlite:{folder}/mock.db")
    }
    if shutil.which("redis-server"):
        stores["Redis"] = ours_on_redis
    for store, start in stores.items():
        with tempfile.TemporaryDirectory() as folder:
            mine, theirs = start(folder), ours()
            for name, raw, connections in (
                ("status poll, 8", poll, 8),
                ("create, 1", create, 1),
                ("create, 32", create, 32),
            ):
                how = {"rounds": rounds, "seconds": 1.5, "connections": connections}
                got = in_turns(mine, theirs, raw, raw, **how)
                lines.append(
                    f"| {store}: {name} | {got['rps']:.2f} | {got['cpu']:.2f}"
                    f" | {got['p50']:.2f} | {got['p99']:.2f} | {got['their_rps']:.0f},"
                    f" {got['their_cpu_us']:.0f} us |"
                )
            mine.stop()
            theirs.stop()
    if shutil.which("redis-server"):
        lines.append(_handed_over(poll, rounds))
    return lines


def _handed_over(poll: bytes, rounds: int) -> str:
    """Poll a worker that has another one answer; the CPU of both counts."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"/digitalcarbon{JOBS}/{DONE}/status"
        mine, theirs = ours_handing_over(folder, path, KEY), ours()
        how = {"rounds": rounds, "seconds": 1.5, "connections": 8}
        got = in_turns(mine, theirs, poll, poll, **how)
        mine.stop()
        theirs.stop()
    return (
        f"| Redis: status poll handed over, 8 | {got['rps']:.2f} | {got['cpu']:.2f}"
        f" | {got['p50']:.2f} | {got['p99']:.2f} | {got['their_rps']:.0f},"
        f" {got['their_cpu_us']:.0f} us |"
    )


def other(script: str) -> Callable[[int], list[str]]:
    """Return a case that another script of this folder measures."""

    def table(rounds: int) -> list[str]:
        del rounds
        told = subprocess.run(
            [sys.executable, str(HERE / script)],
            capture_output=True,
            text=True,
            check=True,
        )
        return told.stdout.splitlines()

    return table


CASES: dict[str, Callable[[int], list[str]]] = {
    "poll": requests_table,
    "layers": other("layers.py"),
    "media": media_table,
    "start": start_table,
    "jobs": jobs_table,
    "pollers": pollers_table,
    "store": store_table,
    "render": other("media_render.py"),
    "ladder": other("delivery_ladder.py"),
    "faults": other("faults_layer.py"),
    "doors": other("doors.py"),
    "listeners": other("listeners.py"),
    "journal": other("journal.py"),
}


def main() -> None:
    """Run the cases that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[[], *CASES])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    tables = {}
    for name in given.cases or CASES:
        tables[name] = CASES[name](given.rounds)
        print(f"\n## {name}\n", *tables[name], sep="\n", flush=True)
    if given.write:
        write(tables)


def write(tables: dict[str, list[str]]) -> None:
    """Put tables between their marks in the README."""
    file = HERE / "README.md"
    text = file.read_text()
    for name, lines in tables.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, _, rest = text.partition(start)
        _, _, tail = rest.partition(end)
        text = "\n".join([head + start, *lines, end + tail])
    machine = f"CPython {platform.python_version()}, {platform.system()}"
    head, _, rest = text.partition("<!-- machine -->")
    _, _, tail = rest.partition("<!-- /machine -->")
    file.write_text(f"{head}<!-- machine -->{machine}<!-- /machine -->{tail}")


if __name__ == "__main__":
    main()
