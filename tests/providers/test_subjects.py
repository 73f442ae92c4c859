"""What scenarios ask each provider: its errors by name, the job a call is about."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.engine.jobs import Job, Request
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.call import Call
from mockserver.providers.door import Door
from mockserver.scenarios.problems import PROBLEMS

PROVIDERS = ("digitalcarbon", "hourone", "idomoo", "impossible", "stupeflix")
STATUSES = {
    "unauthorized": {401, 403},
    "forbidden": {403},
    "not-found": {404},
    "invalid": {400, 422},
    "conflict": {409},
    "not-ready": {400, 404, 409, 422},
    "too-large": {413},
    "rate-limited": {429, 503},
    "out-of-credits": {402, 403, 429},
    "internal": {500},
    "unavailable": {500, 503},
}
LIFE = Timeline((Step("waiting", Phase.WAITING, 10.0), Step("done", Phase.SUCCEEDED)))
OVER = Timeline((Step("done", Phase.SUCCEEDED),))

Ask = Callable[..., Call]
Submit = Callable[..., Job]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Return the parts of a server that does not run."""
    return build(pace="manual", media_dir=tmp_path)


@pytest.fixture
def ask(instance: Instance) -> Ask:
    """Return a function that makes a call as if it had entered its space."""

    def make(slug: str, path: str, *, space: str = "test", method: str = "GET") -> Call:
        provider = instance.services.providers[slug]
        match = provider.routes.match(method, path.partition("?")[0])
        assert match.route is not None
        call = Call(
            make_mocked_request(method, path),
            services=instance.services,
            provider=provider,
            door=Door("path", f"/{slug}"),
            path=path.partition("?")[0],
            route=match.route,
            parameters=match.parameters,
        )
        call._space = instance.services.spaces.open(space)
        return call

    return make


@pytest.fixture
def submit(instance: Instance) -> Submit:
    """Return a function that puts a job into the test's space."""

    def make(slug: str, operation: str, job_id: str, life: Timeline = LIFE) -> Job:
        engine = instance.services.spaces.open("test").jobs(slug)
        data: dict[str, Any] = {"outputs": []}
        return engine.submit(Request(operation, data, life, job_id=job_id))

    return make


async def found(call: Call) -> str | None:
    """Return the identifier of the job that a call is about."""
    await call.find_subject()
    return None if call.job is None else call.job.id


@pytest.mark.parametrize("problem", STATUSES)
@pytest.mark.parametrize("slug", PROVIDERS)
def test_each_problem_is_worded(instance: Instance, slug: str, problem: str) -> None:
    """Each canonical problem is an error of its kind, on every operation but v1's."""
    provider = instance.services.providers[slug]
    make = {**PROBLEMS, **provider.problems}[problem]
    request = make_mocked_request("GET", "/x")
    calls = [
        Call(
            request,
            services=instance.services,
            provider=provider,
            door=Door("path", f"/{slug}"),
            path="/x",
            route=route,
            parameters=dict.fromkeys(("id", "movie", "project"), "x"),
        )
        for route in provider.routes
        if route.operation != "v1-generate"
    ]

    replies = [provider.render_error(call, make()) for call in calls]

    assert {reply.status for reply in replies} <= STATUSES[problem]
    assert all(reply.body and b"{" + b"problem}" not in reply.body for reply in replies)


def test_the_problems_are_those_of_the_scenarios() -> None:
    assert {*STATUSES} == {*PROBLEMS}


@pytest.mark.parametrize("slug", PROVIDERS)
def test_what_reads_a_state_says_of_which_job(instance: Instance, slug: str) -> None:
    provider = instance.services.providers[slug]

    polls = [route for route in provider.routes if route.polls]

    assert polls
    assert all(route.subject is not None for route in polls)


@pytest.mark.parametrize(
    ("path", "job"),
    [
        ("/stupeflix-1.0/me/film/small/status/", "me/film/small"),
        ("/stupeflix-1.0/me/film/small/", "me/film/small"),
        ("/stupeflix-1.0/me/film/status/", "me/film/small"),
        ("/stupeflix-1.0/me/other/status/", None),
        ("/stupeflix-1.0/status/", "me/film/small"),
        ("/v2/status?tasks=TASK", "TASK"),
        ("/v2/status?tasks=NONE", None),
        ("/v2/status", None),
        ("/storage/tasks/TASK/export.mp4", "TASK"),
        ("/storage/stupeflix/none.mp4", None),
    ],
)
async def test_stupeflix_finds(
    ask: Ask, submit: Submit, path: str, job: str | None
) -> None:
    submit("stupeflix", "create-profiles", "me/film/big", OVER)
    submit("stupeflix", "create-profiles", "me/film/small")
    submit("stupeflix", "tasks-create", "TASK")

    assert await found(ask("stupeflix", path)) == job


@pytest.mark.parametrize(
    ("body", "job"),
    [
        (b'{"tasks": ["OTHER", "TASK"]}', "TASK"),
        (b'{"tasks": "TASK"}', "TASK"),
        (b'{"tasks": 5}', None),
        (b"[]", None),
        (b"no JSON", None),
    ],
)
async def test_stupeflix_finds_a_task_in_a_body(
    ask: Ask, submit: Submit, body: bytes, job: str | None
) -> None:
    submit("stupeflix", "tasks-create", "TASK")
    call = ask("stupeflix", "/v2/status", method="POST")
    call._body = body

    assert await found(call) == job


async def test_stupeflix_finds_what_is_over_when_nothing_else_is_there(
    ask: Ask, submit: Submit
) -> None:
    submit("stupeflix", "create-profiles", "me/film/big", OVER)

    assert (
        await found(ask("stupeflix", "/stupeflix-1.0/me/film/status/")) == "me/film/big"
    )


@pytest.mark.parametrize(
    ("path", "job"),
    [
        ("/api/v2/check_status/1/2/a_b", "1/2/a_b"),
        ("/media/1/2/a_b.mp4", "1/2/a_b"),
        ("/media/1/2/a_b_hd.mp4", "1/2/a_b"),
        ("/media/1/2/a_b-3.ts", "1/2/a_b"),
        ("/media/none.mp4", None),
        ("/lp/7/1/2/a_b", "1/2/a_b"),
        ("/api/v2/scenes/5", "scene-5@test"),
        ("/api/v2/scenes/x", None),
        ("/api/v2/scenes", None),
    ],
)
async def test_idomoo_finds(
    ask: Ask, submit: Submit, path: str, job: str | None
) -> None:
    submit("idomoo", "generate-storyboard", "1/2/a_b")
    submit("idomoo", "generate-scenes", "scene-5@test")

    assert await found(ask("idomoo", path)) == job


@pytest.mark.parametrize(
    ("path", "job"),
    [
        ("/v2/progress/v2:one", "v2:one"),
        ("/v2/render/v2:one.mp4", "v2:one"),
        ("/v2/progress/v2:none", None),
        ("/v2/batch/b1/status", "v2:one"),
        ("/v2/batch/run/r1/results", "v2:one"),
        ("/v2/batch/b2", None),
        ("/v2/batch/b3", "v2:over"),
        ("/v1/list/project", None),
    ],
)
async def test_impossible_finds(
    ask: Ask, submit: Submit, path: str, job: str | None
) -> None:
    submit("impossible", "render", "v2:over", OVER)
    submit("impossible", "render", "v2:one")
    call = ask("impossible", path)
    call.table("batch").put("b1", {"id": "b1", "run": "r1"})
    call.table("batch").put("b2", {"id": "b2", "run": None})
    call.table("batch").put("b3", {"id": "b3", "run": "r3"})
    call.table("run").put("r1", {"tokens": ["v2:over", "v2:gone", "v2:one"]})
    call.table("run").put("r3", {"tokens": ["v2:over"]})

    assert await found(call) == job
