"""Status rows: at every level, page by page, in every state."""

from dataclasses import replace

import pytest

from mockserver.engine.timeline import Step
from mockserver.providers.stupeflix import wire
from tests.providers.stupeflix.conftest import (
    MOVIE,
    STORED,
    Api,
    Start,
    profiles,
    said,
)

LEVELS = ["/status/", "/alice/status/", "/alice/clip1/status/"]


async def filled(api: Api) -> list[str]:
    """Create profiles of two users and three resources; return their names."""
    for user, resource in (("alice", "b"), ("alice", "a"), ("al", "z"), ("bob", "a")):
        await api.define(resource, user=user)
        xml = '<profiles><profile name="iphone"/><profile name="720p"/></profiles>'
        await api.create(xml, resource, user=user)
    names = ("al/z", "alice/a", "alice/b", "bob/a")
    return [f"{name}/{profile}" for name in names for profile in ("720p", "iphone")]


def names_of(rows: list[dict[str, str]]) -> list[str]:
    return [f"{row['user']}/{row['resource']}/{row['profile']}" for row in rows]


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/status/", slice(0, 8)),
        ("/alice/status/", slice(2, 6)),
        ("/al/status/", slice(0, 2)),
        ("/alice/b/status/", slice(4, 6)),
        ("/alice/b/iphone/status/", slice(5, 6)),
        ("/nobody/status/", slice(0, 0)),
        ("/alice/nothing/status/", slice(0, 0)),
        ("/alice/b/nothing/status/", slice(0, 0)),
        ("/alice/b/iphon/status/", slice(0, 0)),
    ],
)
async def test_each_level_lists_its_own_rows_in_order(
    api: Api, path: str, chosen: slice
) -> None:
    names = await filled(api)

    assert names_of(await api.rows(path)) == names[chosen]


async def test_pages_follow_the_marker(api: Api) -> None:
    names = await filled(api)
    first = await api.rows("/alice/status/", MaxKeys=3)
    second = await api.rows("/alice/status/", Marker=names_of(first)[-1], MaxKeys=3)
    third = await api.rows("/alice/status/", Marker=names_of(second)[-1], MaxKeys=3)

    assert names_of(first) == names[2:5]
    assert names_of(second) == names[5:6]
    assert third == []


async def test_a_marker_need_not_exist(api: Api) -> None:
    names = await filled(api)

    assert names_of(await api.rows("/status/", Marker="alice/a/j")) == names[4:]


@pytest.mark.parametrize(("marker", "count"), [("alice/b/a", 1), ("alice/b/iphone", 0)])
async def test_a_marker_counts_for_one_profile_too(
    api: Api, marker: str, count: int
) -> None:
    await filled(api)

    rows = await api.rows("/alice/b/iphone/status/", Marker=marker)

    assert len(rows) == count


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "", "1.5", "%C2%B2", "9" * 30])
@pytest.mark.parametrize("path", LEVELS)
async def test_max_keys_is_a_positive_integer(api: Api, path: str, wrong: str) -> None:
    response = await api.get(path, MaxKeys=wrong)

    assert await said(response) == (
        400, "InvalidArgument: MaxKeys must be a positive integer"
    )  # fmt: skip


async def test_a_thousand_rows_are_the_most(api: Api) -> None:
    await api.define()
    await crowd(api, 1001)

    assert len(await api.rows("/alice/status/")) == 1000
    assert len(await api.rows("/alice/status/", MaxKeys=5000)) == 1000


@pytest.mark.deep
async def test_ten_thousand_profiles_are_paged_without_a_gap(api: Api) -> None:
    await api.define()
    await crowd(api, 10_000)

    found: list[str] = []
    marker: dict[str, str] = {}
    for _ in range(11):
        rows = await api.rows("/status/", **marker)
        found += names_of(rows)
        marker = {"Marker": found[-1]}

    assert len(found) == 10_000
    assert found == sorted(set(found))


async def test_a_page_skips_what_has_expired_and_goes_on(api: Api) -> None:
    await api.define("a")
    await api.create(profiles(), "a")
    api.space.clock.advance(86_400)
    api.date += 1
    await api.define("b")
    await api.create(profiles(), "b")
    api.space.clock.advance(29 * 86_400)

    rows = await api.rows("/alice/status/", MaxKeys=1)

    assert names_of(rows) == ["alice/b/iphone"]


async def test_tasks_between_profiles_are_skipped(api: Api) -> None:
    await api.define("a", user="Z")
    await api.create(profiles(), "a", user="Z")
    await api.define()
    await api.create(profiles())
    for _ in range(5):
        await api.running.client.post(
            "/stupeflix/v2/create",
            json={"secret": api.secret, "tasks": [{"task_name": "video.info"}]},
        )

    first = await api.rows("/status/", MaxKeys=1)
    second = await api.rows("/status/", MaxKeys=1, Marker=names_of(first)[0])

    assert names_of([*first, *second]) == ["Z/a/iphone", "alice/clip1/iphone"]


async def test_a_page_that_is_remembered_follows_every_change(api: Api) -> None:
    job = await api.render(STORED)
    told = [await api.status("/status/"), await api.status("/status/")]
    await api.send("DELETE", "/alice/clip1/", b"", "text/plain")
    told.append(await api.status("/status/"))
    await api.create(STORED)
    told.append(await api.status("/status/"))
    api.enter(api.job(job.id), "generating")
    told.append(await api.status("/status/"))

    assert [one["status"] for one in told] == [
        "queued", "queued", "error", "queued", "generating",
    ]  # fmt: skip


async def crowd(api: Api, count: int) -> None:
    """Give the space many profiles, as if each had been asked for."""
    job = await api.render(STORED)
    engine = api.space.jobs("stupeflix")
    names = (f"alice/clip{number:05}/iphone" for number in range(count))
    for number, name in enumerate(names):
        data = {**job.data, "resource": f"clip{number:05}"}
        engine.put(engine.revise(replace(job, id=name), **data))
    engine.delete(job)


STATES = [
    ("queued", {"status": "queued"}),
    ("starting", {"status": "starting"}),
    ("info", {"status": "info"}),
    ("generating", {"status": "generating", "complete": 0}),
    ("generated", {"status": "generated", "complete": 100}),
    ("uploading", {"status": "uploading", "complete": 100}),
]


@pytest.mark.parametrize(("state", "expected"), STATES)
@pytest.mark.parametrize("path", [*LEVELS, "/alice/clip1/iphone/status/"])
async def test_each_state_is_told_at_each_level(
    api: Api, state: str, expected: dict[str, object], path: str
) -> None:
    job = await api.render(STORED)
    api.enter(job, state)

    assert await api.status(path) == expected


async def test_the_default_life_shows_every_state(api: Api) -> None:
    job = await api.render(STORED)

    assert [step.state for step in job.timeline.steps] == [
        "queued", "starting", "info", "generating", "generated", "uploading",
        "available",
    ]  # fmt: skip


async def test_the_names_of_a_row_are_in_order(api: Api) -> None:
    job = await api.render(STORED)
    api.finish(job)
    row = (await api.rows())[0]

    assert list(row) == ["accesskey", "user", "resource", "profile", "status"]
    assert list(row["status"]) == [
        "status", "complete", "available-0-type", "available-0-id", "available-0-url",
    ]  # fmt: skip


async def test_a_new_profile_is_in_the_very_next_answer(api: Api) -> None:
    await api.render(STORED)

    assert await api.status() == {"status": "queued"}


async def test_creating_a_profile_again_starts_it_over(api: Api) -> None:
    api.finish(await api.render(STORED))
    await api.create(STORED)

    assert [row["status"] for row in await api.rows()] == [{"status": "queued"}]


async def test_a_row_goes_with_its_definition(api: Api) -> None:
    api.finish(await api.render(STORED))
    api.space.clock.advance(29 * 86_400)
    api.date += 1
    before = await api.rows()

    api.space.clock.advance(86_400)

    assert (len(before), await api.rows()) == (1, [])


async def test_a_row_stays_when_its_definition_is_sent_again(api: Api) -> None:
    api.finish(await api.render(STORED))
    api.space.clock.advance(29 * 86_400)
    api.date += 1
    await api.define()
    api.space.clock.advance(2 * 86_400)

    assert len(await api.rows()) == 1


async def test_an_error_tells_why_and_how_far_it_had_come(api: Api) -> None:
    job = await api.render(STORED)
    api.space.clock.set(job.entered_at(3) + 0.605 * (job.ends[3] - job.ends[2]))
    api.space.jobs("stupeflix").force(job, wire.FAILURE)

    assert await api.status() == {
        "status": "error",
        "complete": 60,
        "error": "the video could not be generated",
    }


async def test_what_an_error_says_is_ascii_on_the_wire(api: Api) -> None:
    job = await api.render(STORED)
    phase = wire.FAILURE.phase
    api.space.jobs("stupeflix").force(job, Step("error", phase, error="é"))

    response = await api.get("/alice/clip1/status/")

    assert b'"error":"\\u00e9"' in await response.read()


@pytest.mark.parametrize("path", ["/alice/clip1/", "/alice/clip1/iphone/"])
async def test_cancelled_profiles_end_in_an_error(api: Api, path: str) -> None:
    await api.render(STORED)

    response = await api.send("DELETE", path, b"", "text/plain")

    assert await said(response) == (200, "")
    assert response.headers["ETag"] == "d41d8cd98f00b204e9800998ecf8427e"
    assert response.headers["Connection"] == "close"
    assert await api.status() == {"status": "error", "error": "canceled"}


async def test_cancelling_leaves_what_is_finished(api: Api) -> None:
    api.finish(await api.render(STORED))
    await api.send("DELETE", "/alice/clip1/", b"", "text/plain")

    assert (await api.status())["status"] == "available"


@pytest.mark.parametrize("path", ["/alice/clip9/", "/alice/clip1/720p/"])
async def test_nothing_to_cancel_is_not_found(api: Api, path: str) -> None:
    await api.render(STORED)

    response = await api.send("DELETE", path, b"", "text/plain")

    assert await said(response) == (
        404, f"NotFound: no profiles for {path.strip('/')}"
    )  # fmt: skip


async def test_at_pace_step_each_read_shows_the_next_change(start: Start) -> None:
    api = await start(pace="step")
    await api.render(STORED, MOVIE)

    told = [(await api.status())["status"] for _ in range(12)]

    assert list(dict.fromkeys(told)) == [
        "queued", "starting", "info", "generating", "generated", "uploading",
        "available",
    ]  # fmt: skip


async def test_a_user_or_resource_may_be_called_status(api: Api) -> None:
    await api.define("status", user="status")

    assert (await api.create(profiles(), "status", user="status")).status == 200
    assert len(await api.rows("/status/status/status/")) == 1
