"""Time over the control API."""

from typing import Any

import pytest

from tests.edge.conftest import KEY, OTHER_KEY, Running, Serve

START = "2030-01-01T00:00:00.000Z"


async def _clock(server: Running, verb: str, body: Any = None) -> Any:
    return await server.post(f"/spaces/sketch.main/clock/{verb}", body)


@pytest.mark.parametrize(
    ("by", "now"),
    [
        ("2h", "2030-01-01T02:00:00.000Z"),
        ("1h30m", "2030-01-01T01:30:00.000Z"),
        ("1500ms", "2030-01-01T00:00:01.500Z"),
        (90, "2030-01-01T00:01:30.000Z"),
        (0.25, "2030-01-01T00:00:00.250Z"),
        ("0", START),
    ],
)
async def test_time_advances_by_durations(
    server: Running, by: str | float, now: str
) -> None:
    clock = await _clock(server, "advance", {"by": by})

    assert clock["now"] == now


@pytest.mark.parametrize(
    ("to", "now"),
    [
        ("2030-01-02T00:00:00Z", "2030-01-02T00:00:00.000Z"),
        ("2030-01-02", "2030-01-02T00:00:00.000Z"),
        ("2030-01-02T02:00:00+02:00", "2030-01-02T00:00:00.000Z"),
        (1_893_542_400, "2030-01-02T00:00:00.000Z"),
    ],
)
async def test_time_is_set_to_dates(server: Running, to: str | float, now: str) -> None:
    clock = await _clock(server, "set", {"to": to})

    assert clock["now"] == now


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("advance", {"by": "-1s"}, 400),
        ("advance", {"by": "soon"}, 400),
        ("advance", {"by": -1}, 409),
        ("advance", {"by": 1e12}, 409),
        ("advance", {}, 400),
        ("set", {"to": "2029-12-31T23:59:59Z"}, 409),
        ("set", {"to": "tomorrow"}, 400),
        ("set", {"to": 1e15}, 409),
        ("scale", {"rate": -1}, 409),
        ("scale", {"rate": "fast"}, 400),
        ("pace", {"pace": "x0"}, 400),
        ("freeze", {"by": "1s"}, 400),
    ],
)
async def test_what_is_impossible_is_refused_and_moves_nothing(
    server: Running, verb: str, body: Any, status: int
) -> None:
    await server.draw()

    response = await server.ask("POST", f"/spaces/sketch.main/clock/{verb}", body)

    assert response.status == status
    assert (await server.get("/spaces/sketch.main/clock"))["now"] == START


async def test_resume_freeze_and_scale_change_the_rate(server: Running) -> None:
    resumed = await _clock(server, "resume")
    scaled = await _clock(server, "scale", {"rate": 60})
    frozen = await _clock(server, "freeze")

    assert [one["rate"] for one in (resumed, scaled, frozen)] == [1, 60, 0]
    assert [one["is_frozen"] for one in (resumed, scaled, frozen)] == [
        False,
        False,
        True,
    ]


async def test_another_pace_steps_with_each_read(server: Running) -> None:
    job = await server.draw()

    await _clock(server, "pace", {"pace": "step"})

    assert [await server.look(job) for _ in range(3)] == [
        "waiting",
        "drawing",
        "drawing",
    ]


async def test_next_goes_from_change_to_change(server: Running) -> None:
    await server.draw()

    first = await _clock(server, "next")
    second = await _clock(server, "next")

    assert first["now"] == "2030-01-01T00:00:10.000Z"
    assert first["next_event_at"] == "2030-01-01T00:00:15.000Z"
    assert second["now"] == "2030-01-01T00:00:15.000Z"


async def test_next_stays_when_nothing_is_to_come(server: Running) -> None:
    clock = await _clock(server, "next")

    assert (clock["now"], clock["next_event_at"]) == (START, None)


async def test_what_falls_due_has_happened_when_the_answer_comes(
    server: Running,
) -> None:
    early = await server.draw(hook=f"{server.hook}?early")
    await _clock(server, "advance", {"by": "5s"})
    late = await server.draw(hook=f"{server.hook}?late")

    await _clock(server, "advance", {"by": "1h"})

    assert [path for path, _ in server.received] == ["/hook?early", "/hook?late"]
    listed = (await server.get("/deliveries"))["deliveries"]
    assert [one["job"] for one in listed] == [early, late]
    assert [one["attempts"][0]["at"] for one in listed] == [
        "2030-01-01T00:00:30.000Z",
        "2030-01-01T00:00:35.000Z",
    ]


async def test_all_clocks_move_together(server: Running) -> None:
    await server.draw(KEY)
    await server.draw(OTHER_KEY)

    clocks = await server.post("/clock/advance", {"by": "1m"})

    assert [(one["space"], one["now"]) for one in clocks["clocks"]] == [
        ("sketch.main", "2030-01-01T00:01:00.000Z"),
        ("sketch.other", "2030-01-01T00:01:00.000Z"),
    ]


async def test_all_clocks_are_set_or_none(server: Running) -> None:
    await server.draw(KEY)
    await server.draw(OTHER_KEY)
    await server.post("/spaces/sketch.other/clock/advance", {"by": "2h"})

    status, error = await server.refused(
        "POST", "/clock/set", {"to": "2030-01-01T01:00:00Z"}
    )

    assert status == 409
    assert "space sketch.other" in error
    assert (await server.get("/spaces/sketch.main/clock"))["now"] == START


async def test_the_pace_of_all_is_that_of_new_spaces_too(server: Running) -> None:
    await server.post("/clock/pace", {"pace": "x60"})

    new = await server.post("/spaces", {"name": "new"})

    assert new["clock"]["pace"] == "x60"
    assert (await server.get("/status"))["pace"] == "x60"


async def test_without_spaces_there_are_no_clocks(serve: Serve) -> None:
    server = await serve()

    assert await server.post("/clock/freeze") == {"clocks": []}
