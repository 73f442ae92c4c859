"""ImpossibleFX's own clients, unmodified: the v3 SDK, and the v2 SDK on Python 2.7."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import requests
from impossible_fx import BatchTask, ImpossibleFX

from mockserver.server.mock import MockServer
from tests.clients.programs import python_27

pytestmark = pytest.mark.client


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    """Run a server whose time each status read moves."""
    with MockServer(
        pace="step", providers=("impossible",), media_dir=tmp_path
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def client(server: MockServer) -> Iterator[ImpossibleFX]:
    """Return a v3 client that is led here as its owner would lead it."""
    with ImpossibleFX(region="us-east-1", api_key="key-1", timeout=30) as made:
        lead(made, server)
        yield made


def lead(client: ImpossibleFX, server: MockServer) -> None:
    """Set both base URLs: `get_url` uses the first, requests the second."""
    client.base_url = f"{server.url_for('impossible')}/v2"
    client._client.base_url = httpx.URL(client.base_url)


# The v3 SDK


def test_a_synchronous_render(client: ImpossibleFX, server: MockServer) -> None:
    made = client.render("demo-project", "welcome", {"title": "Hi"}, format="gif")

    clip = requests.get(made.url, timeout=30)
    assert made.token.startswith("v2:us-east-1:")
    assert made.url == (f"{server.url_for('impossible')}/v2/render/{made.token}.gif")
    assert (made.expires, made.status) == (1_896_048_000, 200)
    assert clip.headers["Content-Type"] == "image/gif"
    assert clip.content.startswith(b"GIF89a")


def test_an_asynchronous_render_is_polled_to_its_end(client: ImpossibleFX) -> None:
    made = client.render("demo-project", "welcome", {}, format="mp4", async_=True)

    seen = [client.get_progress(made.token) for _ in range(11)]

    clip = requests.get(client.get_url(made.token), timeout=30)
    assert made.status == 202
    assert [progress.done for progress in seen] == [*range(0, 251, 25)]
    assert {progress.total for progress in seen} == {250}
    assert seen[-1].token == made.token
    assert clip.content[4:8] == b"ftyp"


def test_a_token_is_rendered_when_its_url_is_fetched(client: ImpossibleFX) -> None:
    made = client.create_token("demo-project", "welcome", {"frame": 100})
    before = client.get_progress(made.token)

    clip = requests.get(client.get_url(made.token, "png"), timeout=30)

    assert made.status == 200
    assert before.done == 0
    assert clip.content.startswith(b"\x89PNG")
    assert client.get_progress(made.token).done == 250


def test_a_batch_is_made_run_watched_and_read(client: ImpossibleFX) -> None:
    batch = client.create_batch()
    client.add_batch_tasks(
        batch.id,
        [
            BatchTask(movie="intro", params={"i": 0}),
            BatchTask(movie="intro", params={"i": 1}, format="png"),
        ],
    )
    pending = client.get_batch_status(batch.id)

    client.run_batch(batch.id)
    words = [client.get_batch_status(batch.id).status for _ in range(25)]
    results = client.get_batch_results(batch.id)

    assert (pending.id, pending.status, pending.tasks) == (batch.id, "pending", 2)
    assert (words[0], words[-1]) == ("running", "completed")
    assert [result.status for result in results] == ["completed", "completed"]
    assert requests.get(results[1].url, timeout=30).content.startswith(b"\x89PNG")


def test_a_batch_is_cancelled(client: ImpossibleFX) -> None:
    batch = client.create_batch(routing="fast")
    client.add_batch_tasks(batch.id, [BatchTask(movie="intro", params={})])
    client.run_batch(batch.id)

    client.cancel_batch(batch.id)

    assert client.get_batch_status(batch.id).status == "cancelled"
    assert client.get_batch_results(batch.id)[0].status == "cancelled"


@pytest.mark.parametrize(
    ("document", "status", "message"),
    [
        ({"movie": ""}, 400, "movie is required"),
        ({"movie": "m", "format": "avi"}, 400, "Unsupported format: avi"),
        ({"movie": {"gif": "m"}, "format": "mp4"}, 404, "No movie for extension mp4"),
    ],
)
def test_mistakes_raise_with_the_providers_words(
    client: ImpossibleFX, document: dict[str, Any], status: int, message: str
) -> None:
    with pytest.raises(httpx.HTTPStatusError) as raised:
        client.render("p", params={}, **document)

    assert raised.value.response.status_code == status
    assert raised.value.response.json()["message"] == message


def test_an_unknown_token_ends_a_polling_loop(client: ImpossibleFX) -> None:
    with pytest.raises(httpx.HTTPStatusError) as raised:
        client.get_progress("v2:us-east-1:none")

    assert raised.value.response.status_code == 404


def test_keys_part_parallel_tests(server: MockServer) -> None:
    tokens = []
    for key in ("key-a", "key-b"):
        with ImpossibleFX(api_key=key, timeout=30) as client:
            lead(client, server)
            tokens.append(client.create_token("demo", "m", {}).token)

    spaces = {exchange.space for exchange in server.exchanges}
    assert len(spaces) == len(set(tokens)) == 2


def test_a_region_may_lead_here_too(server: MockServer) -> None:
    """Like `region="r@127.0.0.1:PORT/x"`, less the TLS that the SDK insists on."""
    port = server.url.rpartition(":")[2]
    with ImpossibleFX(region=f"r@127.0.0.1:{port}/x", timeout=30) as client:
        client._client.base_url = httpx.URL(client.base_url.replace("https", "http"))

        made = client.render("demo", "m", {}, format="png")

    assert made.url == (
        f"http://127.0.0.1:{port}/x.impossible.io/v2/render/{made.token}.png"
    )
    assert requests.get(made.url, timeout=30).status_code == 200


def test_a_blocking_render_waits_until_time_is_advanced(tmp_path: Path) -> None:
    with MockServer(
        pace="manual", providers=("impossible",), media_dir=tmp_path
    ) as server:
        made: list[Any] = []

        def render() -> None:
            with ImpossibleFX(api_key="key-1", timeout=30) as client:
                lead(client, server)
                made.append(client.render("demo", "m", {}))

        thread = Thread(target=render)
        thread.start()
        while thread.is_alive() and not [*server.jobs]:
            thread.join(0.01)
        early = list(made)
        server.advance("1s")
        thread.join(10)

    assert early == []
    assert made[0].status == 200


# The v2 SDK, on the only Python that it runs on


SCRIPT = Path(__file__).parent / "impossible_fx2.py2"


def run_old(server: MockServer, mode: str) -> Any:
    """Run the whole surface of the v2 SDK; return what it saw."""
    python, folder = python_27("fx-python-sdk")
    done = subprocess.run(
        [python, "-W", "ignore", str(SCRIPT), server.url, mode],
        env={"FX2_FOLDER": folder, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.deep  # Python 2.7 takes seconds; the v3 SDK none
@pytest.mark.parametrize("mode", ["mask", "proxy"])
def test_the_v2_sdk_renders_uploads_and_manages_projects(
    server: MockServer, mode: str
) -> None:
    seen = run_old(server, mode)

    assert seen["token"].startswith("v2:us-east-1:")
    assert seen["render_url"].endswith(".webm")
    assert seen["poster"].startswith("ffd8ff")
    assert seen["s3"] == "https://my-bucket.s3.amazonaws.com/a/b.mp4"
    assert seen["azure"] == "https://acc.blob.core.windows.net/con/k.mp4"
    assert len(seen["youtube"]) == 11
    assert seen["facebook"].isdigit()
    assert seen["dropbox"].isdigit()
    assert seen["bad_request"] == "FXBadRequestError"
    assert seen["not_found"] == "FXNotFound"
    assert seen["unauthorized"] == "FXUnauthorized"
    assert seen["project_name"] == "Film"
    assert seen["projects"] == ["Film"]
    assert seen["asset"] == "00ff10"
    assert seen["assets"] == ["clip.mp4", "logo.png", "song.mp3"]
    assert seen["appdata"] == "736f6d652064617461"
    assert seen["chunked"] == "6f6e6574776f"
    assert seen["movie"] == 50
    assert seen["total"] == 50
    assert seen["deleted"] == "FXNotFound"
