"""Google's own clients, unmodified, each in a process and environment of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.server.mock import MockServer
from tests.clients.programs import outcome, python

pytestmark = [pytest.mark.client, pytest.mark.timeout(90)]

HERE = Path(__file__).parent
OLD = "google-genai-2.34.0"


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
