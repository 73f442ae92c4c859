"""Mux's own clients for Python and Node against the provider in YAML."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mockserver.server.mock import MockServer
from tests.clients.programs import node, outcome, python

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.timeout(90)]

HERE = Path(__file__).parent


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each status read moves."""
    with MockServer(pace="step", providers=("mux",), media_dir=media_folder) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def given(server: MockServer) -> dict[str, str]:
    """What a client is told of us."""
    told = server.space.credential("mux")
    return {
        "base": server.url_for("mux"),
        "id": told.fields["token_id"],
        "secret": told.fields["token_secret"],
    }


def test_the_client_for_python_keeps_assets_and_uploads(given: dict[str, str]) -> None:
    seen = outcome(python("mux"), str(HERE / "mux_client.py.txt"), given=given)

    assert seen == {
        "made": ["preparing", 44, True],
        "states": ["preparing", "ready"],
        "policy": ["public"],
        "duration": 10.0,
        "tracks": ["video", "audio"],
        "progress": ["completed", 100.0],
        "upload": ["waiting", 200, "asset_created", "cancelled"],
        "uploaded": ["on_demand_direct_upload", True],
        "changed": "yours",
        "listed": True,
        "gone": [404, "not_found"],
    }


def test_the_client_for_node_plays_what_it_has_made(given: dict[str, str]) -> None:
    program = node("@mux/mux-node")

    seen = outcome(program, str(HERE / "mux_client.cjs"), given=given)

    assert seen == {
        "states": ["preparing", "ready"],
        "renditions": [["highest.mp4", "ready"]],
        "head": "ftyp",
        "still": "image/jpeg",
        "upload": "waiting",
        "listed": 1,
        "gone": [404, 404],
    }


def test_the_client_for_node_verifies_a_webhook(
    server: MockServer, given: dict[str, str]
) -> None:
    """It is dated by the wall's clock, as receivers hold it against their own."""
    program, basic = node("@mux/mux-node"), (given["id"], given["secret"])
    server.space.switch("mux", "webhook_url", server.webhooks.url)
    server.space.switch("mux", "webhook_secret", "hush")
    order = {"inputs": [{"url": "https://a.example/a.mp4"}]}
    assets = f"{given['base']}/video/v1/assets"
    made = requests.post(assets, json=order, auth=basic, timeout=10).json()["data"]
    server.jobs.only().finish()
    told = server.webhooks.wait(about="video.asset.ready")
    server.webhooks.verify(told)

    seen = outcome(
        program,
        str(HERE / "mux_client.cjs"),
        given={
            "delivery": {
                "body": told.text,
                "headers": {"mux-signature": told.headers["mux-signature"]},
            },
            "webhookSecret": "hush",
        },
    )

    assert seen == {
        "type": "video.asset.ready",
        "status": "ready",
        "object": {"type": "asset", "id": made["id"]},
        "forged": "No signatures found matching the expected signature for payload.",
    }
