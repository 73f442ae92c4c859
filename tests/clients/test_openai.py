"""OpenAI's own clients, unmodified: for Python, and for Node in its own process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from mockserver.server.mock import MockServer
from tests.clients.programs import node, outcome, python

# The vendor has announced the end of its own service in its client.
pytestmark = [pytest.mark.client, pytest.mark.filterwarnings("ignore:.*Sora API")]

HERE = Path(__file__).parent
FILE = ("a.mp4", b"\0\0\0\0", "video/mp4")


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a status moves."""
    with MockServer(
        pace="step", providers=("openai",), auth="strict", media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def key(server: MockServer) -> str:
    return str(server.space.credential("openai"))


@pytest.fixture
def base(server: MockServer) -> str:
    return f"{server.url_for('openai')}/v1"


@pytest.fixture
def client(base: str, key: str) -> Iterator[OpenAI]:
    with OpenAI(api_key=key, base_url=base, timeout=20, max_retries=0) as made:
        yield made


def _refused(kind: type[openai.APIStatusError], call: Any) -> tuple[int, Any, str]:
    """Return status, code and message of what a call raises."""
    with pytest.raises(kind) as caught:
        call()
    error = caught.value
    return error.status_code, error.code, str(error)


@pytest.mark.ffmpeg
def test_an_order_is_polled_until_its_end_and_downloaded(client: OpenAI) -> None:
    video = client.videos.create_and_poll(prompt="A cat on a sofa", seconds="4")

    content = client.videos.download_content(video.id).read()
    thumbnail = client.videos.download_content(video.id, variant="thumbnail").read()

    assert (video.status, video.progress, video.model) == ("completed", 100, "sora-2")
    assert (content[4:8], thumbnail[8:12]) == (b"ftyp", b"WEBP")


def test_videos_are_made_of_videos_and_of_files(client: OpenAI) -> None:
    source = client.videos.create_and_poll(prompt="a", seconds="8", size="1280x720")

    remix = client.videos.remix(source.id, prompt="b")
    edit = client.videos.edit(prompt="c", video=FILE)
    longer = client.videos.extend(prompt="d", seconds="8", video=FILE)

    assert (remix.remixed_from_video_id, remix.size) == (source.id, "1280x720")
    assert (edit.status, longer.seconds) == ("queued", "12")


def test_characters_are_made_and_read(client: OpenAI) -> None:
    made = client.videos.create_character(name="Mossy", video=FILE)

    read = client.videos.get_character(str(made.id))

    assert (read.id, read.name) == (made.id, "Mossy")


def test_a_list_goes_on_over_its_pages(client: OpenAI) -> None:
    ids = [client.videos.create(prompt=str(n)).id for n in range(5)]

    listed = [video.id for video in client.videos.list(limit=2)]
    client.videos.delete(ids[0])

    assert listed == ids[::-1]
    assert len([*client.videos.list()]) == 4


def test_refusals_are_errors_of_their_classes(client: OpenAI, base: str) -> None:
    stranger = OpenAI(api_key="nobodys-key", base_url=base, max_retries=0)
    video = client.videos.create(prompt="x")

    assert _refused(
        openai.BadRequestError,
        lambda: client.videos.create(prompt="x", seconds="5"),  # type: ignore[arg-type]  # wrong on purpose
    ) == (
        400,
        "invalid_value",
        (
            "Error code: 400 - Invalid value: '5'. Supported values are: '4', '8', and"
            " '12'."
        ),
    )
    assert _refused(
        openai.NotFoundError, lambda: client.videos.download_content(video.id)
    )[2].endswith("use GET /v1/videos/{video_id} to check status.")
    assert _refused(openai.AuthenticationError, stranger.videos.list)[:2] == (
        401, "invalid_api_key",
    )  # fmt: skip


def test_its_webhooks_are_what_the_client_unwraps(
    server: MockServer, client: OpenAI
) -> None:
    """The secret is told once, when the endpoint is made."""
    inbox = server.space.webhooks
    endpoint = client.webhooks.create(
        name="ci", url=inbox.url, event_types=["video.completed"]
    )
    client.videos.create_and_poll(prompt="x")
    delivery = inbox.wait()

    event = client.webhooks.unwrap(
        delivery.body, dict(delivery.headers), secret=endpoint.signing_secret
    )

    assert event.type == "video.completed"  # type: ignore[comparison-overlap]  # it has no class for it


def test_the_client_for_node_does_all_that_it_can(base: str, key: str) -> None:
    program = node("openai")

    seen = outcome(program, str(HERE / "openai_client.cjs"), base, key)

    assert seen == {
        "states": ["queued", "in_progress", "completed"],
        "heads": {"video": "ftyp", "thumbnail": "WEBP"},
        "remixed": True,
        "nested": "queued",
        "listed": 3,
        "errors": [
            "BadRequestError 400 prompt string_too_short",
            "NotFoundError 404 null null",
            "AuthenticationError 401 null invalid_api_key",
        ],
    }


LITELLM = """
import json, os
import litellm
base = os.environ["BASE"]
made = litellm.video_generation(
    model="openai/sora-2", prompt="A cat on a sofa", seconds="4", api_base=base
)
seen = [made.status]
while seen[-1] not in {"completed", "failed"}:
    state = litellm.video_status(video_id=made.id, api_base=base).status
    seen += [state] if state != seen[-1] else []
data = litellm.video_content(video_id=made.id, api_base=base)
print(json.dumps([seen, data[4:8].decode()]))
"""


@pytest.mark.deep  # importing it takes five seconds; the vendor's own client needs none
@pytest.mark.ffmpeg
@pytest.mark.timeout(60)
def test_litellm_plays_through(base: str, key: str) -> None:
    """It wraps the id that it is given, and unwraps it before it asks."""
    program = python("litellm")

    seen = outcome(
        program,
        "-W",
        "ignore",
        "-c",
        LITELLM,
        surroundings={
            "BASE": base,
            "OPENAI_API_KEY": key,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
    )

    assert seen == [["queued", "in_progress", "completed"], "ftyp"]
