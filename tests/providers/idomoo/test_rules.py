"""Rules beyond the schema, and what the world knows; in which order they count."""

from typing import Any

import pytest

from tests.providers.idomoo.conftest import MP4, Api, texts

GIF = {"height": 90, "start": 0}
IMAGE = {"key": "image", "val": "http://x"}
VOICE = {"key": "voice", "val": "http://x"}
CUSTOM = {**IMAGE, "alignment_scale_type": "custom"}


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ({"video": [MP4], "gif": [GIF], "jpg": [{"height": 9, "time": 0}]}, []),
        ({"video": [{**MP4, "suffix": "a"}, {**MP4, "suffix": "b"}]}, []),
        (
            {"video": [{**MP4, "suffix": "a"}, MP4]},
            ["$.output.video[1].suffix: is missing but it is required"],
        ),
        (
            {"gif": [GIF, GIF]},
            [
                "$.output.gif[0].suffix: is missing but it is required",
                "$.output.gif[1].suffix: is missing but it is required",
            ],
        ),
        (
            {"video": [{**MP4, "suffix": "a"}, {**MP4, "suffix": "a"}]},
            [
                (
                    "$.output.video[1].suffix:"
                    " is the suffix of another output of this kind"
                )
            ],
        ),
        ({}, ["$.output: should have a minimum of 1 properties"]),
        ({"video": []}, ["$.output: should have a minimum of 1 properties"]),
        ({"audio": [{"file_type": "mp3"}]}, []),
        ({"accessibility": {}}, ["$.output: should have a minimum of 1 properties"]),
    ],
)
async def test_outputs_together(api: Api, output: Any, said: list[str]) -> None:
    document = await (await api.storyboard(output=output)).json()

    expected = [f"Schema error: {text}" for text in said]
    assert texts({"errors": [], **document}) == expected


NAMED = {"unique_scene_id": "first"}


@pytest.mark.parametrize(
    ("scenes", "said"),
    [
        ([{"media": [{**CUSTOM, "alignment_scale": 2}]}], None),
        (
            [{"media": [CUSTOM]}],
            "0].media[0].alignment_scale: is missing but it is required",
        ),
        ([{"media": [{**IMAGE, "duration_referrer": True}]}], None),
        (
            [{"media": [{**IMAGE, "duration_referrer": True, "duration_addition": 1}]}],
            None,
        ),
        (
            [{"media": [{**IMAGE, "duration_addition": 1}]}],
            "0].media[0].duration_addition: is not allowed without duration_referrer",
        ),
        (
            [
                {
                    "audio": [
                        {**VOICE, "duration_addition": 0, "duration_referrer": False}
                    ]
                }
            ],
            "0].audio[0].duration_addition: is not allowed without duration_referrer",
        ),
        (
            [{"media": [{**IMAGE, "duration_referrer": True}] * 2}],
            (
                "0].media[1].duration_referrer:"
                " only one placeholder of a scene may have this"
            ),
        ),
        ([NAMED, {"start_time_offset_unique_scene_id": "first"}], None),
        (
            [NAMED, {"start_time_offset_unique_scene_id": "last"}],
            (
                "1].start_time_offset_unique_scene_id:"
                " does not have a value in the enumeration [first]"
            ),
        ),
        (
            [{"start_time_in_seconds": 1, "start_time_offset_seconds": 1}],
            (
                "0].start_time_in_seconds:"
                " is not allowed together with start_time_offset_seconds"
            ),
        ),
        (
            [
                NAMED,
                {"start_time_in_seconds": 1}
                | {"start_time_offset_unique_scene_id": "first"},
            ],
            (
                "1].start_time_in_seconds:"
                " is not allowed together with start_time_offset_unique_scene_id"
            ),
        ),
    ],
)
async def test_scenes_together(api: Api, scenes: Any, said: str | None) -> None:
    document = await (await api.scenes(*scenes, scene_order="non-linear")).json()

    expected = [f"Schema error: $.timeline.scenes[{said}"] if said else []
    assert texts({"errors": [], **document}) == expected


@pytest.mark.parametrize(
    ("changes", "status", "code", "text"),
    [
        (
            {"storyboard_id": 404404404},
            404,
            5200,
            "This Account Does Not Have Permission To Use Storyboard: 404404404.",
        ),
        (
            {"data": [{"key": "unknown_key", "val": "x"}]},
            400,
            20,
            "Unknown key: unknown_key. Storyboard: 1234.",
        ),
        ({"storyboard_id": 1235}, 400, 20, "Missing key: name. Storyboard: 1235."),
        (
            {
                "storyboard_id": 1235,
                "data": [{"key": "name", "val": "x"}, {"key": "photo", "val": "me"}],
            },
            400,
            20,
            "Wrong type of key: photo, media expected. Storyboard: 1235.",
        ),
    ],
)
async def test_storyboards_are_checked_against_the_world(
    api: Api, changes: Any, status: int, code: int, text: str
) -> None:
    response = await api.storyboard(**changes)

    document = await response.json()
    assert response.status == status
    assert document["status"] == "GENERATION_FAILED"
    assert document["errors"][0]["error_code"] == code
    assert texts(document) == [text]


@pytest.mark.parametrize(
    ("scene", "status", "code", "text"),
    [
        (
            {"scene_id": 404404404},
            404,
            5200,
            "This Account Does Not Have Permission To Use Scene: 404404404.",
        ),
        (
            {"text": [{"key": "unknown_key", "val": []}]},
            400,
            20,
            "Unknown key: unknown_key. Scene: 1234.",
        ),
        (
            {"text": [{"key": "image", "val": []}]},
            400,
            20,
            "Wrong type of key: image, media expected. Scene: 1234.",
        ),
    ],
)
async def test_scenes_are_checked_against_the_world(
    api: Api, scene: Any, status: int, code: int, text: str
) -> None:
    response = await api.scenes(scene)

    document = await response.json()
    assert response.status == status
    assert document["errors"][0]["error_code"] == code
    assert texts(document) == [text]


async def test_a_key_with_a_default_need_not_be_given(api: Api) -> None:
    assert (await api.storyboard(data=[])).status == 200


async def test_the_schema_counts_before_the_world(api: Api) -> None:
    response = await api.storyboard(storyboard_id=404404404, output={"video": [{}]})

    assert response.status == 400
    assert (await response.json())["errors"][0]["error_code"] == 2030


async def test_the_world_counts_before_the_rules(api: Api) -> None:
    response = await api.storyboard(storyboard_id=404404404, output={})

    assert response.status == 404


async def test_a_refused_call_makes_no_job_and_costs_nothing(api: Api) -> None:
    await api.storyboard(output={})

    assert len(api.running.space("idomoo", "1234").jobs("idomoo")) == 5
    assert (await api.read("/accounts"))["credits"] == 1000
