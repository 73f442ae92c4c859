"""Streams: what is logged, what is made, and the end."""

from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import FROZEN, Api


async def streamed(api: Api, url: str, **headers: str) -> list[list[str]]:
    """Return the events of a stream: their lines, without the times in the ids."""
    response = await api.get(url, headers=headers)
    assert response.content_type == "text/event-stream"
    events = (await response.text()).strip().split("\n\n")
    return [
        [line if line[:3] != "id:" else f"id: {line.split(':')[-1]}" for line in lines]
        for lines in (event.split("\n") for event in events)
    ]


async def test_a_stream_logs_and_ends_with_the_file(serve: Serve) -> None:
    settings = {"replicate": {"result_delivery": "link"}}
    api = Api(await serve(pace="step", providers_settings=settings))
    made = await api.submit()

    events = await streamed(api, made["urls"]["stream"])

    link = (await api.read(made["id"]))["output"]
    assert events[0] == [
        "event: logs",
        "id: 2",
        "data: Moderating content...",
        "data: Generating video...",
    ]
    assert events[1] == ["event: logs", "id: 3", "data: Still generating..."]
    assert events[-2] == ["event: output", "id: 7", f"data: {link}"]
    assert events[-1] == ["event: done", "id: 8", "data: {}"]


async def test_who_comes_late_hears_all_from_the_start(api: Api) -> None:
    made = await api.submit()
    api.advance(100)

    events = await streamed(api, made["urls"]["stream"])

    assert [event[0] for event in events] == [
        "event: logs", "event: output", "event: done",
    ]  # fmt: skip


async def test_who_comes_back_hears_what_follows(api: Api) -> None:
    made = await api.submit()
    api.advance(100)

    events = await streamed(
        api, made["urls"]["stream"], **{"Last-Event-ID": "1893456000:6"}
    )

    assert [event[0] for event in events] == ["event: output", "event: done"]


async def test_a_failure_is_an_error_and_an_end(api: Api) -> None:
    made = await api.submit("/v1/models/mock/always-fails/predictions")
    api.advance(100)

    events = await streamed(api, made["urls"]["stream"])

    assert events[-2][0] == "event: error"
    assert events[-2][2].startswith('data: {"detail":"Prediction failed')
    assert events[-1][2] == 'data: {"reason":"error"}'


async def test_a_canceled_one_says_so(api: Api) -> None:
    stream = (await api.read(f"{FROZEN}5"))["urls"]["stream"]

    assert (await streamed(api, stream))[-1][2] == 'data: {"reason":"canceled"}'


async def test_a_stream_of_another_name_is_not_there(api: Api) -> None:
    stream = (await api.read(f"{FROZEN}5"))["urls"]["stream"]

    assert (await api.get(f"{stream[:-1]}9", headers={})).status == 404
