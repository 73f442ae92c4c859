"""fal's own client for Node and the AI SDK's back end, each in a process of its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mockserver.cli.tools.surroundings import variables
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import Trust, trust_files
from tests.clients.programs import node, outcome
from tests.deep import first

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg]

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust_files(tmp_path_factory.mktemp("state"))


@pytest.fixture
def server(trust: Trust, media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a status moves."""
    with MockServer(
        pace="step",
        providers=("fal",),
        state_dir=trust.ca.parent.parent,
        media_dir=media_folder,
    ) as running:
        yield running
        assert running.bugs == []


@pytest.mark.parametrize(
    ("way", "links"),
    first(
        [
            ("proxy", "https://v3b.fal.media/files/b/"),
            ("middleware", "{url}/fal/v3b.fal.media/files/b/"),
            ("environment", "https://v3b.fal.media/files/b/"),
        ]
    ),
)
def test_the_client_does_all_that_it_can(
    server: MockServer, trust: Trust, way: str, links: str
) -> None:
    is_led = way == "environment"
    program = node("@fal-ai/client", (22, 21) if is_led else (18, 0))
    leads: Mapping[str, str] = variables(server.url, {}, trust) if is_led else {}
    script, key = HERE / "fal_client.cjs", server.space.credential("fal")

    seen = outcome(program, str(script), way, server.url, str(key), surroundings=leads)

    assert seen["polled"].pop("url").startswith(links.format(url=server.url))
    assert seen == {
        "polled": {
            "states": ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"],
            "lines": [
                "Loading inputs",
                "Generating video: 30%",
                "Generating video: 70%",
                "Encoding video",
            ],
            "named": 36,
        },
        "streamed": {"counts": [0, 0, 0, 1, 2, 3, 4], "type": "video/mp4"},
        "modelStream": {"first": "progress", "last": "video", "type": "video/mp4"},
        "run": "video/mp4",
        "cancelled": ["COMPLETED", "ApiError", 499, "client_cancelled"],
        "refused": ["ValidationError", 422, "Field required"],
        "uploaded": ["in.png", "video/mp4"],
    }


@pytest.mark.deep
def test_the_ai_sdk_gets_the_video_itself(media_folder: Path) -> None:
    """It refuses links to loopback, and polls nothing but the result."""
    program = node("@ai-sdk/fal")
    with MockServer(
        pace="step", providers=("fal",), handover="data", media_dir=media_folder
    ) as server:
        key = server.space.credential("fal")

        seen = outcome(program, str(HERE / "fal_ai_sdk.cjs"), server.url, str(key))

        assert seen == ["video/mp4", "ftyp"]
        assert server.bugs == []
