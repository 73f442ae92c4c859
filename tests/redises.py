"""A real redis-server for each session of tests, on a socket of its own."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import pytest
from redis.exceptions import ConnectionError as GoneError

from mockserver.engine.store.redis.line import Command, Line
from tests.clients.programs import tool

__all__ = ["FlakyLine", "RedisServer", "redis_server", "redis_url"]


class RedisServer:
    """One process, which keeps nothing.

    Args:
        folder: Where its socket is.
        options: More of its command line.
        port: Where it listens beside its socket; 0 for nowhere.
    """

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"redis+unix://{self.socket}"
        self._command = ["redis-server", "--port", str(port), "--unixsocket",
                         str(self.socket), "--save", "", "--dir", str(folder),
                         *options]  # fmt: skip
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        said = iter(self._process.stdout.readline, b"")
        assert any(b"eady to accept" in line for line in said), "it has ended"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


class FlakyLine(Line):
    """A line that breaks when it is told to.

    Attributes:
        breaks: Of each try to come: `before` what is sent arrives, or `after`.
    """

    breaks: list[str]

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.breaks = []

    async def _sent(self, batches: Sequence[Sequence[Command]]) -> list[Any]:
        when = self.breaks.pop(0) if self.breaks else ""
        if when == "before":
            raise GoneError("it broke before")
        replies = await super()._sent(batches)
        if when == "after":
            raise GoneError("it broke after")
        return replies


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Start a server; without one on this machine, its tests are skipped."""
    tool("redis-server")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture
async def redis_url(redis_server: RedisServer) -> str:
    """Return where an empty store is."""
    line = Line(redis_server.url)
    await line.ask("FLUSHALL")
    await line.close()
    return redis_server.url
