"""A picture that came with a request is seen in its place of what is made of it."""

import io
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestServer
from PIL import Image
from yarl import URL

from mockserver.media.formats import mp4
from mockserver.media.spec import Card, Container, MediaSpec
from tests.providers.conftest import Running, Serve
from tests.providers.fal.conftest import KEY as FAL
from tests.providers.google.conftest import KEY as GOOGLE
from tests.providers.google.conftest import PREDICT
from tests.providers.idomoo.conftest import MAIN as IDOMOO
from tests.providers.idomoo.conftest import MP4, SCENE
from tests.providers.luma.conftest import KEY as LUMA
from tests.providers.luma.conftest import ORDER
from tests.providers.openai.conftest import KEY as OPENAI
from tests.providers.replicate.conftest import TOKEN as REPLICATE
from tests.providers.replicate.conftest import VEO
from tests.providers.runway.conftest import HEADERS as RUNWAY
from tests.providers.runway.conftest import TURBO
from tests.providers.stupeflix.conftest import EPOCH_S, movie, profiles
from tests.providers.stupeflix.conftest import Api as Stupeflix

GREEN = (20, 220, 40)
PLAIN = (0, 0, 0, 0)


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), GREEN).save(out, kind)
    return out.getvalue()


RAW = b64encode(picture()).decode()
DATA = f"data:image/png;base64,{RAW}"


async def frame(running: Running, slug: str, at: int = 0) -> Image.Image:
    """Return a frame of what the last job of a provider's account makes."""
    services = running.instance.services
    (space, job) = [
        (space, job)
        for space in services.spaces
        for name, job in space.all_jobs()
        if name == slug
    ][-1]
    makes = services.providers[slug].makes
    assert makes is not None
    spec: MediaSpec = next(iter(makes(services, space, job)))
    file = await services.media.get(spec.still(Container.PNG, frame=at))
    return Image.open(io.BytesIO(file.read())).convert("RGB")


def seen(image: Image.Image) -> tuple[float, float, float, float]:
    """Return where a picture is green, as shares of its sides; zeros for nowhere."""
    bands = [
        band.point(lambda value, wish=wish: 255 * (abs(value - wish) < 24))
        for band, wish in zip(image.split(), GREEN, strict=True)
    ]
    every = (
        Image.merge("RGB", bands).convert("L").point(lambda value: 255 * (value > 250))
    )
    box = every.getbbox() or PLAIN
    width, height = image.size
    shares = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
    return tuple(round(share, 2) for share in shares)  # type: ignore[return-value]


def is_thumbnail(box: tuple[float, float, float, float]) -> bool:
    """Say whether a box is where a film of a prompt shows what was sent along."""
    left, top, right, bottom = box
    return left > 0.5 and right > 0.9 and 0 < top < 0.15 and 0.15 < bottom < 0.5


Ask = Callable[[Running], Awaitable[Any]]


async def google(running: Running) -> None:
    image = {"bytesBase64Encoded": RAW, "mimeType": "image/png"}
    body = {"instances": [{"prompt": "A cat", "image": image}]}
    await accepted(running, f"/google{PREDICT}", GOOGLE, json=body)


async def google_last_frame(running: Running) -> None:
    image = {"inlineData": {"data": RAW, "mimeType": "image/png"}}
    body = {"instances": [{"prompt": "A cat", "lastFrame": image}]}
    await accepted(running, f"/google{PREDICT}", GOOGLE, json=body)


async def google_reference(running: Running) -> None:
    image = {"bytesBase64Encoded": RAW, "mimeType": "image/png"}
    one = {"image": image, "referenceType": "asset"}
    body = {"instances": [{"prompt": "A cat", "referenceImages": [one]}]}
    await accepted(running, f"/google{PREDICT}", GOOGLE, json=body)


async def google_interaction(running: Running) -> None:
    image = {"type": "image", "mime_type": "image/png", "data": RAW}
    body = {
        "model": "gemini-omni-flash-preview",
        "input": [{"type": "text", "text": "A cat"}, image],
        "background": True,
    }
    await accepted(running, "/google/v1beta/interactions", GOOGLE, json=body)


async def openai(running: Running) -> None:
    form = FormData()
    form.add_field("prompt", "A cat")
    form.add_field("size", "1280x720")
    form.add_field("input_reference", picture("JPEG"), filename="a.jpg")
    await accepted(running, "/openai/v1/videos", OPENAI, data=form)


async def openai_link(running: Running) -> None:
    body = {
        "prompt": "A cat",
        "size": "1280x720",
        "input_reference": {"image_url": DATA},
    }
    await accepted(running, "/openai/v1/videos", OPENAI, json=body)


async def replicate(running: Running) -> None:
    body = {"input": {"prompt": "A cat", "image": DATA}}
    await accepted(running, f"/replicate{VEO}", REPLICATE, 201, json=body)


async def replicate_file(running: Running) -> None:
    form = FormData()
    form.add_field("content", picture(), filename="a.png", content_type="image/png")
    told = await accepted(running, "/replicate/v1/files", REPLICATE, 201, data=form)
    body = {"input": {"prompt": "A cat", "image": told["urls"]["get"]}}
    await accepted(running, f"/replicate{VEO}", REPLICATE, 201, json=body)


async def runway(running: Running) -> None:
    body = {**TURBO, "promptImage": DATA}
    await accepted(running, "/runway/v1/image_to_video", RUNWAY, json=body)


async def runway_upload(running: Running) -> None:
    wanted = {"filename": "a.png", "type": "ephemeral"}
    told = await accepted(running, "/runway/v1/uploads", RUNWAY, json=wanted)
    form = FormData(told["fields"])
    data = picture() + bytes(512)  # files may not be tiny
    form.add_field("file", data, filename="a.png", content_type="image/png")
    path = URL(told["uploadUrl"]).path
    assert (await running.client.post(path, data=form)).status == 204
    body = {**TURBO, "promptImage": told["runwayUri"]}
    await accepted(running, "/runway/v1/image_to_video", RUNWAY, json=body)


async def fal(running: Running) -> None:
    path = "/fal/queue.fal.run/fal-ai/veo3.1/image-to-video"
    await accepted(running, path, FAL, json={"prompt": "A cat", "image_url": DATA})


async def fal_storage(running: Running) -> None:
    wanted = {"file_name": "a.png", "content_type": "image/png"}
    path = "/fal/rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3"
    told = await accepted(running, path, FAL, json=wanted)
    upload = URL(told["upload_url"])
    kind = {"Content-Type": "image/png"}
    put = await running.client.put(upload.path_qs, data=picture(), headers=kind)
    assert put.status == 200
    path = "/fal/queue.fal.run/fal-ai/veo3.1/image-to-video"
    body = {"prompt": "A cat", "image_url": told["file_url"]}
    await accepted(running, path, FAL, json=body)


async def luma(running: Running) -> None:
    body = {**ORDER, "keyframes": {"frame0": {"type": "image", "url": DATA}}}
    path = "/luma/dream-machine/v1/generations/video"
    await accepted(running, path, LUMA, 201, json=body)


async def accepted(
    running: Running, path: str, headers: Any, status: int = 200, **body: Any
) -> Any:
    response = await running.client.post(path, headers=headers, **body)
    assert response.status == status, await response.text()
    return await response.json()


@pytest.mark.parametrize(
    "ask",
    [google, google_last_frame, google_reference, google_interaction, openai,
     openai_link, replicate, replicate_file, runway, runway_upload, fal, fal_storage],
    ids=lambda ask: ask.__name__,
)  # fmt: skip
async def test_what_comes_in_a_request_is_shown_without_a_fetch(
    serve: Serve, ask: Ask
) -> None:
    running = await serve(media_size="full")

    await ask(running)

    image = await frame(running, ask.__name__.partition("_")[0])
    assert is_thumbnail(seen(image)), seen(image)


async def test_a_key_frame_of_luma_fills_its_card(serve: Serve) -> None:
    running = await serve(media_size="full")

    await luma(running)

    left, top, right, bottom = seen(await frame(running, "luma"))
    assert (left < 0.1, top < 0.1, right > 0.9, bottom > 0.5) == (True,) * 4


async def test_a_film_that_is_sent_is_shown_by_its_first_picture(serve: Serve) -> None:
    running = await serve(media_size="full")
    green = mp4(64, 64, seconds=1, cards=(Card(color="#14dc28"),))
    film = await running.instance.services.media.get(green)
    form = FormData()
    form.add_field("prompt", "A cat")
    form.add_field("video", film.read(), filename="a.mp4", content_type="video/mp4")

    response = await running.client.post(
        "/openai/v1/videos/edits", headers=OPENAI, data=form
    )

    assert response.status == 200, await response.text()
    left, _, right, _ = seen(await frame(running, "openai"))
    assert left > 0.3
    assert right > 0.9


@pytest.fixture
async def host() -> AsyncIterator[TestServer]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=picture(), content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


async def idomoo_link(running: Running, link: str) -> Image.Image:
    use = {**SCENE, "media": [{"key": "image", "val": link}]}
    body = {"output": {"video": [MP4]}, "timeline": {"scenes": [use]}}
    path = "/idomoo/api/v2/scenes/generate"
    await accepted(running, path, IDOMOO, json=body)
    return await frame(running, "idomoo")


async def stupeflix_link(running: Running, link: str) -> Image.Image:
    api = Stupeflix(running)
    film = movie(
        f'<effect type="none" duration="2.0"><image filename="{link}"/></effect>'
    )
    await api.render(profiles(), film)
    return await frame(running, "stupeflix")


async def replicate_link(running: Running, link: str) -> Image.Image:
    body = {"input": {"prompt": "A cat", "image": link}}
    await accepted(running, f"/replicate{VEO}", REPLICATE, 201, json=body)
    return await frame(running, "replicate")


@pytest.mark.parametrize("shows", [False, True])
@pytest.mark.parametrize(
    "ask", [idomoo_link, stupeflix_link, replicate_link], ids=lambda ask: ask.__name__
)
async def test_links_are_followed_only_if_somebody_wants_it(
    serve: Serve, host: TestServer, ask: Any, *, shows: bool
) -> None:
    running = await serve(media_size="full", shows_sent=shows, wall=lambda: EPOCH_S)

    image = await ask(running, str(host.make_url("/a.png")))

    left, top, right, bottom = seen(image)
    is_seen = right - left > 0.1 and bottom - top > 0.1
    assert is_seen is shows
