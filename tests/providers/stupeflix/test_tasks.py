"""The Tasks API: create, block, stream, status, storage, callbacks."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.engine.jobs import Job
from tests.delivery.sink import Sink
from tests.providers.stupeflix.conftest import (
    ACCESS,
    MOVIE,
    SECRET,
    Api,
    Start,
    md5_hex,
)

CREATE = "/stupeflix/v2/create"
STATUS = "/stupeflix/v2/status"
FILES = "/stupeflix/v2/storage/files"
TASK = {"task_name": "video.create", "definition": MOVIE.decode()}
WRONG = {"name": "secret", "location": "header", "description": "bad credentials"}


async def post(api: Api, path: str, **body: object) -> ClientResponse:
    return await api.running.client.post(path, json={"secret": SECRET, **body})


async def create(api: Api, *tasks: Mapping[str, object], **more: object) -> Any:
    response = await post(api, CREATE, tasks=list(tasks or (TASK,)), **more)
    assert response.status == 200
    return await response.json()


async def status(api: Api, *keys: str, **more: object) -> Any:
    response = await post(api, STATUS, tasks=list(keys), **more)
    assert response.status == 200
    return await response.json()


def job_of(api: Api, told: list[dict[str, Any]]) -> Job:
    return api.job(told[0]["key"])


async def finished(api: Api, *tasks: Mapping[str, object]) -> list[dict[str, Any]]:
    told = await create(api, *tasks)
    api.space.clock.set(max(api.job(one["key"]).ends_at for one in told))
    found: list[dict[str, Any]] = await status(api, *(one["key"] for one in told))
    return found


async def test_a_task_is_queued(api: Api) -> None:
    told = (await create(api))[0]

    assert told.pop("key").isalnum()
    assert told == {
        "status": "queued",
        "progress": 0,
        "events": {
            "queued": "2023-11-14T22:13:20Z",
            "started": None,
            "completed": None,
        },
    }


async def test_a_key_has_26_letters_and_digits(api: Api) -> None:
    key = (await create(api))[0]["key"]

    assert len(key) == 26
    assert set(key) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("end", ["", "/"])
async def test_one_task_may_stand_alone(api: Api, version: str, end: str) -> None:
    response = await post(api, f"/stupeflix/{version}/create{end}", tasks=TASK)

    assert response.status == 200
    assert len(await response.json()) == 1


async def test_statuses_come_in_the_order_of_the_tasks(api: Api) -> None:
    info = {"task_name": "video.info", "url": "http://example.com/a.mp4"}
    told = await finished(api, TASK, info)

    assert [one["result"]["duration"] for one in told] == [2.0, 10.0]


async def test_partial_results_are_told_while_executing(api: Api) -> None:
    told = await create(api, {**TASK, "preview": True})
    job = job_of(api, told)
    api.space.clock.set(job.entered_at(1) + 0.5 * (job.ends[1] - job.ends[0]))

    found = (await status(api, job.id))[0]

    assert (found["status"], found["progress"]) == ("executing", 50)
    assert found["result"] == {
        "duration": 2.0,
        "width": 640,
        "height": 360,
        "preview": f"{api.running.origin}/stupeflix/storage/tasks/{job.id}/preview.flv",
    }


@pytest.mark.ffmpeg
async def test_the_files_of_a_video_are_there_in_the_end(api: Api) -> None:
    told = (await finished(api, {**TASK, "preview": True, "profile": "flash-small"}))[0]
    answers = [
        await api.running.client.session.get(told["result"][name])
        for name in ("export", "preview", "thumbnail")
    ]
    bodies = [await answer.read() for answer in answers]

    assert told["status"] == "success"
    assert told["events"]["completed"] is not None
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [body[:3] for body in bodies] == [b"FLV", b"FLV", b"\xff\xd8\xff"]
    assert answers[0].headers["ETag"] == f'"{md5_hex(bodies[0])}"'


async def test_without_export_there_is_only_what_was_asked_for(api: Api) -> None:
    told = (await finished(api, {**TASK, "export": False}))[0]

    assert set(told["result"]) == {"duration", "width", "height", "thumbnail"}


@pytest.mark.parametrize(
    ("task", "wrong"),
    [
        ({"task_name": "video.make"}, {"task_name": ["unknown task 'video.make'"]}),
        ({"task_name": "video.create"}, {"definition": ["Required"]}),
        (
            {"task_name": "video.create", "definition": "<movie>"},
            {"definition": ["the body is not well-formed XML"]},
        ),
        (
            {"task_name": "video.create", "definition": "<movie/>"},
            {"definition": ["movie: needs attribute service"]},
        ),
        ({**TASK, "profile": "4k"}, {"profile": ["unknown profile '4k'"]}),
        ({**TASK, "antialias": 3}, {"antialias": ["must be 1, 2 or 4"]}),
        ({**TASK, "preview": 1}, {"preview": ["must be true or false"]}),
        (
            {**TASK, "thumbnail_time": -1},
            {"thumbnail_time": ["must be a number of seconds"]},
        ),
        ({"task_name": "video.thumb"}, {"url": ["Required: http or https URL"]}),
    ],
)  # fmt: skip
async def test_wrong_parameters_are_the_tasks_error(
    api: Api, task: Mapping[str, object], wrong: dict[str, list[str]]
) -> None:
    told = (await finished(api, task))[0]

    assert told["status"] == "error"
    assert told["error"] == {"parameters": wrong}


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("video.convert", "output"),
        ("video.reverse", "output"),
        ("video.strip", "output"),
        ("video.thumb", "output"),
        ("image.gif", "output"),
        ("image.strip", "output"),
        ("image.thumb", "output"),
        ("audio.convert", "output"),
        ("audio.waveform", "output"),
    ],
)
async def test_each_kind_of_task_makes_its_file(
    api: Api, name: str, result: str
) -> None:
    task = {"task_name": name, "url": "http://example.com/file"}

    told = (await finished(api, task))[0]
    file = await api.running.client.session.get(told["result"][result])

    assert told["status"] == "success"
    assert (file.status, len(await file.read()) > 100) == (200, True)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("video.info", "frame_rate"),
        ("video.upload.fb", "url"),
        ("video.upload.vimeo", "url"),
        ("video.upload.youtube", "url"),
        ("image.info", "width"),
        ("audio.beats", "beats"),
        ("audio.info", "duration"),
        ("html.scrape", "title"),
    ],
)
async def test_each_other_kind_tells_its_facts(api: Api, name: str, key: str) -> None:
    task = {"task_name": name, "url": "http://example.com/file"}

    told = (await finished(api, task))[0]

    assert key in told["result"]


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": f"Secret {SECRET}"}, {"Authorization": f"Api-Key {ACCESS}"}],
)
async def test_keys_may_travel_in_a_header(api: Api, headers: dict[str, str]) -> None:
    response = await api.running.client.post(
        CREATE, json={"tasks": [TASK]}, headers=headers
    )

    assert response.status == 200


async def test_a_secret_may_travel_in_the_query(api: Api) -> None:
    key = (await create(api))[0]["key"]

    response = await api.running.client.get(f"{STATUS}?secret={SECRET}&tasks={key}")

    assert (await response.json())[0]["key"] == key


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"tasks": [TASK]}, {}),
        ({"tasks": [TASK], "secret": "x"}, {}),
        ({"tasks": [TASK], "secret": 7}, {}),
        ({"tasks": [TASK], "secret": ACCESS}, {}),
        ({"tasks": [TASK], "api_key": SECRET}, {}),
        ({"tasks": [TASK]}, {"Authorization": "Secret x"}),
        ([], {}),
    ],
)
async def test_bad_credentials_are_refused(
    api: Api, body: object, headers: dict[str, str]
) -> None:
    response = await api.running.client.post(CREATE, json=body, headers=headers)

    assert response.status == 401
    assert await response.json() == {"status": "error", "errors": [WRONG]}


@pytest.mark.parametrize(
    ("page", "expected"),
    [("https://good.example/x", 200), ("https://bad.example/", 401), ("", 401)],
)
async def test_an_api_key_needs_a_known_page(
    start: Start, page: str, expected: int
) -> None:
    settings = {"stupeflix": {"referrers": "good.example, other.example"}}
    api = await start(providers_settings=settings)

    response = await api.running.client.post(
        CREATE, json={"tasks": [TASK], "api_key": ACCESS}, headers={"Referer": page}
    )

    assert response.status == expected


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "tasks"),
        ({"tasks": []}, "tasks"),
        ({"tasks": [{}]}, "tasks.0.task_name"),
        ({"tasks": [TASK], "block": "yes"}, "block"),
    ],
)
async def test_a_wrong_request_is_told_by_its_field(
    api: Api, body: dict[str, object], name: str
) -> None:
    response = await post(api, CREATE, **body)
    document = await response.json()

    assert response.status == 400
    assert document["status"] == "error"
    assert (document["errors"][0]["name"], document["errors"][0]["location"]) == (
        name, "body"
    )  # fmt: skip


async def test_broken_json_is_told_so(api: Api) -> None:
    response = await api.running.client.post(
        CREATE, data=b"{", headers={"Authorization": f"Secret {SECRET}"}
    )

    assert response.status == 400
    assert (await response.json())["errors"] == [
        {"name": "body", "location": "body", "description": "Invalid JSON"}
    ]


async def test_an_unknown_key_is_an_error_of_its_own(api: Api) -> None:
    assert await status(api, "A" * 26) == [
        {"status": "error", "key": "A" * 26, "error": "unknown task"}
    ]


async def test_another_accounts_task_is_unknown(api: Api) -> None:
    key = (await create(api))[0]["key"]

    response = await api.running.client.post(
        STATUS, json={"secret": SECRET[:-1] + "3", "tasks": [key]}
    )

    assert (await response.json())[0]["error"] == "unknown task"


async def test_tasks_are_no_rows_of_the_older_api(api: Api) -> None:
    await create(api)

    assert await api.rows("/status/") == []


async def test_blocking_waits_for_the_clock(api: Api) -> None:
    waiting = asyncio.create_task(create(api, block=True))
    while not len(api.space.jobs("stupeflix")):
        await asyncio.wait({waiting}, timeout=0.01)
    assert not waiting.done()

    api.space.clock.advance(3600)

    assert (await waiting)[0]["status"] == "success"


async def test_blocking_is_over_when_a_task_is_made_to_end(api: Api) -> None:
    told = await create(api)
    waiting = asyncio.create_task(status(api, told[0]["key"], block=True))
    await api.running.let_wait(waiting)
    engine = api.space.jobs("stupeflix")
    engine.force(
        job_of(api, told), api.running.instance.services.providers["stupeflix"].failure
    )

    assert (await waiting)[0]["error"] == "the video could not be generated"


async def test_at_pace_step_blocking_is_over_at_once(start: Start) -> None:
    api = await start(pace="step")

    assert (await create(api, block=True))[0]["status"] == "success"


async def test_ninety_blocked_clients_hold_no_thread(api: Api) -> None:
    told = await create(api)
    waiting = [
        asyncio.create_task(status(api, told[0]["key"], block=True)) for _ in range(90)
    ]
    await api.running.let_wait(*waiting)
    quick = await api.rows("/status/")

    api.space.clock.advance(3600)
    answers = await asyncio.gather(*waiting)

    assert quick == []
    assert {answer[0]["status"] for answer in answers} == {"success"}


async def lines(response: ClientResponse) -> AsyncIterator[Any]:
    async for line in response.content:
        yield json.loads(line)


@pytest.mark.parametrize("path", ["create_stream"])
async def test_a_stream_tells_each_change(start: Start, path: str) -> None:
    api = await start(pace="step")

    response = await post(
        api, f"/stupeflix/v2/{path}", tasks=[TASK, {"task_name": "x"}]
    )
    told = [line async for line in lines(response)]
    first = [one["key"] for one in told[0]]

    assert response.headers["Content-Type"] == "application/json"
    assert [one["status"] for one in told[0]] == ["queued", "queued"]
    assert [(first.index(one["key"]), one["status"]) for one in told[1:]] == [
        (1, "error"),
        *[(0, "executing")] * 4,
        (0, "success"),
    ]


class Hasty:
    """A wall clock that only moves when somebody looks: at x100000, by so much."""

    def __init__(self, step_s: float) -> None:
        self.at_s, self.step_s = 1.7e9, step_s

    def __call__(self) -> float:
        self.at_s += self.step_s / 100_000
        return self.at_s


@pytest.mark.parametrize("step_s", [0.02, 0.1, 0.3, 0.5, 1.0, 2.0, 7.0, 60.0])
@pytest.mark.parametrize("others", [0, 3])
async def test_a_stream_ends_with_the_final_state_at_every_pace(
    start: Start, step_s: float, others: int
) -> None:
    api = await start(pace="x100000", wall=Hasty(step_s), epoch="now")
    tasks = [TASK, *[{"task_name": "x"}] * others]

    response = await post(api, "/stupeflix/v2/create_stream", tasks=tasks)
    first, *told = [line async for line in lines(response)]

    final = {one["key"]: one["status"] for one in [*first, *told]}
    assert [*final.values()] == ["success", *["error"] * others]


@pytest.mark.parametrize("step_s", [0.1, 0.5, 1.0, 7.0])
async def test_a_blocking_call_ends_with_the_final_state_at_every_pace(
    start: Start, step_s: float
) -> None:
    api = await start(pace="x100000", wall=Hasty(step_s), epoch="now")

    told = await create(api, TASK, block=True)

    assert [one["status"] for one in told] == ["success"]


@pytest.mark.parametrize("path", ["status_stream", "stream"])
async def test_a_stream_of_known_tasks_ends_with_them(api: Api, path: str) -> None:
    told = await create(api)
    key = told[0]["key"]
    response = await api.running.client.get(
        f"/stupeflix/v2/{path}?secret={SECRET}&tasks={key}"
    )
    stream = lines(response)
    first = await anext(stream)
    api.space.clock.advance(3600)
    rest = [line async for line in stream]

    assert first[0]["status"] == "queued"
    assert [line["status"] for line in rest] == ["success"]


async def test_details_bring_the_task_back(api: Api) -> None:
    told = await create(api, {**TASK, "profile": "iphone"})

    found = (await status(api, told[0]["key"], details=True))[0]

    assert found["task"] == {"task_name": "video.create", "profile": "iphone"}


async def test_the_storage_lists_finished_files(api: Api) -> None:
    key = (await finished(api))[0]["key"]
    top = await api.running.client.get(f"{FILES}/?secret={SECRET}")
    below = await api.running.client.get(f"{FILES}/{key}/?secret={SECRET}")
    deep = await api.running.client.get(f"{FILES}?secret={SECRET}&recursive=true")

    assert await top.json() == {"files": [], "directories": [key]}
    assert [file["path"] for file in (await below.json())["files"]] == [
        f"{key}/export.mp4",
        f"{key}/thumbnail.jpg",
    ]
    assert await deep.json() == await below.json()


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 2),
        ({"dry_run": True}, 2),
        ({"urls": []}, 0),
        ({"from": "2023-11-14T00:00:00Z", "to": "2023-11-15T00:00:00"}, 2),
        ({"from": "2024-01-01"}, 0),
        ({"to": "2023-01-01"}, 0),
        ({"max_age": 0}, 2),
        ({"max_age": 3600}, 0),
    ],
)
async def test_files_are_deleted_by_date_age_or_link(
    api: Api, wanted: dict[str, object], count: int
) -> None:
    await finished(api)
    api.space.clock.advance(1)

    response = await api.running.client.delete(
        f"{FILES}/", json={"secret": SECRET, **wanted}
    )
    gone = await response.json()
    left = await api.running.client.get(f"{FILES}?secret={SECRET}&recursive=1")

    assert len(gone["deleted"]) == count
    kept = 2 if wanted.get("dry_run") else 2 - count
    assert len((await left.json())["files"]) == kept


async def test_a_wrong_date_is_told(api: Api) -> None:
    response = await api.running.client.delete(
        f"{FILES}/", json={"secret": SECRET, "from": "yesterday"}
    )

    assert response.status == 400
    assert (await response.json())["errors"][0]["name"] == "from"


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("store", "days", "kept_days"), [("persistent", 3, 3), ("volatile", 0, 7)]
)
async def test_files_expire(api: Api, store: str, days: int, kept_days: int) -> None:
    path = "/stupeflix/v2/storage/expiration"
    assert await (await post(api, path, days=days)).json() == {"days": days}
    task = {**TASK, "task_store": {"type": store}}
    link = (await finished(api, task))[0]["result"]["export"]
    api.space.clock.advance(kept_days * 86_400 - 1)
    last = await api.running.client.session.get(link)
    api.space.clock.advance(1)
    later = await api.running.client.session.get(link)

    assert (last.status, later.status) == (200, 404)


async def test_nothing_expires_unless_it_is_said(api: Api) -> None:
    response = await api.running.client.get(
        f"/stupeflix/v2/storage/expiration?secret={SECRET}"
    )

    assert await response.json() == {"days": 0}


@pytest.mark.parametrize("days", [-1, 1.5, "x", True, None])
async def test_days_are_whole(api: Api, days: object) -> None:
    response = await post(api, "/stupeflix/v2/storage/expiration", days=days)

    assert response.status == 400


async def test_a_callback_brings_the_final_status(api: Api, sink: Sink) -> None:
    task = {
        **TASK,
        "url_callback": sink.url("/good"),
        "url_errback": sink.url("/bad"),
    }
    told = await finished(api, task)
    await api.settle()
    seen = sink.seen[0]

    assert [one.target for one in sink.seen] == ["/good"]
    assert seen.header("Content-Type") == ["application/json"]
    assert json.loads(seen.body) == told[0]


async def test_an_errback_brings_the_error(api: Api, sink: Sink) -> None:
    task = {"task_name": "video.thumb", "url_errback": sink.url("/bad")}
    await finished(api, task)
    await api.settle()

    assert [one.target for one in sink.seen] == ["/bad"]
    assert json.loads(sink.bodies[0])["status"] == "error"


async def test_a_callback_may_precede_the_end(start: Start, sink: Sink) -> None:
    api = await start(providers_settings={"stupeflix": {"callback_lead_s": 1.0}})
    told = await create(api, {**TASK, "url_callback": sink.url()})
    job = job_of(api, told)
    api.space.clock.set(job.ends_at - 0.5)
    await api.settle()

    assert json.loads(sink.bodies[0])["status"] == "success"
    assert (await status(api, job.id))[0]["status"] == "executing"


@pytest.mark.parametrize("path", ["/stupeflix/v2/nothing", "/stupeflix/v2/"])
async def test_an_unknown_path_is_worded_as_json(api: Api, path: str) -> None:
    response = await api.running.client.get(path)

    assert response.status == 404
    assert (await response.json())["status"] == "error"


async def test_pages_that_may_use_a_key_are_those_of_its_space(api: Api) -> None:
    """A space's own `referrers` count before the call has entered the space."""
    api.space.settings["stupeflix", "referrers"] = "good.example"

    response = await api.running.client.post(
        CREATE,
        json={"tasks": [TASK], "api_key": ACCESS},
        headers={"Referer": "https://bad.example/"},
    )

    assert response.status == 401


async def test_a_page_asks_before_it_posts_json(api: Api) -> None:
    """Browsers send a preflight without credentials (contract, appendix B)."""
    response = await api.running.client.options(
        CREATE,
        headers={
            "Origin": "https://good.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )

    assert (response.status, await response.text()) == (204, "")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == (
        "GET, POST, DELETE, OPTIONS"
    )
    assert response.headers["Access-Control-Allow-Headers"] == (
        "Authorization, Content-Type"
    )


async def test_a_page_may_read_answers_and_errors_of_tasks(api: Api) -> None:
    good = await post(api, CREATE, tasks=[TASK])
    bad = await api.running.client.post(CREATE, json={"tasks": [TASK]})

    assert (good.status, bad.status) == (200, 401)
    assert good.headers["Access-Control-Allow-Origin"] == "*"
    assert bad.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_signed_service_says_nothing_to_pages(api: Api) -> None:
    response = await api.get("/status/")

    assert response.status == 200
    assert "Access-Control-Allow-Origin" not in response.headers
