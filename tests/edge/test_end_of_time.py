"""Near the end of time the control API refuses, and everything goes on to answer."""

from typing import Any

import pytest

from mockserver.engine.clock import END_S
from tests.edge.conftest import OTHER_KEY, Running, Serve

END = "9000-01-01T00:00:00.000Z"
STEP_S = 9.9e10


@pytest.mark.parametrize("path", ["/clock", "/spaces/sketch.main/clock"])
async def test_steps_past_the_end_are_refused(server: Running, path: str) -> None:
    await server.draw()
    await server.post(f"{path}/advance", {"by": STEP_S})
    await server.post(f"{path}/advance", {"by": STEP_S})

    status, said = await server.refused("POST", f"{path}/advance", {"by": STEP_S})

    assert status == 409
    assert said == (
        "advance: found 298893456000.0, which leads past 9000-01-01T00:00:00Z,"
        " expected a time before the end of clocks"
    )


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("advance", {"by": "99999999d"}, 400),
        ("advance", {"by": "9" * 400 + "d"}, 400),
        ("set", {"to": "9999-12-31T23:59:59Z"}, 409),
        ("set", {"to": "9000-01-01T00:00:01Z"}, 409),
        ("set", {"to": "0001-01-01T00:00:00+23:59"}, 409),
        ("set", {"to": "9999-12-31T23:59:59-23:59"}, 409),
        ("set", {"to": 1e300}, 409),
        ("next", None, 409),
    ],
)
@pytest.mark.parametrize("path", ["/clock", "/spaces/sketch.main/clock"])
async def test_no_verb_passes_the_end(
    server: Running, path: str, verb: str, body: Any, status: int
) -> None:
    await server.post("/spaces/sketch.main/clock/set", {"to": END_S - 1})
    await server.draw()

    found, _ = await server.refused("POST", f"{path}/{verb}", body)
    clock = await server.get("/spaces/sketch.main/clock")

    assert (found, clock["now_s"]) == (status, END_S - 1)


async def test_a_job_is_not_finished_past_the_end(server: Running) -> None:
    job = await server.draw()
    await server.post("/clock/set", {"to": END_S})
    late = await server.draw()

    status, said = await server.refused("POST", f"/jobs/{late}/finish")

    assert (await server.get(f"/jobs/{job}"))["state"] == "drawn"
    assert status == 409
    assert said.startswith("finish: found ")


async def test_all_clocks_are_moved_or_none(server: Running) -> None:
    await server.draw()
    await server.draw(OTHER_KEY)
    await server.post("/spaces/sketch.other/clock/set", {"to": END_S - 1})

    status, _ = await server.refused("POST", "/clock/advance", {"by": 60})

    assert status == 409
    clock = await server.get("/spaces/sketch.main/clock")
    assert clock["now"] == "2030-01-01T00:00:00.000Z"


async def test_all_clocks_go_to_their_next_event_or_none(server: Running) -> None:
    await server.draw()
    await server.post("/spaces/sketch.other/clock/set", {"to": END_S - 1})
    await server.draw(OTHER_KEY)

    status, _ = await server.refused("POST", "/clock/next")

    assert status == 409
    clock = await server.get("/spaces/sketch.main/clock")
    assert clock["now"] == "2030-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "path", ["/clock", "/spaces", "/jobs", "/exchanges", "/deliveries"]
)
async def test_at_the_end_every_list_is_shown(server: Running, path: str) -> None:
    await server.post("/spaces/sketch.main/clock/set", {"to": END_S})
    job = await server.draw(hook=server.hook)
    await server.look(job)

    response = await server.ask("GET", path)

    assert response.status == 200


async def test_a_running_clock_stands_still_at_the_end(serve: Serve) -> None:
    server = await serve(pace="x1000000", epoch="8999-12-31T23:59:59Z")
    job = await server.draw()
    await server.post("/spaces/sketch.main/clock/set", {"to": END_S})

    clock = await server.post("/clock/scale", {"rate": 1_000_000})

    assert clock["clocks"][0]["now"] == END
    assert await server.look(job) == "waiting"
