"""Videos: their lives, lists, content, and what is made of them."""

import io
from typing import Any

import pytest
from aiohttp import FormData
from PIL import Image

from tests.providers.conftest import Facts, Serve
from tests.providers.openai.conftest import FROZEN, KEY, ORDER, OTHER, Api

NOT_READY = "Video is not ready yet, use GET /v1/videos/{video_id} to check status."


async def test_an_order_has_thirteen_members_in_the_vendors_order(api: Api) -> None:
    """Its id begins with the second of its creation: 2030-01-01T00:00:00Z."""
    video = await api.made()

    assert [*video] == [
        "id", "object", "created_at", "status", "completed_at", "error", "expires_at",
        "model", "progress", "prompt", "remixed_from_video_id", "seconds", "size",
    ]  # fmt: skip
    video_id = video.pop("id")
    assert video_id.startswith("video_70dbd880")
    assert (len(video_id), video_id[18:22], video_id[38]) == (54, "8190", "0")
    assert video == {
        "object": "video",
        "created_at": 1893456000,
        "status": "queued",
        "completed_at": None,
        "error": None,
        "expires_at": None,
        "model": "sora-2",
        "progress": 0,
        "prompt": "A cat on a sofa",
        "remixed_from_video_id": None,
        "seconds": "8",
        "size": "1280x720",
    }


async def test_what_nobody_says_is_usual(api: Api) -> None:
    response = await api.ask("POST", "/v1/videos", {"prompt": "x"})

    video = await response.json()
    assert (video["model"], video["seconds"], video["size"]) == (
        "sora-2", "4", "720x1280",
    )  # fmt: skip


async def test_progress_rises_in_whole_numbers_until_it_is_completed(api: Api) -> None:
    """Eight seconds of sora-2 take 10 s in the queue and 110 s."""
    video_id = (await api.made())["id"]
    seen = []
    for seconds in (0, 10, 55, 54.9, 0.1):
        api.advance(seconds)
        video = await api.read(video_id)
        seen.append((video["status"], video["progress"]))

    assert seen == [
        ("queued", 0),
        ("in_progress", 0),
        ("in_progress", 50),
        ("in_progress", 99),
        ("completed", 100),
    ]
    done = await api.read(video_id)
    assert (done["completed_at"], done["expires_at"]) == (1893456120, 1893459720)


@pytest.mark.ffmpeg
async def test_content_is_the_video_that_was_asked_for(api: Api, probe: Any) -> None:
    video_id = (await api.made(seconds="4"))["id"]
    api.advance(70)

    response = await api.get(f"/v1/videos/{video_id}/content")

    assert response.status == 200
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="{video_id}.mp4"'
    )
    facts: Facts = probe(await response.read())
    assert (facts.size, facts.fps, facts.duration_s) == ((1280, 720), "30/1", 4.0)


async def test_a_thumbnail_is_a_webp_of_the_videos_size(api: Api) -> None:
    path = f"/v1/videos/{FROZEN.format(3)}/content?variant=thumbnail"

    response = await api.get(path)

    with Image.open(io.BytesIO(await response.read())) as image:
        found = image.format, image.size
    assert response.headers["Content-Type"] == "image/webp"
    assert found == ("WEBP", (1280, 720))


def _tile(image: Image.Image, number: int) -> Image.Image:
    left, top = number % 10 * 160, number // 10 * 90
    return image.crop((left, top, left + 160, top + 90))


async def test_a_spritesheet_is_a_jpeg_of_ten_columns(api: Api) -> None:
    path = f"/v1/videos/{FROZEN.format(3)}/content?variant=spritesheet"

    response = await api.get(path)

    with Image.open(io.BytesIO(await response.read())) as image:
        found = image.format, image.size
        tiles = [_tile(image, number) for number in range(20)]
    assert response.headers["Content-Type"] == "image/jpeg"
    assert found == ("JPEG", (1600, 180))
    # Two a second, and nothing behind the last of 16; the square runs.
    assert [max(tile.convert("L").tobytes()) > 60 for tile in tiles] == [
        *[True] * 16,
        *[False] * 4,
    ]
    assert tiles[0].tobytes() != tiles[1].tobytes()


@pytest.mark.parametrize(
    ("number", "status", "message"),
    [
        (1, 404, NOT_READY),
        (2, 404, NOT_READY),
        (4, 404, NOT_READY),
        (5, 500, ("The server had an error while processing your request. Sorry about"
                 " that!")),
        (6, 404, "Video content has expired."),
    ],
)  # fmt: skip
async def test_content_that_is_not_there_says_why(
    api: Api, number: int, status: int, message: str
) -> None:
    path = f"/v1/videos/{FROZEN.format(number)}/content"

    response = await api.get(path)

    assert response.status == status
    assert (await response.json())["error"]["message"] == message


async def test_content_is_gone_an_hour_after_the_end_and_the_video_reads_on(
    api: Api,
) -> None:
    video_id = (await api.made())["id"]
    api.advance(120 + 3600)

    response = await api.get(f"/v1/videos/{video_id}/content")

    assert response.status == 404
    assert (await api.read(video_id))["status"] == "completed"


async def test_content_may_be_a_redirect_to_a_link_without_a_key(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"openai": {"content": "redirect"}}))
    path = f"/openai/v1/videos/{FROZEN.format(3)}/content"

    response = await api.running.client.get(path, headers=KEY, allow_redirects=False)

    link = response.headers["Location"].removeprefix(api.running.origin)
    assert response.status == 302
    assert (await api.running.client.get(link)).status == 200


async def test_a_failed_video_says_code_and_message(api: Api) -> None:
    video = await api.read(FROZEN.format(4))

    assert (video["status"], video["progress"], video["completed_at"]) == (
        "failed", 25, None,
    )  # fmt: skip
    assert video["error"] == {
        "code": "moderation_blocked",
        "message": "Your request was blocked by our moderation system.",
    }


async def test_a_list_has_pages(api: Api) -> None:
    first = await (await api.get("/v1/videos?limit=5")).json()
    second = await (await api.get(f"/v1/videos?after={first['last_id']}")).json()

    assert first["has_more"] is True
    assert first["first_id"] == first["data"][0]["id"]
    assert (len(first["data"]), len(second["data"]), second["has_more"]) == (
        5,
        2,
        False,
    )


async def test_a_list_is_newest_first_unless_asked_otherwise(api: Api) -> None:
    ids = [(await api.made(prompt=str(n)))["id"] for n in range(2)]

    falling = await (await api.get("/v1/videos?limit=2")).json()
    rising = await (await api.get("/v1/videos?order=asc")).json()

    assert [one["id"] for one in falling["data"]] == ids[::-1]
    assert [one["id"] for one in rising["data"]][-2:] == ids


async def test_an_empty_list_has_no_ids(api: Api) -> None:
    response = await api.get("/v1/videos", OTHER)

    assert await response.json() == {
        "object": "list", "data": [], "first_id": None, "last_id": None,
        "has_more": False,
    }  # fmt: skip


async def test_a_running_video_is_deleted_and_nobody_told(api: Api) -> None:
    video_id = (await api.made())["id"]

    response = await api.ask("DELETE", f"/v1/videos/{video_id}")

    assert await response.json() == {
        "id": video_id, "deleted": True, "object": "video.deleted",
    }  # fmt: skip
    assert (await api.get(f"/v1/videos/{video_id}")).status == 404


async def test_another_key_sees_none_of_it(api: Api) -> None:
    video_id = FROZEN.format(3)

    response = await api.get(f"/v1/videos/{video_id}", OTHER)

    assert response.status == 404
    assert (await response.json())["error"]["message"] == (
        f"Video with id '{video_id}' not found."
    )


async def test_a_remix_is_like_its_source(api: Api) -> None:
    source = FROZEN.format(3)

    response = await api.ask(
        "POST", f"/v1/videos/{source}/remix", {"prompt": "now at night"}
    )

    video = await response.json()
    assert video["id"] != source
    assert (video["prompt"], video["remixed_from_video_id"]) == ("now at night", source)
    assert (video["seconds"], video["size"]) == ("8", "1280x720")


async def test_what_is_not_completed_is_not_remixed(api: Api) -> None:
    status, error = await api.error(
        {"prompt": "x"}, f"/v1/videos/{FROZEN.format(2)}/remix"
    )

    assert status == 400
    assert error == {
        "message": "Video must be completed before it can be remixed.",
        "type": "invalid_request_error",
        "param": "video_id",
        "code": None,
    }


async def test_an_extension_is_as_long_as_both(api: Api) -> None:
    video = await api.made(
        "/v1/videos/extensions", seconds="12", video={"id": FROZEN.format(3)}
    )

    assert (video["seconds"], video["size"]) == ("20", "1280x720")


async def test_a_video_is_extended_six_times_at_most(api: Api) -> None:
    source = FROZEN.format(3)
    for _ in range(6):
        made = await api.made(
            "/v1/videos/extensions", seconds="4", video={"id": source}
        )
        api.advance(1000)
        source = made["id"]

    status, error = await api.error(
        {"prompt": "x", "seconds": "4", "video": {"id": source}},
        "/v1/videos/extensions",
    )

    assert (status, error["param"]) == (400, "video")


async def test_an_edit_of_a_file_is_a_new_video(api: Api) -> None:
    form = FormData({"prompt": "red"})
    form.add_field("video", b"\0\0", filename="a.mp4", content_type="video/mp4")

    response = await api.form("/v1/videos/edits", form)

    video = await response.json()
    assert (video["status"], video["remixed_from_video_id"]) == ("queued", None)


async def test_an_edit_names_its_video_as_forms_do(api: Api) -> None:
    form = FormData({"prompt": "red", "video[id]": FROZEN.format(3)})

    response = await api.form("/v1/videos/edits", form)

    assert (await response.json())["seconds"] == "8"


async def test_a_form_orders_as_json_does(api: Api) -> None:
    character = "char_00000000000000000000000000000001"
    form = FormData({**ORDER, "characters[][id]": character})
    form.add_field("input_reference", b"\x89PNG", filename="a.png")

    response = await api.form("/v1/videos", form)

    video = await response.json()
    assert (response.status, video["seconds"], video["size"]) == (200, "8", "1280x720")


async def test_a_character_is_ready_at_once(api: Api) -> None:
    form = FormData({"name": "Mossy"})
    form.add_field("video", b"\0", filename="a.mp4", content_type="video/mp4")

    made = await (await api.form("/v1/videos/characters", form)).json()
    read = await (await api.get(f"/v1/videos/characters/{made['id']}")).json()

    assert read == made
    assert [*made] == ["id", "object", "created_at", "name"]
    assert (made["object"], made["name"]) == ("character", "Mossy")


async def test_only_the_poll_helper_is_told_when_to_ask_again(api: Api) -> None:
    path = f"/v1/videos/{FROZEN.format(1)}"

    helped = await api.get(path, {**KEY, "X-Stainless-Poll-Helper": "true"})
    plain = await api.get(path)

    assert helped.headers["openai-poll-after-ms"] == "20"
    assert "openai-poll-after-ms" not in plain.headers


async def test_at_the_real_pace_the_poll_helper_waits_five_seconds(
    serve: Serve,
) -> None:
    api = Api(await serve(pace="real"))
    helper = {**KEY, "X-Stainless-Poll-Helper": "true"}

    response = await api.get(f"/v1/videos/{FROZEN.format(1)}", helper)

    assert response.headers["openai-poll-after-ms"] == "5000"


async def test_every_answer_has_an_id_of_its_own(api: Api) -> None:
    answers = [await api.get("/v1/videos") for _ in range(2)]
    answers.append(await api.get("/v1/videoz"))

    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 3
    assert {len(one) for one in ids} == {36}
    assert {answer.headers["openai-version"] for answer in answers} == {"2020-10-01"}


async def test_step_reads_pass_through_both_states(serve: Serve) -> None:
    api = Api(await serve(pace="step"))
    video_id = (await api.made())["id"]

    seen = [await api.read(video_id) for _ in range(6)]

    assert [(one["status"], one["progress"]) for one in seen] == [
        ("queued", 0),
        ("in_progress", 0),
        ("in_progress", 25),
        ("in_progress", 50),
        ("in_progress", 75),
        ("completed", 100),
    ]


@pytest.mark.parametrize(
    ("dialect", "has", "lacks"),
    [
        ("guide", {"quality"}, {"error", "expires_at", "remixed_from_video_id"}),
        ("new-api", {"task_id", "url", "video_url"}, set()),
        ("vllm", {"completed_at"}, {"expires_at"}),
    ],
)
async def test_gateways_have_ways_of_their_own(
    api: Api, dialect: str, has: set[str], lacks: set[str]
) -> None:
    path = f"/v1/videos/{FROZEN.format(3)}"

    video = await (await api.get(path, {**KEY, "X-Mock-Dialect": dialect})).json()

    assert has <= video.keys()
    assert not lacks & video.keys()


async def test_a_gateways_link_needs_no_key(api: Api) -> None:
    path = f"/v1/videos/{FROZEN.format(3)}"
    video = await (await api.get(path, {**KEY, "X-Mock-Dialect": "new-api"})).json()

    link = video["url"].removeprefix(api.running.origin)

    assert (await api.running.client.get(link)).status == 200
    other = link.replace(link[-36:-4], "0" * 32)
    assert (await api.running.client.get(other)).status == 404
