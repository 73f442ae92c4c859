"""Kills servers under load, again and again; says what was lost, and what came twice.

`make chaos` kills a server with `--store sqlite:` 200 times; `make chaos
ARGS="--store redis --workers 3"` starts a Redis of its own and kills one of three
workers each time. Clients create predictions, poll them and are told by webhook
meanwhile. It ends with 1 if anything that was acknowledged is not there.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

CREATE = "/replicate/v1/models/minimax/video-01/predictions"
READ = "/replicate/v1/predictions/{}"
ENDED = {"succeeded", "failed", "canceled"}
PATIENCE_S = 15.0
DRAIN_S = 90.0


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


class Fleet:
    """The server's processes, and how one of them is killed."""

    def __init__(self, store: str, workers: int, folder: Path) -> None:
        self.port, self.workers, self.folder = free_port(), workers, folder
        self.redis: subprocess.Popen | None = None
        self.store = f"sqlite:{folder}/mock.db"
        if store == "redis":
            port = free_port()
            self.redis = subprocess.Popen(
                [
                    "redis-server",
                    "--port",
                    str(port),
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    str(folder),
                ],
                stdout=subprocess.DEVNULL,
            )
            self.store = f"redis://127.0.0.1:{port}/0"
        self.log = (folder / "server.log").open("ab")
        self.start()

    def start(self) -> None:
        self.server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mockserver",
                "serve",
                "--port",
                str(self.port),
                "--store",
                self.store,
                "--workers",
                str(self.workers),
                "--seed",
                "1",
                # Clips inside of answers would measure the renderer.
                "--set",
                "replicate.result_delivery=link",
                "--log-level",
                "warn",
                "--quiet",
            ],
            stdout=self.log,
            stderr=self.log,
        )

    def kill(self, chance: random.Random) -> None:
        """Kill one process that serves, and see to it that another takes its place."""
        if self.workers == 1:
            self.server.send_signal(signal.SIGKILL)
            self.server.wait()
            self.start()
            return
        told = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        children = told.read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(chance.choice(children)), signal.SIGKILL)

    def stop(self) -> None:
        self.server.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.server.wait(20)
        self.server.kill()
        if self.redis is not None:
            self.redis.kill()


@dataclass
class Tally:
    """What has been seen."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # job: key
    told: Counter = field(default_factory=Counter)
    polls: int = 0
    unanswered: int = 0
    wrong: list[str] = field(default_factory=list)
    silent_s: float = 0.0

    def is_wrong(self, what: str) -> None:
        self.wrong.append(what)
        print("WRONG:", what, flush=True)


class Customer:
    """One customer with a space of its own: creates, polls, and keeps count."""

    def __init__(
        self, number: int, at: str, hook: str, tally: Tally, seed: int
    ) -> None:
        self.key, self.at, self.hook, self.tally = f"r8_chaos{number}", at, hook, tally
        self.chance = random.Random(f"{seed}/{number}")
        self.states: dict[str, str] = {}
        self.since: float | None = None

    async def run(self, session: ClientSession, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if self.states and self.chance.random() < 0.8:
                await self.read(session, self.chance.choice([*self.states][-40:]))
            else:
                await self.create(session)
            await asyncio.sleep(self.chance.uniform(0.02, 0.1))

    async def ask(
        self, session: ClientSession, method: str, path: str, **more
    ) -> tuple[int, dict]:
        """Return status and document; 0 if there was no answer."""
        began = time.monotonic()
        self.since = began if self.since is None else self.since
        try:
            async with session.request(
                method,
                self.at + path,
                headers={"Authorization": f"Bearer {self.key}"},
                **more,
            ) as response:
                status, said = response.status, await response.json(content_type=None)
        except (ClientError, TimeoutError, OSError, ValueError):
            status, said = 0, {}
        if 0 < status < 500:
            self.tally.silent_s = max(
                self.tally.silent_s, time.monotonic() - self.since
            )
            self.since = None
        else:
            self.tally.unanswered += 1
        return status, said

    async def create(self, session: ClientSession) -> None:
        document = {
            "input": {"prompt": "chaos"},
            "webhook": self.hook,
            "webhook_events_filter": ["completed"],
        }
        status, said = await self.ask(session, "POST", CREATE, json=document)
        if status == 201:
            if said["id"] in self.tally.acknowledged:
                self.tally.is_wrong(f"{said['id']} was given twice")
            self.tally.acknowledged[said["id"]] = self.key
            self.states[said["id"]] = said["status"]
        elif 0 < status < 500:
            self.tally.is_wrong(f"a create was answered with {status}: {said}")

    async def read(self, session: ClientSession, job: str) -> bool:
        """Look at a job; say whether it has come to its end."""
        status, said = await self.ask(session, "GET", READ.format(job))
        self.tally.polls += status == 200
        if status == 200:
            if self.states[job] in ENDED and said["status"] != self.states[job]:
                self.tally.is_wrong(
                    f"{job} went from {self.states[job]} to {said['status']}"
                )
            self.states[job] = said["status"]
            return said["status"] in ENDED
        if 0 < status < 500:
            self.tally.is_wrong(f"{job} was answered with {status}: {said}")
        return False

    async def look_at_all(self, session: ClientSession, until: float) -> None:
        """Wait until each job has ended."""
        left = [*self.states]
        while left and time.monotonic() < until:
            left = [job for job in left if not await self.read(session, job)]
            await asyncio.sleep(0.5 if left else 0)
        for job in left:
            self.tally.is_wrong(f"{job} is still {self.states[job]}")


async def receive(tally: Tally) -> tuple[web.AppRunner, str]:
    async def hook(request: web.Request) -> web.Response:
        tally.told[(await request.json())["id"]] += 1
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, f"http://127.0.0.1:{port}/"


async def marked(session: ClientSession, at: str) -> int:
    """Return how many attempts say that they may have been repeats."""
    async with session.get(f"{at}/_mock/api/spaces") as response:
        spaces = [space["id"] for space in (await response.json())["spaces"]]
    count = 0
    for space in spaces:
        path = f"{at}/_mock/api/deliveries?limit=10000&space={space}"
        async with session.get(path) as response:
            for delivery in (await response.json())["deliveries"]:
                count += sum(one["is_repeat"] for one in delivery["attempts"])
    return count


async def ready(session: ClientSession, at: str) -> None:
    for _ in range(600):
        with suppress(ClientError, TimeoutError, OSError):
            async with session.get(f"{at}/_mock/api/ready") as response:
                if response.status == 200:
                    return
        await asyncio.sleep(0.05)
    raise SystemExit("the server does not get ready")


async def play(given: argparse.Namespace, folder: Path) -> int:
    tally, chance = Tally(), random.Random(given.seed)
    fleet = Fleet(given.store, given.workers, folder)
    at = f"http://127.0.0.1:{fleet.port}"
    runner, hook = await receive(tally)
    customers = [Customer(n, at, hook, tally, given.seed) for n in range(given.clients)]
    stop = asyncio.Event()
    connector = TCPConnector(limit=0, force_close=given.workers > 1)
    began = time.monotonic()
    async with ClientSession(
        timeout=ClientTimeout(PATIENCE_S), connector=connector
    ) as session:
        await ready(session, at)
        tasks = [asyncio.create_task(one.run(session, stop)) for one in customers]
        for number in range(1, given.rounds + 1):
            await asyncio.sleep(chance.uniform(given.least, given.most))
            fleet.kill(chance)
            await ready(session, at)
            if number % 20 == 0:
                print(
                    f"{number} kills: {len(tally.acknowledged)} jobs, {sum(tally.told.values())} webhooks, silent {tally.silent_s:.1f} s",
                    flush=True,
                )
        await asyncio.sleep(2)
        stop.set()
        await asyncio.gather(*tasks)
        await ready(session, at)
        until = time.monotonic() + DRAIN_S
        await asyncio.gather(*(one.look_at_all(session, until) for one in customers))
        while (
            time.monotonic() < until and tally.acknowledged.keys() - tally.told.keys()
        ):
            await asyncio.sleep(0.2)
        marks = await marked(session, at)
    untold = tally.acknowledged.keys() - tally.told.keys()
    twice = sum(count - 1 for count in tally.told.values() if count > 1)
    for job in untold:
        tally.is_wrong(f"nobody was told of {job}")
    fleet.stop()
    await runner.cleanup()
    print("\n| what | count |\n|---|---|")
    print(
        f"| kills, in {time.monotonic() - began:.0f} s, store {given.store}, workers {given.workers} | {given.rounds} |"
    )
    print(
        f"| jobs acknowledged, missing | {len(tally.acknowledged)}, {len([w for w in tally.wrong if 'answered' in w])} |"
    )
    print(f"| polls answered | {tally.polls} |")
    print(f"| requests that got no answer, or a 5xx | {tally.unanswered} |")
    print(f"| webhooks received, missing | {sum(tally.told.values())}, {len(untold)} |")
    print(f"| webhooks received twice; attempts that say so | {twice}; {marks} |")
    print(
        f"| jobs nobody had an answer for, but a webhook | {len(tally.told.keys() - tally.acknowledged.keys())} |"
    )
    print(f"| longest time without an answer | {tally.silent_s:.1f} s |")
    print(f"| anything else wrong | {len(tally.wrong)} |")
    return 1 if tally.wrong else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--store", choices=["sqlite", "redis"], default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.5, help="shortest round, in s")
    parser.add_argument("--most", type=float, default=2.0, help="longest round, in s")
    parser.add_argument("--folder", type=Path, help="keep store and log here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raise SystemExit(asyncio.run(play(given, given.folder or Path(folder))))


if __name__ == "__main__":
    main()
