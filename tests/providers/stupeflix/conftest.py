"""A client that signs as the vendor's clients do, and a receiver for what is sent."""

import base64
import hashlib
import hmac
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from aiohttp import ClientResponse
from yarl import URL

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from tests.delivery.sink import Script, Sink
from tests.providers.conftest import Running, Serve

ACCESS = "EXAMPLEACCESSKEY0001"
SECRET = "exampleSecretKey000000000000000000000001"
EPOCH_S = 1_700_000_000.0
MOVIE = (
    b'<movie service="craftsman-1.0"><body><effect type="none" duration="2.0">'
    b'<image color="#336699"/></effect></body></movie>'
)
STORED = (
    '<profiles><profile name="iphone"><stupeflixStore></stupeflixStore></profile>'
    "</profiles>"
)
MakeSink = Callable[..., Awaitable[Sink]]


def md5_hex(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def movie(*parts: str) -> bytes:
    return (
        f'<movie service="craftsman-1.0"><body>{"".join(parts)}</body></movie>'.encode()
    )


def profiles(*inside: str, name: str = "iphone", before: str = "") -> str:
    uploads = "".join(inside)
    return f'<profiles>{before}<profile name="{name}">{uploads}</profile></profiles>'


@dataclass
class Api:
    """One account's client, and the space behind it.

    Attributes:
        running: The server.
        access: The access key.
        secret: The secret key.
        date: The client's clock.
        account: The fixture account that the keys belong to.
    """

    running: Running
    access: str = ACCESS
    secret: str = SECRET
    date: int = int(EPOCH_S)
    account: str = "main"
    root: str = "/stupeflix"

    @property
    def space(self) -> Space:
        return self.running.space("stupeflix", self.account)

    def sign(
        self, method: str, path: str, md5: str, kind: str, params: str = ""
    ) -> str:
        text = f"{method}\n{md5}\n{kind}\n{self.date}\n/stupeflix-1.0{path}\n{params}"
        return hmac.new(self.secret.encode(), text.encode(), "sha1").hexdigest()

    async def send(
        self, method: str, path: str, body: bytes, kind: str, **headers: str
    ) -> ClientResponse:
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        md5 = base64.b64encode(digest).decode()
        signature = self.sign(method, path, md5, kind)
        query = f"Date={self.date}&AccessKey={self.access}&Signature={signature}"
        return await self.running.client.request(
            method,
            f"{self.root}/stupeflix-1.0{path}?{query}",
            data=io.BytesIO(body),
            headers={"Content-MD5": md5, "Content-Type": kind, **headers},
        )

    async def get(
        self, path: str, *, method: str = "GET", headers: Any = None, **params: Any
    ) -> ClientResponse:
        signed = "".join(
            f"{name}\n{params[name]}\n"
            for name in ("Marker", "MaxKeys")
            if name in params
        )
        signature = self.sign(method, path, "", "", signed)
        query = f"Date={self.date}&AccessKey={self.access}&Signature={signature}"
        query += "".join(f"&{name}={value}" for name, value in params.items())
        # As it stands: a URL object would unescape what needs no escaping.
        url = f"{self.running.origin}{self.root}/stupeflix-1.0{path}?{query}"
        return await self.running.client.session.request(
            method,
            URL(url, encoded=True),
            headers=headers,
            allow_redirects=False,
        )

    async def define(
        self, resource: str = "clip1", body: bytes = MOVIE, *, user: str = "alice"
    ) -> ClientResponse:
        return await self.send(
            "PUT", f"/{user}/{resource}/definition/", body, "text/xml"
        )

    async def create(
        self, xml: str, resource: str = "clip1", *, user: str = "alice"
    ) -> ClientResponse:
        body = f"ProfilesXML={quote_plus(xml)}".encode()
        kind = "application/x-www-form-urlencoded"
        return await self.send("POST", f"/{user}/{resource}/", body, kind)

    async def render(self, xml: str, body: bytes = MOVIE) -> Job:
        """Send a definition and create its profiles; return the first's job."""
        assert (await self.define(body=body)).status == 200
        created = await self.create(xml)
        assert (created.status, await created.text()) == (200, "")
        name = re.search(r'<profile name="([^"]*)"', xml)
        assert name is not None
        return self.job(f"alice/clip1/{name[1]}")

    def job(self, name: str) -> Job:
        return self.space.jobs("stupeflix").get(name)

    def finish(self, job: Job) -> None:
        self.space.clock.set(job.ends_at)

    def enter(self, job: Job, state: str) -> None:
        """Move the clock to the beginning of a state."""
        index = job.timeline.index_of(state)
        assert index is not None
        self.space.clock.set(job.entered_at(index))

    async def rows(self, path: str = "/alice/clip1/status/", **params: Any) -> Any:
        response = await self.get(path, **params)
        assert response.status == 200
        return await response.json()

    async def status(self, path: str = "/alice/clip1/status/") -> Any:
        return (await self.rows(path))[0]["status"]

    async def settle(self) -> None:
        await self.running.settle(self.space)


async def said(response: ClientResponse) -> tuple[int, str]:
    """Return an answer's status and text."""
    return response.status, await response.text()


Start = Callable[..., Awaitable[Api]]


@pytest.fixture
async def start(serve: Serve) -> Start:
    """Return a function that starts a server on the contract's date."""

    async def started(**settings: Any) -> Api:
        wanted = {
            "providers": ("stupeflix",),
            "epoch": "2023-11-14T22:13:20+00:00",
            "wall": lambda: EPOCH_S,
            **settings,
        }
        return Api(await serve(**wanted))

    return started


@pytest.fixture
async def api(start: Start) -> Api:
    """Return the client of account `main`."""
    return await start()


@pytest.fixture
async def make_sink() -> AsyncIterator[MakeSink]:
    """Start receivers with a script each."""
    sinks: list[Sink] = []

    async def make(*script: Script) -> Sink:
        sinks.append(Sink(*script))
        await sinks[-1].start()
        return sinks[-1]

    yield make
    for sink in sinks:
        await sink.stop()


@pytest.fixture
async def sink(make_sink: MakeSink) -> Sink:
    """A receiver that answers 200."""
    return await make_sink()
