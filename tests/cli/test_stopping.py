"""Whatever hangs, the process has ended soon after it was told to."""

import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.cli.conftest import Start
from tests.cli.test_serve import QUIET, url_of
from tests.cradle import Child

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
ENDS_S = 15
HANGS = '''
import asyncio, re, threading
from dataclasses import replace
from mockserver.providers.call import Call
from mockserver.providers.digitalcarbon import PROVIDER as REAL
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes

table = Routes[Call]()

@table.get("/regexp", "regexp", public=lambda _: None)
async def regexp(call):
    """Look for what a pattern never finds."""
    print("hangs", flush=True)
    re.search(r"(\\w?){40}!", "a" * 40)
    return Reply.empty(200)

@table.get("/sleep", "sleep", public=lambda _: None)
async def sleep(call):
    """Hold the loop."""
    print("hangs", flush=True)
    threading.Event().wait()
    return Reply.empty(200)

@table.get("/thread", "thread", public=lambda _: None)
async def thread(call):
    """Wait for a look-up, or a file, that never comes."""
    print("hangs", flush=True)
    await asyncio.to_thread(threading.Event().wait)
    return Reply.empty(200)

@table.get("/stubborn", "stubborn", public=lambda _: None)
async def stubborn(call):
    """Refuse to be cancelled."""
    print("hangs", flush=True)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass

PROVIDER = replace(
    REAL, slug="hangs", hosts=("hangs.example",), routes=table, timelines={},
    anchor="hangs", settings=(), events={}, preview=None,
)
'''


@pytest.fixture
def start_hanging(tmp_path: Path, start: Start) -> Callable[[], Child]:
    """Return what starts servers of a provider of which every operation hangs."""
    site = tmp_path / "site"
    for folder in ("schemas", "fixtures"):
        (site / "hangs" / folder / "hangs").mkdir(parents=True)
    (site / "hangs" / "__init__.py").write_text(HANGS)
    (site / "hangs" / "fixtures" / "hangs" / "world.yaml").write_text("accounts: {}\n")
    (site / "hangs-1.dist-info").mkdir()
    (site / "hangs-1.dist-info" / "METADATA").write_text("Name: hangs\nVersion: 1\n")
    (site / "hangs-1.dist-info" / "entry_points.txt").write_text(
        "[mockserver.providers]\nhangs = hangs:PROVIDER\n"
    )
    return partial(start, *QUIET, "--provider=hangs", PYTHONPATH=f"{site}:{ROOT}")


@pytest.fixture
def ask() -> Iterator[Callable[..., socket.socket]]:
    """Return a function that sends a request, or its beginning, and waits for nothing.

    It returns once the server has taken the bytes and answered somebody else, if it
    still does.
    """
    with ExitStack() as stack:

        def send(url: str, request: str, body: str = "") -> socket.socket:
            parts = urlsplit(url)
            where = (str(parts.hostname), int(parts.port or 0))
            sent = stack.enter_context(socket.create_connection(where, timeout=10))
            sent.sendall(request.replace("\n", "\r\n").encode() + body.encode())
            return sent

        yield send


def has_begun(process: Child) -> bool:
    """Wait until a provider that hangs has said that it begins to."""
    assert process.stdout is not None
    return process.stdout.readline() == "hangs\n"


def still_waits(sent: socket.socket) -> bool:
    """Say whether an answer is not, or not all, there after a moment."""
    sent.settimeout(0.5)
    try:
        while sent.recv(1 << 16):
            pass
    except TimeoutError:
        return True
    return False


def get(path: str) -> str:
    return f"GET {path} HTTP/1.1\nHost: localhost\nX-API-Key: k\n\n"


# 1 if the interpreter itself is held to the end.
HUNG = {"regexp": {1, 143}, "sleep": {143}, "thread": {143}, "stubborn": {143}}


def test_a_provider_that_hangs_does_not_keep_the_process(
    start_hanging: Callable[[], Child],
    ask: Callable[..., socket.socket],
) -> None:
    """Four of them at a time, as each takes the full time that is promised."""
    processes = {path: start_hanging() for path in HUNG}
    for path, process in processes.items():
        ask(url_of(process), get(f"/hangs/{path}"))
    assert [path for path in HUNG if not has_begun(processes[path])] == []

    for process in processes.values():
        process.send_signal(signal.SIGTERM)

    ended = {path: process.wait(ENDS_S) for path, process in processes.items()}
    assert [path for path in HUNG if ended[path] not in HUNG[path]] == []
    told = str(processes["thread"].stderr and processes["thread"].stderr.read())
    assert re.search(
        r"^mockserver: still busy 4\.5 s after it was told to", told, re.MULTILINE
    )


TASK = (
    '{"secret": "exampleSecretKey000000000000000000000001", "block": true,'
    ' "tasks": {"task_name": "image.info", "url": "http://x.example/a.jpg"}}'
)
ORDER = '{"files": [{"url": "http://x.example/a.jpg"}], "template_params": {}}'


def post(path: str, length: int, more: str = "") -> str:
    return (
        f"POST {path} HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
        f"X-API-Key: k\n{more}Content-Length: {length}\n\n"
    )


WAITS = {
    "a blocking read": (post("/stupeflix/v2/create", len(TASK)), TASK),
    "a stream": (post("/stupeflix/v2/create_stream", len(TASK)), TASK),
    "an upload": (post("/digitalcarbon/v1-beta/generate-video", 9000), "{"),
    "the head of a request": ("GET /digitalcarbon/ HTTP/1.1\nHost:", ""),
    "a fault that hangs": (
        post(
            "/digitalcarbon/v1-beta/generate-video",
            len(ORDER),
            "X-Mock-Scenario: hang\n",
        ),
        ORDER,
    ),
    "a reader of events": (get("/_mock/api/events"), ""),
}


def test_who_waits_does_not_keep_the_process(
    start: Start, ask: Callable[..., socket.socket], tmp_path: Path
) -> None:
    """Each on a server of its own, all at a time; one is ended by the control API."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "hang.yaml").write_text(
        "scenario: hang\nrules: [{fault: {kind: hang}}]\n"
    )
    processes = {name: start(*QUIET, "--pace=manual") for name in WAITS}
    by_api = start(*QUIET, "--pace=manual")
    url = url_of(by_api)
    waiting = {
        name: ask(url_of(processes[name]), *wait) for name, wait in WAITS.items()
    }
    asked = ask(url, *WAITS["a blocking read"])
    assert [name for name in WAITS if not still_waits(waiting[name])] == []
    assert still_waits(asked)

    requests.post(f"{url}/_mock/api/shutdown", timeout=30)
    for process in processes.values():
        process.send_signal(signal.SIGTERM)

    ended = {name: process.wait(ENDS_S) for name, process in processes.items()}
    assert ended == dict.fromkeys(WAITS, 143)
    assert by_api.wait(ENDS_S) == 0


def test_a_render_does_not_keep_the_process(
    start: Start, ask: Callable[..., socket.socket]
) -> None:
    process = start(*QUIET, "--pace=step", "--media-size=full")
    url = url_of(process)
    files = [{"url": "http://x.example/a.jpg"}]
    made = requests.post(
        f"{url}/digitalcarbon/v1-beta/generate-video",
        json={"files": files, "template_params": {"template_id": "ActiveListing1"}},
        headers={"X-API-Key": "k"},
        timeout=10,
    )
    job = made.json()["job_id"]
    requests.post(f"{url}/_mock/api/jobs/{job}/finish", timeout=10)
    ask(url, get(f"/digitalcarbon/media/{job}.mp4"))
    requests.get(f"{url}/_mock/api/health", timeout=5)

    process.send_signal(signal.SIGTERM)

    assert process.wait(ENDS_S) == 143


def test_a_pipe_as_a_scenario_is_refused_at_once(start: Start, tmp_path: Path) -> None:
    process = start(*QUIET)
    url = url_of(process)
    pipe = tmp_path / "pipe.yaml"
    subprocess.run(["mkfifo", str(pipe)], check=True)

    refused = requests.post(
        f"{url}/_mock/api/faults", json={"scenario": str(pipe)}, timeout=5
    )
    process.send_signal(signal.SIGTERM)

    assert refused.status_code == 400
    assert process.wait(ENDS_S) == 143
