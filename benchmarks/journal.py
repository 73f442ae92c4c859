"""What the journal costs a poll, on against off, and how fast it is searched.

The first table has the processor time of a served poll with all that the kernel does for
it, in turns; with `--instructions` also those of whole connections without sockets, as
`instructions.py` counts them, which takes long. The second one searches 100,000 exchanges, with each filter, over
the control API's own handlers: processor time, the best of some rounds.

`python benchmarks/journal.py [poll] [search] [--instructions] [--profile NAME]`
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

import layers
from load import request
from multidict import CIMultiDict, CIMultiDictProxy
from server import HERE, Served, measure, ours, start
from works import WORKS

from mockserver.edge.own import HANDLER
from mockserver.verdict.exchange import Exchange
from mockserver.verdict.journal import Journal

FEW, MANY = 200, 1200
HELD, JOBS, ROUNDS = 100_000, 1000, 5
SLUG = "digitalcarbon"
FILTERS = {
    "all": {},
    "provider": {"provider": SLUG},
    "operation": {"operation": "status"},
    "method": {"method": "POST"},
    "job": {"job": "job-500"},
    "state": {"state": "completed"},
    "status": {"status": "503"},
    "time": {"since": "2030-01-01T12:00:00Z", "until": "2030-01-01T13:00:00Z"},
    "after": {"after": HELD - 50},
    "text in the target": {"target_contains": "number=99999"},
    "text in the body": {"body_contains": "no such words"},
    "text in the answer": {"answer_contains": "no such words"},
    "text anywhere": {"text": "No Such Words"},
    "errors": {"errors": True},
    "a header": {"headers": {"X-Number": "none"}},
    "unmatched": {"unmatched": True},
    "several": {"provider": SLUG, "operation": "status", "status": "5xx"},
}


def silence() -> None:
    """Let no journal keep anything in this process."""
    Journal.add = lambda self, exchange: None
    Journal.add_again = lambda self, *given: None


async def play(side: str, fresh: str, count: int) -> None:
    """Answer so many polls on one connection."""
    if side == "off":
        silence()
    work = WORKS[SLUG]
    server = layers.Ours()
    await server.begin()
    created = await server.ask(work, "POST", work.create, work.body)
    path = work.poll.replace("{id}", work.id_of(created))
    raw = work.raw("GET", path, b"", prefix=f"/{SLUG}")
    protocol, sink = server.connect(), layers.Sink()
    protocol.connection_made(sink)
    await asyncio.sleep(0)
    for number in range(count):
        mark = f"\r\nX-Number: {number:06}\r\n" if fresh == "fresh" else "\r\n"
        protocol.data_received(raw.replace(b"\r\n", mark.encode(), 1))
        while sink.count <= number:
            await asyncio.sleep(0)
    assert sink.last.startswith(b"HTTP/1.1 200"), sink.last[:200]


def counted(side: str, fresh: str, count: int) -> int:
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--log-fd=2"]
    with TemporaryDirectory() as folder:
        # Who is root would put a file in the place of /dev/null.
        command += [f"--cachegrind-out-file={folder}/out"]
        command += [sys.executable, __file__, "--play"]
        told = subprocess.run(
            [*command, side, fresh, str(count)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
    found = re.findall(r"I\s+refs:\s+([\d,]+)", told.stderr)
    return int(found[-1].replace(",", ""))


def each(side: str, fresh: str) -> float:
    few, many = (counted(side, fresh, count) for count in (FEW, MANY))
    return (many - few) / (MANY - FEW) / 1000


def without_journal(*flags: str) -> Served:
    """Start the server as `ours` does, with a journal that keeps nothing."""
    command = [sys.executable, str(HERE / "journal.py"), "--serve", "--port", "0"]
    return start([*command, "--quiet", "--pace", "manual", *flags])


def served_us(rounds: int, **headers: str) -> tuple[float, float, float]:
    """Return the CPU of a poll with and without, and the median of their ratios."""
    path = "/digitalcarbon/v1-beta/generate-video/00000000-0000-4000-8000-000000000003"
    key = {"X-API-Key": "digitalcarbon-test-key"}
    raw = request("GET", f"{path}/status", {**key, **headers})
    both = ours(), without_journal()
    rows = []
    for number in range(rounds + 1):
        order = both if number % 2 else both[::-1]
        took = {one.port: measure(one, raw, seconds=2)["cpu_us"] for one in order}
        if number:
            rows.append([took[one.port] for one in both])
    for one in both:
        one.stop()
    ratio = statistics.median(on / off for on, off in rows)
    return min(on for on, _ in rows), min(off for _, off in rows), ratio


def poll_table(*, instructions: bool) -> list[str]:
    lines = ["| a poll | with the journal | without | more |", "|---|---|---|---|"]
    for name, fresh in (("", "same"), (", no two the same", "fresh")):
        if instructions:
            with ThreadPoolExecutor(2) as pool:
                on, off = pool.map(each, ("on", "off"), (fresh, fresh))
            lines.append(
                f"| thousand instructions{name} | {on:.1f} | {off:.1f}"
                f" | {on / off * 100 - 100:.0f} % |"
            )
        more = {"X-Number": "00000000"} if fresh == "fresh" else {}
        on, off, ratio = served_us(7, **more)
        lines.append(
            f"| CPU with its sockets, us{name} | {on:.0f} | {off:.0f}"
            f" | {ratio * 100 - 100:.0f} % |"
        )
    return lines


async def filled() -> layers.Ours:
    """Return a server whose journal holds 100,000 exchanges of many kinds."""
    server = layers.Ours(journal_max=HELD, journal_bytes=1 << 40)
    await server.begin()
    work = WORKS[SLUG]
    created = await server.ask(work, "POST", work.create, work.body)
    path = work.poll.replace("{id}", work.id_of(created))
    await server.ask(work, "GET", path, b"")
    journal, at = server.instance.services.journal, 1_893_456_000.0
    made = [*journal.exchanges()]
    (space,) = {one.space for one in made}
    (_, job) = next(iter(server.instance.services.spaces.find(space).all_jobs()))
    journal.clear()
    jobs = [replaced(job, f"job-{number}") for number in range(JOBS)]
    for number in range(HELD):
        headers = CIMultiDict(
            [*made[1].request_headers, ("X-Number", str(number % 97))]
        )
        is_create = number % 50 == 0
        journal.add(
            Exchange(
                "POST" if is_create else "GET",
                f"{path}?number={number}",
                CIMultiDictProxy(headers),
                503 if number % 1000 == 999 else 200,
                dict(made[1].response_headers),
                made[1].response_body,
                made[1].size_bytes,
                at + number,
                0.001,
                work.body if is_create else b"",
                SLUG,
                "generate-video" if is_create else "status",
                space,
                at + number,
                jobs[number // 100],
                (),
                not is_create,
            )
        )
    return server


def replaced(job, job_id: str):
    return type(job)(job_id, *(getattr(job, name) for name in job.__slots__[1:]))


async def search_table(profile: str = "") -> list[str]:
    server = await filled()
    lines = [
        "| 100,000 exchanges by | a page of 100, ms | count, ms |",
        "|---|---|---|",
    ]
    for name, wanted in FILTERS.items():
        took = []
        for path in ("find", "count"):
            best = 1e9
            for _ in range(ROUNDS):
                profiler = cProfile.Profile()
                began = time.process_time()
                if profile == name:
                    profiler.enable()
                await asked(server, path, wanted)
                profiler.disable()
                best = min(best, time.process_time() - began)
            if profile == name:
                pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
            took.append(best * 1000)
        lines.append(f"| {name} | {took[0]:.1f} | {took[1]:.1f} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


async def asked(server: layers.Ours, path: str, wanted: dict) -> dict:
    body = json.dumps(wanted).encode()
    head = f"POST /_mock/api/exchanges/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    raw = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    asking = layers.prepared(server.make, raw)
    response = await server.instance.app[HANDLER](asking)
    assert response.status == 200, response.body
    return json.loads(response.body)


def main() -> None:
    if sys.argv[1:2] == ["--play"]:
        side, fresh, count = sys.argv[2:]
        asyncio.run(play(side, fresh, int(count)))
        return
    if sys.argv[1:2] == ["--serve"]:
        silence()
        from mockserver.cli import main as command

        sys.exit(command(["serve", *sys.argv[2:]]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], "poll", "search"])
    parser.add_argument("--profile", default="")
    parser.add_argument("--instructions", action="store_true")
    given = parser.parse_args()
    parts = given.parts or ["poll", "search"]
    is_counted = given.instructions
    lines = poll_table(instructions=is_counted) if "poll" in parts else []
    if "search" in parts:
        lines += ["", *asyncio.run(search_table(given.profile))]
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
