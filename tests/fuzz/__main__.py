"""Attacks a server of its own: `make fuzz SECONDS=600`.

Fails on any 5xx that is not a provider's own, any bug of ours, any answer that takes
more than 50 times the median, any growth of memory, any traceback, and a server's end.
"""

import argparse
import contextlib
import http.client
import json
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.fuzz.making import Asked, Maker, asked_of

SLOW_FACTOR: Final = 50
SLOW_S: Final = 0.25  # below, it is the machine's own noise
GROWTH_KB: Final = 96 * 1024
TIMEOUT_S: Final = 15.0
RENDER_S: Final = 120.0
END_S: Final = 10.0
ROUND: Final = 2000
_COMMAND: Final = (
    sys.executable, "-X", "faulthandler", "-m", "mockserver",
    "serve", "--port=0", "--quiet", "--pace=x100000", "--journal-max=200",
    "--log-format=text", "--auth=open",
)  # fmt: skip


@dataclass(slots=True)
class Attack:
    """One run: what was asked, how long it took, and what went wrong."""

    port: int
    chance: random.Random
    maker: Maker
    times: dict[str, deque[float]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=500))
    )
    findings: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def find(self, kind: str, one: Asked, said: str) -> None:
        """Keep the first finding of each kind at each operation."""
        self.findings.setdefault(
            f"{kind}: {one.operation}",
            f"{said}\n    {one.method} {one.target[:300]} {one.headers}\n"
            f"    {(one.body or b'')[:1500]!r}",
        )

    def ask(self, one: Asked) -> tuple[int, float]:
        """Send a request; return its status and how long it took.

        Who waits for a render waits for ever on a clock that a request before has
        stopped: such a wait is only a finding if it also lasts in spaces that are new.
        """
        if one.renders:
            with contextlib.suppress(TimeoutError):
                return self._ask(one, TIMEOUT_S)
            self._ask(Asked("control revive", "POST", "/_mock/api/reset", {}, b"{}"))
        try:
            return self._ask(one, RENDER_S if one.renders else TIMEOUT_S)
        except TimeoutError as error:
            self.find("no answer", one, repr(error))
            return 0, RENDER_S

    def _ask(self, one: Asked, limit_s: float = TIMEOUT_S) -> tuple[int, float]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=limit_s)
        started = time.perf_counter()
        try:
            connection.request(one.method, one.target, one.body, one.headers)
            with contextlib.closing(connection.getresponse()) as response:
                answer = response.read()
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException) as error:
            # A body that is refused early may find the connection closed.
            is_refusal = (
                isinstance(error, ConnectionError) and len(one.body or b"") > 60000
            )
            if not is_refusal:
                self.find("no answer", one, repr(error))
            return 0, time.perf_counter() - started
        finally:
            connection.close()
        self._judge(one, response, answer)
        return response.status, time.perf_counter() - started

    def _judge(
        self, one: Asked, response: http.client.HTTPResponse, answer: bytes
    ) -> None:
        self.counts[f"{one.operation.partition(' ')[0]} {response.status}"] += 1
        if response.getheader("X-Mock-Bug"):
            self.find("bug", one, f"{response.status} {answer[:300]!r}")
        elif response.status >= 500:
            is_own = not one.operation.startswith("control") and answer
            if not is_own or response.getheader("Server") != "video-mockserver":
                self.find("5xx", one, f"{response.status} {answer[:300]!r}")
        if response.status < 300:
            self.maker.learn(answer)

    def time(self, one: Asked) -> None:
        """Send a request; one that is slow has to be so again and again."""
        _, took_s = self.ask(one)
        if one.renders:
            return
        known = self.times[one.operation.partition(" ")[0]]
        known.append(took_s)
        if len(known) < 50:
            return
        bound_s = max(SLOW_S, SLOW_FACTOR * statistics.median(known))
        if took_s > bound_s and min(self.ask(one)[1] for _ in range(3)) > bound_s:
            self.find(
                "slow", one, f"{took_s:.2f} s, where {bound_s:.2f} s is the bound"
            )

    def scratch(self, one: Asked) -> None:
        """Send bytes that are nearly a request, and leave in some way."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=0.2) as opened,
        ):
            opened.sendall(asked_of(one, self.chance))
            if self.chance.random() < 0.5:
                opened.shutdown(socket.SHUT_WR)
            answer = opened.recv(65536)
            self.counts["wire " + answer[9:12].decode("latin-1")] += 1
            if (
                b"X-Mock-Bug" in answer
                or b"aiohttp" in answer.partition(b"\r\n\r\n")[0]
            ):
                self.find("wire", one, repr(answer[:300]))


@contextlib.contextmanager
def _server(errors: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [*_COMMAND, f"--media-dir={folder}"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline().strip().rpartition(":")[2])
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_S)
            if process.poll() is None:
                # Tells on stderr where it is stuck.
                process.send_signal(signal.SIGABRT)
                process.wait(END_S)
            process.stdout.close()


def _memory_kb(pid: int) -> int:
    """Return what a process has in memory; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) if found else 0
    return 0


def _settled_kb(attack: Attack, pid: int) -> int:
    """Return the memory after everything has been forgotten that can be."""
    for path in ("/reset", "/exchanges/clear"):
        attack.ask(Asked("control settle", "POST", f"/_mock/api{path}", {}, b"{}"))
    return _memory_kb(pid)


def _bugs(attack: Attack) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", attack.port, timeout=TIMEOUT_S)
    connection.request("GET", "/_mock/api/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found = re.search(r"bugs_total (\d+)", text)
    return int(found[1]) if found else -1


def _run(attack: Attack, process: subprocess.Popen[str], seconds: float) -> None:
    requests = attack.maker.requests()
    ends, sent, settled = time.monotonic() + seconds, 0, list[int]()
    while time.monotonic() < ends and process.poll() is None:
        one = next(requests)
        if attack.chance.random() < 0.15:
            attack.scratch(one)
        else:
            attack.time(one)
        sent += 1
        if sent % ROUND == 0:
            settled.append(_settled_kb(attack, process.pid))
            say(f"{sent} requests, {settled[-1] // 1024} MB")
    nothing = Asked("server", "", "", {}, None)
    if process.poll() is not None:
        attack.find("ended", nothing, f"exit code {process.returncode}")
        return
    try:
        bugs = _bugs(attack)
    except OSError as error:
        attack.find("stuck", nothing, repr(error))
        return
    if bugs:
        attack.find("bugs", nothing, f"{bugs} are counted")
    # The first rounds load what is loaded once.
    if len(settled) > 3 and settled[-1] - max(settled[:3]) > GROWTH_KB:
        attack.find("memory", nothing, f"grows: {[kb // 1024 for kb in settled]} MB")


def say(line: str) -> None:
    """Write a line at once: a run is long."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    say(f"seed {options.seed}, {options.seconds:g} s")
    with tempfile.TemporaryDirectory() as folder:
        errors = Path(folder) / "stderr"
        with _server(errors, Path(folder) / "media") as (process, port):
            attack = Attack(port, chance, Maker(chance))
            _run(attack, process, options.seconds)
        told = errors.read_text(errors="replace")
    nothing = Asked("server", "", "", {}, None)
    for mark in ("Traceback", "Fatal Python error"):
        if mark in told:
            at = told.index(mark)
            attack.find(mark, nothing, told[max(0, at - 300) : at + 3000])
    say(json.dumps(dict(sorted(attack.counts.items())), indent=1))
    for place, said in attack.findings.items():
        say(f"\n{place}\n  {said}")
    say(f"\n{len(attack.findings)} findings")
    return 1 if attack.findings else 0


if __name__ == "__main__":
    sys.exit(main())
