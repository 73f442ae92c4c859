"""Small honest clients, one for each provider: they order, poll, fetch and keep a log.

They speak in the words that all providers share, so that one line of a test says what
every client sees.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

from aiohttp import ClientError, ClientResponse, encode_basic_auth
from yarl import URL

from mockserver.edge.stage import STAGE, Asked
from mockserver.engine.spaces import Space
from tests.providers.conftest import Running
from tests.providers.digitalcarbon.conftest import LISTING
from tests.providers.hourone.conftest import OVERRIDE
from tests.providers.idomoo.conftest import MAIN, STORYBOARD
from tests.providers.stupeflix.conftest import MOVIE, SECRET

POLLS_MAX = 40
GARBLED = "garbled"


class Player(ABC):
    """One customer of one provider.

    Attributes:
        slug: The provider.
        account: The fixture account of the credentials.
        words: What the customer knows of the provider's states.
    """

    slug = ""
    account = "main"
    words: ClassVar[Mapping[str, str]] = {}

    def __init__(self, running: Running) -> None:
        self.running = running
        self.log: list[str] = []
        self.link: str | None = None
        self.wait_s = 0.0
        self.tries = 1
        self.polls = POLLS_MAX
        self.title = "Spring"
        self.dated_s = 0.0

    @property
    def space(self) -> Space:
        return self.running.space(self.slug, self.account)

    def use(self, scenario: Asked) -> None:
        self.running.instance.app[STAGE].use([self.space], scenario)

    async def play(self) -> list[str]:
        """Order a video, wait for it, fetch it; return what was seen, in order."""
        job = await self.order()
        if job is not None and await self.follow(job):
            await self.fetch()
        return self.log

    async def order(self) -> str | None:
        for _ in range(self.tries):
            status, document = await self.ask(*self.creation())
            self.say(f"create {status}")
            if document is not None and str(status)[0] == "2":
                self.link = self.link_in(document)
                return self.job_in(document)
        return None

    async def follow(self, job: str) -> bool:
        for _ in range(self.polls):
            status, document = await self.ask(*self.reading(job))
            if status not in {200, 202} or document is None:
                self.say(f"read {status}")
                if status in {401, 403, 404}:
                    return False
                continue
            phase = self.phase_in(document)
            self.say(phase)
            if phase == "succeeded":
                self.link = self.link_in(document) or self.link
                return True
            if phase == "failed":
                return False
        self.say("gives up")
        return False

    async def fetch(self) -> None:
        if self.link is None:
            self.say("no link")
            return
        for _ in range(self.tries):
            self.space.clock.advance(self.wait_s)
            self.say(await self.download(self.link))

    async def download(self, link: str) -> str:
        try:
            response = await self.running.client.session.get(
                URL(link, encoded=True), headers=self.headers(), allow_redirects=False
            )
            data = await response.read()
        except ClientError:
            return "file cut"
        if response.status != 200:
            return f"file {response.status}"
        return f"file {judged(data, response.headers.get('ETag', ''))}"

    async def ask(
        self, method: str, path: str, document: Any = None
    ) -> tuple[int | str, Any]:
        """Return status and document; None for one that cannot be read."""
        try:
            response = await self.send(method, path, document)
            body = await response.read()
        except ClientError:
            return "cut", None
        dated = parsedate_to_datetime(response.headers["Date"])
        self.dated_s = dated.timestamp() - int(self.space.clock.now())
        try:
            return response.status, json.loads(body)
        except ValueError:
            return GARBLED if response.status < 300 else response.status, None

    async def send(self, method: str, path: str, document: Any) -> ClientResponse:
        url = URL(self.running.origin + f"/{self.slug}{path}", encoded=True)
        return await self.running.client.session.request(
            method, url, json=document, headers=self.headers()
        )

    def say(self, event: str) -> None:
        if self.log[-1:] != [event]:
            self.log.append(event)

    def headers(self) -> dict[str, str]:
        return {}

    @abstractmethod
    def creation(self) -> tuple[str, str, Any]: ...

    @abstractmethod
    def reading(self, job: str) -> tuple[str, str, Any]: ...

    @abstractmethod
    def job_in(self, document: Any) -> str: ...

    @abstractmethod
    def link_in(self, document: Any) -> str | None: ...

    def phase_in(self, document: Any) -> str:
        status = document.get("status") if isinstance(document, dict) else None
        return self.words.get(str(status), f"unknown {status}")


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


def judged(data: bytes, etag: str) -> str:
    """Say what a careful client thinks of a video file."""
    if not data:
        return "empty"
    at = 0
    while len(data) - at >= 8:
        at += max(8, int.from_bytes(data[at : at + 4]))
    if at != len(data):
        return "broken"
    known = etag.strip('"')
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return "damaged" if len(known) == 32 and known != digest else "whole"
