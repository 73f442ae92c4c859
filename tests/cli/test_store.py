"""A server that is killed and started again goes on where it would be by now."""

import asyncio
import io
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.cli.doctor import examine
from mockserver.config import Config
from mockserver.engine.store.redis import RedisDirectory
from mockserver.engine.store.redis.line import Line
from mockserver.engine.store.shelf import Entry
from mockserver.engine.store.sqlite import SqliteShelf
from tests.cradle import Child

pytestmark = pytest.mark.slow
Start = Callable[..., Child]
Tell = Callable[..., Any]
JOBS = "/digitalcarbon/v1-beta/generate-video"
KEY = {"X-API-Key": "digitalcarbon-test-key"}
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "1 Main St", "price": "$5"},
    },
}


def served(start: Start, *more: str) -> tuple[Child, str]:
    process = start("serve", "--port", "0", "--store", "sqlite:mock.db", *more)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_killed_server_has_every_job_that_it_had_told_of(start: Start) -> None:
    """`kill -9` loses nothing acknowledged; jobs have gone on meanwhile."""
    process, url = served(start, "--pace", "manual")
    told = [
        requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=20).json()["job_id"]
        for _ in range(5)
    ]
    moved = requests.post(
        f"{url}/_mock/api/clock/advance", json={"by": "1h"}, timeout=20
    )
    process.kill()
    process.wait()

    _, url = served(start, "--pace", "manual")

    states = [
        requests.get(f"{url}{JOBS}/{job}/status", headers=KEY, timeout=20).json()
        for job in told
    ]
    assert moved.status_code == 200
    assert [state["status"] for state in states] == ["completed"] * 5


def test_a_second_server_on_one_file_names_the_first(
    start: Start, tmp_path: Path
) -> None:
    """It ends before it serves."""
    first, _ = served(start)

    second = start("serve", "--port", "0", "--store", "sqlite:mock.db")
    _, said = second.communicate(timeout=25)

    assert second.returncode != 0
    assert f"mock.db: another server has it (process {first.pid})" in said
    assert (tmp_path / "mock.db").exists()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            b"\x92\x4d\xc0",
            "begun: found version 77, expected at most 1: a later release",
        ),
        (b"\x92\x01", "begun: found damaged bytes: "),
    ],
)
def test_a_file_with_an_entry_that_cannot_be_read_is_named(
    start: Start, tmp_path: Path, value: bytes, said: str
) -> None:
    """With the space and the place; the start is refused as for other troubles."""
    process, url = served(start, "--pace", "manual")
    requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=20)
    process.kill()
    process.wait()
    SqliteShelf(tmp_path / "mock.db").close()  # what was noted is in its place then
    with closing(sqlite3.connect(tmp_path / "mock.db")) as opened, opened:
        changed = opened.execute(
            "UPDATE state SET value = ? WHERE place = ? AND space = ?",
            (value, b"begun", "digitalcarbon.main"),
        )
        assert changed.rowcount == 1

    again = start("serve", "--port", "0", "--store", "sqlite:mock.db")
    _, told = again.communicate(timeout=25)

    assert again.returncode == 3
    assert f"mock.db: space digitalcarbon.main: {said}" in told


def test_a_store_is_looked_into_moved_and_made_smaller(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """info, export, import and compact, with no server at all."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    places = [b"begun", b"due\x001", b"row\0acme\0job\0j1", b"row\0acme\0job\0j2"]
    changes = [(place, b"\x92\x01\x01") for place in places]
    shelf.append([Entry("acme.main", wipes=False, changes=changes, links=[])])
    shelf.close()

    info = tell("store", "info", "sqlite:mock.db")
    lines = tell("store", "export", "mock.db").out
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    told = tell("store", "import", "other.db")
    small = tell("store", "compact", "other.db")
    again = tell("store", "info", "other.db", "--json")

    assert info.out.splitlines()[1:] == [
        "space      jobs  planned  places",
        "acme.main  2     1        4",
    ]
    assert told.out == "other.db: 4 places and links imported\n"
    assert "bytes before" in small.out
    assert json.loads(again.out)["spaces"] == [
        {"space": "acme.main", "jobs": 2, "planned": 1, "places": 4}
    ]


def test_a_store_that_is_not_there_is_not_made_by_looking(
    tell: Tell, tmp_path: Path
) -> None:
    """The message names the file."""
    said = tell("store", "info", "sqlite:mock.db")

    assert said.code == 2
    assert "found no file mock.db, expected that of a store" in said.err
    assert not (tmp_path / "mock.db").exists()


def test_the_banner_says_what_goes_on(start: Start) -> None:
    process, url = served(start)
    requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=20)
    first = ended(process)

    process, _ = served(start)
    second = ended(process)

    assert re.search(r"^Store: sqlite:\S*mock\.db; new\.$", first, re.MULTILINE)
    assert re.search(r"mock\.db; \d+ spaces? from before go on", second)


def ended(process: Child) -> str:
    """End a server; return what it has said beyond its first line."""
    process.terminate()
    assert process.stdout is not None
    return process.stdout.read()


def test_a_file_that_is_damaged_inside_refuses_the_start(
    start: Start, tmp_path: Path
) -> None:
    """It is told in a line, with what to do; the file stays as it is."""
    process, url = served(start)
    requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=20)
    ended(process)
    file = tmp_path / "mock.db"
    whole = file.read_bytes()
    noise = b"\xff" * 6000
    file.write_bytes(whole[:4096] + noise + whole[4096 + len(noise) :])

    process = start("serve", "--port", "0", "--store", "sqlite:mock.db")

    assert process.wait(20) == 3
    assert process.stderr is not None
    assert process.stderr.read() == (
        f"mockserver: store: {file}: database disk image is malformed; expected a file"
        " that a server has written: put this one aside, and a start makes a new one\n"
    )
    assert file.read_bytes()[4096:].startswith(noise)


# On a Redis


async def filled(url: str) -> None:
    """Let a worker have written two spaces, and live."""
    worker = RedisDirectory(Line(url), 600.0)
    await worker.start("a-secret@127.0.0.1:7")
    await worker.enter("acme.main")
    places = [b"begun", b"due\x001", b"row\0acme\0job\0j1"]
    changes = [(place, b"\x92\x01\x01") for place in places]
    await worker.write([Entry("acme.main", False, changes, [(b"acme\0job\0j1", True)])])
    await worker.leave("acme.main")
    await worker._line.close()


async def test_a_redis_is_looked_into_while_servers_have_it(
    tell: Tell, redis_url: str
) -> None:
    """It says what would lose anything; nothing that proves anything is told."""
    await filled(redis_url)

    info = await asyncio.to_thread(tell, "store", "info", redis_url)
    small = await asyncio.to_thread(tell, "store", "compact", redis_url)

    assert info.out.splitlines()[-2:] == [
        "space      jobs  planned  places",
        "acme.main  1     1        3",
    ]
    assert re.search(r"^server: (Redis|Valkey) \d", info.out, re.MULTILINE)
    assert re.search(r"^worker: [0-9a-f]{16} 127\.0\.0\.1:7$", info.out, re.MULTILINE)
    assert "warning: appendonly is off: what was written since" in info.out
    assert "a-secret" not in info.out
    assert "nothing to do" in small.out


async def test_what_a_redis_holds_is_moved_into_a_file_and_back(
    tell: Tell, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal places, values, order and public things."""
    await filled(redis_url)
    lines = (await asyncio.to_thread(tell, "store", "export", redis_url)).out
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    tell("store", "import", "mock.db")
    moved = tell("store", "export", "mock.db").out
    refused = await asyncio.to_thread(tell, "store", "import", redis_url)
    line = Line(redis_url)
    await line.ask("FLUSHALL")
    await line.close()
    monkeypatch.setattr("sys.stdin", io.StringIO(moved))

    told = await asyncio.to_thread(tell, "store", "import", redis_url)
    again = await asyncio.to_thread(tell, "store", "export", redis_url)

    assert (lines, again.out) == (moved, moved)
    assert told.out == f"{redis_url}: 4 places and links imported\n"
    assert "found spaces in it, expected an empty store" in refused.err


def test_a_redis_that_is_not_there_is_named_without_its_password(tell: Tell) -> None:
    """By whatever asks for it."""
    url = "redis://me:hunter2@127.0.0.1:1"

    said = tell("store", "info", url)
    started = tell("serve", "--port", "0", "--store", url)

    assert "redis://127.0.0.1:1: Error" in said.err
    assert "redis://127.0.0.1:1: Error" in started.err
    assert "hunter2" not in said.err + started.err + said.out + started.out


async def test_doctor_looks_at_the_redis_of_the_settings(
    redis_url: str, tmp_path: Path
) -> None:
    """What would lose anything has to be mended."""
    found = await asyncio.to_thread(examine, Config(store=redis_url, port=0))

    store = next(one for one in found if one.name == "store")
    assert store.text.startswith(f"{redis_url}, ")
    assert "expected appendonly yes" in store.text
    assert not store.is_fine


def test_a_killed_server_goes_on_from_its_redis(start: Start, redis_url: str) -> None:
    """As soon as its lease is over."""
    flags = ("serve", "--port", "0", "--pace", "manual", "--lease", "300ms", "--store",
             redis_url)  # fmt: skip
    process = start(*flags)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    made = requests.post(url + JOBS, json=ORDER, headers=KEY, timeout=20).json()
    process.kill()
    process.wait()

    process = start(*flags)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    shown = requests.get(
        f"{url}{JOBS}/{made['job_id']}/status", headers=KEY, timeout=20
    )

    assert shown.json() == {"status": "queued"}
    assert "which others may share; this is worker" in ended(process)
