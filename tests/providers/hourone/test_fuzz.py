"""Our own description of Hour One against our own server: no finding."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from mockserver import resources
from mockserver.edge import describe
from mockserver.providers import discover
from mockserver.validation import SchemaSet
from tests.providers.conftest import Serve

EXAMPLES = settings().max_examples // 33
PROGRAM = Path(sys.executable).with_name("schemathesis")


def description() -> dict[str, object]:
    schemas = SchemaSet.load(resources.schemas("hourone"))
    return describe.openapi(discover(["hourone"])["hourone"], schemas)


def test_the_description_has_all_operations() -> None:
    paths = json.loads(json.dumps(description()["paths"]))
    provider = discover(["hourone"])["hourone"]
    told = {
        (method.upper(), f"/api/v1{path}", operation["x-operation"])
        for path, operations in paths.items()
        for method, operation in operations.items()
    }

    served = {(one.method, one.path, one.operation) for one in provider.routes}
    assert (len(paths), len(told)) == (20, 26)
    assert told <= served


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.deepest
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_schema_driven_run_finds_nothing(
    serve: Serve, tmp_path: Path, seed: int
) -> None:
    """A thousand requests that cover every keyword of the schemas."""
    running = await serve(
        pace="step", providers_settings={"hourone": {"dialect": "strict"}}
    )
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(description()))
    # Rules of the studio, such as the number of scenes, are in no schema.
    command = [
        str(PROGRAM), "run", str(file), "--url", f"{running.origin}/hourone/api/v1",
        "-H", "api-key: hourone-test-key",
        "-H", "Authorization: Bearer hourone-test-token",
        "--exclude-checks", "positive_data_acceptance",
        "--max-examples", str(EXAMPLES), "--seed", str(seed), "--no-color",
        "--phases", "examples,coverage,fuzzing",
    ]  # fmt: skip

    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()

    assert process.returncode == 0, said.decode()[-8000:]
    assert "Tested: 26" in said.decode()
