"""An empty room says how to begin, in commands that run, and turns into the tool."""

import os
import subprocess
from asyncio import to_thread
from pathlib import Path

import pytest

from tests.clients import programs
from tests.edge.conftest import KEY, Running, Serve
from tests.edge.room.conftest import Visit

pytestmark = pytest.mark.browser


async def test_an_empty_room_says_how_to_begin(server: Running, visit: Visit) -> None:
    tab = await visit(server)

    base = str(server.client.make_url("/sketch"))
    await tab.shows("main", f"curl -sS {base}/drawings")
    await tab.shows("main", f"-H 'X-Sketch-Key: {KEY}'")
    await tab.shows("main", f'curl -sS -f {base}/drawings/"$JOB"')
    await tab.shows("main", f'curl -sS -fL -o drawing.bin {base}/files/"$JOB"')
    await tab.shows("main", f"MOCKSERVER_SKETCH_URL={base}")
    await tab.shows(
        "main", f"set SKETCH_URL={base} and SKETCH_SECRET=sketch-test-secret"
    )


async def test_the_first_call_turns_it_into_the_tool(
    server: Running, visit: Visit
) -> None:
    tab = await visit(server)
    await tab.shows("main", "Nothing has called yet")

    job = await server.draw()

    await tab.counts("[aria-label=Jobs] .row[data-key]", 1)
    await tab.shows("[aria-label=Jobs] .row[data-key]", job)
    await tab.lacks("main", "Nothing has called yet")


async def test_looking_leaves_no_trace(filled: Running, visit: Visit) -> None:
    """The page is in no journal, opens no space, moves no time and meets no rule."""
    rule = {"on": {"provider": "sketch"}, "fault": {"kind": "error", "status": 503}}
    await filled.post("/faults", {"scenario": {"scenario": "refused", "rules": [rule]}})
    before = await filled.get("/status")
    (job,) = (await filled.get("/jobs"))["jobs"]

    tab = await visit(filled, f"#/jobs/sketch.main/sketch/{job['id']}")
    await tab.counts(".detail .lanes", 1)
    for view in ("exchanges/1", "deliveries", "findings", "scenarios", "time", "start"):
        await tab.look_at(f"#/{view}")

    after = await filled.get("/status")
    faults = (await filled.get("/faults"))["faults"]
    clocks = (await filled.get("/clock"))["clocks"]
    assert {**after, "uptime_s": 0} == {**before, "uptime_s": 0}
    assert [rule["seen"] for fault in faults for rule in fault["rules"]] == [0]
    assert [clock["now"] for clock in clocks] == ["2030-01-01T00:00:30.000Z"]


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
@pytest.mark.client
async def test_what_is_shown_runs_as_it_stands(
    serve: Serve, visit: Visit, tmp_path: Path, language: str
) -> None:
    """All that is copied at once is one script: it orders, waits and fetches."""
    server = await serve(pace="step")
    tab = await visit(server)
    await tab.click("tab", language)
    await tab.counts(".command", 3)

    shown = await tab.see(tab.page.locator(".command pre").all_inner_texts())
    await to_thread(
        subprocess.run,
        [*programs.interpreter(language.lower()), "\n\n".join(shown)],
        check=True,
        capture_output=True,
        timeout=60,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
    )

    assert (tmp_path / "drawing.bin").read_bytes() == b"\xff\xfe\x00drawing"
    (job,) = (await server.get("/jobs", phase="succeeded", operation="draw"))["jobs"]
    assert job["id"] in await tab.text("[aria-label=Jobs] .row[data-key]")
