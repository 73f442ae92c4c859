"""Whatever arrives, the answer is Runway's, and never a bug of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.providers.runway.wire import CREATES
from tests.providers.runway.conftest import HEADERS, Api

NAMES = st.sampled_from(
    [
        *("model", "promptText", "promptImage", "promptVideo", "videoUri", "ratio"),
        *("duration", "seed", "audio", "outputFormat", "proresProfile", "references"),
        *("character", "reference", "uri", "type", "position", "voice", "presetId"),
        *("keyframes", "seconds", "at", "resolution", "imageUri", "audioUri", "media"),
        *("referenceVideos", "referenceImages", "outputCount", "scaleFactor", "x"),
    ]
)
WORDS = st.sampled_from(
    [
        *("gen4.5", "gen4_turbo", "veo3.1", "aleph2", "act_two", "ruby", "hailuo3"),
        *("seedance2", "gen4_image", "eleven_v4", "seed_audio", "mirelo_sfx_2_0"),
        *("1280:720", "0:0", "auto_720p", "adaptive", "16:9", "auto", "first", "last"),
        *("https://example.com/a.png", "https://[", "runway://x", "data:,", "http://h"),
        *("data:image/png;base64,iVBORw0K", "png_sequence", "prores", "mp4", "4k"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6)
    ),
    max_leaves=14,
)
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
@given(
    endpoint=st.sampled_from(CREATES),
    body=st.dictionaries(NAMES, ANYTHING, max_size=8) | ANYTHING,
)
async def test_any_body_is_taken_or_refused(api: Api, endpoint: str, body: Any) -> None:
    """What is taken is read to its end."""
    response = await api.post(f"/v1/{endpoint}", body)

    told = await response.json()
    assert response.status in {200, 400}
    assert "X-Mock-Bug" not in response.headers
    if response.status == 200:
        api.advance(200)
        assert await api.status(told["id"]) in {"SUCCEEDED", "FAILED", "RUNNING"}


@pytest.mark.slow
@SOME
@given(body=ANYTHING, path=st.sampled_from(["uploads", "organization/usage"]))
async def test_any_json_gets_an_answer_of_the_provider(
    api: Api, body: Any, path: str
) -> None:
    response = await api.post(f"/v1/{path}", body)

    assert response.status in {200, 400}
    assert "X-Mock-Bug" not in response.headers


@pytest.mark.slow
@SOME
@given(body=st.binary(max_size=300), boundary=st.text("ab1-", min_size=1, max_size=3))
async def test_any_bytes_are_a_form_or_none(
    api: Api, body: bytes, boundary: str
) -> None:
    made = await api.post("/v1/uploads", {"filename": "a", "type": "ephemeral"})
    path = (await made.json())["uploadUrl"].removeprefix(api.running.origin)
    kind = f"multipart/form-data; boundary={boundary}"

    response = await api.running.client.post(
        path, data=body, headers={"Content-Type": kind}
    )

    assert response.status in {400, 403}
    assert "X-Mock-Bug" not in response.headers


@pytest.mark.parametrize("part", ["a/b", "a%2Fb", "%00", "%ff", "x" * 3000])
async def test_any_id_is_none_or_of_nothing(api: Api, part: str) -> None:
    response = await api.get(f"/v1/tasks/{part}", HEADERS)

    assert response.status in {400, 404}
    assert "X-Mock-Bug" not in response.headers
