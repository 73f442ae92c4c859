"""Whatever JSON arrives, the answer is the provider's, and never a bug of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.providers.impossible.conftest import Api

NAMES = st.sampled_from(
    [
        *("movie", "params", "parallel", "routingKey", "format", "async", "upload"),
        *("extension", "destination", "type", "bucket", "filename", "url", "tasks"),
        *("s3host", "host", "port", "path", "metadata", "secure", "category", "frame"),
        *("onsuccess", "onerror", "*", "mp4"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "m", "mp4", "png", "s3", "ftp", "http", "http://[", "é"])
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5)
    ),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"movie": st.just("m")},
    optional={
        "params": ANYTHING,
        "parallel": ANYTHING,
        "format": ANYTHING,
        "upload": st.fixed_dictionaries(
            {
                "extension": st.sampled_from(["png", "jpg"]),
                "destination": st.dictionaries(NAMES, ANYTHING, max_size=6),
            },
            optional={"onsuccess": ANYTHING},
        ),
    },
)
ROOM = settings(
    max_examples=settings().max_examples // 2,  # each is sent to four places
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


@pytest.mark.slow
@pytest.mark.timeout(300)
@ROOM
@given(document=ANYTHING | NEARLY)
async def test_any_json_gets_an_answer_of_the_provider(api: Api, document: Any) -> None:
    api.space().settings["impossible", "post_mode"] = "token"
    api.space().settings["impossible", "uploads"] = "record"
    made = await (await api.post("/v2/batch", {})).json()
    for path in (
        "/v2/render/demo",
        "/v2/token/demo",
        "/v2/batch",
        f"/v2/batch/{made['id']}/tasks",
    ):
        waiting = await api.begin("POST", path, json=document)
        api.advance(600)

        response = await waiting

        assert "X-Mock-Bug" not in response.headers
        assert response.headers["Content-Type"] == "application/json"
