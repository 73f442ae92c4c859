"""Whatever arrives, the answer is the provider's, and never a bug of ours."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver import resources
from tests.providers.conftest import Serve
from tests.providers.fal.conftest import NOBODY, Api

PROGRAM = Path(sys.executable).with_name("schemathesis")
EXAMPLES = settings().max_examples // 33
WORLD = yaml.safe_load((resources.fixtures("fal") / "world.yaml").read_text("utf-8"))
MODELS = {
    name: model["input"]
    for name, model in WORLD["catalogue"]["models"].items()
    if not name.startswith("mock/")
}
NAMES = st.sampled_from(
    sorted({key for one in MODELS.values() for key in one["properties"]})
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "5", "5s", "8s", "720p", "16:9", "auto", "é"])
    | st.sampled_from(["https://a.example/b.png", "data:,", "http://[", "\x00"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=6,
)
INPUTS = st.dictionaries(NAMES, VALUES, max_size=5) | st.fixed_dictionaries(
    {"prompt": st.just("x")}, optional={"duration": LEAVES, "seed": LEAVES}
)
ROOM = settings(
    max_examples=settings().max_examples // 2,  # each is a few calls
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


@pytest.mark.slow
@pytest.mark.timeout(120)
@ROOM
@given(name=st.sampled_from(sorted(MODELS)), said=INPUTS)
async def test_what_breaks_a_models_schema_is_told_by_the_result(
    api: Api, name: str, said: dict[str, Any]
) -> None:
    body = json.dumps(said).encode()
    heads = {"Authorization": "Key driver-id:driver-secret"}
    submitted = await api.call("POST", f"/queue.fal.run/{name}", None, heads, data=body)
    assert submitted.status == 200, await submitted.text()
    made = await submitted.json()
    api.advance(600)

    told = await api.status(made)

    taken = {key: _either(MODELS[name], key, value) for key, value in said.items()}
    fits = Draft202012Validator(MODELS[name]).is_valid(taken)
    assert told["status"] == "COMPLETED"
    assert fits == ("error" not in told)


def _either(schema: dict[str, Any], key: str, value: object) -> object:
    """Return a value as its model takes it: a number for its text, and vice versa."""
    choices = schema["properties"].get(key, {}).get("enum", [])
    return next((one for one in choices if str(one) == str(value)), value)


@pytest.mark.slow
@pytest.mark.timeout(120)
@ROOM
@given(
    document=VALUES | st.just("\ud800") | st.binary(max_size=20),
    name=st.sampled_from(sorted(MODELS)),
)
async def test_any_body_gets_an_answer_of_the_provider(
    api: Api, document: Any, name: str
) -> None:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    heads = {"Authorization": "Key driver-id:driver-secret"}
    for path in (
        f"/queue.fal.run/{name}",
        "/rest.fal.ai/storage/upload/initiate",
        "/rest.fal.ai/tokens/",
    ):
        response = await api.call("POST", path, None, heads, data=body)

        assert response.status in {200, 400, 422}
        assert "X-Mock-Bug" not in response.headers
        assert response.headers["Content-Type"] == "application/json"


@pytest.mark.deepest
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "name", ["fal-ai/veo3.1", "minimax/h3-max/text-to-video", "ann/film"]
)
async def test_a_schema_driven_run_finds_nothing(
    serve: Serve, tmp_path: Path, name: str
) -> None:
    """By the document that the provider itself serves of a model."""
    api = Api(await serve(pace="step"))
    path = f"/fal.ai/api/openapi/queue/openapi.json?endpoint_id={name}"
    file = tmp_path / "openapi.json"
    file.write_bytes(await (await api.get(path, NOBODY)).read())
    # The document knows no errors, and says `object` of logs that are a list.
    command = [
        str(PROGRAM), "run", str(file),
        "--url", f"{api.running.origin}/fal/queue.fal.run",
        "-H", "Authorization: Key driver-id:driver-secret",
        "--checks", "not_a_server_error,content_type_conformance",
        "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color",
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
    assert "Tested: 4" in said.decode()
