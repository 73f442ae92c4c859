"""What is to come in a space, before time is moved."""

from typing import Any

import pytest

from tests.edge.conftest import Running


async def _coming(server: Running, query: str = "") -> Any:
    return await server.get(f"/spaces/sketch.main/clock/coming{query}")


async def test_states_of_jobs_come_in_order(server: Running) -> None:
    job = await server.draw()

    told = await _coming(server)

    assert told["now"] == "2030-01-01T00:00:00.000Z"
    assert told["more"] is False
    assert [(one["in_s"], one["kind"], one["said"]) for one in told["coming"]] == [
        (10.0, "job", "drawing"),
        (30.0, "job", "drawn"),
    ]
    assert {one["job"] for one in told["coming"]} == {job}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?by=15s", 1),
        ("?by=10s", 1),
        ("?by=9s", 0),
        ("?until=2030-01-01T00:01:00Z", 2),
        ("?limit=1", 1),
    ],
)
async def test_it_ends_where_one_would_move_to(
    server: Running, query: str, count: int
) -> None:
    await server.draw()

    told = await _coming(server, query)

    assert len(told["coming"]) == count
    assert told["more"] is (query == "?limit=1")


async def test_what_is_to_be_told_comes_too(filled: Running) -> None:
    await filled.draw(hook="http://127.0.0.1:1/hook")

    told = await _coming(filled)

    kinds = {one["kind"]: one["in_s"] for one in told["coming"]}
    assert kinds["notify"] == 30.0


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?by=soon", "query/by: "),
        ("?until=soon", "query/until: found 'soon', expected a time such as"),
        ("?by=1h&until=2031-01-01", "query: found by and until, expected one of them"),
    ],
)
async def test_what_is_no_time_is_refused(
    server: Running, query: str, error: str
) -> None:
    path = f"/_mock/api/spaces/sketch.main/clock/coming{query}"

    response = await server.client.get(path)

    assert response.status == 400
    assert error in (await response.json())["error"]


async def test_nothing_moves_by_looking(server: Running) -> None:
    await server.draw()
    before = await server.get("/spaces/sketch.main/clock")

    await _coming(server, "?by=1h")

    assert await server.get("/spaces/sketch.main/clock") == before
