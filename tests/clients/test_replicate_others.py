"""Replicate's newer client for Python, that for Node, and the AI SDK's back end."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from mockserver.cli.tools.surroundings import variables
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import Trust, trust_files
from tests.clients.programs import node, outcome, python
from tests.deep import first

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.timeout(90)]

HERE = Path(__file__).parent
REFUSED = "- input: prompt is required\n"
FLAGGED = (
    "The input or output was flagged as sensitive."
    " Please try again with different inputs. (E005)"
)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust_files(tmp_path_factory.mktemp("state"))


@pytest.fixture
def server(trust: Trust, media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each wait and each status read moves."""
    with MockServer(
        pace="step",
        providers=("replicate",),
        state_dir=trust.ca.parent.parent,
        media_dir=media_folder,
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def token(server: MockServer) -> str:
    return str(server.space.credential("replicate"))


@pytest.fixture
def base(server: MockServer) -> str:
    return f"{server.url_for('replicate')}/v1"


@pytest.mark.deep
@pytest.mark.parametrize("way", first(["base URL", "environment"]))
def test_the_second_generation_for_python_does_all_that_it_can(
    server: MockServer, trust: Trust, base: str, token: str, way: str
) -> None:
    """By its base URL it gets the files themselves, by the proxy links to them."""
    program = python("replicate-2")
    leads: Mapping[str, str] = {
        "base URL": {"REPLICATE_BASE_URL": base},
        "environment": variables(server.url, {}, trust),
    }[way]

    seen = outcome(
        program,
        str(HERE / "replicate_2.py.txt"),
        surroundings={
            "REPLICATE_API_TOKEN": token,
            "REPLICATE_POLL_INTERVAL": "0",
            **leads,
        },
    )

    assert seen.pop("used") == {"base URL": "str", "environment": "URLPath"}[way]
    assert seen == {
        "ran": ["FileOutput", "ftyp"],
        "listed": ["ftyp", "ftyp"],
        "waited": ["succeeded", True],
        "cancelled": "canceled",
        "filed": [8, {"scene": "7"}, True, "FileOutput", None, ["upload"]],
        "trained": True,
        "described": [
            "# google/veo-3.1", [], "hailuo-02", ["hailuo-02"], "cpu", "text-to-video",
            "whsec_",
        ],
        "deployed": [2, 3],
        "failed": FLAGGED,
        "refused": [422, REFUSED],
        "paged": [108, 108],
    }  # fmt: skip


def test_the_client_for_node_does_all_that_it_can(
    server: MockServer, base: str, token: str
) -> None:
    program = node("replicate")
    httpx.post(
        f"{base}/models/mock/flagged/predictions",
        headers={"Authorization": f"Bearer {token}"},
        json={
            "input": {"prompt": "x"},
            "webhook": server.space.webhooks.url,
            "webhook_events_filter": ["start"],
        },
    ).raise_for_status()
    webhook = server.space.webhooks.wait()
    headers = {name.lower(): value for name, value in webhook.headers.items()}

    seen = outcome(
        program,
        str(HERE / "replicate_client.cjs"),
        base,
        token,
        given={"headers": headers, "body": webhook.body.decode()},
    )

    assert seen.pop("refused").startswith(
        f"Request to {base}/models/google/veo-3.1/predictions failed with status 422"
        " Unprocessable Entity: "
    )
    assert seen == {
        "ran": {"states": ["starting", "processing", "succeeded"], "head": "ftyp"},
        "listed": ["ftyp", "ftyp"],
        "paged": [23],
        "streamed": ["logs", "output", "done"],
        "filed": {
            "size": 8,
            "metadata": {"scene": 7},
            "listed": [True],
            "sent": "application/octet-stream",
            "deleted": True,
        },
        "trained": True,
        "deployed": [2, 3, "google/veo-3.1", True],
        "failed": f"Prediction failed: {FLAGGED}",
        "validated": [True, False],
        "cancelled": [None, "canceled"],
    }


@pytest.mark.deep
def test_the_ai_sdk_gets_the_video_itself(base: str, token: str) -> None:
    """It refuses links to loopback, and so takes what comes by plain HTTP."""
    program = node("@ai-sdk/replicate")

    seen = outcome(program, str(HERE / "replicate_ai_sdk.cjs"), base, token)

    assert seen == ["video/mp4", "ftyp"]
