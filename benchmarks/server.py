"""Starts what is measured, and reads what it costs, from the outside."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LOAD = HERE / "load.py"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Served:
    """A process that listens, ours or the bare one; others may work for it."""

    process: subprocess.Popen
    port: int
    started_s: float
    others: tuple[subprocess.Popen, ...] = ()

    def cpu_s(self) -> float:
        return sum(_cpu_s(one.pid) for one in (self.process, *self.others))

    def rss_bytes(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise LookupError("no VmRSS")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        for other in self.others:
            other.terminate()
            other.wait(10)

    def ask(
        self, method: str, path: str, document: object = None, **headers: str
    ) -> dict:
        data = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, headers, method=method
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or b"null")


def _cpu_s(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def ours_on_redis(folder: str) -> Served:
    """Start `mockserver serve` and the Redis of its own that it keeps everything in."""
    redis, store = _redis(folder)
    served = ours("--store", store)
    served.others = (redis,)
    return served


def ours_handing_over(folder: str, path: str, headers: dict[str, str]) -> Served:
    """Start two workers on a Redis, of which the one that is asked has no space.

    Args:
        folder: Where the Redis keeps its data.
        path: What the other one is asked first, so that it has the space.
        headers: With which headers.
    """
    redis, store = _redis(folder)
    owner = ours("--store", store)
    owner.ask("GET", path, **headers)
    served = ours("--store", store)
    served.ask("GET", path, **headers)
    workers = served.ask("GET", "/_mock/api/workers")["workers"]
    assert sorted(one["spaces"] for one in workers) == [0, 1], workers
    served.others = (owner.process, redis)
    return served


def _redis(folder: str) -> tuple[subprocess.Popen, str]:
    socket = f"{folder}/redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", ""]
    command += ["--appendonly", "yes", "--dir", folder]
    redis = subprocess.Popen(command, stdout=subprocess.PIPE)
    while b"eady to accept" not in redis.stdout.readline():
        pass
    return redis, f"redis+unix://{socket}"


def bare(
    clip: Path | None = None, *, tls: Path | None = None, told: dict | None = None
) -> Served:
    """Start the bare aiohttp application, with TLS if a certificate is given.

    `told` is what it answers at which paths; see `bare.answering`.
    """
    command = [sys.executable, str(HERE / "bare.py"), str(clip or ""), str(tls or "")]
    command += [] if told is None else [json.dumps(told)]
    return _start(command, lambda out: int(out.readline()))


def ours(*flags: str) -> Served:
    """Start `mockserver serve` as a user does, on a free port."""
    program = Path(sys.executable).parent / "mockserver"
    command = [
        str(program),
        "serve",
        "--port",
        "0",
        "--quiet",
        "--pace",
        "manual",
        *flags,
    ]
    return start(command)


def start(command: list[str]) -> Served:
    """Start a server of ours, whose first line is its URL."""
    return _start(
        command, lambda out: int(out.readline().rsplit(b":", 1)[1].strip(b"/\n "))
    )


def _start(command: list[str], port_of) -> Served:
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        # Installed programs are compiled, and so is what they are measured against.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    port = port_of(process.stdout)
    return Served(process, port, time.perf_counter() - began)


def measure(
    served: Served,
    raw: bytes,
    *,
    seconds: float,
    connections: int = 8,
    every_s: float = 0.0,
    tls: bool = False,
) -> dict:
    """Load a server from another process; add the server's CPU per request in us."""
    before = served.cpu_s()
    asked = {
        "port": served.port,
        "raw": raw.decode("latin-1"),
        "seconds": seconds,
        "connections": connections,
        "every_s": every_s,
        "tls": tls,
    }
    told = subprocess.run(
        [sys.executable, str(LOAD)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(told.stdout)
    result["cpu_us"] = (served.cpu_s() - before) / max(1, result["count"]) * 1e6
    return result
