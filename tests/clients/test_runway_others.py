"""Runway's own client for Node, and LiteLLM's back end for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.server.mock import MockServer
from tests.clients.programs import node, outcome, python

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg, pytest.mark.timeout(90)]

HERE = Path(__file__).parent
LITELLM = """
import json, os
import litellm
litellm.suppress_debug_info = True
base = os.environ["BASE"]
made = litellm.video_generation(
    model="runwayml/gen4.5", prompt="A paper boat", seconds="5", size="1280x720",
    api_base=base,
)
seen = [made.status]
while seen[-1] not in {"completed", "failed"}:
    state = litellm.video_status(video_id=made.id, api_base=base).status
    seen += [state] if state != seen[-1] else []
data = litellm.video_content(video_id=made.id, api_base=base)
try:
    litellm.video_generation(
        model="runwayml/gen4.5", prompt="", seconds="5", size="1280x720", api_base=base
    )
except Exception as error:
    refused = f"{type(error).__name__} {'Validation of body failed' in str(error)}"
print(json.dumps([seen, data[4:8].decode(), refused]))
"""


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a task moves."""
    with MockServer(
        pace="step", providers=("runway",), auth="strict", media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def key(server: MockServer) -> str:
    return str(server.space.credential("runway"))


def test_the_client_for_node_does_all_that_it_can(server: MockServer, key: str) -> None:
    program = node("@runwayml/sdk")

    seen = outcome(
        program, str(HERE / "runway_client.cjs"), server.url_for("runway"), key
    )

    assert seen == {
        "estimate": {"credits": 60},
        "states": ["PENDING", "RUNNING", "SUCCEEDED"],
        "cost": {"credits": 60},
        "head": "ftyp",
        "waited": ["SUCCEEDED", True, True],
        "upload": ["runway://", 75],
        "credits": 99_805,
        "daily": {"dailyGenerations": 2},
        "errors": [
            "BadRequestError 400 Validation of body failed",
            "NotFoundError 404 Could not find Task",
            'AuthenticationError 401 The API key is not valid. Keys start with "key_".',
            (
                'BadRequestError 400 The X-Runway-Version header "2023-01-01" is not a'
                " supported version."
            ),
            (
                "TaskFailedError SAFETY.INPUT.TEXT The input was flagged by our content"
                " moderation system."
            ),
            (
                'APIError 400 <?xml version="1.0" encoding="UTF-8"?>\n'
                "<Error><Code>EntityTooSmall</Code><Message>Your proposed upload is"
                " smaller than the minimum allowed size</Message></Error>"
            ),
        ],
    }


@pytest.mark.deep
def test_litellm_plays_through(server: MockServer, key: str) -> None:
    program = python("litellm")

    seen = outcome(
        program,
        "-W",
        "ignore",
        "-c",
        LITELLM,
        surroundings={
            "BASE": f"{server.url_for('runway')}/v1",
            "RUNWAYML_API_SECRET": key,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
    )

    assert seen == [
        ["queued", "in_progress", "completed"],
        "ftyp",
        "BadRequestError True",
    ]
