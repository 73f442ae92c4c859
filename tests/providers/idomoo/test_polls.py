"""What counts as a poll of a job, and what does not."""

from io import BytesIO

from tests.providers.idomoo.conftest import Api
from tests.providers.polls import blip, seen


async def test_five_status_reads_count_five_whoever_answers_them(api: Api) -> None:
    render = (await (await api.storyboard()).json())["unique_id"]
    blip(api.running, "idomoo", "1234")

    reads = [await api.fetch(f"/api/v2/check_status/{render}") for _ in range(5)]

    assert [read.status for read in reads] == [200, 503, 503, 200, 200]
    seen(api.running, "idomoo", "1234", render).assert_polled(at_most=5, at_least=5)


async def test_reading_a_scene_polls_its_export(api: Api) -> None:
    made = await api.ask("POST", "/scenes?library=501&filename=intro.idm")
    scene = (await made.json())["scene_id"]
    link = (await made.json())["url"].removeprefix(api.running.origin)
    await api.running.client.put(link, data=BytesIO(b"scene"))

    await api.read(f"/scenes/{scene}")

    export = f"scene-{scene}@idomoo.1234"
    seen(api.running, "idomoo", "1234", export).assert_polled(at_most=1, at_least=1)


async def test_files_and_pages_are_no_polls(api: Api) -> None:
    done = await api.rendered()
    await api.file(done["output"]["video"][0]["links"]["url"])
    await api.fetch(f"/lp/7/{done['unique_id']}")

    handle = seen(api.running, "idomoo", "1234", done["unique_id"])

    assert [one.operation for one in handle.exchanges][1:] == ["media", "landing-page"]
    assert handle.polls == []
