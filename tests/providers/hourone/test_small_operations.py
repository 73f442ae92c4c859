"""Voice previews, examples, analytics and the playground."""

import json
import shlex
from typing import Any, ClassVar

import pytest

from tests.providers.hourone.conftest import (
    BROKEN_DRAFT,
    DRAFT,
    KEY,
    NOWHERE,
    OTHER_KEY,
    OTHER_TOKEN,
    STATES_KEY,
    TOKEN,
    Api,
    MakeApi,
)

WORKFLOW = "64f0c0de0000000000000071"
START = "2030-01-01T00:00:00.000000"


async def test_a_preview_is_in_progress_and_then_ready(api: Api) -> None:
    body = {"transcript": "Welcome.", "source_draft_id": DRAFT}
    made = await api.post("/voice-preview", body)
    path = f"/voice-preview/{made.body['id']}"
    early = await api.get(path)
    await api.advance(10)
    late = await api.get(path)

    shared = {"id": made.body["id"], "req_id": made.body["req_id"]}
    assert made.status == 201
    assert made.body == {
        "id": shared["id"],
        "transcript": "Welcome.",
        "voice_id": "voice-en-us-1",
        "req_id": shared["req_id"],
        "status": "in_progress",
    }
    assert early.body == {**shared, "status": "in_progress"}
    assert late.body == {
        **shared,
        "status": "ready",
        "url": f"{api.running.origin}/hourone/media/{shared['id']}.wav",
    }


async def test_previews_and_videos_are_not_mistaken_for_each_other(api: Api) -> None:
    body = {"transcript": "Welcome.", "source_draft_id": DRAFT}
    preview = (await api.post("/voice-preview", body)).body
    video = await api.start()

    assert (await api.get(f"/videos/{preview['id']}")).status == 404
    answer = await api.get(f"/voice-preview/{video['id']}")
    assert (answer.status, answer.body) == (404, {"detail": "Task not found"})
    assert len((await api.get("/videos")).body) == 1


async def test_a_preview_belongs_to_its_account(api: Api) -> None:
    body = {"transcript": "Welcome.", "source_draft_id": DRAFT}
    preview = (await api.post("/voice-preview", body)).body

    assert (await api.get(f"/voice-preview/{preview['id']}", OTHER_KEY)).status == 404


@pytest.mark.parametrize(
    ("world", "draft", "status"),
    [("lenient", "mine", 201), ("strict", "mine", 422),
     ("lenient", NOWHERE, 422), ("strict", DRAFT, 201)],
)  # fmt: skip
async def test_a_preview_needs_a_draft(
    api_with: MakeApi, draft: str, status: int, world: str
) -> None:
    api = await api_with(world=world)
    body = {"transcript": "Welcome.", "source_draft_id": draft}

    answer = await api.post("/voice-preview", body)

    assert answer.status == status
    assert status == 201 or answer.body["detail"] == [
        {
            "loc": ["body", "source_draft_id"],
            "msg": "source draft not found",
            "type": "value_error",
        }
    ]


@pytest.mark.parametrize("kind", ["create", "override", "create_video_from_workflow"])
async def test_every_example_runs_as_printed(api: Api, kind: str) -> None:
    body = {"type": kind, "draft_id": DRAFT, "workflow_id": WORKFLOW}
    example = (await api.post("/examples", body, TOKEN)).body

    words = shlex.split(example["curl"])
    assert words[:4] == [
        "curl", "-X", "POST", f"{api.running.origin}/hourone/api/v1/videos",
    ]  # fmt: skip
    assert "api-key: YOUR_API_KEY" in words
    assert json.loads(words[-1]) == example["json_request"]
    key = {"api-key": "YOUR_API_KEY"}
    assert (await api.post("/videos", example["json_request"], key)).status == 201


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({"type": "create"}, "draft_id"),
        ({"type": "override", "workflow_id": WORKFLOW}, "draft_id"),
        ({"type": "create_video_from_workflow", "draft_id": DRAFT}, "workflow_id"),
    ],
)
async def test_an_example_needs_the_id_of_its_kind(
    api: Api, body: dict[str, Any], missing: str
) -> None:
    assert await api.errors("/examples", body, headers=TOKEN) == [
        {
            "loc": ["body", missing],
            "msg": "field required",
            "type": "value_error.missing",
        }
    ]


async def test_examples_of_unknown_things_are_not_found(api: Api) -> None:
    draft = {"type": "create", "draft_id": NOWHERE}
    workflow = {"type": "create_video_from_workflow", "workflow_id": NOWHERE}

    answers = [await api.post("/examples", body, TOKEN) for body in (draft, workflow)]

    assert [(answer.status, answer.body) for answer in answers] == [
        (404, {"detail": "Draft not found"}),
        (404, {"detail": "Workflow not found"}),
    ]


@pytest.mark.parametrize(
    ("query", "kind"),
    [("", "create"), ("&example_type=override", "override"),
     ("&example_type=whatever", "create")],
)  # fmt: skip
async def test_an_example_can_be_asked_for_by_query(
    api: Api, query: str, kind: str
) -> None:
    answer = await api.get(f"/examples/create-video?draft_id={DRAFT}{query}", TOKEN)

    assert answer.status == 200
    assert answer.body["json_request"]["type"] == kind


async def test_the_query_needs_a_draft(api: Api) -> None:
    answer = await api.get("/examples/create-video", TOKEN)

    assert (answer.status, answer.body["detail"]) == (
        422,
        [
            {
                "loc": ["query", "draft_id"],
                "msg": "field required",
                "type": "value_error.missing",
            }
        ],
    )


class TestAnalytics:
    """What an account has used."""

    async def test_nothing_made_is_nothing_used(self, api: Api) -> None:
        assert (await api.get("/analytics/summary")).body == []

    async def test_videos_count_once_they_are_ready(self, api: Api) -> None:
        await api.start()
        before = (await api.get("/analytics/summary")).body
        await api.advance(200)
        failing = {"source_draft_id": BROKEN_DRAFT, "scenes": [{"name": "a"}]}
        await api.finish(**failing)

        assert before == []
        assert (await api.get("/analytics/summary")).body == [
            {"month": 1, "year": 2030, "videos_created": 1, "total_duration": 4}
        ]

    @pytest.mark.parametrize(
        ("breakdown", "buckets"),
        [
            ("daily", [{"day": 1, "month": 1, "year": 2030},
                       {"day": 3, "month": 1, "year": 2030}]),
            ("weekly", [{"week": 1, "year": 2030}]),
            ("monthly", [{"month": 1, "year": 2030}]),
        ],
    )  # fmt: skip
    async def test_buckets_are_named_and_oldest_first(
        self, api: Api, breakdown: str, buckets: list[dict[str, int]]
    ) -> None:
        await api.finish()
        await api.advance(2 * 86400)
        await api.finish()

        told = (await api.get(f"/analytics/summary?breakdown={breakdown}")).body

        counts = [2 // len(buckets)] * len(buckets)
        assert told == [
            {**bucket, "videos_created": count, "total_duration": 4 * count}
            for bucket, count in zip(buckets, counts, strict=True)
        ]

    async def test_published_videos_count_too(self, api: Api) -> None:
        told = (await api.get("/analytics/summary", STATES_KEY)).body

        assert [bucket["videos_created"] for bucket in told] == [2]

    async def test_a_correlation_narrows_exactly(self, api: Api) -> None:
        await api.finish(correlation_id="spring")
        path = "/analytics/summary?correlation_id="

        assert len((await api.get(path + "spring")).body) == 1
        assert (await api.get(path + "sprin")).body == []

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("breakdown=daily", 200),
            ("breakdown=daily&to_date=2024-03-31&from_date=2024-02-29", 200),
            ("breakdown=daily&to_date=2024-03-31&from_date=2024-02-28", 422),
            ("breakdown=weekly&to_date=2024-03-01&from_date=2023-03-01", 200),
            ("breakdown=weekly&to_date=2024-03-01&from_date=2023-02-28", 422),
            ("to_date=2024-02-29&from_date=2023-02-28", 200),
            ("to_date=2024-02-29&from_date=2023-02-27", 422),
            ("to_date=0001-01-01", 200),
            ("to_date=9999-12-31", 200),
            ("from_date=2031-01-01", 200),
        ],
    )
    async def test_the_range_is_a_month_or_a_year_at_most(
        self, api: Api, query: str, status: int
    ) -> None:
        assert (await api.get(f"/analytics/summary?{query}")).status == status

    @pytest.mark.parametrize(
        ("breakdown", "span"),
        [("daily", "a month"), ("weekly", "a year"), ("monthly", "a year")],
    )
    async def test_a_range_that_is_too_long_is_told(
        self, api: Api, breakdown: str, span: str
    ) -> None:
        query = f"breakdown={breakdown}&from_date=2020-01-01"
        answer = await api.get(f"/analytics/summary?{query}")

        assert answer.body["detail"] == [
            {
                "loc": ["query", "from_date"],
                "msg": f"time frame for {breakdown} breakdown must be less than {span}",
                "type": "value_error",
            }
        ]

    @pytest.mark.parametrize("day", ["", "2024-1-5", "2024-02-30", "x", "1700000000"])
    async def test_a_day_is_written_in_full(self, api: Api, day: str) -> None:
        answer = await api.get(f"/analytics/summary?from_date={day}&breakdown=")

        assert answer.body["detail"] == [
            {
                "loc": ["query", "breakdown"],
                "msg": (
                    "value is not a valid enumeration member;"
                    " permitted: 'daily', 'weekly', 'monthly'"
                ),
                "type": "type_error.enum",
                "ctx": {"enum_values": ["daily", "weekly", "monthly"]},
            },
            {
                "loc": ["query", "from_date"],
                "msg": "invalid date format",
                "type": "value_error.date",
            },
        ]


class TestPlayground:
    """Single-shot videos."""

    BODY: ClassVar = {
        "title": "Hello",
        "source_video": "https://example.com/me.mp4",
        "character_id": "c",
        "voice_url": "https://example.com/me.wav",
        "voice_id": "v",
        "transcript": "Hello there.",
        "order_id": "o-1",
    }

    async def test_a_video_is_generated_listed_and_downloaded(self, api: Api) -> None:
        headers = {**TOKEN, "reals-platform": "reals_api"}
        made = await api.post("/playground/generate", self.BODY, headers)
        path = f"/playground/videos/{made.body['id']}/download"
        early = await api.get(path, TOKEN)
        await api.advance(200)
        late = await api.get(path, TOKEN)
        (listed,) = (await api.get("/playground/videos", TOKEN)).body

        drawn = {name: made.body[name] for name in ("id", "req_id")}
        asked = {**self.BODY, **drawn, "created_at": START}
        assert made.status == 201
        assert made.body == {**asked, "status": "started", "progress": 0}
        assert early.body == {"status": "started"}
        assert late.body == {
            "url": f"{api.running.origin}/hourone/media/{drawn['id']}.mp4",
            "status": "ready",
        }
        playback = listed.pop("playback_id")
        assert len(playback) == 32
        assert listed == {**asked, "status": "ready", "progress": 100}

    async def test_nothing_has_to_be_said(self, api: Api) -> None:
        made = await api.post("/playground/generate", {}, TOKEN)

        assert made.status == 201
        assert sorted(made.body) == ["created_at", "id", "progress", "req_id", "status"]

    async def test_sharing_changes_nothing_however_often(self, api: Api) -> None:
        made = (await api.post("/playground/generate", {}, TOKEN)).body
        path = f"/playground/videos/{made['id']}/share"

        answers = [await api.put(path), await api.put(path)]

        assert [(answer.status, answer.body) for answer in answers] == [(204, "")] * 2
        assert (await api.get("/playground/videos", TOKEN)).body == [made]

    async def test_another_accounts_video_is_not_found(self, api: Api) -> None:
        made = (await api.post("/playground/generate", {}, TOKEN)).body
        path = f"/playground/videos/{made['id']}"

        answers = [
            await api.get(f"{path}/download", OTHER_TOKEN),
            await api.put(f"{path}/share", headers=OTHER_TOKEN),
        ]

        assert [(answer.status, answer.body) for answer in answers] == [
            (404, {"detail": "Video not found"})
        ] * 2
        assert (await api.get("/playground/videos", OTHER_TOKEN)).body == []
        assert (await api.get(f"/videos/{made['id']}", KEY)).status == 404

    async def test_a_stepping_client_may_poll_the_list(self, serve: Any) -> None:
        api = Api(await serve(pace="step"))
        await api.post("/playground/generate", {}, TOKEN)

        states = [
            (await api.get("/playground/videos", TOKEN)).body[0]["status"]
            for _ in range(6)
        ]

        assert (states[0], states[-1]) == ("started", "ready")
