"""What all small honest clients do: they order, poll, fetch and keep a log.

They speak in the words that all providers share, so that one line of a test says what
every client sees.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

from aiohttp import ClientError, ClientResponse
from yarl import URL

from mockserver.edge.staging.stage import STAGE, Asked
from mockserver.engine.spaces import Space
from tests.providers.conftest import Running

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
