"""What counts as a poll of a job, and what does not."""

from tests.providers.impossible.conftest import Api
from tests.providers.polls import blip, seen

TASKS = [{"project": "demo-project", "movie": "welcome"}] * 2


async def test_five_status_reads_count_five_whoever_answers_them(api: Api) -> None:
    token = await api.rendering()
    blip(api.running, "impossible", "public")

    reads = [await api.get(f"/v2/progress/{token}") for _ in range(5)]

    assert [read.status for read in reads] == [200, 503, 503, 200, 200]
    seen(api.running, "impossible", "public", token).assert_polled(
        at_most=5, at_least=5
    )


async def test_a_batch_s_status_is_a_poll_of_its_tokens_and_its_results_are_not(
    api: Api,
) -> None:
    batch = (await (await api.post("/v2/batch", {})).json())["id"]
    await api.post(f"/v2/batch/{batch}/tasks", {"tasks": TASKS})
    await api.post(f"/v2/batch/{batch}/run")
    await api.get(f"/v2/batch/{batch}")
    await api.get(f"/v2/batch/{batch}/status")
    results = await (await api.get(f"/v2/batch/{batch}/results")).json()

    handles = [
        seen(api.running, "impossible", "public", one["token"]) for one in results
    ]
    assert [len(handle.polls) for handle in handles] == [2, 2]


async def test_media_are_no_polls(api: Api) -> None:
    token = await api.rendering()
    api.advance(10)
    await api.get(f"/v2/render/{token}.jpg")

    handle = seen(api.running, "impossible", "public", token)

    assert [one.operation for one in handle.exchanges] == ["render", "media"]
    assert handle.polls == []
