"""Luma's own client for Node, unmodified, in a process of its own."""

from pathlib import Path

import pytest

from mockserver.server.mock import MockServer
from tests.clients.programs import node, outcome

pytestmark = [pytest.mark.client, pytest.mark.ffmpeg]

HERE = Path(__file__).parent


def test_the_client_does_all_that_it_can(media_folder: Path) -> None:
    program = node("lumaai")
    with MockServer(
        pace="step", providers=("luma",), auth="strict", media_dir=media_folder
    ) as server:
        key, webhooks = server.space.credential("luma"), server.space.webhooks
        base = f"{server.url_for('luma')}/dream-machine/v1"

        seen = outcome(
            program, str(HERE / "luma_client.cjs"), base, str(key), webhooks.url
        )
        webhooks.wait(about='"state":"completed"')

        assert [one.json()["state"] for one in webhooks] == ["dreaming", "completed"]
        assert server.bugs == []
    assert seen == {
        "order": {
            "states": ["queued", "dreaming", "completed"],
            "file": ["video/mp4", "ftyp"],
        },
        "derived": [
            ["upscale_video", "completed", "ray-2"],
            ["add_audio", "completed", "ray-2"],
            ["video", "completed", "ray-2"],
            ["modify_video", "completed", "ray-flash-2"],
            ["reframe_video", "completed", "ray-2"],
            ["reframe_image", "completed", "photon-1"],
        ],
        "picture": ["completed", "image", "image/jpeg"],
        "page": [3, 3, 1, True],
        "ping": "pong",
        "concept": True,
        "credits": "number",
        "deleted": ["NotFoundError", 404, "Generation not found"],
        "short": [
            "BadRequestError",
            400,
            "Prompt is too short, minimum length is 3 characters",
        ],
        "shape": [
            "UnprocessableEntityError",
            422,
            [
                {
                    "type": "literal_error",
                    "loc": ["body", "model"],
                    "msg": "Input should be 'ray-2' or 'ray-flash-2'",
                    "input": "ray-9",
                }
            ],
        ],
        "path": ["NotFoundError", 404, "Not Found"],
        "key": ["AuthenticationError", 401, "Invalid API key"],
    }


@pytest.mark.deep
def test_the_ai_sdk_gets_a_picture(media_folder: Path) -> None:
    """It polls, takes the file, and reads what Pydantic has found wrong."""
    program = node("@ai-sdk/luma")
    with MockServer(pace="step", providers=("luma",), media_dir=media_folder) as server:
        base, key = server.url_for("luma"), str(server.space.credential("luma"))

        seen = outcome(program, str(HERE / "luma_ai_sdk.cjs"), base, key)

        assert server.bugs == []
    assert seen == [
        "image/jpeg",
        "ffd8",
        "Image generation failed.",
        "AI_APICallError",
        "Input should be 'photon-1' or 'photon-flash-1'",
    ]
