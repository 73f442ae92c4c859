"""A cluster, whom sentinels name, and a server by TLS do as any other server does."""

import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from mockserver.engine.store.redis import RedisDirectory, RedisShelf
from mockserver.engine.store.redis.line import Line
from mockserver.engine.store.shelf import SERVER, Entry
from mockserver.server.sockets.authority import Leaf, new_authority
from tests.redises import RedisServer

pytestmark = [
    pytest.mark.deep,
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("redis-server") is None, reason="needs redis-server"
    ),
]


def free_port() -> int:
    # Nodes of a cluster also listen ten thousand ports higher.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    return port if port < 55_000 else port - 20_000


@asynccontextmanager
async def cluster(tmp_path: Path) -> AsyncIterator[str]:
    """Start a cluster of one node, which refuses keys of several slots nonetheless."""
    port = free_port()
    with RedisServer(tmp_path, "--cluster-enabled", "yes", port=port) as server:
        line = Line(server.url)
        await line.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        told = b""
        while b"cluster_state:ok" not in told:
            told = await line.ask("CLUSTER", "INFO")
        await line.close()
        yield f"redis+cluster://127.0.0.1:{port}"


@asynccontextmanager
async def sentinel(tmp_path: Path) -> AsyncIterator[str]:
    """Start a server, and a sentinel that watches it."""
    port, watched = free_port(), free_port()
    config = tmp_path / "sentinel.conf"
    config.write_text(f"port {port}\nsentinel monitor main 127.0.0.1 {watched} 1\n")
    with RedisServer(tmp_path, port=watched), watch(config) as process:
        try:
            yield f"redis+sentinel://127.0.0.1:{port}/main/1"
        finally:
            process.kill()


def watch(config: Path) -> subprocess.Popen[bytes]:
    command = ["redis-server", str(config), "--sentinel"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = iter(process.stdout.readline, b"")
    assert any(b"+monitor" in line for line in said), "it has ended"
    return process


@asynccontextmanager
async def tls(tmp_path: Path) -> AsyncIterator[str]:
    """Start a server that speaks nothing but TLS, by an authority that is trusted."""
    authority, port = new_authority(), free_port()
    file, ca = tmp_path / "server.pem", tmp_path / "ca.pem"
    file.write_bytes(authority.issue(Leaf(host="localhost")))
    ca.write_text(authority.pem)
    options = ("--tls-port", str(port), "--tls-cert-file", str(file), "--tls-key-file",
               str(file), "--tls-ca-cert-file", str(ca), "--tls-auth-clients", "no",
               "--requirepass", "hunter2")  # fmt: skip
    with RedisServer(tmp_path, *options), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(ca))
        yield f"rediss://:hunter2@localhost:{port}/3"


@pytest.mark.parametrize("kind", [cluster, sentinel, tls])
async def test_workers_share_spaces(
    kind: Callable[[Path], AbstractAsyncContextManager[str]], tmp_path: Path
) -> None:
    """Entries, public things, what is planned and the server's own: everything."""
    async with kind(tmp_path) as url:
        await share(url)


async def share(url: str) -> None:
    one, two = (RedisDirectory(Line(url), 60.0) for _ in range(2))
    await one.start("one:1")
    await two.start("two:2")
    await one.is_hearing()
    for name in ("a", "b"):
        assert await one.enter(name) is None
    lost = await one.write(
        [
            Entry("a", False, [(b"x", b"1"), (b"due\x001", b"2")], [(b"l", True)]),
            Entry("b", False, [(b"x", b"3")], [(b"m", True), (b"n", True)]),
            Entry(SERVER, False, [(b"key", b"4")], []),
        ]
    )
    lost |= await one.write([Entry("b", True, [(b"y", b"5")], [(b"n", True)])])
    owner = await two.enter("a")
    for link in (b"l", b"m", b"n"):
        await two.look(link)
    await one.leave_all()
    await two.beat()
    orphans = await two.orphans(10)
    await two.tell("hello")
    await two.enter("b")
    rows = two.rows("b")
    await two.leave("b")
    await one.close()
    await two.close()

    shelf = RedisShelf(url)
    found = [two.fetched.owner(link) for link in (b"l", b"m", b"n")]
    assert (lost, owner and owner.address) == (set(), "one:1")
    assert (found, orphans, rows) == (["a", None, "b"], ["a"], [(("y",), b"5")])
    assert (shelf.spaces(), shelf.rows(SERVER)) == (["", "a", "b"], [(b"key", b"4")])
    shelf.close()
