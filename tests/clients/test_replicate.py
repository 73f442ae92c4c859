"""Replicate's own client for Python, unmodified: run, poll, stream, webhooks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from replicate.client import Client
from replicate.exceptions import ModelError, ReplicateError
from replicate.helpers import FileOutput
from replicate.webhook import Webhooks

from mockserver.server.mock import MockServer

pytestmark = pytest.mark.client

PROMPT = {"prompt": "A lighthouse at dusk"}
HUNYUAN = (
    "tencent/hunyuan-video:"
    "6c9132aee14409cd6568d030453f1ba50f5f3412b844fe67f78a9eb62d55664f"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    """Run a server whose time each wait and each status read moves."""
    with MockServer(
        pace="step", providers=("replicate",), media_dir=tmp_path
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def client(server: MockServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a client that is led here as its documentation says."""
    monkeypatch.setenv("REPLICATE_POLL_INTERVAL", "0")
    token = str(server.space.credential("replicate"))
    made = Client(api_token=token, base_url=server.url_for("replicate"))
    yield made
    made._client.close()


@pytest.mark.ffmpeg
def test_run_waits_and_returns_a_file(client: Client) -> None:
    """The job takes longer than the wait, so that the client polls, too."""
    output = client.run("google/veo-3.1", input=PROMPT)

    assert isinstance(output, FileOutput)
    assert output.read()[4:8] == b"ftyp"


@pytest.mark.ffmpeg
def test_run_by_a_version_reads_its_schema(client: Client) -> None:
    output = client.run(HUNYUAN, input=PROMPT)

    assert isinstance(output, FileOutput)
    assert output.read()[4:8] == b"ftyp"


@pytest.mark.ffmpeg
def test_a_list_is_a_list_of_files(client: Client) -> None:
    outputs = client.run("mock/list-output", input=PROMPT)

    assert [type(one) for one in outputs] == [FileOutput, FileOutput]


def test_a_failure_is_a_model_error(client: Client) -> None:
    with pytest.raises(ModelError, match=r"flagged as sensitive.*E005"):
        client.run("mock/flagged", input=PROMPT)


def test_a_wrong_input_says_what_is_wrong(client: Client) -> None:
    with pytest.raises(ReplicateError) as caught:
        client.run("google/veo-3.1", input={})

    assert (caught.value.status, caught.value.title) == (
        422,
        "Input validation failed",
    )
    assert caught.value.detail == "- input: prompt is required\n"


def test_a_prediction_is_created_reloaded_and_canceled(client: Client) -> None:
    made = client.predictions.create(model="mock/stuck", input=PROMPT)
    made.reload()
    made.cancel()

    assert client.predictions.get(made.id).status == "canceled"
    assert [one.id for one in client.predictions.list()] == [made.id]


@pytest.mark.ffmpeg
def test_a_stream_ends_with_the_file(client: Client) -> None:
    made = client.predictions.create(model="google/veo-3.1", input=PROMPT)

    events = [event.event.value for event in made.stream()]

    assert (events[0], events[-2:]) == ("logs", ["output", "done"])


def test_the_catalogue_is_read(client: Client) -> None:
    model = client.models.get("google/veo-3.1")

    assert (model.owner, model.name, model.visibility) == (
        "google",
        "veo-3.1",
        "public",
    )
    assert client.hardware.list()[0].sku == "cpu"
    assert client.collections.get("text-to-video").models
    release = client.deployments.get("mock/veo").current_release
    assert release is not None
    assert release.number == 1
    assert [one.name for one in client.models.search("hailuo 02")] == ["hailuo-02"]


def test_webhooks_validate(client: Client, server: MockServer) -> None:
    client.predictions.create(
        model="mock/flagged", input=PROMPT, webhook=server.space.webhooks.url
    )
    webhook = server.space.webhooks.wait()

    secret = client.webhooks.default.secret()
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    Webhooks.validate(
        headers=headers, body=webhook.body.decode(), secret=secret, tolerance=300
    )
    with pytest.raises(Exception, match="signature"):
        Webhooks.validate(
            headers=headers, body=f"{webhook.body.decode()} ", secret=secret
        )
