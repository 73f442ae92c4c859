"""An end that somebody brings about is told at once, and only once."""

import json
from urllib.parse import parse_qsl, quote

import pytest
from yarl import URL

from tests.delivery.sink import Sink
from tests.providers.stupeflix.conftest import MOVIE, SECRET, Api, profiles

VERBS = [("POST", "/fail"), ("DELETE", "")]


async def _by_hand(api: Api, job_id: str, method: str, verb: str) -> None:
    """Let the control API end a job."""
    url = f"{api.running.origin}/_mock/api/jobs/{quote(job_id, safe='')}{verb}"
    answer = await api.running.client.session.request(method, URL(url, encoded=True))
    assert answer.status == 200, await answer.text()


def _states(sink: Sink) -> list[str]:
    return [dict(parse_qsl(body.decode()))["status"] for body in sink.bodies]


async def _notified(api: Api, sink: Sink) -> str:
    """Order a profile whose every state is told; return its name."""
    notify = f'<notify url="{sink.url()}" statusRegexp=""/>'
    job = await api.render(profiles(notify, "<stupeflixStore/>"))
    await api.settle()
    return job.id


async def _later(api: Api) -> None:
    """Let a day pass."""
    api.space.clock.advance(86_400)
    await api.settle()


@pytest.mark.parametrize(("method", "verb"), VERBS)
async def test_a_profile_that_is_failed_or_deleted_notifies_now(
    api: Api, sink: Sink, method: str, verb: str
) -> None:
    job_id = await _notified(api, sink)

    await _by_hand(api, job_id, method, verb)
    now = _states(sink)
    await _later(api)

    assert now == ["queued", "error"]
    assert _states(sink) == now


async def test_a_profile_that_is_cancelled_notifies_now(api: Api, sink: Sink) -> None:
    await _notified(api, sink)

    await api.get("/alice/clip1/iphone/", method="DELETE")
    await api.settle()
    now = _states(sink)
    await _later(api)

    assert now == ["queued", "error"]
    assert _states(sink) == now


async def _task(api: Api, *, host: str = "", **task: str) -> str:
    """Queue a task; return its key."""
    wanted = {"task_name": "video.create", "definition": MOVIE.decode(), **task}
    made = await api.running.client.post(
        "/v2/create" if host else "/stupeflix/v2/create",
        json={"secret": SECRET, "tasks": [wanted]},
        headers={"Host": host} if host else {},
    )
    return str((await made.json())[0]["key"])


@pytest.mark.parametrize(("method", "verb"), VERBS)
async def test_a_task_that_is_failed_or_deleted_calls_back_now(
    api: Api, sink: Sink, method: str, verb: str
) -> None:
    key = await _task(api, url_callback=sink.url("/good"), url_errback=sink.url("/bad"))
    api.space.clock.advance(1)

    await _by_hand(api, key, method, verb)
    now = [seen.target for seen in sink.seen]
    await _later(api)

    assert now == ["/bad"]
    assert [seen.target for seen in sink.seen] == now
    assert json.loads(sink.bodies[0])["status"] == "error"


async def test_a_link_in_a_callback_leads_back_through_the_task_s_door(
    api: Api, sink: Sink
) -> None:
    """The task came to the provider's own host; so does its link."""
    key = await _task(api, host="dragon.stupeflix.com", url_callback=sink.url())

    api.finish(api.job(key))
    await api.settle()

    assert json.loads(sink.bodies[0])["result"]["export"] == (
        f"http://dragon.stupeflix.com/storage/tasks/{key}/export.mp4"
    )


async def test_nothing_is_left_of_a_deleted_profile(api: Api, sink: Sink) -> None:
    """What was told of it, and what became of its uploads, goes with it."""
    notify = f'<notify url="{sink.url()}" statusRegexp=""/>'
    job = await api.render(profiles(notify, f'<httpPOST url="{sink.url()}"/>'))
    api.finish(job)
    await api.settle()
    told = len(api.space.table("stupeflix", "told"))

    await _by_hand(api, job.id, "DELETE", "")

    assert told == 1
    assert len(api.space.table("stupeflix", "told")) == 0


async def test_a_deleted_profile_still_tells_of_its_uploads(
    api: Api, sink: Sink
) -> None:
    """The last notification names what had been uploaded before the end."""
    notify = f'<notify url="{sink.url()}" statusRegexp="error"/>'
    post = f'<httpPOST url="{sink.url()}"/>'
    job = await api.render(profiles(notify, post, "<stupeflixStore/>"))
    api.space.clock.set(job.ends_at - 1)
    await api.settle()

    await _by_hand(api, job.id, "DELETE", "")

    told = dict(parse_qsl(sink.bodies[-1].decode()))
    assert (told["status"], told["available-0-id"]) == ("error", sink.url())
