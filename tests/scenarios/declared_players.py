"""Small honest clients of the providers that are files of YAML."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from aiohttp import encode_basic_auth

from tests.scenarios.player import Player

__all__ = ["HeyGen", "LumaAgents", "Mux", "Shotstack"]


class Declared(Player):
    """A customer of a provider that is a file of YAML.

    Attributes:
        order_path: Where a job is made; `{id}` below `read_path` shows it.
        envelope: Members that stand around what is told of a job.
        state: The member that tells its state.
    """

    order_path = ""
    read_path = ""
    envelope: ClassVar[tuple[str, ...]] = ()
    state = "status"

    @abstractmethod
    def order_of(self) -> dict[str, Any]: ...

    def creation(self) -> tuple[str, str, Any]:
        return "POST", self.order_path, self.order_of()

    def reading(self, job: str) -> tuple[str, str, Any]:
        return "GET", f"{self.read_path}/{job}", None

    def told(self, document: Any) -> Any:
        for name in self.envelope:
            document = document.get(name) if isinstance(document, dict) else None
        return document if isinstance(document, dict) else {}

    def job_in(self, document: Any) -> str:
        return str(self.told(document)["id"])

    def phase_in(self, document: Any) -> str:
        return super().phase_in({"status": self.told(document).get(self.state)})


class HeyGen(Declared):
    slug = "heygen"
    order_path = read_path = "/v3/videos"
    envelope: ClassVar[tuple[str, ...]] = ("data",)
    words: ClassVar[Mapping[str, str]] = {
        "pending": "waiting",
        "processing": "running",
        "completed": "succeeded",
        "failed": "failed",
    }

    def headers(self) -> dict[str, str]:
        return {"x-api-key": "heygen-test-key"}

    def order_of(self) -> dict[str, Any]:
        return {"type": "avatar", "avatar_id": "a", "title": self.title}

    def job_in(self, document: Any) -> str:
        return str(self.told(document)["video_id"])

    def link_in(self, document: Any) -> str | None:
        link: str | None = self.told(document).get("video_url")
        return link


class LumaAgents(Declared):
    slug = "luma-agents"
    order_path = read_path = "/v1/generations"
    state = "state"
    words: ClassVar[Mapping[str, str]] = {
        "queued": "waiting",
        "processing": "running",
        "completed": "succeeded",
        "failed": "failed",
    }

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer luma-agents-test-key"}

    def order_of(self) -> dict[str, Any]:
        video = {"resolution": "360p"}
        return {"prompt": self.title, "type": "video", "video": video}

    def link_in(self, document: Any) -> str | None:
        outputs = self.told(document).get("output")
        return outputs[0].get("url") if outputs else None


class Mux(Declared):
    """A customer whose files lie under a playback id, which is there at once."""

    slug = "mux"
    order_path = read_path = "/video/v1/assets"
    envelope: ClassVar[tuple[str, ...]] = ("data",)
    words: ClassVar[Mapping[str, str]] = {
        "preparing": "running",
        "ready": "succeeded",
        "errored": "failed",
    }

    def headers(self) -> dict[str, str]:
        return {"Authorization": encode_basic_auth("mux-test-token", "mux-test-secret")}

    def order_of(self) -> dict[str, Any]:
        return {"passthrough": self.title, "playback_policies": ["public"]}

    def link_in(self, document: Any) -> str | None:
        ids = self.told(document).get("playback_ids")
        root = f"{self.running.origin}/mux/stream"
        return f"{root}/{ids[0]['id']}/highest.mp4" if ids else None


class Shotstack(Declared):
    slug = "shotstack"
    order_path = read_path = "/edit/v1/render"
    envelope: ClassVar[tuple[str, ...]] = ("response",)
    words: ClassVar[Mapping[str, str]] = {
        "queued": "waiting",
        "fetching": "running",
        "rendering": "running",
        "saving": "running",
        "done": "succeeded",
        "failed": "failed",
    }

    def headers(self) -> dict[str, str]:
        return {"x-api-key": "shotstack-test-key"}

    def order_of(self) -> dict[str, Any]:
        asset = {"type": "title", "text": self.title}
        clips = [{"asset": asset, "start": 0, "length": 2}]
        return {
            "timeline": {"tracks": [{"clips": clips}]},
            "output": {"format": "mp4", "resolution": "preview"},
        }

    def link_in(self, document: Any) -> str | None:
        link: str | None = self.told(document).get("url")
        return link
