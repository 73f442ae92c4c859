"""A server of one or more providers inside the test, driven over HTTP."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mockserver import resources
from mockserver.app import build
from mockserver.edge.billing import Till
from mockserver.edge.instance import Instance
from mockserver.engine.spaces import Space
from mockserver.providers.world import read_section
from mockserver.scenarios.written.match import fits
from tests.clients.programs import tool

Client = TestClient[web.Request, web.Application]
Probe = Callable[[bytes], "Facts"]
Serve = Callable[..., Awaitable["Running"]]


@dataclass(frozen=True, slots=True)
class Running:
    """A server, a client for it, and the instance behind it."""

    instance: Instance
    client: Client

    @property
    def origin(self) -> str:
        """Return `http://127.0.0.1:PORT`."""
        return str(self.client.make_url("/")).rstrip("/")

    def space(self, slug: str, account: str) -> Space:
        """Return the space of a fixture account, with the provider in it."""
        space = self.instance.services.spaces.open(f"{slug}.{account}")
        space.jobs(slug)
        return space

    def undeclared(self) -> set[str]:
        """Return what has been delivered and is none of the provider's labels."""
        services = self.instance.services
        told = {
            (record.delivery.slug, record.delivery.label)
            for space in services.spaces
            for record in services.outbox.deliveries(space)
        }
        return {
            label
            for slug, label in told
            if not any(fits(one, label) for one in services.providers[slug].labels)
        }

    async def settle(self, space: Space) -> None:
        """Carry out everything that is due in a space."""
        await self.instance.services.scheduler.settle(space)

    async def let_wait(self, *calls: asyncio.Task[Any]) -> None:
        """Let calls that have just been begun come to where they wait for a clock.

        Calls that wait for nothing are over by then.
        """
        before = self._waiting()
        while self._waiting() - before < sum(not call.done() for call in calls):
            await asyncio.wait(calls, timeout=0.001)

    def _waiting(self) -> int:
        """Return how many wait for a clock, less the alarm that each space has."""
        spaces = self.instance.services.spaces
        return sum(len(space.clock._listeners) - 1 for space in spaces)


@pytest.fixture(scope="session", autouse=True)
def _shipped_worlds_stay_as_they_are() -> Iterator[None]:
    """Fail at the end if any server has changed what all of a process share."""
    yield
    for file in Path(str(resources.fixtures(""))).glob("*/world.yaml"):
        assert read_section(file) == yaml.safe_load(file.read_text("utf-8")), file


@pytest.fixture
async def serve(media_folder: Path) -> AsyncIterator[Serve]:
    """Return a function that starts a server: `await serve(pace="manual", ...)`.

    Keywords are fields of `Config`; our own answers are held against their schemas,
    and a bug of ours fails the test.
    """
    started: list[Running] = []

    async def start(**settings: Any) -> Running:
        defaults = {"pace": "manual", "auth": "strict", "media_dir": media_folder}
        instance = build(checks_replies=True, **{**defaults, **settings})
        client: Client = TestClient(TestServer(instance.app))
        await client.start_server()
        started.append(Running(instance, client))
        return started[-1]

    yield start
    for running in started:
        undeclared, costs = running.undeclared(), [*billed(running.instance)]
        await running.client.close()
        assert undeclared == set()
        assert all(cost >= 0 for cost in costs)
        assert running.instance.bugs.latest == []


def billed(instance: Instance) -> Iterator[float]:
    """Yield what each job costs, and the seconds that it makes, whatever job it is."""
    services = instance.services
    for space in services.spaces:
        till = Till(services, space)
        for slug, job in space.all_jobs():
            makes = services.providers[slug].makes
            if makes is not None:  # nobody else's provider has to say it
                yield from (spec.seconds for spec in makes(services, space, job))
            yield float(till.charge(slug, job).net)


@dataclass(frozen=True, slots=True)
class Facts:
    """What ffprobe says about a file."""

    size: tuple[int, int]
    fps: str
    duration_s: float
    codecs: tuple[str, ...]
    container: str


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Facts]:
    """Return a function that asks ffprobe about a file's bytes."""
    program = tool("ffprobe")
    folder = tmp_path_factory.mktemp("probed")

    def ask(data: bytes) -> Facts:
        file = folder / "file"
        file.write_bytes(data)
        command = [str(program), "-v", "error", "-of", "json", "-show_format"]
        told = subprocess.run(
            [*command, "-show_streams", str(file)], capture_output=True, check=True
        )
        assert told.stderr == b""
        facts = json.loads(told.stdout)
        video: dict[str, Any] = next(
            (s for s in facts["streams"] if s["codec_type"] == "video"), {}
        )
        return Facts(
            size=(video.get("width", 0), video.get("height", 0)),
            fps=video.get("r_frame_rate", ""),
            duration_s=float(facts["format"].get("duration", 0)),
            codecs=tuple(stream["codec_name"] for stream in facts["streams"]),
            container=facts["format"]["format_name"],
        )

    return ask
