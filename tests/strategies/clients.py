"""Clients of DigitalCarbon: one that survives, and some with one bug each."""

from collections.abc import Callable
from time import monotonic
from typing import Any

import requests

from mockserver import MockServer, SpaceHandle
from mockserver.strategies import Story
from tests.sleepers import nap

ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


class RenderFailedError(Exception):
    """The provider has said that the job has failed."""


class GivenUpError(Exception):
    """Nobody knows what became of the job."""


class Careful:
    """Waits as it is told, believes JSON only, orders once, and gives up some day."""

    def __init__(self, space: SpaceHandle) -> None:
        self.space = space
        self.url = f"{space.url_for('digitalcarbon')}/v1-beta/generate-video"
        self.calls = requests.Session()
        self.calls.trust_env = False
        self.calls.headers["X-API-Key"] = str(space.credential("digitalcarbon"))

    def video(self) -> str:
        with self.calls:
            job = self.order()
            self.wait(job)
            return str(self.read(f"{job}/results")["video_url"])

    def order(self) -> str:
        for _ in range(10):
            try:
                answer = self.calls.post(self.url, json=ORDER, timeout=5)
            except requests.RequestException as error:
                raise GivenUpError("the order may have been taken") from error
            if answer.ok:
                return f"{self.url}/{answer.json()['job_id']}"
            nap(float(answer.headers.get("Retry-After", 5)))
        raise GivenUpError("no order is taken")

    def wait(self, job: str) -> None:
        pause, until = 5, monotonic() + 6 * 3600
        while (status := self.read(f"{job}/status").get("status")) != "completed":
            if status == "failed":
                raise RenderFailedError
            if monotonic() > until:
                raise GivenUpError("the job stands still")
            nap(pause)
            pause = min(2 * pause, 900)

    def read(self, url: str) -> dict[str, Any]:
        for _ in range(10):
            try:
                answer = self.calls.get(url, timeout=5)
                found = answer.json() if answer.ok else None
            except requests.RequestException:
                found = None
            if isinstance(found, dict) and "status" in found:
                return found
            nap(10)
        raise GivenUpError("nothing that can be read comes")


class KnowsAllStates(Careful):
    """Crashes at a state that it does not know."""

    def wait(self, job: str) -> None:
        moves = {"queued": True, "processing": True, "completed": False}
        while True:
            status = self.read(f"{job}/status")["status"]
            if status == "failed":
                raise RenderFailedError
            if not moves[status]:
                return
            nap(10)


class PollsForEver(Careful):
    """Waits for success alone."""

    def wait(self, job: str) -> None:
        while self.read(f"{job}/status")["status"] != "completed":
            nap(3600)


class TakesHtmlForSuccess(Careful):
    """Takes any 200 that is no JSON for the end, and knows where files are."""

    def video(self) -> str:
        job = self.order()
        self.wait(job)
        return f"{job}.mp4"

    def wait(self, job: str) -> None:
        status = "queued"
        while status != "completed":
            try:
                answer = self.calls.get(f"{job}/status", timeout=5)
                status = answer.json()["status"] if answer.ok else status
            except requests.JSONDecodeError:
                status = "completed"
            except (requests.RequestException, KeyError):
                status = "queued"
            if status == "failed":
                raise RenderFailedError
            nap(10)


class PaysTwice(Careful):
    """Orders again when the answer has been lost."""

    def order(self) -> str:
        try:
            return super().order()
        except GivenUpError:
            return self.order()


def is_survived(client: type[Careful], story: Story, server: MockServer) -> bool:
    """Say whether a client ends well: with a video that is there, or its own error."""
    with server.fresh(story, sleep=True, patience="8h") as space:
        try:
            client(space).video()
        except (RenderFailedError, GivenUpError):
            is_well = True
        except Exception:  # noqa: BLE001 - a crash is what is looked for
            is_well = False
        else:
            is_well = space.jobs.last().phase == "succeeded"
        return is_well and len(space.jobs) <= 1


def fails(client: type[Careful], server: MockServer) -> Callable[[Story], bool]:
    """Return what says whether a client fails in a story."""
    return lambda story: not is_survived(client, story, server)
