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

from mockserver.delivery.body import FileBody
from mockserver.delivery.ftp import put_file
from mockserver.delivery.guard import Guard
from mockserver.delivery.parcel import FtpPut
from mockserver.errors import DeliveryError, MediaError

MakePut = Callable[..., FtpPut]
ServeFtp = Callable[..., int]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that users log in to."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def serve_ftp(home: Path) -> Iterator[ServeFtp]:
    """Start a server with the user `ann`, and anonymous ones who may write."""
    stop, threads = threading.Event(), list[threading.Thread]()
    authorizer = DummyAuthorizer()
    authorizer.add_user("ann", "s3cret", str(home), perm="elradfmw")
    with pytest.warns(RuntimeWarning, match="anonymous"):
        authorizer.add_anonymous(str(home), perm="elradfmw")

    def start(**settings: object) -> int:
        every = {"authorizer": authorizer, "auth_failed_timeout": 0, **settings}
        handler = type("Handler", (FTPHandler,), every)
        server = FTPServer(("127.0.0.1", 0), handler, ioloop=IOLoop())

        def serve() -> None:
            while not stop.is_set():
                server.serve_forever(timeout=0.05, blocking=False, handle_exit=False)
            server.close_all()

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        port: int = server.address[1]
        return port

    yield start
    stop.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def port(serve_ftp: ServeFtp) -> int:
    """The port of a server as it should be."""
    return serve_ftp()


@pytest.fixture
def make_put(port: int) -> MakePut:
    def make(path: str, **changes: object) -> FtpPut:
        wanted: dict[str, object] = {"host": "127.0.0.1", "port": port, "path": path,
                                     "body": b"MP4"}  # fmt: skip
        return FtpPut(**{**wanted, **changes})  # type: ignore[arg-type]  # by name

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


@pytest.fixture
async def garbled() -> AsyncIterator[int]:
    """The port of a server whose codes look like digits and are none."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write("\N{SUPERSCRIPT TWO}".encode() * 3 + b" welcome\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def test_a_file_is_stored_in_folders_that_are_made(
    make_put: MakePut, home: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00MP4\r\n" * 50_000)
    body = FileBody(clip, 300_000)
    put = make_put("a/ü b/clip.mp4", body=body, user="ann", password="s3cret")

    answer = await put_file(Guard(), put)

    assert answer.status == 226
    assert answer.text.startswith("226 ")
    assert answer.url == f"ftp://127.0.0.1:{put.port}/a/ü b/clip.mp4"
    assert (home / "a" / "ü b" / "clip.mp4").read_bytes() == clip.read_bytes()


async def test_folders_that_are_there_are_used(make_put: MakePut, home: Path) -> None:
    (home / "a").mkdir()

    await put_file(Guard(), make_put("/a/one.mp4"))
    await put_file(Guard(), make_put("a/two.mp4"))

    assert sorted(path.name for path in (home / "a").iterdir()) == [
        "one.mp4",
        "two.mp4",
    ]


async def test_without_a_user_the_upload_is_anonymous(
    make_put: MakePut, home: Path
) -> None:
    await put_file(Guard(), make_put("clip.mp4"))

    assert (home / "clip.mp4").read_bytes() == b"MP4"


async def test_a_refused_login_is_an_answer(make_put: MakePut) -> None:
    put = make_put("clip.mp4", user="ann", password="wrong")

    answer = await put_file(Guard(), put)

    assert answer.status == 530


async def test_a_refused_folder_is_an_answer(make_put: MakePut, home: Path) -> None:
    (home / "a").write_text("a file, no folder")

    answer = await put_file(Guard(), make_put("a/clip.mp4"))

    assert answer.status == 550


async def test_the_guard_holds_for_ftp_too() -> None:
    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), FtpPut(host="93.184.216.34", path="a", body=b"MP4"))

    assert caught.value.kind == "refused"


async def test_a_closed_port_is_no_connection() -> None:
    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), FtpPut(host="127.0.0.1", port=1, path="a", body=b"MP4"))

    assert caught.value.kind == "connect"


async def test_a_silent_server_is_a_timeout(silent: int) -> None:
    put = FtpPut(host="127.0.0.1", port=silent, path="a", body=b"MP4")

    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), put, timeout_s=0.05)

    assert caught.value.kind == "timeout"


async def test_a_silent_server_holds_up_nobody(silent: int) -> None:
    """Not the next upload, and not the end of the process: there is no thread."""
    put = FtpPut(host="127.0.0.1", port=silent, path="a", body=b"MP4")
    waiting = [asyncio.create_task(put_file(Guard(), put)) for _ in range(50)]
    await asyncio.wait(waiting, timeout=0.05)
    threads = [one.name for one in threading.enumerate() if "asyncio" in one.name]

    for task in waiting:
        task.cancel()
    done, _ = await asyncio.wait(waiting, timeout=5)

    assert (len(done), threads) == (50, [])


async def test_data_go_to_the_server_that_was_checked_whatever_it_names(
    home: Path, serve_ftp: ServeFtp
) -> None:
    """A server that names another address for the data would get past the guard."""
    commands = {
        name: how for name, how in FTPHandler.proto_cmds.items() if name != "EPSV"
    }
    port = serve_ftp(masquerade_address="93.184.216.34", proto_cmds=commands)
    put = FtpPut(host="127.0.0.1", port=port, path="clip.mp4", body=b"MP4")

    answer = await put_file(Guard(), put)

    assert answer.status == 226
    assert (home / "clip.mp4").read_bytes() == b"MP4"


async def test_a_code_that_is_no_number_is_no_connection(garbled: int) -> None:
    put = FtpPut(host="127.0.0.1", port=garbled, path="a", body=b"MP4")

    with pytest.raises(DeliveryError, match="no reply of FTP") as caught:
        await put_file(Guard(), put)

    assert caught.value.kind == "connect"


async def test_a_path_cannot_smuggle_commands(make_put: MakePut) -> None:
    with pytest.raises(DeliveryError) as caught:
        await put_file(Guard(), make_put("a\r\nDELE b"))

    assert caught.value.kind == "invalid"


async def test_a_lost_file_is_no_failed_upload(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        await put_file(
            Guard(),
            FtpPut(host="127.0.0.1", path="a", body=FileBody(tmp_path / "gone", 1)),
        )


def test_the_password_is_not_shown() -> None:
    put = FtpPut(host="h", path="a", body=b"", user="ann", password="s3cret")

    assert "s3cret" not in repr(put)
    assert put.url == "ftp://h/a"
