"""Files: videos, posters and pictures that are what was asked for."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from mockserver.providers.luma.clips import spec
from tests.deep import first, some
from tests.providers.conftest import Facts, Probe, Serve
from tests.providers.luma.conftest import FROZEN, ORDER, Api

PHOTON = {"model": "photon-1", "prompt": "A fern"}
CLIP = "https://example.com/clip.mp4"
FERN = {"url": "https://example.com/fern.jpg"}


def opened(data: bytes) -> tuple[str | None, tuple[int, int]]:
    """Return format and size of a picture."""
    with Image.open(io.BytesIO(data)) as image:
        return image.format, image.size


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("changes", "size", "seconds"),
    some(
        [
            ({}, (1280, 720), 5.0),
            ({"resolution": "540p", "duration": "9s"}, (960, 540), 9.0),
            ({"resolution": "540p", "aspect_ratio": "9:16"}, (540, 960), 5.0),
            ({"resolution": "540p", "aspect_ratio": "1:1"}, (540, 540), 5.0),
            ({"resolution": "720p", "aspect_ratio": "4:3"}, (960, 720), 5.0),
            ({"resolution": "720p", "aspect_ratio": "9:21"}, (720, 1680), 5.0),
            ({"resolution": "1080p", "aspect_ratio": "3:4"}, (1080, 1440), 5.0),
            ({"resolution": "144p", "aspect_ratio": "21:9"}, (336, 144), 5.0),
            ({"resolution": None}, (256, 144), 5.0),
        ],
        of=4,
    ),
)
async def test_a_video_has_the_form_size_and_length_that_were_asked_for(
    api: Api,
    probe: Probe,
    changes: dict[str, Any],
    size: tuple[int, int],
    seconds: float,
) -> None:
    """It is silent, and has 24 frames a second."""
    done = await api.finished(**changes)

    facts: Facts = probe(await api.file(done["assets"]["video"]))

    assert (facts.size, facts.duration_s, facts.fps) == (size, seconds, "24/1")
    assert facts.codecs == ("h264",)


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_a_large_video_is_as_large(api: Api, probe: Probe) -> None:
    done = await api.finished(resolution="4k", aspect_ratio="1:1", duration="1s")

    facts: Facts = probe(await api.file(done["assets"]["video"]))

    assert facts.size == (2160, 2160)


@pytest.mark.ffmpeg
async def test_without_a_resolution_a_full_server_makes_720_lines(
    serve: Serve, probe: Probe
) -> None:
    api = Api(await serve(media_size="full"))
    done = await api.finished(resolution=None)

    facts: Facts = probe(await api.file(done["assets"]["video"]))

    assert facts.size == (1280, 720)


async def test_a_poster_is_a_jpeg_of_the_videos_size(api: Api) -> None:
    done = await api.finished(resolution="540p", aspect_ratio="9:16")

    assert opened(await api.file(done["assets"]["image"])) == ("JPEG", (540, 960))


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ("1:1", (1536, 1536)),
        ("4:3", (1792, 1344)),
        ("3:4", (1344, 1792)),
        ("16:9", (2048, 1152)),
        ("9:16", (1152, 2048)),
        ("21:9", (2432, 1024)),
        ("9:21", (1024, 2432)),
    ],
)
async def test_a_picture_has_the_size_of_its_form(
    api: Api, ratio: str, size: tuple[int, int]
) -> None:
    done = await api.finished(PHOTON, path="/image", aspect_ratio=ratio)

    assert opened(await api.file(done["assets"]["image"])) == ("JPEG", size)
    assert done["assets"]["video"] is None


@pytest.mark.parametrize(("form", "found"), [("jpg", "JPEG"), ("png", "PNG")])
async def test_a_picture_is_a_jpeg_or_a_png(api: Api, form: str, found: str) -> None:
    body = {
        "generation_type": "reframe_image",
        "model": "photon-1",
        "media": FERN,
        "aspect_ratio": "1:1",
        "format": form,
    }
    done = await api.finished(body, path="/image/reframe")
    link = done["assets"]["image"]

    response = await api.get(link, {})

    assert link.endswith(f"_image.{form}")
    assert response.headers["Content-Type"] == f"image/{found.lower()}"
    assert opened(await response.read()) == (found, (1536, 1536))


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("body", "size"),
    first(
        [({}, (1920, 1080)), ({"resolution": "540p"}, (960, 540)), (None, (1920, 1080))]
    ),
)
async def test_an_upscaled_video_has_the_form_of_its_source(
    api: Api, probe: Probe, body: Any, size: tuple[int, int]
) -> None:
    source = await api.finished(resolution="540p", duration="1s")
    done = await api.finished(body, path=f"/{source['id']}/upscale")

    facts: Facts = probe(await api.file(done["assets"]["video"]))

    assert (facts.size, facts.duration_s) == (size, 1.0)
    assert done["model"] == "ray-2"
    assert done["request"] == {
        "generation_type": "upscale_video",
        "resolution": (body or {}).get("resolution", "1080p"),
        "callback_url": None,
    }


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_a_video_with_sound_added_keeps_it_when_it_is_upscaled(
    api: Api, probe: Probe
) -> None:
    source = await api.finished(resolution="540p", duration="1s")
    loud = await api.finished(
        {"prompt": "Rain on leaves"}, path=f"/{source['id']}/audio"
    )
    large = await api.finished({"resolution": "720p"}, path=f"/{loud['id']}/upscale")

    heard: Facts = probe(await api.file(loud["assets"]["video"]))
    upscaled: Facts = probe(await api.file(large["assets"]["video"]))

    assert (heard.size, heard.codecs) == ((960, 540), ("h264", "aac"))
    assert (upscaled.size, upscaled.codecs) == ((1280, 720), ("h264", "aac"))
    assert loud["request"] == {
        "generation_type": "add_audio",
        "prompt": "Rain on leaves",
        "negative_prompt": None,
        "callback_url": None,
    }


MODIFY: Mapping[str, Any] = {
    "generation_type": "modify_video",
    "model": "ray-2",
    "mode": "adhere_1",
}
REFRAME: Mapping[str, Any] = {
    "generation_type": "reframe_video",
    "model": "ray-flash-2",
    "aspect_ratio": "9:16",
}


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_a_clip_of_ours_is_as_long_when_it_is_modified(
    api: Api, probe: Probe
) -> None:
    source = await api.finished(duration="9s", aspect_ratio="1:1", resolution="540p")
    media = {"url": source["assets"]["video"]}
    done = await api.finished({**MODIFY, "media": media}, path="/video/modify")

    facts: Facts = probe(await api.file(done["assets"]["video"]))

    assert (facts.size, facts.duration_s) == ((144, 144), 9.0)


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_a_clip_from_elsewhere_is_five_seconds_when_it_is_reframed(
    serve: Serve, probe: Probe
) -> None:
    api = Api(await serve(media_size="full"))
    body = {**REFRAME, "media": {"url": CLIP}}
    done = await api.finished(body, path="/video/reframe")

    facts: Facts = probe(await api.file(done["assets"]["video"]))

    assert (facts.size, facts.duration_s) == ((720, 1280), 5.0)


@pytest.mark.parametrize(
    ("model", "path", "seconds", "reason"),
    [
        ("ray-2", "/video/modify", "10s", None),
        ("ray-2", "/video/modify", "11s", "Failed to read user input frames"),
        ("ray-flash-2", "/video/modify", "15s", None),
        ("ray-flash-2", "/video/modify", "16s", "Failed to read user input frames"),
        ("ray-flash-2", "/video/reframe", "30s", None),
        ("ray-flash-2", "/video/reframe", "31s", "Failed to read user input frames"),
    ],
)
async def test_a_clip_may_be_as_long_as_its_model_takes(
    api: Api, model: str, path: str, seconds: str, reason: str | None
) -> None:
    source = await api.finished(duration=seconds)
    order = MODIFY if "modify" in path else REFRAME
    body = {**order, "model": model, "media": {"url": source["assets"]["video"]}}

    done = await api.finished(body, path=path)

    assert done["failure_reason"] == reason


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/video", {**ORDER, "keyframes": {"frame0": {"type": "image", "url": "{}"}}}),
        ("/video/modify", {**MODIFY, "media": {"url": "{}"}}),
        ("/image", {**PHOTON, "image_ref": [{"url": "{}"}]}),
        ("/image", {**PHOTON, "character_ref": {"identity0": {"images": ["{}"]}}}),
    ],
)
async def test_a_link_to_a_file_of_ours_that_is_gone_fails(
    api: Api, path: str, body: Any
) -> None:
    source = await api.finished()
    link = source["assets"]["image"]
    await api.ask("DELETE", f"/dream-machine/v1/generations/{source['id']}")

    done = await api.finished(with_link(body, link), path=path)

    assert (done["state"], done["failure_reason"], done["assets"]) == (
        "failed",
        "Failed to read user input frames",
        None,
    )


def with_link(document: Any, link: str) -> Any:
    """Return a document with a link in the place of each `{}`."""
    if isinstance(document, dict):
        return {name: with_link(one, link) for name, one in document.items()}
    if isinstance(document, list):
        return [with_link(one, link) for one in document]
    return link if document == "{}" else document


async def test_files_are_served_in_parts_to_whoever_has_the_link(api: Api) -> None:
    done = await api.read(f"{FROZEN}3")
    link = done["assets"]["image"]

    part = await api.get(link, {"Range": "bytes=0-1"})
    head = await api.ask("HEAD", link, headers={})
    wrong = await api.get(link.replace("_thumb", "_video"), {})
    guessed = await api.get(link.replace(link[-46:-10], f"{FROZEN}0"), {})

    assert (part.status, await part.read()) == (206, b"\xff\xd8")
    assert head.status == 200
    assert head.headers["Content-Type"] == "image/jpeg"
    assert (wrong.status, guessed.status) == (404, 404)


async def test_files_may_be_handed_over_inside_of_answers(serve: Serve) -> None:
    api = Api(await serve(handover="data"))

    done = await api.finished(PHOTON, path="/image")

    assert done["assets"]["image"].startswith("data:image/jpeg;base64,/9j/")
    assert done["assets"]["video"] is None


@pytest.mark.parametrize(
    ("handover", "begins"),
    [("canonical", "https://storage.cdn-luma.com/dream_machine/")],
)
async def test_files_may_be_linked_as_the_vendor_does(
    serve: Serve, handover: str, begins: str
) -> None:
    api = Api(await serve(handover=handover))

    done = await api.finished()

    assert done["assets"]["video"].startswith(begins)


@pytest.mark.ffmpeg
async def test_a_video_that_dreams_may_show_how_far_it_is(
    serve: Serve, probe: Probe
) -> None:
    """Its link is gone at the end, and was not there before."""
    api = Api(await serve(providers_settings={"luma": {"progress_video": True}}))
    made = await api.made(resolution="540p")
    dreaming = await api.read(f"{FROZEN}2")
    link = dreaming["assets"]["progress_video"]

    facts: Facts = probe(await api.file(link))

    assert made["assets"] is None
    assert dreaming["assets"] == {"video": None, "image": None, "progress_video": link}
    assert facts.size == (640, 360)
    done = await api.read(f"{FROZEN}3")
    assert done["assets"]["progress_video"] is None
    gone = await api.get(done["assets"]["video"].replace("_video", "_progress"), {})
    assert gone.status == 404


async def test_a_video_begins_and_ends_with_its_keyframes(api: Api) -> None:
    frames = {
        "frame0": {"type": "image", "url": "https://example.com/a/tiger.jpg?x=1"},
        "frame1": {"type": "generation", "id": f"{FROZEN}3"},
    }
    made = await api.made(keyframes=frames, concepts=[{"key": "dolly_zoom"}])
    job = api.running.space("luma", "main").jobs("luma").get(made["id"])

    cards = spec(job, "video").cards

    assert [card.title for card in cards] == [
        "frame0",
        "A tiger walking in snow",
        "frame1",
    ]
    assert [slot.name for card in cards for slot in card.slots] == [
        "tiger.jpg",
        "frame0: tiger.jpg",
        f"frame1: {FROZEN}3",
        f"{FROZEN}3",
    ]
    assert cards[1].lines == ("concepts: dolly_zoom",)
    assert cards[1].facts == (("model", "ray-2"), ("ratio", "16:9"))


async def test_a_video_with_sound_tells_whose_copy_it_is_and_what_is_heard(
    api: Api,
) -> None:
    made = await api.made({"prompt": "Rain on leaves"}, path=f"/{FROZEN}3/audio")
    job = api.running.space("luma", "main").jobs("luma").get(made["id"])

    (card,) = spec(job, "video").cards

    assert card.title == "A tiger walking in snow"
    assert card.lines == (
        f"add_audio of {FROZEN}3",
        "sound: Rain on leaves",
    )
