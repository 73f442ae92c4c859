"""Whoever sends a credential in the wrong way is told in which it should come."""

from collections.abc import Iterator

import pytest
import requests

from mockserver import MockServer

KEY = "k-1234567890abcdef"
BEARER = "did you mean Authorization: Bearer KEY instead of"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Return a running server that explains itself."""
    with MockServer(explain=True) as one:
        yield one


@pytest.mark.parametrize(
    ("path", "headers", "said"),
    [
        ("/digitalcarbon/v1-beta/generate-video", {"X-APIKey": KEY},
         "did you mean X-API-Key: KEY instead of X-APIKey?"),
        ("/digitalcarbon/v1-beta/generate-video", {"X-Api-Kye": KEY},
         "did you mean X-API-Key: KEY instead of X-Api-Kye?"),
        ("/digitalcarbon/v1-beta/generate-video", {"Authorization": f"Bearer {KEY}"},
         "did you mean X-API-Key: KEY instead of Authorization?"),
        (f"/digitalcarbon/v1-beta/generate-video?api_key={KEY}", {},
         "did you mean X-API-Key: KEY instead of api_key in the query?"),
        ("/openai/v1/videos", {"Authorization": KEY},
         f"{BEARER} Authorization without Bearer?"),
        ("/openai/v1/videos", {"Authorization": f"Basic {KEY}"},
         f"{BEARER} Authorization: Basic ...?"),
        ("/openai/v1/videos", {"Authorization": ""},
         f"{BEARER} an empty Authorization?"),
        ("/replicate/v1/predictions", {"Authorization": "Token"},
         f"{BEARER} Authorization: Token ...?"),
        ("/runway/v1/image_to_video",
         {"X-API-Key": KEY, "X-Runway-Version": "2024-11-06"}, f"{BEARER} X-API-Key?"),
        ("/luma/dream-machine/v1/generations", {"Token": KEY}, f"{BEARER} Token?"),
        ("/fal/queue.fal.run/fal-ai/veo3", {"Authorization": f"Bearer {KEY}"},
         "did you mean Authorization: Key KEY instead of Authorization: Bearer ...?"),
        ("/google/v1beta/models/veo-3.0-generate-001:predictLongRunning",
         {"x-google-api-key": KEY},
         "did you mean x-goog-api-key: KEY instead of x-google-api-key?"),
        ("/hourone/api/v1/videos", {"X-Api-Key": KEY},
         "did you mean api-key: KEY instead of X-Api-Key?"),
        ("/mux/video/v1/assets", {"Authorization": f"Bearer {KEY}"},
         "mean Authorization: Basic base64(KEY:SECRET) instead of Authorization: B"),
    ],
)  # fmt: skip
def test_the_way_in_which_it_came_is_told(
    server: MockServer, path: str, headers: dict[str, str], said: str
) -> None:
    answer = requests.post(server.url + path, json={}, headers=headers, timeout=10)

    assert said in answer.headers["X-Mock-Hint"]
    assert KEY not in answer.headers["X-Mock-Hint"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/openai/v1/videos", {}),
        ("/openai/v1/videos", {"Authorization": "Bearer"}),
        ("/openai/v1/videos", {"Idempotency-Key": KEY}),
        ("/stupeflix/stupeflix-1.0/a/b/", {"X-API-Key": KEY}),
    ],
)
def test_where_none_has_come_nothing_is_guessed(
    server: MockServer, path: str, headers: dict[str, str]
) -> None:
    answer = requests.post(server.url + path, json={}, headers=headers, timeout=10)

    assert answer.headers["X-Mock-Hint"].startswith("looked for a credential of")
    assert "did you mean" not in answer.headers["X-Mock-Hint"]
