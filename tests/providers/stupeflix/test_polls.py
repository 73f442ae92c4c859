"""What counts as a poll of a job, and what does not."""

import pytest

from tests.providers.polls import blip, seen
from tests.providers.stupeflix.conftest import MOVIE, SECRET, STORED, Api

TASK = {"task_name": "video.create", "definition": MOVIE.decode()}
ROOT = "/stupeflix/v2"


@pytest.mark.parametrize(
    "path",
    [
        "/alice/clip1/iphone/status/",
        "/alice/clip1/status/",
        "/alice/status/",
        "/status/",
    ],
)
async def test_five_status_reads_count_five_whoever_answers_them(
    api: Api, path: str
) -> None:
    job = await api.render(STORED)
    blip(api.running, "stupeflix", "main")

    statuses = [(await api.get(path)).status for _ in range(5)]

    assert statuses == [200, 503, 503, 200, 200]
    seen(api.running, "stupeflix", "main", job.id).assert_polled(at_most=5, at_least=5)


async def _tasks(api: Api) -> list[str]:
    made = await api.running.client.post(
        f"{ROOT}/create", json={"secret": SECRET, "tasks": [TASK, TASK]}
    )
    return [task["key"] for task in await made.json()]


async def test_reading_several_tasks_counts_for_each_of_them(api: Api) -> None:
    """By GET, by POST, as a stream; two of five reads are answered by a fault."""
    first, second = await _tasks(api)
    api.finish(api.job(first))
    blip(api.running, "stupeflix", "main")
    client, keys = api.running.client, [("tasks", first), ("tasks", second)]
    asked = [*keys, ("secret", SECRET)]
    said = {"secret": SECRET, "tasks": [first, second]}

    reads = [
        await client.get(f"{ROOT}/status", params=asked),
        await client.post(f"{ROOT}/status", json=said),
        await client.get(f"{ROOT}/status", params=asked),
        await client.post(f"{ROOT}/status", json=said),
        await client.post(f"{ROOT}/status_stream", json=said),
    ]
    await reads[-1].read()

    assert [read.status for read in reads] == [200, 503, 503, 200, 200]
    seen(api.running, "stupeflix", "main", first).assert_polled(at_most=5, at_least=5)
    seen(api.running, "stupeflix", "main", second).assert_polled(at_most=5, at_least=5)


async def test_videos_thumbnails_and_reports_are_no_polls(api: Api) -> None:
    job = await api.render(STORED)
    api.finish(job)
    await api.get("/alice/clip1/iphone/")
    await api.get("/alice/clip1/iphone/thumb.jpg/")
    await api.get("/alice/clip1/iphone/report.xml/")

    handle = seen(api.running, "stupeflix", "main", job.id)

    assert [one.operation for one in handle.exchanges][1:] == [
        "get-profile",
        "get-thumbnail",
        "get-report",
    ]
    assert handle.polls == []
