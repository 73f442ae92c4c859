"""Luma's own Agents client for Python against the provider in YAML."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.server.mock import MockServer
from tests.clients.programs import outcome, python

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.timeout(90)]

HERE = Path(__file__).parent


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each status read moves."""
    with MockServer(
        pace="step", providers=("luma-agents",), media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


def test_the_client_for_python_generates_and_uploads(server: MockServer) -> None:
    key = str(server.space.credential("luma-agents"))
    given = {"base": server.url_for("luma-agents"), "key": key}

    seen = outcome(
        python("luma-agents"), str(HERE / "luma_agents_client.py.txt"), given=given
    )

    assert seen == {
        "states": ["queued", "processing", "completed"],
        "kept": ["video", "ray-3.2", "Z", None],
        "before": [],
        "video": ["video", "video/mp4", True],
        "still": ["image", "image/jpeg", True],
        "file": ["pending", "a.png", ["Content-Type"]],
        "early": [422, {"detail": "The file has not been uploaded"}],
        "sent": [200, "ready", "queued"],
        "pages": True,
        "deleted": ["deleted", True],
        "refused": ["file F is not ready", "exr_export requires hdr"],
        "lost": {"detail": "Generation not found"},
        "headers": ["mine", "2026-04-01", "30"],
    }
