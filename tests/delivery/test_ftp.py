"""Uploads by FTP, to a real server on loopback."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from mockserver.delivery.ftp import FtpTarget, put_file
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import FileBody
from mockserver.errors import DeliveryError, MediaError

MakeTarget = Callable[..., FtpTarget]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that users log in to."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def port(home: Path) -> Iterator[int]:
    """A server with the user `ann`, and anonymous ones who may write."""
    authorizer = DummyAuthorizer()
    authorizer.add_user("ann", "s3cret", str(home), perm="elradfmw")
    with pytest.warns(RuntimeWarning, match="anonymous"):
        authorizer.add_anonymous(str(home), perm="elradfmw")
    settings = {"authorizer": authorizer, "auth_failed_timeout": 0}
    handler = type("Handler", (FTPHandler,), settings)
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=IOLoop())
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            server.serve_forever(timeout=0.05, blocking=False, handle_exit=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield server.address[1]
    stop.set()
    thread.join()


@pytest.fixture
def make_target(port: int) -> MakeTarget:
    def make(path: str, **changes: object) -> FtpTarget:
        wanted: dict[str, object] = {"host": "127.0.0.1", "port": port, "path": path}
        return FtpTarget(**{**wanted, **changes})  # type: ignore[arg-type]  # by name

    return make


@pytest.fixture
async def silent() -> AsyncIterator[int]:
    """The port of a server that never says a word."""
    gone = asyncio.Event()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    gone.set()
    server.close()
    await server.wait_closed()


async def test_a_file_is_stored_in_folders_that_are_made(
    make_target: MakeTarget, home: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00MP4\r\n" * 50_000)
    target = make_target("a/ü b/clip.mp4", user="ann", password="s3cret")

    answer = await put_file(Guard(), target, FileBody(clip, 300_000))

    assert (answer.status, answer.is_success) == (226, True)
    assert answer.text.startswith("226 ")
    assert answer.url == f"ftp://127.0.0.1:{target.port}/a/ü b/clip.mp4"
    assert (home / "a" / "ü b" / "clip.mp4").read_bytes() == clip.read_bytes()


async def test_folders_that_are_there_are_used(
    make_target: MakeTarget, home: Path
) -> None:
    (home / "a").mkdir()

    await put_file(Guard(), make_target("/a/one.mp4"), b"1")
    await put_file(Guard(), make_target("a/two.mp4"), b"2")

    assert sorted(path.name for path in (home / "a").iterdir()) == [
        "one.mp4",
        "two.mp4",
    ]


async def test_without_a_user_the_upload_is_anonymous(
    make_target: MakeTarget, home: Path
) -> None:
    await put_file(Guard(), make_target("clip.mp4"), b"MP4")

    assert (home / "clip.mp4").read_bytes() == b"MP4"


async def test_a_refused_login_is_an_answer(make_target: MakeTarget) -> None:
    target = make_target("clip.mp4", user="ann", password="wrong")

    answer = await put_file(Guard(), target, b"MP4")

    assert (answer.status, answer.is_success) == (530, False)


async def test_a_refused_folder_is_an_answer(
    make_target: MakeTarget, home: Path
) -> None:
    (home / "a").write_text("a file, no folder")

    answer = await put_file(Guard(), make_target("a/clip.mp4"), b"MP4")

    assert answer.status == 550


async def test_the_guard_holds_for_ftp_too() -> None:
    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), FtpTarget(host="93.184.216.34", path="a"), b"MP4")

    assert caught.value.kind == "refused"


async def test_a_closed_port_is_no_connection() -> None:
    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), FtpTarget(host="127.0.0.1", port=1, path="a"), b"MP4")

    assert caught.value.kind == "connect"


async def test_a_silent_server_is_a_timeout(silent: int) -> None:
    target = FtpTarget(host="127.0.0.1", port=silent, path="a")

    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), target, b"MP4", timeout_s=0.05)

    assert caught.value.kind == "timeout"


async def test_a_path_cannot_smuggle_commands(make_target: MakeTarget) -> None:
    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), make_target("a\r\nDELE b"), b"MP4")

    assert caught.value.kind == "refused"


async def test_a_lost_file_is_no_failed_upload(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        await put_file(
            Guard(),
            FtpTarget(host="127.0.0.1", path="a"),
            FileBody(tmp_path / "gone", 1),
        )


def test_the_password_is_not_shown() -> None:
    target = FtpTarget(host="h", path="a", user="ann", password="s3cret")

    assert "s3cret" not in repr(target)
    assert target.url == "ftp://h/a"
