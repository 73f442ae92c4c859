"""Luma's own client for Python, unmodified: creates, polls, lists, errors, retries."""

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import lumaai
import pytest
from lumaai import AsyncLumaAI, LumaAI
from lumaai.types import Generation, generation
from PIL import Image

from mockserver.cli.tools.surroundings import variables
from mockserver.server.mock import MockServer
from mockserver.server.sockets.trust import trust_files

pytestmark = pytest.mark.client

PROMPT = "A tiger walking in snow"
CLIP = {"url": "https://example.com/clip.mp4"}


@pytest.fixture
def server(media_folder: Path) -> Iterator[MockServer]:
    """Run a server whose time each read of a state moves."""
    with MockServer(
        pace="step", providers=("luma",), auth="strict", media_dir=media_folder
    ) as running:
        yield running
        assert running.bugs == []


@pytest.fixture
def key(server: MockServer) -> str:
    return str(server.space.credential("luma"))


@pytest.fixture
def base(server: MockServer) -> str:
    return f"{server.url_for('luma')}/dream-machine/v1"


@pytest.fixture
def client(base: str, key: str) -> Iterator[LumaAI]:
    with LumaAI(auth_token=key, base_url=base, timeout=20, max_retries=0) as made:
        yield made


def finished(client: LumaAI, made: Generation) -> tuple[list[str], Generation]:
    """Return the states that polling sees, and what there is at the end."""
    states = [str(made.state)]
    while made.state not in {"completed", "failed"}:
        made = client.generations.get(str(made.id))
        if made.state != states[-1]:
            states.append(str(made.state))
    return states, made


def loaded(link: str | None) -> httpx.Response:
    assert link is not None
    return httpx.get(link, timeout=20)


@pytest.mark.ffmpeg
def test_a_video_is_ordered_polled_and_downloaded(client: LumaAI) -> None:
    made = client.generations.create(
        model="ray-2", prompt=PROMPT, aspect_ratio="9:16", resolution="540p"
    )

    states, done = finished(client, made)

    assert states == ["queued", "dreaming", "completed"]
    assert done.assets is not None
    video, poster = loaded(done.assets.video), loaded(done.assets.image)
    assert (video.headers["Content-Type"], video.content[4:8]) == ("video/mp4", b"ftyp")
    with Image.open(io.BytesIO(poster.content)) as image:
        assert (image.format, image.size) == ("JPEG", (540, 960))
    assert isinstance(done.request, generation.RequestGenerationRequest)
    assert (done.request.resolution, done.request.loop) == ("540p", False)
    assert done.created_at is not None
    assert done.created_at.tzinfo is not None


@pytest.mark.ffmpeg
def test_a_picture_is_there_when_its_create_is_answered(client: LumaAI) -> None:
    made = client.generations.image.create(
        model="photon-1", prompt="A fern", aspect_ratio="3:4", format="png", sync=True
    )

    assert (made.state, made.generation_type) == ("completed", "image")
    assert made.assets is not None
    with Image.open(io.BytesIO(loaded(made.assets.image).content)) as image:
        assert (image.format, image.size) == ("PNG", (1344, 1792))


@pytest.mark.parametrize(
    ("derive", "kind", "model"),
    [
        (lambda api, made: api.generations.upscale(made.id, resolution="4k"),
         generation.RequestUpscaleVideoGenerationRequest, "ray-flash-2"),
        (lambda api, made: api.generations.upscale(made.id),
         generation.RequestUpscaleVideoGenerationRequest, "ray-flash-2"),
        (lambda api, made: api.generations.audio(made.id, prompt="Rain on leaves"),
         generation.RequestAudioGenerationRequest, "ray-flash-2"),
        (lambda api, made: api.generations.video.modify(
            generation_type="modify_video", media={"url": made.assets.video},
            mode="adhere_1", model="ray-2"),
         generation.RequestModifyVideoRequest, "ray-2"),
        (lambda api, _: api.generations.video.reframe(
            generation_type="reframe_video", media=CLIP, aspect_ratio="9:21",
            model="ray-2", x_start=0, x_end=100),
         generation.RequestReframeVideoRequest, "ray-2"),
        (lambda api, _: api.generations.image.reframe(
            generation_type="reframe_image", media=CLIP, aspect_ratio="21:9",
            model="photon-flash-1", format="png"),
         generation.RequestReframeImageRequest, "photon-flash-1"),
        (lambda api, made: api.generations.video.create(
            model="ray-2", prompt=PROMPT, concepts=[{"key": "dolly_zoom"}],
            keyframes={"frame0": {"type": "generation", "id": made.id}}),
         generation.RequestGenerationRequest, "ray-2"),
    ],
)  # fmt: skip
def test_what_is_made_of_others_is_a_generation_of_its_own(
    client: LumaAI,
    derive: Callable[[LumaAI, Generation], Generation],
    kind: type[Any],
    model: str,
) -> None:
    """The client finds the class of each request by its members."""
    first = client.generations.create(model="ray-flash-2", prompt=PROMPT)
    _, source = finished(client, first)

    made = derive(client, source)
    states, done = finished(client, made)

    assert made.id != source.id
    assert states == ["queued", "dreaming", "completed"]
    assert isinstance(done.request, kind)
    assert done.model == model


def test_generations_are_listed_by_pages_and_deleted(client: LumaAI) -> None:
    made = [
        client.generations.create(model="ray-2", prompt=PROMPT).id for _ in range(3)
    ]

    page = client.generations.list(limit=2)
    rest = client.generations.list(limit=2, offset=2)
    client.generations.delete(str(made[0]))

    assert [one.id for one in page.generations] == [made[2], made[1]]
    assert (page.count, page.has_more) == (2, True)
    assert [one.id for one in rest.generations] == [made[0]]
    assert (rest.limit, rest.offset, rest.has_more) == (2, 2, False)
    with pytest.raises(lumaai.NotFoundError):
        client.generations.get(str(made[0]))


def test_the_small_calls_are_read(client: LumaAI) -> None:
    before = client.credits.get().credit_balance
    client.generations.create(model="ray-2", prompt=PROMPT)

    assert client.ping.check().message == "pong"
    assert "dolly_zoom" in client.generations.concepts.list()
    assert (before, client.credits.get().credit_balance) == (100_000.0, 99_929.22)


def test_a_failure_says_why(client: LumaAI) -> None:
    made = client.generations.create(
        model="ray-2", prompt="A cat __fail:Frame moderation failed"
    )

    states, done = finished(client, made)

    assert states == ["queued", "dreaming", "failed"]
    assert (done.failure_reason, done.assets) == ("Frame moderation failed", None)


@pytest.mark.parametrize(
    ("call", "kind", "detail"),
    [
        (lambda api: api.generations.create(model="ray-2", prompt="ab"),
         lumaai.BadRequestError,
         "Prompt is too short, minimum length is 3 characters"),
        (lambda api: api.generations.get("a/b"),
         lumaai.NotFoundError, "Generation not found"),
        (lambda api: api.generations.upscale("00000000-0000-4000-8000-000000000009"),
         lumaai.NotFoundError, "Generation not found"),
        (lambda api: api.with_options(auth_token="luma-not-a-key").ping.check(),
         lumaai.AuthenticationError, "Invalid API key"),
        (lambda api: api.generations.create(model="ray-9", prompt=PROMPT),
         lumaai.UnprocessableEntityError,
         [{"type": "literal_error", "loc": ["body", "model"], "input": "ray-9",
           "msg": "Input should be 'ray-2' or 'ray-flash-2'"}]),
    ],
)  # fmt: skip
def test_what_is_refused_is_the_error_of_its_status(
    client: LumaAI, call: Callable[[LumaAI], Any], kind: type[Any], detail: object
) -> None:
    with pytest.raises(kind) as caught:
        call(client)

    assert caught.value.body == {"detail": detail}


def test_too_many_at_once_are_an_error_of_its_own(media_folder: Path) -> None:
    with MockServer(
        pace="manual", providers=("luma",), limits="real", media_dir=media_folder
    ) as server:
        base = f"{server.url_for('luma')}/dream-machine/v1"
        key = str(server.space.credential("luma"))
        with LumaAI(auth_token=key, base_url=base, max_retries=0) as client:
            for _ in range(10):
                client.generations.create(model="ray-2", prompt=PROMPT)
            with pytest.raises(lumaai.RateLimitError) as caught:
                client.generations.create(model="ray-2", prompt=PROMPT)
        assert server.bugs == []

    assert caught.value.body == {"detail": "Too many requests"}


def test_a_create_that_meets_a_503_is_made_again(
    server: MockServer, base: str, key: str
) -> None:
    server.use(
        {
            "scenario": "one-503",
            "rules": [
                {
                    "on": {"operation": "create", "times": 1},
                    "fault": {"kind": "error", "status": 503, "retry_after": "0s"},
                }
            ],
        }
    )
    with LumaAI(auth_token=key, base_url=base, timeout=20) as client:
        made = client.generations.create(model="ray-2", prompt=PROMPT)
        listed = client.generations.list()

    assert [one.id for one in listed.generations] == [made.id]


def test_callbacks_tell_each_state_as_the_client_reads_it(
    client: LumaAI, server: MockServer
) -> None:
    webhooks = server.space.webhooks
    made = client.generations.create(
        model="ray-2", prompt=PROMPT, callback_url=webhooks.url
    )
    finished(client, made)

    webhooks.wait(about='"state":"completed"')
    told = [Generation.model_validate_json(one.body) for one in webhooks]

    assert [(one.id, one.state) for one in told] == [
        (made.id, "dreaming"),
        (made.id, "completed"),
    ]
    assert [one.assets is not None for one in told] == [False, True]


def test_the_client_without_threads_does_the_same(base: str, key: str) -> None:
    async def polled() -> list[str | None]:
        async with AsyncLumaAI(auth_token=key, base_url=base, timeout=20) as client:
            made = await client.generations.create(model="ray-2", prompt=PROMPT)
            reads = [await client.generations.get(str(made.id)) for _ in range(3)]
            return [one.state for one in reads]

    assert asyncio.run(polled()) == ["queued", "dreaming", "completed"]


def test_a_client_that_nobody_leads_comes_here_by_its_environment(
    tmp_path: Path, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in it is changed: it speaks to the vendor's host, over TLS."""
    trust = trust_files(tmp_path)
    with MockServer(
        pace="step",
        providers=("luma",),
        state_dir=tmp_path,
        media_dir=media_folder,
    ) as server:
        for name, value in variables(server.url, {}, trust).items():
            monkeypatch.setenv(name, value)
        with LumaAI(auth_token=str(server.space.credential("luma"))) as client:
            made = client.generations.create(model="ray-2", prompt=PROMPT)
            _, done = finished(client, made)
        assert done.assets is not None
        poster = loaded(done.assets.image)

        assert client.base_url == "https://api.lumalabs.ai/dream-machine/v1/"
        assert str(done.assets.image).startswith("https://api.lumalabs.ai/_cdn/")
        assert poster.headers["Content-Type"] == "image/jpeg"
        assert server.bugs == []
