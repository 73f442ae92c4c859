"""What is asked of each provider when polls and creates are measured."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from load import request
from orders import DOCUMENT

__all__ = ["WORKS", "Work"]

EXAMPLES = Path(__file__).parents[1] / "fixtures"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Work:
    """One provider's poll and create.

    Attributes:
        slug: The provider.
        create: Path of the create, and `body` what is sent.
        poll: Path of the poll; `{id}` stands for what the create has answered.
        id_of: Finds that.
        headers: The credential.
    """

    slug: str
    create: str
    poll: str
    id_of: Callable[[dict], str]
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def raw(
        self, method: str, path: str, body: bytes, *, prefix: str = "", **more: str
    ) -> bytes:
        """Return a request as bytes; `more` are further headers."""
        kind = JSON if body else {}
        return request(method, prefix + path, {**self.headers, **kind, **more}, body)


def example(slug: str, name: str) -> bytes:
    """Return the documentation's own request, as the fixtures have it."""
    document = json.loads((EXAMPLES / slug / "examples" / f"{name}.json").read_bytes())
    return json.dumps(document).encode()


IDOMOO_KEY = base64.b64encode(b"1234:test-secret").decode()
MUX_KEY = base64.b64encode(b"mux-test-token:mux-test-secret").decode()
AVATAR = {
    "type": "avatar",
    "avatar_id": "Abigail_expressive_2024112501",
    "voice_id": "73c0b6a2e29d4d38aca41454bf58c955",
    "script": "Hello",
}
ASSET = {
    "inputs": [{"url": "https://storage.example/cat.mp4"}],
    "playback_policies": ["public"],
}

WORKS = {
    work.slug: work
    for work in (
        Work(
            "digitalcarbon",
            "/v1-beta/generate-video",
            "/v1-beta/generate-video/{id}/status",
            lambda said: said["job_id"],
            json.dumps(DOCUMENT).encode(),
            {"X-API-Key": "digitalcarbon-test-key"},
        ),
        Work(
            "hourone",
            "/api/v1/videos",
            "/api/v1/videos/{id}",
            lambda said: said["video"]["id"] if "video" in said else said["id"],
            example("hourone", "create-video.create"),
            {"api-key": "hourone-test-key"},
        ),
        Work(
            "idomoo",
            "/api/v2/storyboards/generate",
            "/api/v2/check_status/{id}",
            lambda said: said["check_status_url"].partition("/check_status/")[2],
            example("idomoo", "generate-storyboard.mp4-and-jpg"),
            {"Authorization": f"Basic {IDOMOO_KEY}"},
        ),
        Work(
            "stupeflix",
            "/v2/create",
            "/v2/status?secret=exampleSecretKey000000000000000000000001&tasks={id}",
            lambda said: said[0]["key"],
            example("stupeflix", "tasks-create.video"),
        ),
        Work(
            "impossible",
            "/v2/render/demo-project",
            "/v2/progress/{id}",
            lambda said: said["token"],
            example("impossible", "render.asynchronous"),
            {"Authorization": "Bearer impossible-test-key"},
        ),
        Work(
            "luma",
            "/dream-machine/v1/generations/video",
            "/dream-machine/v1/generations/{id}",
            lambda said: said["id"],
            example("luma", "create-video.documented"),
            {"Authorization": "Bearer luma-test-key"},
        ),
        Work(
            "google",
            "/v1beta/models/veo-3.1-generate-preview:predictLongRunning",
            "/v1beta/models/veo-3.1-generate-preview/operations/{id}",
            lambda said: said["name"].rpartition("/")[2],
            example("google", "predict.no-parameters"),
            {"x-goog-api-key": "google-test-key"},
        ),
        Work(
            "replicate",
            "/v1/models/google/veo-3.1/predictions",
            "/v1/predictions/{id}",
            lambda said: said["id"],
            example("replicate", "create-model-prediction.documented"),
            {"Authorization": "Bearer r8_test"},
        ),
        Work(
            "fal",
            "/queue.fal.run/fal-ai/veo3.1",
            "/queue.fal.run/fal-ai/veo3.1/requests/{id}/status",
            lambda said: said["request_id"],
            example("fal", "submit.documented"),
            {"Authorization": "Key driver-id:driver-secret"},
        ),
        Work(
            "openai",
            "/v1/videos",
            "/v1/videos/{id}",
            lambda said: said["id"],
            example("openai", "create-video.documented"),
            {"Authorization": "Bearer openai-test-key"},
        ),
        Work(
            "runway",
            "/v1/text_to_video",
            "/v1/tasks/{id}",
            lambda said: said["id"],
            example("runway", "text-to-video.documented"),
            {"Authorization": "Bearer key_test", "X-Runway-Version": "2024-11-06"},
        ),
        Work(
            "heygen",
            "/v3/videos",
            "/v3/videos/{id}",
            lambda said: said["data"]["video_id"],
            json.dumps(AVATAR).encode(),
            {"x-api-key": "heygen-test-key"},
        ),
        Work(
            "mux",
            "/video/v1/assets",
            "/video/v1/assets/{id}",
            lambda said: said["data"]["id"],
            json.dumps(ASSET).encode(),
            {"Authorization": f"Basic {MUX_KEY}"},
        ),
    )
}
