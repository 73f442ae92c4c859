"""What was seen runs again: as a test, as a scenario, and as lines for a shell."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError

from tests.clients.programs import interpreter, tool
from tests.edge.conftest import KEY, Running, Serve
from tests.edge.workers import Start, start, three

__all__ = ["start", "three"]

PATH = "/digitalcarbon/v1-beta/generate-video"
HEADERS = {"X-API-Key": "a-key-that-nobody-else-has"}
ORDER = {
    "files": [{"url": "https://example.com/it's.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


async def _bad_day(server: Running) -> str:
    """Let a client make a job that is refused twice when it is read, and fails."""
    await server.post("/faults", {"scenario": "status-blips"})
    made = await server.client.post(PATH, json=ORDER, headers=HEADERS)
    job = str((await made.json())["job_id"])
    for _ in range(3):
        await server.client.get(f"{PATH}/{job}/status", headers=HEADERS)
        await server.post("/clock/advance", {"by": "20s"})
    await server.post(f"/jobs/{job}/fail")
    await server.client.get(f"{PATH}/{job}/status", headers=HEADERS)
    return job


async def _run(command: list[str], cwd: Path, **env: str) -> str:
    """Return what a program says that ends well."""
    done = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
async def test_a_bad_day_passes_as_a_test_of_pytest(
    serve_real: Serve, tmp_path: Path
) -> None:
    server = await serve_real(auth="open")
    job = await _bad_day(server)

    made = await server.get(f"/jobs/{job}/replay")
    (tmp_path / made["name"]).write_text(made["text"])
    told = await _run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."], tmp_path
    )

    assert made["name"] == f"test_job_{job.replace('-', '_')}.py"
    assert made["text"].count("assert status == 503") == 2
    assert HEADERS["X-API-Key"] not in made["text"]
    assert "1 passed" in told


async def test_a_bad_day_comes_again_as_a_scenario(serve_real: Serve) -> None:
    """Whoever makes a job under it has the same life and the same refusals."""
    server, other = await serve_real(auth="open"), await serve_real(auth="open")
    job = await _bad_day(server)

    made = await server.get(f"/jobs/{job}/replay", **{"as": "scenario"})
    await other.post("/faults", {"yaml": made["text"], "strict": True})

    again = (await (await other.client.post(PATH, json=ORDER, headers=HEADERS)).json())[
        "job_id"
    ]
    statuses = []
    for _ in range(3):
        read = await other.client.get(f"{PATH}/{again}/status", headers=HEADERS)
        statuses.append(read.status)
        await other.post("/clock/advance", {"by": "20s"})
    assert statuses == [503, 503, 200]
    assert (await other.get(f"/jobs/{again}"))["phase"] == "failed"


async def test_a_call_is_made_again_by_curl(serve_real: Serve, tmp_path: Path) -> None:
    shell = tool("sh")
    tool("curl")
    server = await serve_real(auth="open")
    await server.client.post(PATH, json=ORDER, headers=HEADERS)

    made = await server.get("/exchanges/1/replay", **{"as": "curl"})
    told = await _run(
        [shell, "-c", made["text"]],
        tmp_path,
        DIGITALCARBON_API_KEY=HEADERS["X-API-Key"],
    )

    assert HEADERS["X-API-Key"] not in made["text"]
    assert told.startswith("HTTP/1.1 200 OK")
    first, second = [await server.get(f"/exchanges/{n}") for n in (1, 2)]
    assert second["request"]["body"] == first["request"]["body"]
    assert second["space"] == first["space"]


@pytest.mark.parametrize(("way", "language"), [("httpx", "python"), ("fetch", "node")])
@pytest.mark.client
async def test_a_call_is_made_again_in_other_languages(
    serve_real: Serve, tmp_path: Path, way: str, language: str
) -> None:
    server = await serve_real(auth="open")
    await server.client.post(PATH, json=ORDER, headers=HEADERS)

    made = await server.get("/exchanges/1/replay", **{"as": way})
    told = await _run(
        [*interpreter(language), made["text"]],
        tmp_path,
        DIGITALCARBON_API_KEY=HEADERS["X-API-Key"],
    )

    assert HEADERS["X-API-Key"] not in made["text"]
    assert made["notes"] == [
        "Set DIGITALCARBON_API_KEY in the environment: the credential is hidden here."
    ]
    assert told.startswith("200 ")
    first, second = [await server.get(f"/exchanges/{n}") for n in (1, 2)]
    assert second["request"]["body"] == first["request"]["body"]
    assert second["space"] == first["space"]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("curl", "-H 'X-Sketch-Key: sketch-test-key'"),
        ("httpx", '"X-Sketch-Key": "sketch-test-key"'),
        ("fetch", '["X-Sketch-Key", "sketch-test-key"]'),
    ],
)
async def test_test_credentials_of_the_fixtures_are_told_as_they_are(
    server: Running, way: str, told: str
) -> None:
    await server.draw()

    made = await server.get("/exchanges/1/replay", **{"as": way})

    assert told in made["text"]
    # The password in the body is another matter.
    assert [note.split()[1] for note in made["notes"]] == ["SECRET"]


async def test_keys_of_a_users_world_are_secrets(serve: Serve) -> None:
    world = {"sketch": {"accounts": {"mine": {"keys": ["a-key-of-mine"]}}}}
    server = await serve(world=(world,))
    await server.draw("a-key-of-mine")

    made = await server.get("/exchanges/1/replay", **{"as": "curl"})

    assert "a-key-of-mine" not in made["text"]
    assert "-H 'X-Sketch-Key: '\"$SKETCH_KEY\"" in made["text"]


async def test_a_call_that_was_let_into_no_space_is_code_as_well(
    server: Running,
) -> None:
    await server.client.get("/sketch/drawings/1", headers={"X-Sketch-Key": "wrong"})

    made = await server.get("/exchanges/1/replay", **{"as": "httpx"})

    assert '"X-Sketch-Key": os.environ["X_SKETCH_KEY"]' in made["text"]
    assert "wrong" not in made["text"]


async def test_what_the_shell_lacks_it_says(serve_real: Serve, tmp_path: Path) -> None:
    server = await serve_real(auth="open")
    await server.client.post(PATH, json=ORDER, headers=HEADERS)

    made = await server.get("/exchanges/1/replay", **{"as": "curl"})
    done = await asyncio.to_thread(
        subprocess.run,
        [tool("sh"), "-c", made["text"]],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )

    assert done.returncode != 0
    assert b"DIGITALCARBON_API_KEY: is hidden here, set it first" in done.stderr


async def test_an_exchange_is_a_test_of_its_job_until_then(server: Running) -> None:
    job = await server.draw()
    for _ in range(3):
        await server.look(job)

    made = await server.get("/exchanges/2/replay")

    assert made["name"] == "test_exchange_2.py"
    assert made["text"].count("status = call(") == 2
    assert KEY not in made["text"]
    assert "of-the-client" not in made["text"]


async def test_a_call_that_met_a_fault_is_a_scenario(server: Running) -> None:
    job = await server.draw()
    blip = {
        "scenario": "blip",
        "rules": [{"on": {"operation": "look"}, "fault": {"kind": "reset"}}],
    }
    await server.post("/spaces/sketch.main/faults", {"scenario": blip})
    with pytest.raises(ClientConnectionError):
        await server.look(job)

    made = await server.get("/exchanges/2/replay", **{"as": "scenario"})

    assert "kind: reset" in made["text"]
    await server.post("/scenarios/validate", {"yaml": made["text"]})


async def test_a_call_that_met_nothing_is_no_scenario(server: Running) -> None:
    await server.draw()

    status, error = await server.refused(
        "GET", "/exchanges/1/replay", **{"as": "scenario"}
    )

    assert status == 409
    assert error == "number: found 1, which met no fault, expected one that did"


async def test_a_call_that_nobody_has_let_in_cannot_be_made_again(
    server: Running,
) -> None:
    await server.client.get("/sketch/drawings/x")

    status, error = await server.refused("GET", "/exchanges/1/replay")

    assert status == 409
    assert error.startswith("number: found 1, which is of no space, expected")


async def test_what_a_test_needs_is_noted(filled: Running) -> None:
    (job,) = (await filled.get("/jobs"))["jobs"]

    made = await filled.get(f"/jobs/{job['id']}/replay")

    (note,) = made["notes"]
    assert note == (
        "Set SECRET in the environment: what stood there is hidden, or was told by an"
        " earlier call."
    )
    # A webhook goes to the test's own receiver, and no secret stands anywhere.
    assert "of-the-client" not in made["text"]


async def test_whichever_worker_is_asked_has_it(three: list[Any], start: Start) -> None:
    del start
    job = await three[0].create("key-alpha")
    number = (await three[1].ask("/exchanges"))["exchanges"][0]["number"]

    made = await three[1].ask(f"/jobs/{job}/replay?as=scenario")
    again = await three[2].ask(f"/exchanges/{number}/replay?as=curl")

    assert "timeline:" in made["text"]
    assert "generate-video" in again["text"]
