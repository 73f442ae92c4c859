"""Google's own clients, unmodified, each in a process and environment of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mockserver.providers.wires import standard_webhooks
from mockserver.server.mock import MockServer
from tests.clients.programs import outcome, python
from tests.deep import first

pytestmark = [pytest.mark.client, pytest.mark.timeout(90)]

HERE = Path(__file__).parent
OLD = "google-genai-2.34.0"
NEW = "google-genai-3.6.1"


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a status moves."""
    with MockServer(
        pace="step", providers=("google",), auth="strict", media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def base(server: MockServer) -> str:
    return server.url_for("google")


@pytest.fixture
def key(server: MockServer) -> str:
    return str(server.space.credential("google"))


@pytest.mark.deep
@pytest.mark.ffmpeg
def test_the_older_client_for_python_makes_videos_with_veo(base: str, key: str) -> None:
    program = python(OLD)

    seen = outcome(program, str(HERE / "google_veo.py.txt"), base, key)

    assert seen == {
        "reads": 3,
        "head": "ftyp",
        "file": ["ACTIVE", "GENERATED", True],
        "again": True,
        "made": [1, 1],
        "two": 2,
        "filtered": [None, 1],
        "failed": 13,
        "models": True,
        "sent": ["files/my-clip", "d", ["PROCESSING", "PROCESSING", "ACTIVE"]],
        "again_longer": 1,
        "deleted": ["ClientError", 403, "PERMISSION_DENIED"],
        "listed": 6,
        "errors": [
            ["ClientError", 404, "NOT_FOUND"],
            ["ClientError", 429, "RESOURCE_EXHAUSTED"],
            ["ClientError", 403, "PERMISSION_DENIED"],
            ["ClientError", 400, "INVALID_ARGUMENT"],
        ],
    }


@pytest.fixture
def account(base: str, tmp_path: Path) -> str:
    """Return the file of a service account whose tokens come from us."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    told = {
        "type": "service_account",
        "project_id": "mock-project",
        "client_email": "driver@mock-project.iam.gserviceaccount.com",
        "private_key": key.decode(),
        "token_uri": f"{base}/token",
    }
    file = tmp_path / "account.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return str(file)


@pytest.mark.ffmpeg
@pytest.mark.parametrize("release", first([OLD, NEW]))
def test_vertex_needs_no_token_endpoint_of_google(
    base: str, key: str, account: str, release: str
) -> None:
    """A token, a key, the metadata server of a machine, and a service account."""
    program, place = python(release), base.removeprefix("http://").partition("/")[0]
    metadata = {"GCE_METADATA_HOST": place, "GCE_METADATA_IP": place}

    seen = outcome(
        program,
        str(HERE / "google_vertex.py.txt"),
        *(base, key, account),
        surroundings=metadata,
    )

    assert seen == {
        "token": "ftyp",
        "key": "ftyp",
        "metadata": ["mock-project", "ftyp"],
        "account": "ftyp",
        "stored": [["my-bucket", "out"], "sample_0.mp4"],
        "filtered": [None, 1],
        "failed": 14,
    }


@pytest.mark.ffmpeg
@pytest.mark.parametrize("release", first([OLD, NEW]))
def test_interactions_wait_or_go_on_in_the_background(
    base: str, key: str, release: str
) -> None:
    program = python(release)

    seen = outcome(program, str(HERE / "google_talks.py.txt"), base, key)

    assert seen == {
        "blocking": ["completed", "ftyp"],
        "background": ["in_progress", "in_progress", "in_progress", "completed"],
        "read": "ftyp",
        "linked": [True, "ftyp"],
        "cancelled": "cancelled",
        "deleted": None,
        "gone": ["NotFoundError", 404],
        "failed": "failed",
        "stream": [
            "interaction.created",
            "interaction.status_update",
            "step.start",
            "step.delta",
            "step.stop",
            "step.start",
            "step.delta",
            "step.stop",
            "interaction.completed",
        ],
        "errors": [
            ["NotFoundError", 404],
            ["BadRequestError", 400],
            ["BadRequestError", 400],
        ],
    }


@pytest.mark.parametrize("release", first([OLD, NEW]))
def test_webhooks_are_kept_pinged_and_verified(
    server: MockServer, base: str, key: str, release: str
) -> None:
    """The client has no verifier; the signature is that of Standard Webhooks."""
    program, inbox = python(release), server.space.webhooks

    seen = outcome(program, str(HERE / "google_hooks.py.txt"), base, key, inbox.url)
    told = inbox.wait(about=seen["talk"])

    first, second = seen.pop("secrets")
    headers = {name.lower(): value for name, value in told.headers.items()}
    signature = headers["webhook-signature"]
    assert signature == standard_webhooks.sign(second, headers, told.body)
    assert signature != standard_webhooks.sign(first, headers, told.body)
    assert json.loads(told.body)["data"] == {"id": seen.pop("talk")}
    assert seen == {
        "state": "enabled",
        "hidden": True,
        "changed": "changed",
        "listed": ["changed"],
    }


LITELLM = """
import json, os
import litellm
litellm.suppress_debug_info = True
base = os.environ["BASE"]
made = litellm.video_generation(
    model="gemini/veo-3.1-generate-preview", prompt="A cat on a sofa", api_base=base
)
seen = [made.status]
while seen[-1] not in {"completed", "failed"}:
    state = litellm.video_status(video_id=made.id, api_base=base).status
    seen += [state] if state != seen[-1] else []
data = litellm.video_content(video_id=made.id, api_base=base)
try:
    litellm.video_generation(
        model="gemini/veo-3.1-generate-preview", prompt="x", api_base=base, api_key="no"
    )
    refused = None
except litellm.exceptions.AuthenticationError as error:
    refused = error.status_code
print(json.dumps([seen, data[4:8].decode(), refused]))
"""


@pytest.mark.deep
@pytest.mark.ffmpeg
def test_litellm_plays_through(base: str, key: str) -> None:
    """It gets the link as it is, with the key in a header."""
    program = python("litellm")

    seen = outcome(
        program,
        "-W",
        "ignore",
        "-c",
        LITELLM,
        surroundings={
            "BASE": base,
            "GEMINI_API_KEY": key,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
    )

    assert seen == [["processing", "completed"], "ftyp", 401]
