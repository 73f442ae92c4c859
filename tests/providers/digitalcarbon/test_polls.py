"""What counts as a poll of a job, and what does not."""

from tests.providers.digitalcarbon.conftest import Api
from tests.providers.polls import blip, seen


async def test_five_status_reads_count_five_whoever_answers_them(api: Api) -> None:
    job = await api.submit()
    blip(api.running, "digitalcarbon", "main")

    statuses = [(await api.get(f"/{job}/status")).status for _ in range(5)]

    assert statuses == [200, 503, 503, 200, 200]
    seen(api.running, "digitalcarbon", "main", job).assert_polled(at_most=5, at_least=5)


async def test_results_and_files_are_no_polls(api: Api) -> None:
    job = await api.finished()
    results = await (await api.get(f"/{job}/results")).json()
    path = results["video_url"].removeprefix(api.running.origin)
    await api.running.client.get(path)

    handle = seen(api.running, "digitalcarbon", "main", job)

    assert [one.operation for one in handle.exchanges][1:] == ["results", "video"]
    assert handle.polls == []
