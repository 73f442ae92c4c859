"""Whatever arrives, the answer is Replicate's, and never a bug of ours."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver import resources
from mockserver.edge import describe
from mockserver.providers.replicate import PROVIDER
from mockserver.validation import SchemaSet
from tests.providers.conftest import Serve
from tests.providers.replicate.conftest import TOKEN, Api

EXAMPLES = settings().max_examples // 33
PROGRAM = Path(sys.executable).with_name("schemathesis")
NAMES = st.sampled_from(
    [
        *("prompt", "image", "duration", "resolution", "aspect_ratio", "seed", "fps"),
        *("reference_images", "width", "height", "video_length", "num_frames", "x"),
        *("infer_steps", "steps", "generate_audio", "negative_prompt", "mode"),
    ]
)
LINKS = st.sampled_from(
    [
        "https://api.replicate.com/v1/files/ncb5y3k7qwrzt2m8xv4h9d6sae",
        *("https://[", "data:,", "runway://x", "http://h/%ff", "16:9", "0:0", "1e999"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | LINKS
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5)
    ),
    max_leaves=12,
)
INPUTS = st.dictionaries(NAMES, ANYTHING, max_size=6)
MODELS = ("google/veo-3.1", "tencent/hunyuan-video", "acme/films", "mock/list-output")
VERSION = "6c9132aee14409cd6568d030453f1ba50f5f3412b844fe67f78a9eb62d55664f"
SOME = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


@pytest.mark.slow
@pytest.mark.timeout(300)
@SOME
@given(model=st.sampled_from(MODELS), said=INPUTS, link=LINKS | st.none())
async def test_any_input_is_taken_or_refused(
    api: Api, model: str, said: dict[str, Any], link: str | None
) -> None:
    """What is taken is read, listed and shown to its end."""
    document = {"input": {"prompt": "x", **said}, "webhook": link}
    path = f"/v1/models/{model}/predictions"

    response = await api.post(path, document)

    assert response.status in {201, 404, 422}
    assert "X-Mock-Bug" not in response.headers
    api.advance(400)
    listed = await api.get("/v1/predictions")
    assert listed.status == 200


@pytest.mark.slow
@SOME
@given(document=ANYTHING, method=st.sampled_from(["POST", "PATCH"]))
async def test_any_json_gets_an_answer_of_the_provider(
    api: Api, document: Any, method: str
) -> None:
    places = {
        "POST": (
            "/v1/predictions",
            "/v1/models",
            "/v1/deployments",
            f"/v1/models/tencent/hunyuan-video/versions/{VERSION}/trainings",
        ),
        "PATCH": ("/v1/models/google/veo-3.1", "/v1/deployments/mock/veo"),
    }
    statuses = {
        (
            await api.running.client.request(
                method, f"/replicate{path}", json=document, headers=TOKEN
            )
        ).status
        for path in places[method]
    }

    assert statuses <= {200, 400, 422}


@pytest.mark.slow
@SOME
@given(
    body=st.binary(max_size=300),
    boundary=st.text("ab1-", min_size=1, max_size=3),
    framed=st.booleans(),
)
async def test_any_bytes_are_a_form_or_none(
    api: Api, body: bytes, boundary: str, *, framed: bool
) -> None:
    edge = f"--{boundary}".encode()
    content = b'Content-Disposition: form-data; name="content"; ' + body
    sent = edge + b"\r\n" + content + b"\r\n" + edge + b"--" if framed else body
    kind = f"multipart/form-data; boundary={boundary}"

    response = await api.running.client.post(
        "/replicate/v1/files", data=sent, headers={**TOKEN, "Content-Type": kind}
    )

    assert response.status in {201, 400, 422}
    assert "X-Mock-Bug" not in response.headers


@pytest.mark.deepest
@pytest.mark.timeout(300)
async def test_a_schema_driven_run_finds_nothing(serve: Serve, tmp_path: Path) -> None:
    """A description of all operations, made of our own schemas."""
    running = await serve(
        pace="step", providers_settings={"replicate": {"result_delivery": "link"}}
    )
    schemas = SchemaSet.load(resources.schemas("replicate"))
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(describe.openapi(PROVIDER, schemas)))
    # Models have rules that are in no schema of an operation, and the description
    # knows no type of errors but JSON's.
    command = [
        str(PROGRAM), "run", str(file), "--url", f"{running.origin}/replicate",
        "-H", "Authorization: Bearer r8_driver",
        "--exclude-checks", "positive_data_acceptance,content_type_conformance",
        "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color",
        "--phases", "examples,fuzzing",
    ]  # fmt: skip

    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()

    assert process.returncode == 0, said.decode()[-8000:]
