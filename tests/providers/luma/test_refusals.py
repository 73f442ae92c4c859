"""What is refused before anything is generated, and in which words."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import FROZEN, KEY, ORDER, ROOT, Api

IMAGE = {"type": "image", "url": "https://example.com/tiger.jpg"}
DONE = {"type": "generation", "id": f"{FROZEN}3"}
PHOTON = {"model": "photon-1", "prompt": "A fern"}
CLIP = {"url": "https://example.com/clip.mp4"}
MODIFY = {
    "generation_type": "modify_video",
    "model": "ray-2",
    "media": CLIP,
    "mode": "flex_1",
}
REFRAME = {
    "generation_type": "reframe_video",
    "model": "ray-2",
    "media": CLIP,
    "aspect_ratio": "1:1",
}


def missing(name: str, found: object) -> dict[str, Any]:
    return {
        "type": "missing",
        "loc": ["body", name],
        "msg": "Field required",
        "input": found,
    }


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"prompt": None}, "Prompt is required"),
        ({"prompt": "ab"}, "Prompt is too short, minimum length is 3 characters"),
        ({"prompt": ""}, "Prompt is too short, minimum length is 3 characters"),
        ({"prompt": "a" * 5001},
         "Prompt is too long, maximum length is 5000 characters"),
        ({"prompt": None, "keyframes": {"frame0": DONE}}, "Prompt is required"),
        ({"keyframes": {}}, "No keyframes provided"),
        ({"prompt": None, "keyframes": {"frame0": None, "frame1": None}},
         "No keyframes provided"),
        ({"generation_type": "image"}, "Unknown request type"),
        ({"duration": "5"}, "Duration is not supported: 5"),
        ({"duration": "0s"}, "Duration is not supported: 0s"),
        ({"duration": "601s"}, "Duration is not supported: 601s"),
        ({"resolution": "720"}, "Resolution is not supported: 720"),
        ({"resolution": "8k"}, "Resolution is not supported: 8k"),
        ({"resolution": "100p"}, "Resolution is not supported: 100p"),
    ],
)  # fmt: skip
async def test_a_broken_rule_is_one_text(
    api: Api, changes: dict[str, Any], detail: str
) -> None:
    assert await api.refused({**ORDER, **changes}) == (400, detail)


@pytest.mark.parametrize(
    ("frame0", "frame1", "what"),
    [
        (None, IMAGE, "end frame"),
        (IMAGE, IMAGE, "keyframes"),
        (None, DONE, "extend reverse"),
        (DONE, IMAGE, "interpolate video to image"),
        (IMAGE, DONE, "interpolate image to video"),
        (DONE, DONE, "interpolate between two videos"),
    ],
)
async def test_between_keyframes_nothing_loops(
    api: Api, frame0: Any, frame1: Any, what: str
) -> None:
    keyframes = {"frame0": frame0, "frame1": frame1}

    refused = await api.refused({**ORDER, "loop": True, "keyframes": keyframes})

    assert refused == (400, f"Loop is not supported for {what}")


@pytest.mark.parametrize("frame", [IMAGE, DONE])
async def test_from_one_keyframe_on_a_video_may_loop(api: Api, frame: Any) -> None:
    made = await api.made(loop=True, keyframes={"frame0": frame})

    assert made["request"]["loop"] is True
    assert made["request"]["keyframes"] == {"frame0": frame}


async def test_pictures_need_no_prompt(api: Api) -> None:
    made = await api.made({"model": "ray-2", "keyframes": {"frame1": IMAGE}})

    assert made["request"]["prompt"] is None


@pytest.mark.parametrize(
    ("path", "body", "entry"),
    [
        ("/video", {**ORDER, "model": "ray-9"},
         {"type": "literal_error", "loc": ["body", "model"], "input": "ray-9",
          "msg": "Input should be 'ray-2' or 'ray-flash-2'"}),
        ("/video", {**ORDER, "model": "ray-1-6"},
         {"type": "literal_error", "loc": ["body", "model"], "input": "ray-1-6",
          "msg": "Input should be 'ray-2' or 'ray-flash-2'"}),
        ("/image", {**PHOTON, "model": "ray-2"},
         {"type": "literal_error", "loc": ["body", "model"], "input": "ray-2",
          "msg": "Input should be 'photon-1' or 'photon-flash-1'"}),
        ("/video", {**ORDER, "prompt": 7},
         {"type": "string_type", "loc": ["body", "prompt"], "input": 7,
          "msg": "Input should be a valid string"}),
        ("/video", {**ORDER, "loop": "yes"},
         {"type": "bool_parsing", "loc": ["body", "loop"], "input": "yes",
          "msg": "Input should be a valid boolean, unable to interpret input"}),
        ("/video", {**ORDER, "aspect_ratio": "2:1"},
         {"type": "literal_error", "loc": ["body", "aspect_ratio"], "input": "2:1",
          "msg": "Input should be '1:1', '16:9', '9:16', '4:3', '3:4', '21:9' or"
                 " '9:21'"}),
        ("/video", {**ORDER, "concepts": "dolly_zoom"},
         {"type": "list_type", "loc": ["body", "concepts"], "input": "dolly_zoom",
          "msg": "Input should be a valid list"}),
        ("/video", {**ORDER, "concepts": [{}]},
         {"type": "missing", "loc": ["body", "concepts", 0, "key"], "input": {},
          "msg": "Field required"}),
        ("/video", {**ORDER, "keyframes": {"frame0": {"type": "image"}}},
         {"type": "missing", "loc": ["body", "keyframes", "frame0", "url"],
          "input": {"type": "image"}, "msg": "Field required"}),
        ("/video", {**ORDER, "keyframes": {"frame1": {"type": "video", "url": "u"}}},
         {"type": "literal_error", "loc": ["body", "keyframes", "frame1", "type"],
          "input": "video", "msg": "Input should be 'generation' or 'image'"}),
        ("/video", {**ORDER, "callback_url": "hook"},
         {"type": "url_parsing", "loc": ["body", "callback_url"], "input": "hook",
          "msg": "Input should be a valid URL, relative URL without a base"}),
        ("/video", [],
         {"type": "model_attributes_type", "loc": ["body"], "input": [],
          "msg": "Input should be a valid dictionary or object to extract fields"
                 " from"}),
        ("/video", None,
         {"type": "missing", "loc": ["body"], "input": None,
          "msg": "Field required"}),
        ("/image", {"prompt": "A fern"}, missing("model", {"prompt": "A fern"})),
        ("/image", {**PHOTON, "format": "gif"},
         {"type": "literal_error", "loc": ["body", "format"], "input": "gif",
          "msg": "Input should be 'jpg' or 'png'"}),
        ("/image", {**PHOTON, "image_ref": [CLIP] * 5},
         {"type": "too_long", "loc": ["body", "image_ref"], "input": [CLIP] * 5,
          "msg": "List should have at most 4 items after validation, not 5"}),
        ("/image",
         {**PHOTON, "character_ref": {"identity0": {"images": ["u"] * 5}}},
         {"type": "too_long", "loc": ["body", "character_ref", "identity0", "images"],
          "input": ["u"] * 5,
          "msg": "List should have at most 4 items after validation, not 5"}),
        ("/image", {**PHOTON, "sync_timeout": 0},
         {"type": "greater_than", "loc": ["body", "sync_timeout"], "input": 0,
          "msg": "Input should be greater than 0"}),
        ("/video/modify", {**MODIFY, "mode": "adhere_4"},
         {"type": "literal_error", "loc": ["body", "mode"], "input": "adhere_4",
          "msg": "Input should be 'adhere_1', 'adhere_2', 'adhere_3', 'flex_1',"
                 " 'flex_2', 'flex_3', 'reimagine_1', 'reimagine_2' or"
                 " 'reimagine_3'"}),
        ("/video/modify", {**MODIFY, "media": {}},
         {"type": "missing", "loc": ["body", "media", "url"], "input": {},
          "msg": "Field required"}),
        ("/video/reframe", {**REFRAME, "x_start": 1.5},
         {"type": "int_from_float", "loc": ["body", "x_start"], "input": 1.5,
          "msg": "Input should be a valid integer, got a number with a fractional"
                 " part"}),
        (f"/{FROZEN}3/upscale", {"resolution": 4},
         {"type": "string_type", "loc": ["body", "resolution"], "input": 4,
          "msg": "Input should be a valid string"}),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_told_as_pydantic_does(
    api: Api, path: str, body: Any, entry: dict[str, Any]
) -> None:
    assert await api.refused(body, path) == (422, [entry])


async def test_all_that_does_not_fit_is_told_at_once(api: Api) -> None:
    status, detail = await api.refused({"model": "ray-9", "prompt": 7}, "/video")

    assert status == 422
    assert [one["loc"] for one in detail] == [["body", "prompt"], ["body", "model"]]


async def test_what_a_shape_lacks_comes_before_what_breaks_a_rule(api: Api) -> None:
    """So does a rule before the generation that a request is about."""
    shape = await api.refused({"model": 7, "prompt": "ab"})
    rule = await api.refused({"resolution": "8k"}, "/nobody/upscale")

    assert (shape[0], rule) == (422, (400, "Resolution is not supported: 8k"))


@pytest.mark.parametrize("path", ["/video/modify", "/video/reframe", "/image/reframe"])
async def test_a_request_of_another_type_says_so(api: Api, path: str) -> None:
    model = "photon-1" if "image" in path else "ray-2"
    body = {**MODIFY, **REFRAME, "model": model, "generation_type": "video"}

    assert await api.refused(body, path) == (400, "Unknown request type")


@pytest.mark.parametrize("path", ["upscale", "audio"])
@pytest.mark.parametrize(
    ("generation_id", "status", "detail"),
    [
        (f"{FROZEN}1", 400, "Generation is not completed"),
        (f"{FROZEN}2", 400, "Generation is not completed"),
        (f"{FROZEN}4", 400, "Generation is not completed"),
        (f"{FROZEN}9", 404, "Generation not found"),
        ("nobody", 404, "Generation not found"),
    ],
)
async def test_nothing_is_made_of_what_is_no_video_yet(
    api: Api, path: str, generation_id: str, status: int, detail: str
) -> None:
    assert await api.refused({}, f"/{generation_id}/{path}") == (status, detail)


async def test_nothing_is_made_of_a_picture(api: Api) -> None:
    done = await api.finished(PHOTON, path="/image")

    refused = await api.refused({}, f"/{done['id']}/upscale")

    assert refused == (400, "Generation is not completed")


@pytest.mark.parametrize(
    ("generation_id", "status", "detail"),
    [
        (f"{FROZEN}2", 400, "Generation is not completed"),
        (f"{FROZEN}9", 404, "Generation not found"),
        ("nobody", 404, "Generation not found"),
    ],
)
async def test_a_keyframe_has_to_be_a_finished_video(
    api: Api, generation_id: str, status: int, detail: str
) -> None:
    frame = {"type": "generation", "id": generation_id}

    refused = await api.refused({**ORDER, "keyframes": {"frame1": frame}})

    assert refused == (status, detail)


async def test_a_body_that_is_no_json_is_told_with_its_place(api: Api) -> None:
    response = await api.running.client.post(
        f"/luma{ROOT}/generations/video", data=b'{"model": }', headers=KEY
    )

    entry = {"type": "json_invalid", "loc": ["body", 10], "msg": "JSON decode error",
             "input": {}}  # fmt: skip
    assert (response.status, await response.json()) == (422, {"detail": [entry]})


async def test_a_model_of_before_is_taken_if_that_is_set(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"luma": {"legacy_models": True}}))

    made = await api.made(model="ray-1-6")
    refused = await api.refused(
        {**ORDER, "model": "ray-1-6", "concepts": [{"key": "handheld"}]}
    )

    assert made["model"] == "ray-1-6"
    assert refused == (400, "concepts are not supported for this model")


async def test_a_concept_that_nobody_has_declared_comes_to_be(api: Api) -> None:
    made = await api.made(concepts=[{"key": "upside_down"}])
    listed = await (await api.get(f"{ROOT}/generations/concepts/list")).json()

    assert made["request"]["concepts"] == [{"key": "upside_down"}]
    assert "upside_down" not in listed


async def test_a_strict_world_has_its_own_concepts_only(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"luma": {"world": "strict"}}))

    refused = await api.refused({**ORDER, "concepts": [{"key": "upside_down"}]})

    assert refused == (400, "Concept is not supported: upside_down")
