"""Small honest clients, one for each provider, by its slug."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tests.providers.conftest import Running
from tests.providers.digitalcarbon.conftest import LISTING
from tests.providers.hourone.conftest import OVERRIDE
from tests.providers.idomoo.conftest import MAIN, STORYBOARD
from tests.providers.stupeflix.conftest import MOVIE, SECRET
from tests.scenarios.declared_players import HeyGen, LumaAgents, Mux, Shotstack
from tests.scenarios.player import Player

__all__ = ["PLAYERS", "HourOne", "Player", "Stupeflix"]


class DigitalCarbon(Player):
    slug = "digitalcarbon"
    words: ClassVar[Mapping[str, str]] = {
        "queued": "waiting",
        "processing": "running",
        "completed": "succeeded",
        "failed": "failed",
    }
    root = "/v1-beta/generate-video"

    def headers(self) -> dict[str, str]:
        return {"X-API-Key": "digitalcarbon-test-key"}

    def creation(self) -> tuple[str, str, Any]:
        return "POST", self.root, LISTING

    def reading(self, job: str) -> tuple[str, str, Any]:
        self.job = job
        return "GET", f"{self.root}/{job}/status", None

    def job_in(self, document: Any) -> str:
        return str(document["job_id"])

    def link_in(self, document: Any) -> str | None:
        link: str | None = document.get("video_url")
        return link

    async def fetch(self) -> None:
        for _ in range(3):
            status, document = await self.ask("GET", f"{self.root}/{self.job}/results")
            self.say(f"results {status}")
            if status == 200:
                self.link = self.link_in(document)
                await super().fetch()
                return


class HourOne(Player):
    slug = "hourone"
    words: ClassVar[Mapping[str, str]] = {
        "started": "waiting",
        "processing": "running",
        "ready": "succeeded",
        "failed": "failed",
    }

    def headers(self) -> dict[str, str]:
        return {"api-key": "hourone-test-key"}

    def creation(self) -> tuple[str, str, Any]:
        return "POST", "/api/v1/videos", {**OVERRIDE, "name": self.title}

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"/api/v1/videos/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["id"])

    def link_in(self, document: Any) -> str | None:
        link: str | None = document.get("download_url")
        return link


class Idomoo(Player):
    slug = "idomoo"
    account = "1234"
    words: ClassVar[Mapping[str, str]] = {
        "IN_PROCESS": "waiting",
        "IN_QUEUE": "waiting",
        "RENDERING": "running",
        "VIDEO_AVAILABLE": "succeeded",
        "ERROR": "failed",
    }

    def headers(self) -> dict[str, str]:
        return MAIN

    def creation(self) -> tuple[str, str, Any]:
        return "POST", "/api/v2/storyboards/generate", STORYBOARD

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"/api/v2/check_status/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["unique_id"])

    def link_in(self, document: Any) -> str | None:
        videos = document.get("output", {}).get("video", [{}])
        link: str | None = videos[0].get("links", {}).get("url")
        return link


class Stupeflix(Player):
    """The Tasks API; profiles of version 1 are XML and have tests of their own."""

    slug = "stupeflix"
    words: ClassVar[Mapping[str, str]] = {
        "queued": "waiting",
        "executing": "running",
        "success": "succeeded",
        "error": "failed",
    }

    def creation(self) -> tuple[str, str, Any]:
        task = {"task_name": "video.create", "definition": MOVIE.decode()}
        return "POST", "/v2/create", {"secret": SECRET, "tasks": [task]}

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "POST", "/v2/status", {"secret": SECRET, "tasks": [job]}

    def job_in(self, document: Any) -> str:
        return str(document[0]["key"])

    def link_in(self, document: Any) -> str | None:
        result = document[0].get("result") or {}
        links = [one for one in result.values() if str(one).startswith("http")]
        return str(links[0]) if links else None

    def phase_in(self, document: Any) -> str:
        known = document[0] if isinstance(document, list) else {}
        return super().phase_in(known)


class Impossible(Player):
    slug = "impossible"
    account = "public"

    def creation(self) -> tuple[str, str, Any]:
        return "POST", "/v2/render/demo-project", {"movie": "welcome", "async": True}

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"/v2/progress/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["token"])

    def link_in(self, document: Any) -> str | None:
        link: str | None = document.get("url")
        return link

    def phase_in(self, document: Any) -> str:
        if "done" not in document:
            return "unknown"
        return "succeeded" if document["done"] == document["total"] else "running"


class Replicate(Player):
    """A customer who takes links by http, too, which the clients do not."""

    slug = "replicate"
    words: ClassVar[Mapping[str, str]] = {
        "starting": "waiting",
        "processing": "running",
        "succeeded": "succeeded",
        "failed": "failed",
    }

    def __init__(self, running: Running) -> None:
        super().__init__(running)
        self.space.settings["replicate", "result_delivery"] = "link"

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer r8_driver"}

    def creation(self) -> tuple[str, str, Any]:
        document = {"input": {"prompt": self.title}}
        return "POST", "/v1/models/google/veo-3.1/predictions", document

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"/v1/predictions/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["id"])

    def link_in(self, document: Any) -> str | None:
        link: str | None = document.get("output")
        return link


class Fal(Player):
    """A customer of the queue: all ends have one word, the result tells them apart."""

    slug = "fal"
    words: ClassVar[Mapping[str, str]] = {
        "IN_QUEUE": "waiting",
        "IN_PROGRESS": "running",
        "COMPLETED": "succeeded",
    }
    root = "/queue.fal.run/fal-ai/veo3.1"

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Key driver-id:driver-secret"}

    def creation(self) -> tuple[str, str, Any]:
        return "POST", self.root, {"prompt": self.title}

    def reading(self, job: str) -> tuple[str, str, Any]:
        self.job = job
        return "GET", f"{self.root}/requests/{job}/status", None

    def job_in(self, document: Any) -> str:
        return str(document["request_id"])

    def link_in(self, document: Any) -> str | None:
        video = document.get("video") or {}
        link: str | None = video.get("url")
        return link

    def phase_in(self, document: Any) -> str:
        return "failed" if "error" in document else super().phase_in(document)

    async def fetch(self) -> None:
        for _ in range(3):
            path = f"{self.root}/requests/{self.job}"
            status, document = await self.ask("GET", path)
            self.say(f"results {status}")
            if status == 200 and document is not None:
                self.link = self.link_in(document)
                await super().fetch()
                return


class Luma(Player):
    slug = "luma"
    words: ClassVar[Mapping[str, str]] = {
        "queued": "waiting",
        "dreaming": "running",
        "completed": "succeeded",
        "failed": "failed",
    }
    root = "/dream-machine/v1/generations"

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer luma-test-key"}

    def creation(self) -> tuple[str, str, Any]:
        document = {"model": "ray-2", "prompt": self.title}
        return "POST", f"{self.root}/video", document

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"{self.root}/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["id"])

    def link_in(self, document: Any) -> str | None:
        assets = document.get("assets") or {}
        link: str | None = assets.get("video")
        return link

    def phase_in(self, document: Any) -> str:
        known = document if isinstance(document, dict) else {}
        return super().phase_in({"status": known.get("state")})


class OpenAi(Player):
    """A customer whose files lie behind its key; no answer has a link."""

    slug = "openai"
    words: ClassVar[Mapping[str, str]] = {
        "queued": "waiting",
        "in_progress": "running",
        "completed": "succeeded",
        "failed": "failed",
    }

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer openai-test-key"}

    def creation(self) -> tuple[str, str, Any]:
        return "POST", "/v1/videos", {"prompt": self.title}

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"/v1/videos/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["id"])

    def link_in(self, document: Any) -> str | None:
        path = f"/openai/v1/videos/{document['id']}/content"
        return f"{self.running.origin}{path}"


class Runway(Player):
    slug = "runway"
    words: ClassVar[Mapping[str, str]] = {
        "THROTTLED": "waiting",
        "PENDING": "waiting",
        "RUNNING": "running",
        "SUCCEEDED": "succeeded",
        "FAILED": "failed",
    }

    def headers(self) -> dict[str, str]:
        key = f"key_{'0123456789abcdef' * 8}"
        return {"Authorization": f"Bearer {key}", "X-Runway-Version": "2024-11-06"}

    def creation(self) -> tuple[str, str, Any]:
        order = {"model": "gen4.5", "ratio": "1280:720", "duration": 5}
        return "POST", "/v1/text_to_video", {**order, "promptText": self.title}

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"/v1/tasks/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["id"])

    def link_in(self, document: Any) -> str | None:
        links: list[str] = document.get("output") or []
        return links[0] if links else None


class Google(Player):
    """A customer of Veo, whose operations tell no state but that they are done."""

    slug = "google"
    root = "/v1beta/models/veo-3.1-generate-preview"

    def headers(self) -> dict[str, str]:
        return {"x-goog-api-key": "google-test-key"}

    def creation(self) -> tuple[str, str, Any]:
        document = {"instances": [{"prompt": self.title}]}
        return "POST", f"{self.root}:predictLongRunning", document

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"{self.root}/operations/{job}", None

    def job_in(self, document: Any) -> str:
        return str(document["name"]).rpartition("/")[2]

    def link_in(self, document: Any) -> str | None:
        made = document.get("response", {}).get("generateVideoResponse", {})
        for sample in made.get("generatedSamples", ()):
            link: str | None = sample["video"].get("uri")
            return link
        return None

    def phase_in(self, document: Any) -> str:
        if "name" not in document:
            return "unknown"
        if not document.get("done"):
            return "running"
        return "failed" if "error" in document else "succeeded"


PLAYERS: Mapping[str, type[Player]] = {
    kind.slug: kind
    for kind in (
        DigitalCarbon,
        HourOne,
        Idomoo,
        Stupeflix,
        Impossible,
        Replicate,
        Fal,
        Luma,
        OpenAi,
        Runway,
        Google,
        HeyGen,
        LumaAgents,
        Mux,
        Shotstack,
    )
}
