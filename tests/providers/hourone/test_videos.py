"""Starting, reading, listing and deleting videos."""

from typing import Any

import pytest

from tests.providers.hourone.conftest import (
    BROKEN_DRAFT,
    CREATE,
    FROZEN,
    KEY,
    OTHER_KEY,
    OVERRIDE,
    STATES_KEY,
    Api,
    MakeApi,
)

FIRST_VERSION = {name: value for name, value in OVERRIDE.items() if name != "type"}
STATES = ["started", "processing", "ready", "published", "failed", "not_started",
          "stopped", "cancelled"]  # fmt: skip


async def test_the_first_published_form_is_answered_as_documented(api: Api) -> None:
    answer = await api.post(
        "/videos", FIRST_VERSION, {**KEY, "workspace-id": "ws-1", "team-id": "team-1"}
    )

    video = answer.body
    made = {name: video.pop(name) for name in ("id", "req_id", "draft_id")}
    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert [len(value) for value in made.values()] == [32, 32, 24]
    assert made["draft_id"] != OVERRIDE["source_draft_id"]
    assert video == {
        "name": "Spring offer",
        "status": "started",
        "progress": 0,
        "source_draft_id": "64f0c0de00000000000000d1",
        "palette_id": "64f0c0de00000000000000c1",
        "character_id": "character-studio-a",
        "voice_id": "voice-en-us-1",
        "scenes": [
            {
                "name": "Intro",
                "type": "override_scene",
                "texts": ["Hello"],
                "transcript": "Welcome.",
            },
            {"name": "Outro", "type": "override_scene", "transcript": "Bye."},
        ],
        "video_player_url": f"{api.running.origin}/hourone/player/{made['id']}",
    }


async def test_the_members_of_an_answer_stand_in_the_documented_order(api: Api) -> None:
    video = await api.finish(correlation_id="c", metadata={"a": 1})

    assert list(video) == [
        "id", "name", "status", "progress", "req_id", "draft_id", "source_draft_id",
        "palette_id", "character_id", "voice_id", "scenes", "video_player_url",
        "download_url", "metadata", "correlation_id",
    ]  # fmt: skip


async def test_a_video_goes_through_started_and_processing_to_ready(api: Api) -> None:
    video = await api.start()
    seen = []
    for seconds in (0, 20, 30, 150):
        await api.advance(seconds)
        read = (await api.get(f"/videos/{video['id']}")).body
        seen.append((read["status"], read["progress"], "download_url" in read))

    states, percent, links = zip(*seen, strict=True)
    assert states == ("started", "processing", "processing", "ready")
    assert percent[0] == 0
    assert 1 <= percent[1] < percent[2] <= 99
    assert percent[3] == 100
    assert links == (False, False, False, True)


async def test_a_stepping_client_sees_every_state_without_waiting(
    serve: Any,
) -> None:
    api = Api(await serve(pace="step"))
    video = await api.start()

    reads = [(await api.get(f"/videos/{video['id']}")).body for _ in range(7)]

    states = [read["status"] for read in reads]
    assert states == ["started", *["processing"] * 4, "ready", "ready"]
    assert [read["progress"] for read in reads] == [0, 1, 25, 50, 74, 100, 100]


async def test_a_stepping_client_may_poll_the_list(serve: Any) -> None:
    api = Api(await serve(pace="step"))
    await api.start()

    reads = [(await api.get("/videos")).body[0]["status"] for _ in range(6)]

    assert reads[0] == "started"
    assert reads[-1] == "ready"


async def test_the_draft_that_never_renders_fails_with_minus_one(api: Api) -> None:
    video = await api.finish(
        source_draft_id=BROKEN_DRAFT, scenes=[{"name": "Only", "transcript": "Hi."}]
    )

    assert (video["status"], video["progress"]) == ("failed", -1)
    assert "download_url" not in video


async def test_a_queue_can_be_switched_on(api_with: MakeApi) -> None:
    api = await api_with(queue=True)

    video = await api.start()

    assert (video["status"], video["progress"]) == ("not_started", 0)


@pytest.mark.parametrize(("number", "state"), [*enumerate(STATES, start=1)])
async def test_there_is_a_frozen_video_in_every_state(
    api: Api, number: int, state: str
) -> None:
    read = (await api.get(f"/videos/{FROZEN}{number}", STATES_KEY)).body
    await api.advance(1e6, "states")
    later = (await api.get(f"/videos/{FROZEN}{number}", STATES_KEY)).body

    assert read["status"] == later["status"] == state
    assert ("download_url" in read) is (state in {"ready", "published"})


@pytest.mark.parametrize(
    ("number", "progress"),
    [(1, 0), (2, 1), (3, 100), (4, 100), (5, -1), (6, 0), (7, 99), (8, 99)],
)
async def test_progress_tells_how_far_it_came(
    api: Api, number: int, progress: int
) -> None:
    read = (await api.get(f"/videos/{FROZEN}{number}", STATES_KEY)).body

    assert read["progress"] == progress


@pytest.mark.parametrize("number", range(1, 9))
async def test_a_video_can_be_deleted_in_every_state_but_only_once(
    api: Api, number: int
) -> None:
    first = await api.delete(f"/videos/{FROZEN}{number}", STATES_KEY)
    second = await api.delete(f"/videos/{FROZEN}{number}", STATES_KEY)
    read = await api.get(f"/videos/{FROZEN}{number}", STATES_KEY)

    assert (first.status, first.body) == (204, "")
    assert "Content-Type" not in first.headers
    assert (second.status, second.body) == (404, {"detail": "Video not found"})
    assert read.status == 404


@pytest.mark.parametrize(
    ("number", "is_done"),
    [(1, False), (2, False), (3, True), (4, True),
     (5, False), (6, False), (7, False), (8, False)],
)  # fmt: skip
async def test_subtitles_and_metadata_wait_for_the_video(
    api: Api, number: int, *, is_done: bool
) -> None:
    path = f"/videos/{FROZEN}{number}"
    subtitles = await api.post(f"{path}/subtitles", {"language_code": "en"}, STATES_KEY)
    metadata = await api.get(f"{path}/metadata", STATES_KEY)

    not_ready = {
        "detail": [
            {
                "loc": ["path", "video_id"],
                "msg": "video is not ready",
                "type": "value_error",
            }
        ]
    }
    expected = (201, 200) if is_done else (422, 422)
    refused = [answer.body == not_ready for answer in (subtitles, metadata)]
    assert (subtitles.status, metadata.status) == expected
    assert refused == [not is_done, not is_done]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/videos/nothing", None),
        ("DELETE", "/videos/nothing", None),
        ("GET", "/videos/nothing/metadata", None),
        ("POST", "/videos/nothing/subtitles", {"language_code": "en"}),
    ],
)
async def test_an_unknown_video_is_not_found(
    api: Api, method: str, path: str, body: object
) -> None:
    answer = await api.call(method, path, body)

    assert (answer.status, answer.body) == (404, {"detail": "Video not found"})


async def test_the_body_is_looked_at_before_the_id(api: Api) -> None:
    answer = await api.post("/videos/nothing/subtitles", {})

    assert answer.status == 422


async def test_another_account_sees_nothing_of_a_video(api: Api) -> None:
    video = await api.start()

    assert (await api.get("/videos", OTHER_KEY)).body == []
    assert (await api.get(f"/videos/{video['id']}", OTHER_KEY)).status == 404
    assert (await api.delete(f"/videos/{video['id']}", OTHER_KEY)).status == 404
    assert len((await api.get("/videos")).body) == 1


async def test_the_list_is_newest_first_and_knows_no_workspaces(api: Api) -> None:
    first = await api.start({**KEY, "workspace-id": "a"})
    second = await api.start({**KEY, "workspace-id": "b"})

    listed = await api.get("/videos", {**KEY, "workspace-id": "a"})

    assert [video["id"] for video in listed.body] == [second["id"], first["id"]]


async def test_the_same_body_twice_makes_two_videos(api: Api) -> None:
    first, second = await api.start(correlation_id="x"), await api.start()

    assert first["id"] != second["id"]


async def test_the_bare_path_is_an_alias(api: Api) -> None:
    made = await api.call("POST", "/videos", OVERRIDE, root="/hourone")
    video = made.body["id"]

    for tail in (f"/{video}", ""):
        assert (await api.call("GET", f"/videos{tail}", root="/hourone")).body == (
            await api.get(f"/videos{tail}")
        ).body


async def test_a_dynamic_video_tells_what_was_sent_and_what_is_used(api: Api) -> None:
    palette = [{"color": "#112233"}, {"color": "445566"}, {"color": "#778899AA"}]
    wide = {"global_media_elements": [{"id": "LOGO", "url": "https://example.com/l"}]}

    video = await api.post("/videos", {**CREATE, "palette": palette, **wide})

    assert video.status == 201
    assert video.body["name"] == "Product"
    assert video.body["template_id"] == "64f0c0de00000000000000a1"
    assert video.body["palette_id"] == "64f0c0de00000000000000c1"
    assert video.body["palette"] == palette
    assert video.body["global_media_elements"] == wide["global_media_elements"]
    assert video.body["scenes"] == [
        {
            "name": "Food",
            "type": "create_scene",
            "layout_id": "64669fd265d3927ea592dd25",
            "media_elements": [
                {"id": "USER-VISUAL-001", "url": "https://example.com/pet.jpg"}
            ],
            "texts_elements": [{"id": "TEXT-001", "text": "Fresh"}],
            "transcript": "Fresh food.",
        }
    ]


async def test_a_workflow_video_speaks_its_variables(api: Api) -> None:
    body = {
        "type": "workflow",
        "workflow_id": "64f0c0de0000000000000071",
        "variables": [
            {"name": "headline", "value": "one two three four five six seven eight"},
            {"variable_id": "v2", "value": "x"},
        ],
    }

    made = await api.post("/videos", body)
    await api.advance(200)
    metadata = await api.get(f"/videos/{made.body['id']}/metadata")

    assert made.body["name"] == "Headline and body"
    assert "scenes" not in made.body
    assert metadata.body == {
        "duration": 5.2,
        "scenes_metadata": [
            {"scene_index": 0, "start_time": 0.0, "duration": 3.2},
            {"scene_index": 1, "start_time": 3.2, "duration": 2.0},
        ],
    }


async def test_metadata_adds_up_to_the_clip(api: Api) -> None:
    scenes = [{"name": "A", "transcript": "word " * 20}, {"name": "B"}]
    video = await api.finish(scenes=scenes)

    metadata = await api.call(
        "GET",
        f"/videos/{video['id']}/metadata",
        headers={**KEY, "Content-Type": "application/json"},
    )

    assert metadata.body == {
        "duration": 13.0,
        "scenes_metadata": [
            {"scene_index": 0, "start_time": 0.0, "duration": 8.0},
            {"scene_index": 1, "start_time": 8.0, "duration": 5.0},
        ],
    }


async def test_without_scenes_the_draft_is_rendered_as_it_is(api: Api) -> None:
    made = await api.post("/videos", {"source_draft_id": "64f0c0de00000000000000d1"})
    await api.advance(200)
    metadata = await api.get(f"/videos/{made.body['id']}/metadata")

    assert made.body["name"] == "Welcome"
    assert "scenes" not in made.body
    assert metadata.body["duration"] == 10.0
    assert len(metadata.body["scenes_metadata"]) == 2


async def test_a_draft_that_only_the_client_knows_takes_any_scenes(api: Api) -> None:
    scenes = [{"name": name} for name in "abc"]

    video = await api.finish(source_draft_id="my-own-draft", scenes=scenes)

    assert video["source_draft_id"] == "my-own-draft"
    metadata = await api.get(f"/videos/{video['id']}/metadata")
    assert len(metadata.body["scenes_metadata"]) == 3


async def test_given_both_the_draft_wins_over_the_recipe(api: Api) -> None:
    video = await api.start(name=None, recipe_id="64f0c0de00000000000000e1")

    assert video["name"] == "Welcome"
    assert video["recipe_id"] == "64f0c0de00000000000000e1"


async def test_what_was_sent_comes_back_as_it_was_sent(api: Api) -> None:
    metadata = {"text": "a", "whole": 2, "truth": True}

    video = await api.start(metadata=metadata, correlation_id="x" * 100, unknown=1)

    assert video["metadata"] == metadata
    assert video["correlation_id"] == "x" * 100
    assert "unknown" not in video


async def test_values_that_are_absent_are_left_out(api: Api) -> None:
    video = await api.start()

    assert None not in video.values()


async def test_nulls_can_be_switched_on(api_with: MakeApi) -> None:
    api = await api_with(emit_nulls=True)

    video = await api.start()

    assert video["download_url"] is None
    assert video["recipe_id"] is None
    assert video["scenes"][1] == {
        "name": "Outro",
        "type": "override_scene",
        "media": None,
        "texts": None,
        "transcript": "Bye.",
        "voice_recording_url": None,
    }


async def test_equal_seeds_and_requests_give_equal_answers(serve: Any) -> None:
    answers = []
    for _ in range(2):
        api = Api(await serve(external_url="http://mock.example"))
        answers.append(await api.finish())

    assert answers[0] == answers[1]


async def test_the_control_side_can_stop_and_publish(api: Api) -> None:
    video = await api.start()
    await api.advance(60)
    percent = (await api.get(f"/videos/{video['id']}")).body["progress"]
    engine = api.space().jobs("hourone")
    provider = api.running.instance.services.providers["hourone"]
    told = []
    for state in ("stopped", "cancelled", "published"):
        step = provider.failure.__class__(state, provider.states[state])
        engine.force(engine.get(video["id"]), step)
        read = (await api.get(f"/videos/{video['id']}")).body
        told.append((read["status"], read["progress"]))

    assert told == [
        ("stopped", percent),
        ("cancelled", percent),
        ("published", 100),
    ]
