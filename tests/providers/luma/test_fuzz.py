"""Whatever arrives, the answer is Luma's, and never a bug of ours."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mockserver.providers.luma.requests import REQUESTS
from tests.providers.luma.conftest import FROZEN, KEY, LONG_S, ROOT, Api

PATHS = {
    "create-video": "/video",
    "modify-video": "/video/modify",
    "reframe-video": "/video/reframe",
    "create-image": "/image",
    "reframe-image": "/image/reframe",
    "upscale-video": f"/{FROZEN}3/upscale",
    "add-audio": f"/{FROZEN}3/audio",
}
NAMES = st.sampled_from(
    [
        *sorted({name for known in REQUESTS.values() for name in known}),
        *("frame0", "frame1", "type", "url", "id", "key", "weight"),
        *("identity0", "images"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "ray-2", "photon-1", "5s", "720p", "4k", "16:9", "é"])
    | st.sampled_from(["image", "generation", "video", f"{FROZEN}3", "flex_1", "png"])
    | st.sampled_from(["https://a.example/b.png", "data:,", "http://[", "\x00"])
    | st.sampled_from([*(known["generation_type"] for known in REQUESTS.values())])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=6,
)
ROOM = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)


@pytest.mark.slow
@pytest.mark.timeout(120)
@ROOM
@given(
    path=st.sampled_from(sorted(PATHS.values())),
    document=st.dictionaries(NAMES, VALUES, max_size=6) | VALUES,
)
async def test_any_document_gets_an_answer_of_the_provider(
    api: Api, path: str, document: Any
) -> None:
    response = await api.running.client.post(
        f"/luma{ROOT}/generations{path}", data=json.dumps(document), headers=KEY
    )

    assert response.status in {201, 400, 404, 422}
    assert "X-Mock-Bug" not in response.headers
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.slow
@pytest.mark.timeout(120)
@ROOM
@given(
    frames=st.dictionaries(
        st.sampled_from(["frame0", "frame1"]),
        st.sampled_from(
            [
                None,
                {"type": "image", "url": "https://a.example/b.png"},
                {"type": "generation", "id": f"{FROZEN}3"},
            ]
        ),
    ),
    prompt=st.none() | st.text(max_size=6),
    loop=st.booleans(),
    duration=st.sampled_from(["5s", "9s", "600s", "x"]),
    resolution=st.sampled_from(["540p", "4k", "2160p", "2161p", "x"]),
)
async def test_what_is_taken_comes_to_its_end(api: Api, **said: Any) -> None:
    """What is said of keyframes is echoed as it was sent."""
    frames = said.pop("frames")
    body = {"model": "ray-2", "keyframes": frames, **said}
    response = await api.ask("POST", f"{ROOT}/generations/video", body)
    made = await response.json()

    assert response.status in {201, 400}
    assume(response.status == 201)
    api.advance(LONG_S * 100)
    done = await api.read(made["id"])
    assert done["state"] == "completed"
    assert done["request"]["keyframes"] == frames
