"""Outputs: links that are new at each read and end, and files as asked for."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from yarl import URL

from mockserver.edge.staging.stage import STAGE
from tests.deep import first, some
from tests.providers.conftest import Facts, Probe, Serve
from tests.providers.runway.conftest import BOAT, FROZEN, Api

DONE = f"{FROZEN}4"
VIDEO = "https://example.com/v.mp4"


async def output(api: Api, task: str = DONE) -> str:
    told = await api.read(task)
    link: str = told["output"][0]
    return link


async def test_each_read_hands_out_another_link_to_the_same_file(api: Api) -> None:
    first, second = [URL(await output(api)) for _ in range(2)]

    assert first != second
    assert first.path == second.path == f"/runway/_cdn/{DONE}.mp4"
    assert [*first.query] == ["_jwt"]
    assert len(first.query["_jwt"].split(".")) == 3


@pytest.mark.ffmpeg
async def test_a_link_needs_no_key_and_serves_ranges(api: Api) -> None:
    link = await output(api)

    whole = await api.get(link, {})
    part = await api.get(link, {"Range": "bytes=4-7"})

    assert (whole.status, whole.headers["Content-Type"]) == (200, "video/mp4")
    assert (part.status, await part.read()) == (206, b"ftyp")
    assert part.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize("change", ["", "?_jwt=x", "?_jwt=a.b.c", "?other=1"])
async def test_a_link_that_nobody_gave_is_forbidden(api: Api, change: str) -> None:
    link = str(URL(await output(api)).with_query(None)) + change

    response = await api.get(link, {})

    assert (response.status, await response.json()) == (
        403,
        {"error": "Access denied"},
    )


async def test_a_token_opens_its_own_file_only(api: Api) -> None:
    task = await api.submit()
    api.advance(60)
    link = (await output(api)).replace(DONE, task)

    assert (await api.get(link, {})).status == 403


async def test_a_link_ends_at_the_midnight_after_the_next(api: Api) -> None:
    """The clock of the tests begins at midnight, so that is 48 hours."""
    link = await output(api)

    api.advance(48 * 3600 - 1)
    before = await api.get(link, {"Range": "bytes=0-1"})
    api.advance(1)
    after = await api.get(link, {})

    assert (before.status, after.status) == (206, 403)
    assert (await api.get(await output(api), {"Range": "bytes=0-1"})).status == 206


async def test_a_link_that_ends_early_is_had_anew_by_another_read(api: Api) -> None:
    space = api.running.space("runway", "main")
    api.running.instance.app[STAGE].use([space], "expired-link")
    task = await api.submit()
    api.advance(60)
    link = await output(api, task)
    api.advance(11)

    late = await api.get(link, {})
    again = await api.get(await output(api, task), {"Range": "bytes=0-1"})

    assert (late.status, again.status) == (403, 206)


async def test_the_file_of_a_deleted_task_is_gone(api: Api) -> None:
    link = await output(api)

    await api.delete(DONE)

    assert (await api.get(link, {})).status == 404


async def made(api: Api, endpoint: str, body: dict[str, Any]) -> tuple[str, bytes]:
    """Return type and bytes of what a task makes."""
    task = await api.submit(f"/v1/{endpoint}", body)
    api.advance(200)
    response = await api.get(await output(api, task), {})
    assert response.status == 200
    return response.headers["Content-Type"], await response.read()


@pytest.mark.ffmpeg
@pytest.mark.slow
@pytest.mark.parametrize(
    ("endpoint", "body", "facts"),
    some([
        ("text_to_video", {**BOAT, "ratio": "720:1280", "duration": 2},
         ((720, 1280), 2.0, ("h264",), "24/1")),
        ("text_to_video", {"model": "veo3.1", "promptText": "x", "ratio": "1280:720",
                           "duration": 4},
         ((1280, 720), 4.0, ("h264", "aac"), "24/1")),
        ("text_to_video", {"model": "veo3.1", "promptText": "x", "ratio": "1280:720",
                           "duration": 4, "audio": False},
         ((1280, 720), 4.0, ("h264",), "24/1")),
        ("text_to_video", {"model": "hailuo3", "promptText": "x", "ratio": "1:1",
                           "resolution": "768p", "duration": 2},
         ((1024, 1024), 2.0, ("h264",), "24/1")),
        ("video_to_video", {"model": "aleph2", "videoUri": VIDEO},
         ((256, 144), 5.0, ("h264",), "24/1")),
        ("video_upscale", {"model": "enhance_frame_rate", "videoUri": VIDEO,
                           "targetFramerate": "59_94"},
         ((256, 144), 5.0, ("h264",), "60000/1001")),
        ("video_upscale", {"model": "magnific_video_upscaler_creative",
                           "videoUri": VIDEO, "resolution": "720p"},
         ((1280, 720), 5.0, ("h264",), "24/1")),
        ("video_to_hdr", {"model": "ruby", "videoUri": VIDEO},
         ((256, 144), 5.0, ("h264",), "24/1")),
    ], of=4),
)  # fmt: skip
async def test_a_video_is_what_was_asked_for(
    api: Api,
    probe: Probe,
    endpoint: str,
    body: dict[str, Any],
    facts: tuple[tuple[int, int], float, tuple[str, ...], str],
) -> None:
    kind, data = await made(api, endpoint, body)

    told: Facts = probe(data)
    assert kind == "video/mp4"
    assert (told.size, told.codecs, told.fps) == (facts[0], facts[2], facts[3])
    assert told.duration_s == pytest.approx(facts[1], abs=0.05)


@pytest.mark.ffmpeg
@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "kind", "codec"),
    first(
        [
            ("prores", "video/quicktime", "prores"),
            ("hdr_prores", "video/quicktime", "h264"),
            ("hdr10", "video/mp4", "h264"),
        ]
    ),
)
async def test_a_movie_has_the_form_that_was_asked_for(
    api: Api, probe: Probe, form: str, kind: str, codec: str
) -> None:
    body = {**BOAT, "duration": 2, "outputFormat": form}

    found, data = await made(api, "text_to_video", body)

    assert (found, probe(data).codecs) == (kind, (codec,))


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("endpoint", "body", "kind", "start"),
    [
        ("text_to_image", {"model": "gen4_image", "promptText": "A boat",
                           "ratio": "1920:1080"}, "image/png", b"\x89PNG"),
        ("text_to_image", {"model": "seedream5_lite", "promptText": "A boat",
                           "ratio": "2048:2048", "outputFormat": "jpeg"},
         "image/jpeg", b"\xff\xd8"),
        ("text_to_speech", {"model": "eleven_multilingual_v2", "promptText": "Hello",
                            "voice": {"type": "runway-preset", "presetId": "Maya"}},
         "audio/mpeg", b"ID3"),
        ("sound_effect", {"model": "mirelo_sfx_2_0", "promptText": "Rain",
                          "duration": 2, "format": "wav"}, "audio/wav", b"RIFF"),
    ],
)  # fmt: skip
async def test_pictures_and_sounds_are_real(
    api: Api, endpoint: str, body: dict[str, Any], kind: str, start: bytes
) -> None:
    found, data = await made(api, endpoint, body)

    assert (found, data[: len(start)]) == (kind, start)


async def test_several_pictures_have_a_link_each(api: Api) -> None:
    body = {"model": "seedream5_lite", "promptText": "x", "ratio": "2048:2048"}
    task = await api.submit("/v1/text_to_image", {**body, "outputCount": 3})
    api.advance(60)

    told = await api.read(task)

    names = [URL(link).name for link in told["output"]]
    assert names == [f"{task}.png", f"{task}-2.png", f"{task}-3.png"]
    assert told["cost"] == {"credits": 30}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "beside"),
    first(
        [
            ("png_sequence", []),
            ("hdr_png_sequence", ["colorimetry.json", "note.txt"]),
            ("hdr_exr_sequence", ["colorimetry.json", "note.txt"]),
            ("hdr_exr_acescg_sequence_1_3", ["colorimetry.json", "note.txt"]),
        ]
    ),
)
async def test_a_sequence_is_an_archive_of_all_frames(
    api: Api, form: str, beside: list[str]
) -> None:
    body = {**BOAT, "duration": 2, "outputFormat": form}

    kind, data = await made(api, "text_to_video", body)

    with zipfile.ZipFile(BytesIO(data)) as archive:
        names, first = archive.namelist(), archive.read("frame.0001.png")
    assert kind == "application/zip"
    assert (names[0], names[47], names[48:]) == (
        "frame.0001.png",
        "frame.0048.png",
        beside,
    )
    assert first[16:24] == (1280).to_bytes(4) + (720).to_bytes(4)


async def test_the_sound_of_a_sequence_has_a_link_of_its_own(serve: Serve) -> None:
    """No model that ships has both, so the world brings one."""
    properties = {
        "model": {"type": "string"},
        "audio": {"type": "boolean"},
        "outputFormat": {"enum": ["png_sequence"]},
    }
    model = {"input": {"type": "object", "properties": properties}}
    world = {"runway": {"catalogue": {"models": {"text_to_video/loud": model}}}}
    api = Api(await serve(world=world))
    task = await api.submit(
        "/v1/text_to_video",
        {"model": "loud", "audio": True, "outputFormat": "png_sequence"},
    )
    api.advance(100)

    links = [URL(link) for link in (await api.read(task))["output"]]
    sound = await api.get(str(links[1]), {})

    assert [link.name for link in links] == [f"{task}.zip", f"{task}-2.wav"]
    assert (sound.status, (await sound.read())[:4]) == (200, b"RIFF")
