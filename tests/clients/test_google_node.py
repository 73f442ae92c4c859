"""Google's own clients for Node, unmodified, of two generations."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.server.mock import MockServer
from tests.clients.programs import node, outcome

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.timeout(90)]

PROGRAM = Path(__file__).parent / "google_client.cjs"
OLD = "google-genai-2"  # what @google/genai 2.32.0 is called beside the newer one
NEW = "@google/genai"
BOTH: dict[str, Any] = {
    "files": ["d", "ACTIVE", ["ApiError", 403]],
    "vertex": "ftyp",
    "talks": {
        "status": "completed",
        "inside": "ftyp",
        "head": "ftyp",
        "cancelled": "cancelled",
        "gone": ["NotFoundError", 404],
        "kinds": [9, "interaction.created", "interaction.completed"],
    },
}


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a status moves."""
    with MockServer(
        pace="step", providers=("google",), auth="strict", media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


def _seen(server: MockServer, program: str, package: str, folder: Path) -> Any:
    base, key = server.url_for("google"), str(server.space.credential("google"))
    return outcome(program, str(PROGRAM), package, base, key, str(folder))


@pytest.mark.deep
def test_the_older_client_makes_videos_everywhere(
    server: MockServer, tmp_path: Path
) -> None:
    seen = _seen(server, node(OLD), OLD, tmp_path)

    assert seen == {
        "veo": {
            "head": "ftyp",
            "filtered": 1,
            "failed": 13,
            "errors": [["ApiError", 404], ["ApiError", 429]],
        },
        **BOTH,
    }


def test_the_newer_client_refuses_veo_itself_and_makes_all_others(
    server: MockServer, tmp_path: Path
) -> None:
    seen = _seen(server, node(NEW, (22, 0)), NEW, tmp_path)

    assert seen == {"refuses": ["Error", None], **BOTH}
