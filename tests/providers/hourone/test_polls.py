"""What counts as a poll of a job, and what does not."""

from tests.providers.hourone.conftest import Api
from tests.providers.polls import blip, seen


async def test_five_status_reads_count_five_whoever_answers_them(api: Api) -> None:
    video = (await api.start())["id"]
    blip(api.running, "hourone", "main")

    statuses = [(await api.get(f"/videos/{video}")).status for _ in range(5)]

    assert statuses == [200, 503, 503, 200, 200]
    seen(api.running, "hourone", "main", video).assert_polled(at_most=5, at_least=5)


async def test_a_list_is_a_poll_of_each_video_on_it(api: Api) -> None:
    first, second = (await api.start())["id"], (await api.start())["id"]

    await api.get("/videos")

    seen(api.running, "hourone", "main", first).assert_polled(at_most=1, at_least=1)
    seen(api.running, "hourone", "main", second).assert_polled(at_most=1, at_least=1)


async def test_the_journal_names_all_jobs_of_a_list(api: Api) -> None:
    first, second = (await api.start())["id"], (await api.start())["id"]
    await api.get("/videos")

    listed = await api.running.client.get("/_mock/api/exchanges", params={"job": first})

    told = (await listed.json())["exchanges"]
    assert [
        (one["operation"], one["is_poll"], sorted(one["jobs"])) for one in told
    ] == [
        ("list-videos", True, sorted([first, second])),
        ("create-video", False, [first]),
    ]


async def test_metadata_subtitles_pages_and_files_are_no_polls(api: Api) -> None:
    video = await api.finish()
    await api.get(f"/videos/{video['id']}/metadata")
    await api.post(f"/videos/{video['id']}/subtitles", {"language_code": "en"})
    await api.file(video["download_url"])
    await api.file(video["video_player_url"])

    handle = seen(api.running, "hourone", "main", video["id"])

    assert [one.operation for one in handle.exchanges][2:] == [
        "video-metadata",
        "create-subtitles",
        "video",
        "player",
    ]
    assert [one.operation for one in handle.polls] == ["get-video"]
