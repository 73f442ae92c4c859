"""Shotstack's own clients for Python and Node against the provider in YAML."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.server.mock import MockServer
from tests.clients.programs import node, outcome, python

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.timeout(90)]

HERE = Path(__file__).parent


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each status read moves."""
    with MockServer(
        pace="step", providers=("shotstack",), media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def given(server: MockServer) -> dict[str, str]:
    """What a client is told of us."""
    key = str(server.space.credential("shotstack"))
    return {"base": server.url_for("shotstack"), "key": key}


def test_the_client_for_python_renders_and_reads_what_is_hosted(
    given: dict[str, str],
) -> None:
    seen = outcome(
        python("shotstack"), str(HERE / "shotstack_client.py.txt"), given=given
    )

    assert seen == {
        "queued": [True, "Created", "Render Successfully Queued"],
        "states": ["queued", "fetching", "rendering", "saving", "done"],
        "duration": 2.5,
        "data": "Edit",
        "head": "ftyp",
        "poster": True,
        "assets": ["mp4", "jpg"],
        "ready": True,
        "template": "Mine",
        "templates": 1,
        "lost": [
            404,
            {
                "success": False,
                "message": "Not Found",
                "response": "Render 00000000-0000-4000-8000-000000000000 was not found",
            },
        ],
    }


def test_the_client_for_node_renders(given: dict[str, str]) -> None:
    program = node("shotstack-sdk")

    seen = outcome(program, str(HERE / "shotstack_client.cjs"), given=given)

    assert seen == {
        "queued": "Render Successfully Queued",
        "states": ["queued", "fetching", "rendering", "saving", "done"],
        "head": "GIF8",
        "duration": 2,
        "refused": 400,
    }
