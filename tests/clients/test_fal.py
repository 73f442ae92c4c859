"""fal's own client for Python, unmodified: run, submit, subscribe, stream, webhooks."""

import os
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fal_client import (
    AsyncClient,
    Completed,
    FalClientHTTPError,
    InProgress,
    Queued,
    Status,
    SyncClient,
)

from mockserver.cli.tools.surroundings import variables
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import Trust, trust_files
from tests.clients.programs import python

pytestmark = pytest.mark.client

VEO = "fal-ai/veo3.1"
PROMPT = {"prompt": "A lighthouse at dusk"}


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust_files(tmp_path_factory.mktemp("state"))


@pytest.fixture
def server(
    trust: Trust, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MockServer]:
    """Run a server that each read of a status moves, and lead clients to it."""
    with MockServer(
        pace="step",
        providers=("fal",),
        auth="strict",
        state_dir=trust.ca.parent.parent,
        media_dir=media_folder,
    ) as running:
        for name, value in variables(running.url, {}, trust).items():
            monkeypatch.setenv(name, value)
        yield running
        assert running.bugs == []


@pytest.fixture
def client(server: MockServer) -> Iterator[SyncClient]:
    made = SyncClient(key=str(server.space.credential("fal")), default_timeout=20)
    yield made
    made._client.close()


@pytest.fixture
async def later(server: MockServer) -> AsyncIterator[AsyncClient]:
    made = AsyncClient(key=str(server.space.credential("fal")), default_timeout=20)
    yield made
    await (await made._client).aclose()


@pytest.mark.ffmpeg
def test_subscribe_sees_each_state_and_returns_the_output(client: SyncClient) -> None:
    seen: list[Status] = []

    made = client.subscribe(VEO, PROMPT, with_logs=True, on_queue_update=seen.append)

    kinds = [type(one) for one in seen]
    logged = [one.logs for one in seen if isinstance(one, InProgress)]
    assert kinds[:4] == [Queued, Queued, Queued, InProgress]
    assert [one.position for one in seen if isinstance(one, Queued)] == [2, 1, 0]
    assert logged[0] is not None
    assert logged[0][0]["message"] == "Loading inputs"
    video = made["video"]
    assert video["url"].startswith("https://v3b.fal.media/files/b/")
    assert httpx.get(video["url"]).content[4:8] == b"ftyp"


@pytest.mark.ffmpeg
def test_a_handle_polls_until_the_result(client: SyncClient) -> None:
    handle = client.submit(VEO, PROMPT)

    events = [*handle.iter_events(interval=0)]

    assert handle.status_url == (
        f"https://queue.fal.run/{VEO}/requests/{handle.request_id}/status"
    )
    assert isinstance(events[-1], Completed)
    assert events[-1].metrics == {"inference_time": 75.0}
    assert handle.get()["video"]["content_type"] == "video/mp4"


def test_a_request_can_be_cancelled(client: SyncClient) -> None:
    handle = client.submit("mock/stuck", PROMPT)

    client.cancel("mock/stuck", handle.request_id)

    state = handle.status()
    assert isinstance(state, Completed)
    assert state.error_type == "client_cancelled"
    with pytest.raises(FalClientHTTPError, match="Request was cancelled") as caught:
        handle.get()
    assert caught.value.status_code == 499


@pytest.mark.ffmpeg
def test_a_lost_runner_is_no_error(client: SyncClient) -> None:
    seen: list[Status] = []

    client.subscribe("mock/runner-lost", PROMPT, on_queue_update=seen.append)

    kinds = [type(one) for one in seen]
    assert Queued in kinds[kinds.index(InProgress) :]


@pytest.mark.ffmpeg
def test_run_waits_for_the_output(client: SyncClient) -> None:
    assert client.run(VEO, PROMPT)["video"]["file_name"].endswith("_output.mp4")


@pytest.mark.ffmpeg
def test_stream_yields_progress_and_the_output(client: SyncClient) -> None:
    *before, last = client.stream(VEO, PROMPT)

    assert before[0] == {"progress": 0}
    assert last["video"]["content_type"] == "video/mp4"


def test_a_wrong_input_is_an_error_of_the_result(client: SyncClient) -> None:
    with pytest.raises(FalClientHTTPError, match="Field required") as caught:
        client.subscribe(VEO, {"seed": 1})

    assert caught.value.status_code == 422


def test_no_key_of_ours_is_unauthorized(server: MockServer) -> None:
    client = SyncClient(key="no:body")

    with pytest.raises(FalClientHTTPError, match="invalid key credentials") as caught:
        client.submit(VEO, PROMPT)

    client._client.close()
    assert caught.value.status_code == 401


def test_a_submit_whose_answer_is_lost_makes_two_requests(
    server: MockServer, client: SyncClient
) -> None:
    """The client tries every method again, this one, too."""
    server.space.use("lost-create-answer")

    client.submit(VEO, PROMPT)

    assert len(server.space.jobs) == 2


def test_a_start_that_takes_too_long_is_not_tried_again(
    server: MockServer, client: SyncClient
) -> None:
    with pytest.raises(FalClientHTTPError, match="Request timed out") as caught:
        client.subscribe("mock/slow", PROMPT, start_timeout=30)

    (job,) = server.space.jobs
    assert caught.value.error_type == "request_timeout"
    assert [one.status for one in job.exchanges].count(504) == 1


def test_a_failure_without_a_gateway_is_not_tried_again(
    server: MockServer, client: SyncClient
) -> None:
    server.space.use({"scenario": "busy", "rules": [rule("error")]})

    with pytest.raises(FalClientHTTPError):
        client.submit(VEO, PROMPT)

    assert len(server.space.exchanges) == 1


def test_a_gateways_page_is_tried_again(server: MockServer, client: SyncClient) -> None:
    server.space.use({"scenario": "busy", "rules": [rule("html")]})

    client.submit(VEO, PROMPT)

    assert [one.status for one in server.space.exchanges] == [503, 503, 200]


def test_who_waits_too_long_cancels_and_the_process_can_end(
    server: MockServer,
) -> None:
    """The client leaves a thread behind that polls until the request is over."""
    space = server.open_space("slow", pace="real")
    script = f"""
import fal_client
try:
    fal_client.subscribe("mock/stuck", {PROMPT!r}, client_timeout=1.2)
except fal_client.FalClientTimeoutError as error:
    print(error.timeout)
"""

    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "FAL_KEY": str(space.credential("fal"))},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert ran.stdout == "1.2\n"
    assert space.jobs.only().is_terminal


def rule(kind: str) -> dict[str, Any]:
    """Return a rule by which two submits fail."""
    return {
        "on": {"operation": "submit", "times": 2},
        "fault": {"kind": kind, "status": 503},
    }


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_the_async_client_does_the_same(later: AsyncClient) -> None:
    seen: list[Status] = []

    made = await later.subscribe(VEO, PROMPT, on_queue_update=seen.append)
    streamed = [one async for one in later.stream(VEO, PROMPT)]
    ran = await later.run(VEO, PROMPT)

    assert isinstance(seen[0], Queued)
    assert {*made} == {*streamed[-1]} == {*ran} == {"video"}


def test_a_webhook_is_verified_with_the_published_keys(
    server: MockServer, client: SyncClient
) -> None:
    """As the provider's page on webhooks tells receivers to."""
    hook = server.space.webhooks.url
    handle = client.submit("mock/always-fails", PROMPT, webhook_url=hook)
    webhook = server.space.webhooks.wait()
    keys = httpx.get("https://rest.fal.ai/.well-known/jwks.json").json()["keys"]

    told: dict[str, Any] = {k.lower(): v for k, v in webhook.headers.items()}
    names = ("request-id", "user-id", "timestamp")
    message = [told[f"x-fal-webhook-{name}"] for name in names]
    public = urlsafe_b64decode(keys[0]["x"] + "=")
    Ed25519PublicKey.from_public_bytes(public).verify(
        bytes.fromhex(told["x-fal-webhook-signature"]),
        "\n".join([*message, sha256(webhook.body).hexdigest()]).encode(),
    )
    server.space.webhooks.verify(webhook)
    assert message[0] == handle.request_id


UPLOADS = """
import fal_client, httpx
from fal_client.client import MultipartUpload
client, png = fal_client.SyncClient(), b"PNG, or so"
said = (png, "image/png", "in.png")
life = fal_client.StorageSettings(expires_in="1h")
urls = [
    client.upload(*said, repository=to, fallback_repository=[], lifecycle=life)
    for to in ("fal_v3", "fal")
]
urls.append(
    MultipartUpload.save(
        client=client._client, token_manager=client._token_manager,
        file_name="in.png", data=png, content_type="image/png", chunk_size=3,
    )
)
for url in urls:
    input = {"prompt": "A lighthouse at dusk", "image_url": url}
    handle = client.submit("fal-ai/veo3.1/image-to-video", input)
    *_, last = handle.iter_events(interval=0)
    print(url[:30], httpx.get(url).content == png, last.error)
"""


def test_files_are_uploaded_in_each_way_and_taken(server: MockServer) -> None:
    """In a process of its own: the client leaves connections open."""
    ran = subprocess.run(
        [sys.executable, "-c", UPLOADS],
        env={**os.environ, "FAL_KEY": str(server.space.credential("fal"))},
        capture_output=True,
        text=True,
        timeout=25,
        check=True,
    )

    assert ran.stdout.splitlines() == ["https://v3b.fal.media/files/b/ True None"] * 3


LITELLM = """
import os
import litellm
made = litellm.video_generation(
    model="fal_ai/fal-ai/kling-video/v3/pro/text-to-video",
    prompt="A lighthouse at dusk",
    seconds="5",
    api_base=os.environ["BASE"],
)
state = ""
while state not in {"completed", "failed"}:
    state = litellm.video_status(video_id=made.id, api_base=os.environ["BASE"]).status
data = litellm.video_content(video_id=made.id, api_base=os.environ["BASE"])
print(state, data[4:8].decode())
"""


@pytest.mark.deep  # importing it takes five seconds; the vendor's own client needs none
@pytest.mark.ffmpeg
@pytest.mark.timeout(60)
def test_litellm_plays_through(server: MockServer) -> None:
    """It is large, so it has an environment of its own, which `.ci/run` makes."""
    program = python("litellm")

    ran = subprocess.run(
        [program, "-c", LITELLM],
        env={
            **os.environ,
            "FAL_AI_API_KEY": str(server.space.credential("fal")),
            "BASE": f"{server.url}/fal/queue.fal.run",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ran.stdout.splitlines()[-1] == "completed ftyp"


HOSTS = """
import fal_client
made = fal_client.subscribe("fal-ai/veo3.1", {"prompt": "A lighthouse at dusk"})
print(made["video"]["url"])
print([*fal_client.run("fal-ai/veo3.1", {"prompt": "A lighthouse at dusk"})])
"""


@pytest.mark.ffmpeg
def test_hosts_may_be_named_in_the_environment(
    trust: Trust, media_folder: Path
) -> None:
    folder = trust.ca.parent.parent
    with MockServer(
        None,
        pace="step",
        providers=("fal",),
        tls_port=0,
        state_dir=folder,
        media_dir=media_folder,
    ) as server:
        here = f"127.0.0.1:{server.instance.tls_port}/fal"

        ran = subprocess.run(
            [sys.executable, "-c", HOSTS],
            env={
                **os.environ,
                "FAL_KEY": str(server.space.credential("fal")),
                "FAL_RUN_HOST": f"{here}/fal.run",
                "FAL_QUEUE_RUN_HOST": f"{here}/queue.fal.run",
                "SSL_CERT_FILE": str(trust.bundle),
            },
            capture_output=True,
            text=True,
            timeout=25,
            check=True,
        )

    url, output = ran.stdout.splitlines()
    assert url.startswith(f"https://{here}/v3b.fal.media/files/b/")
    assert output == "['video']"
