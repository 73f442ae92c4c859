"""Every type, list of values and range of the generate calls, on both sides."""

from typing import Any

import pytest

from tests.providers.idomoo.conftest import MP4, Api, texts

GIF = {"height": 90, "start": 0}
JPG = {"height": 90, "time": 0}
IMAGE = {"key": "image", "val": "http://x"}
TEXT = {"key": "text1", "val": [{"text": "x"}]}
VOICE = {"key": "voice", "val": "http://x"}


@pytest.mark.parametrize(
    "changes",
    [
        {"storyboard_id": 1234},
        {"storyboard_id": 1234.0},
        {"storyboard_id": "1234"},
        {"data": [{"key": "name", "val": 5}]},
        {"data": [{"key": "name", "val": "x", "type": "text", "description": ""}]},
        {"statistic_id": "0042"},
        {"video_file_name": "Az_09"},
        {"storage": [1, 2]},
        {"unheard": {"of": 1}},
    ],
)
async def test_these_storyboard_calls_are_accepted(api: Api, changes: Any) -> None:
    assert (await api.storyboard(**changes)).status == 200


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"storyboard_id": True},
            "$.storyboard_id: boolean found, number expected",
        ),
        (
            {"storyboard_id": 12.5},
            "$.storyboard_id: number found, integer expected",
        ),
        (
            {"storyboard_id": "x1"},
            "$.storyboard_id: does not match the regex pattern ^[0-9]+$",
        ),
        ({"storyboard_id": None}, "$.storyboard_id: null found, number expected"),
        ({"output": []}, "$.output: array found, object expected"),
        ({"data": None}, "$.data: null found, array expected"),
        ({"data": [{"key": "a"}]}, "$.data[0].val: is missing but it is required"),
        (
            {"data": [{"key": "a", "val": None}]},
            "$.data[0].val: null found, string expected",
        ),
        ({"storage": [1, "x"]}, "$.storage[1]: string found, integer expected"),
        (
            {"video_file_name": "a-b"},
            "$.video_file_name: does not match the regex pattern ^[A-Za-z0-9_]+$",
        ),
    ],
)
async def test_these_storyboard_calls_are_refused(
    api: Api, changes: Any, text: str
) -> None:
    response = await api.storyboard(**changes)

    assert response.status == 400
    assert texts(await response.json()) == [f"Schema error: {text}"]


ALIGNMENT = (
    "does not have a value in the enumeration"
    " [left, center, right, top, middle, bottom]"
)


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ({"video": [{**MP4, "video_type": "hls"}]}, None),
        (
            {"video": [{**MP4, "video_type": "webm"}]},
            "video[0].video_type: does not have a value in the enumeration [mp4, hls]",
        ),
        (
            {"video": [{"video_type": "mp4"}]},
            "video[0].height: is missing but it is required",
        ),
        (
            {"video": [{**MP4, "height": "720"}]},
            "video[0].height: string found, integer expected",
        ),
        ({"video": [{**MP4, "height": 1}]}, None),
        (
            {"video": [{**MP4, "height": 0}]},
            "video[0].height: must have a minimum value of 1",
        ),
        ({"video": [{**MP4, "height": 4320}]}, None),
        (
            {"video": [{**MP4, "height": 4321}]},
            "video[0].height: must have a maximum value of 4320",
        ),
        ({"video": [{**MP4, "quality": 1}]}, None),
        ({"video": [{**MP4, "quality": 50}]}, None),
        (
            {"video": [{**MP4, "quality": 0}]},
            "video[0].quality: must have a minimum value of 1",
        ),
        (
            {"video": [{**MP4, "quality": 51}]},
            "video[0].quality: must have a maximum value of 50",
        ),
        ({"video": [{**MP4, "landing_page_id": None}]}, None),
        ({"video": [{**MP4, "crop_to_ratio": [1, 1], "Quality": 50}]}, None),
        (
            {"video": [{**MP4, "Quality": 51}]},
            "video[0].Quality: must have a maximum value of 50",
        ),
        ({"audio": [{"file_type": "wav", "mp3_bitrate": None}]}, None),
        (
            {"audio": [{"file_type": "flac"}]},
            "audio[0].file_type: does not have a value in the enumeration [mp3, wav]",
        ),
        ({"video": [{**MP4, "overlay_alignment": ["left", "bottom"]}]}, None),
        (
            {"video": [{**MP4, "overlay_alignment": ["left", "under"]}]},
            f"video[0].overlay_alignment[1]: {ALIGNMENT}",
        ),
        ({"video": [{**MP4, "overlay_scale": "none"}]}, None),
        (
            {"video": [{**MP4, "overlay_scale": "huge"}]},
            (
                "video[0].overlay_scale: does not have a value in the enumeration"
                " [fit, fill, none]"
            ),
        ),
        ({"gif": [{**GIF, "gif_fps": 30}]}, None),
        (
            {"gif": [{**GIF, "gif_fps": 30.5}]},
            "gif[0].gif_fps: must have a maximum value of 30",
        ),
        ({"gif": [{**GIF, "gif_loop": -1}]}, None),
        (
            {"gif": [{**GIF, "gif_loop": -2}]},
            "gif[0].gif_loop: must have a minimum value of -1",
        ),
        ({"gif": [{"height": 90}]}, "gif[0].start: is missing but it is required"),
        ({"gif": [{"start": 0}]}, "gif[0].height: is missing but it is required"),
        ({"jpg": [{**JPG, "time": -2.5}]}, None),
        ({"jpg": [{"height": 90}]}, "jpg[0].time: is missing but it is required"),
        ({"accessibility": {"caption_languages": ["en"]}}, None),
        (
            {"accessibility": {"caption_languages": "en"}},
            "accessibility.caption_languages: string found, array expected",
        ),
    ],
)
async def test_outputs(api: Api, output: Any, text: str | None) -> None:
    document = await (await api.storyboard(output=output)).json()

    said = [f"Schema error: $.output.{text}"] if text else []
    assert texts({"errors": [], **document}) == said


@pytest.mark.parametrize(
    ("kind", "item", "text"),
    [
        ("media", {**IMAGE, "val": "rgb(999,1,1)"}, None),
        ("media", {**IMAGE, "val": "httpx"}, None),
        ("media", {**IMAGE, "val": "ual/x"}, None),
        ("media", {**IMAGE, "val": "pal/x"}, None),
        ("media", {**IMAGE, "val": "rgb( 1 , 2 , 3 ) xx"}, None),
        *(
            (
                "media",
                {**IMAGE, "val": value},
                (
                    r"val: does not match the regex pattern"
                    r" ^(http|ual|pal|rgb\(\s*(\d{1,3})\s*,"
                    r"\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\))"
                ),
            )
            for value in (" rgb(1,1,1)", "ftp://x", "rgb(1,2)", "")
        ),
        *(
            ("media", {**IMAGE, "alignment_scale_type": v}, None)
            for v in ("fit", "fill")
        ),
        (
            "media",
            {**IMAGE, "alignment_scale_type": "none"},
            (
                "alignment_scale_type: does not have a value in the enumeration"
                " [fit, fill, custom]"
            ),
        ),
        *(("media", {**IMAGE, "alignment_scale": v}, None) for v in ("fit", "fill", 0)),
        (
            "media",
            {**IMAGE, "alignment_scale": -0.5},
            "alignment_scale: must have a minimum value of 0",
        ),
        (
            "media",
            {**IMAGE, "alignment_scale": "wide"},
            "alignment_scale: does not have a value in the enumeration [fit, fill]",
        ),
        (
            "media",
            {**IMAGE, "alignment_scale": True},
            "alignment_scale: boolean found, number expected",
        ),
        *(("media", {**IMAGE, "alignment_x_align": v}, None) for v in (0, 0.5, 1)),
        (
            "media",
            {**IMAGE, "alignment_x_align": 1.1},
            "alignment_x_align: must have a maximum value of 1",
        ),
        (
            "media",
            {**IMAGE, "alignment_y_align": -0.1},
            "alignment_y_align: must have a minimum value of 0",
        ),
        *(("media", {**IMAGE, "if_longer": v}, None) for v in ("cut", "loop", "hold")),
        (
            "media",
            {**IMAGE, "if_longer": "stop"},
            "if_longer: does not have a value in the enumeration [cut, loop, hold]",
        ),
        ("media", {**IMAGE, "mute": 1}, "mute: integer found, boolean expected"),
        ("text", {**TEXT, "text_color": "rgb(1,2,3)"}, None),
        (
            "text",
            {**TEXT, "text_color": "red"},
            (
                r"text_color: does not match the regex pattern"
                r" ^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)"
            ),
        ),
        ("text", {**TEXT, "alignment": ["center", "middle"]}, None),
        ("text", {**TEXT, "alignment": ["centre"]}, f"alignment[0]: {ALIGNMENT}"),
        (
            "text",
            {**TEXT, "wrapping_minimum": 1.5},
            "wrapping_minimum: number found, integer expected",
        ),
        ("text", {**TEXT, "val": "x"}, "val: string found, array expected"),
        (
            "text",
            {**TEXT, "val": [{"color": "rgb(1,2,3)"}]},
            "val[0].text: is missing but it is required",
        ),
        (
            "text",
            {**TEXT, "val": [{"text": "x", "scale": -1}]},
            "val[0].scale: must have a minimum value of 0",
        ),
    ],
)
async def test_placeholders(api: Api, kind: str, item: Any, text: str | None) -> None:
    document = await (await api.scenes({kind: [item]})).json()

    place = f"Schema error: $.timeline.scenes[0].{kind}[0]."
    assert texts({"errors": [], **document}) == ([place + text] if text else [])


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        (VOICE, None),
        ({**VOICE, "start_time": 1.5}, None),
        (
            {**VOICE, "val": "rgb(1,2,3)"},
            "val: does not match the regex pattern ^(http|ual|pal)",
        ),
        ({"key": "voice"}, "val: is missing but it is required"),
    ],
)
async def test_sounds(api: Api, voice: Any, text: str | None) -> None:
    document = await (await api.scenes({"scene_id": 1235, "audio": [voice]})).json()

    place = "Schema error: $.timeline.scenes[0].audio[0]."
    assert texts({"errors": [], **document}) == ([place + text] if text else [])


@pytest.mark.parametrize(
    ("timeline", "text"),
    [
        ({"scene_order": "linear"}, None),
        ({"scene_order": "non-linear"}, None),
        (
            {"scene_order": "random"},
            (
                "scene_order: does not have a value in the enumeration"
                " [linear, non-linear]"
            ),
        ),
        ({"soundtrack": {"val": "pal/music"}}, None),
        ({"soundtrack": {}}, "soundtrack.val: is missing but it is required"),
        (
            {"soundtrack": {"val": "/music.mp3"}},
            "soundtrack.val: does not match the regex pattern ^(http|ual|pal)",
        ),
        ({"scenes": []}, "scenes: there must be a minimum of 1 items in the array"),
        ({"scenes": None}, "scenes: there must be a minimum of 1 items in the array"),
        ({"scenes": [{"scene_id": 1234, "duration_in_seconds": 0}]}, None),
        (
            {"scenes": [{"scene_id": 1234, "duration_in_seconds": -1}]},
            "scenes[0].duration_in_seconds: must have a minimum value of 0",
        ),
        (
            {"scenes": [{"scene_id": "1234"}]},
            "scenes[0].scene_id: string found, integer expected",
        ),
        ({"scenes": [{}]}, "scenes[0].scene_id: is missing but it is required"),
    ],
)
async def test_timelines(api: Api, timeline: Any, text: str | None) -> None:
    document = await (await api.scenes({}, **timeline)).json()

    said = [f"Schema error: $.timeline.{text}"] if text else []
    assert texts({"errors": [], **document}) == said


async def test_a_timeline_without_scenes_has_too_few(api: Api) -> None:
    document = {"output": {"video": [MP4]}, "timeline": {}}

    response = await api.ask("POST", "/scenes/generate", json=document)

    assert texts(await response.json()) == [
        (
            "Schema error: $.timeline.scenes:"
            " there must be a minimum of 1 items in the array"
        )
    ]


async def test_every_violation_is_told_in_document_order(api: Api) -> None:
    response = await api.ask(
        "POST",
        "/storyboards/generate",
        json={"output": {"video": [{"video_type": "avi"}]}, "data": [{"val": "x"}]},
    )

    assert texts(await response.json()) == [
        "Schema error: $.storyboard_id: is missing but it is required",
        (
            "Schema error: $.output.video[0].video_type: does not have a value in the"
            " enumeration [mp4, hls]"
        ),
        "Schema error: $.output.video[0].height: is missing but it is required",
        "Schema error: $.data[0].key: is missing but it is required",
    ]


@pytest.mark.parametrize("body", [b"", b" ", b"{", b"\xff", b"nope"])
async def test_what_is_not_json_is_told(api: Api, body: bytes) -> None:
    response = await api.ask("POST", "/storyboards/generate", data=body)

    assert response.status == 400
    assert texts(await response.json()) == [
        "Schema error: $: the body is not valid JSON"
    ]


@pytest.mark.parametrize("value", ['"\\ud800"', "1e400", "9" * 400])
async def test_what_cannot_be_written_is_no_valid_json(api: Api, value: str) -> None:
    body = f'{{"storyboard_id": 1234, "statistic_id": {value}}}'.encode()

    response = await api.ask("POST", "/storyboards/generate", data=body)

    assert response.status == 400
    assert texts(await response.json()) == [
        "Schema error: $: the body is not valid JSON"
    ]


@pytest.mark.ffmpeg
async def test_odd_values_still_make_files(api: Api) -> None:
    gif = {"height": 2.5, "start": -3, "gif_fps": -1, "color_depth": 1e9}
    output = {
        "gif": [{**gif, "gif_loop": 2**70, "duration": 0.1, "suffix": "a//b?c"}],
        "jpg": [{"height": 1, "time": 1e300}],
    }
    document = await api.rendered(output=output)

    links = [document["output"][kind][0]["links"]["url"] for kind in ("gif", "jpg")]
    statuses = [(await api.file(link)).status for link in links]

    assert "a%2F%2Fb%3Fc.gif" in links[0]
    assert statuses == [200, 200]
