"""Nobody waits for what one request asks for: much of it is refused, or done aside."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.stupeflix.conftest import SECRET
from tests.providers.test_large_bodies import MP4, answered_meanwhile, ask, customer

MANY = 200_000
SCENE = {"name": "x", "transcript": "x"}
RULE = {"on": {"operation": "status"}, "fault": {"kind": "error", "status": 503}}


class Workshop(ThreadPoolExecutor):
    """The loop's threads; remembers what was done in them."""

    def __init__(self) -> None:
        super().__init__(2)
        self.done: list[str] = []

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **named: Any
    ) -> Future[Any]:
        work = fn.args[0] if isinstance(fn, partial) else fn
        self.done.append((work.func if isinstance(work, partial) else work).__name__)
        return super().submit(fn, *args, **named)


@pytest.fixture
async def workshop() -> Workshop:
    made = Workshop()
    asyncio.get_running_loop().set_default_executor(made)
    return made


@pytest.mark.parametrize("slug", ["digitalcarbon", "hourone", "idomoo", "impossible"])
async def test_a_body_of_too_many_values_is_too_large(serve: Serve, slug: str) -> None:
    """orjson holds the interpreter: eight million zeros kept everybody for 0.8 s."""
    player = await customer(serve, slug)

    response = await ask(player, {"x": [0] * MANY})

    assert response.status == 413


async def test_a_body_of_as_many_values_as_allowed_is_read(serve: Serve) -> None:
    player = await customer(serve, "digitalcarbon")

    response = await ask(player, {"x": [0] * (MANY - 100)})

    assert response.status == 200


async def test_a_long_text_is_one_value(serve: Serve) -> None:
    player = await customer(serve, "digitalcarbon")

    response = await ask(player, {"x": ",".join(["x" * 99_999] * 9)})

    assert response.status == 200


async def test_the_journal_says_how_many_values_there_may_be(serve: Serve) -> None:
    player = await customer(serve, "digitalcarbon", json_values_max=1000)

    response = await ask(player, {"x": [0] * 1000})

    (exchange,) = player.running.instance.services.journal.find(status=413)
    assert response.status == 413
    assert exchange.hint.startswith("looked for a JSON body of at most 1000 values")


async def test_a_control_call_of_too_many_values_is_413(serve: Serve) -> None:
    running = await serve()

    response = await running.client.post(
        "/_mock/api/exchanges/find", json=[0] * (MANY + 1)
    )

    assert response.status == 413
    assert await response.json() == {
        "error": "body: found 200001 values, expected at most 200000"
    }


@pytest.mark.parametrize(
    ("slug", "changes", "work"),
    [
        ("hourone", {"source_draft_id": "a1" * 12, "scenes": [SCENE] * 5000},
         "_overridden"),
        ("idomoo", {"output": {"video": [{**MP4, "suffix": "a"}] * 5000}},
         "check_output"),
        ("idomoo", {"output": {"video": [{**MP4, "suffix": str(n)}
                                         for n in range(5000)]}}, "answer"),
        ("idomoo", {"output": {"video": [{**MP4, "suffix": str(n)}
                                         for n in range(5000)]}}, "kept"),
        ("idomoo", {"data": [{"key": str(n), "val": "x"} for n in range(5000)]},
         "_filled_in"),
    ],
)  # fmt: skip
async def test_what_a_long_order_needs_is_worked_out_in_a_thread(
    serve: Serve, workshop: Workshop, slug: str, changes: dict[str, Any], work: str
) -> None:
    player = await customer(serve, slug)

    await ask(player, changes)

    assert work in workshop.done


@pytest.mark.parametrize(
    "body",
    [
        {"scenario": {"scenario": "x", "rules": [RULE] * 100}},
        {"yaml": "scenario: x\nrules: [{job: {fail_at: 50}}]"},
    ],
)
async def test_a_scenario_is_read_in_a_thread(
    serve: Serve, workshop: Workshop, body: dict[str, Any]
) -> None:
    """A megabyte of YAML takes seconds."""
    running = await serve()

    response = await running.client.post("/_mock/api/scenarios/validate", json=body)

    assert response.status == 200
    assert {"_whole", "_parsed"} & {*workshop.done}


async def test_others_are_answered_while_a_thousand_tasks_are_queued(
    serve: Serve,
) -> None:
    running = await serve()
    order = {"secret": SECRET, "tasks": [{"task_name": "x"}] * 1000}
    await running.client.get("/_mock/api/health")
    sent = running.client.post("/stupeflix/v2/create", json=order)
    asking = asyncio.ensure_future(sent)

    count = await answered_meanwhile(running, asking)

    response = await asking
    assert len(await response.json()) == 1000
    assert count >= 5


async def test_a_movie_has_a_name_for_at_most_a_hundred_formats(serve: Serve) -> None:
    """Each would be looked up, and learn all variables of the request."""
    player = await customer(serve, "impossible")

    response = await ask(player, {"movie": {f"a{n}": "m" for n in range(101)}})

    assert response.status == 400
    assert "movie: must have at most 100 members" in await response.text()


async def test_after_a_reset_of_jobs_those_of_the_fixtures_are_whole(
    serve: Serve,
) -> None:
    running = await serve()
    running.space("stupeflix", "states")
    before = await (await running.client.get("/_mock/api/jobs")).json()

    await running.client.post("/_mock/api/reset", json={"what": ["jobs"]})

    response = await running.client.get("/_mock/api/jobs")
    assert response.status == 200
    assert await response.json() == before


async def test_a_server_keeps_as_many_finished_jobs_as_it_is_told(serve: Serve) -> None:
    player = await customer(serve, "digitalcarbon", jobs_max=8)
    jobs = player.space.jobs("digitalcarbon")
    await ask(player, {})
    await ask(player, {})
    player.space.clock.advance(1_000_000)

    await ask(player, {})
    await ask(player, {})

    assert len(jobs) == 8  # with the six of the fixtures


async def test_a_server_forgets_what_has_been_finished_for_too_long(
    serve: Serve,
) -> None:
    player = await customer(serve, "digitalcarbon", jobs_keep_s=86_400)
    client = player.running.client
    advance = f"/_mock/api/spaces/{player.space.id}/clock/advance"
    job = await player.order()
    await client.post(advance, json={"by": "1h"})
    assert (await client.get(f"/_mock/api/jobs/{job}")).status == 200

    await client.post(advance, json={"by": "24h"})

    assert (await client.get(f"/_mock/api/jobs/{job}")).status == 404
