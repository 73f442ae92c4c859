"""A server with an invented provider, so that nothing here knows a real one."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from mockserver.app import build
from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.edge.instance import Instance
from mockserver.engine.agenda import Due
from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.keyring import Grant
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import (
    NotFoundError,
    ProviderError,
    UnauthorizedError,
    UnavailableError,
)
from mockserver.providers.call import Call
from mockserver.providers.provider import (
    Credential,
    Provider,
    Secrets,
    Setting,
    Switches,
    Trial,
)
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.services import Services

KEY = "sketch-test-key"
START = (
    Trial(
        about="Draw something",
        method="POST",
        path="/drawings",
        headers={"X-Sketch-Key": "{key}"},
        keeps={"job": "/id"},
    ),
    Trial(
        about="Look at it until it is drawn",
        path="/drawings/{job}",
        headers={"X-Sketch-Key": "{key}"},
        until=("/state", ("drawn", "torn")),
    ),
    Trial(about="Fetch it", path="/files/{job}", saves="drawing.bin"),
)
OTHER_KEY = "sketch-other-key"
WORLD = """
accounts:
  main: {keys: [{key: sketch-test-key, secret: sketch-test-secret}]}
  other:
    keys: [sketch-other-key]
    jobs: [{id: framed, operation: draw, state: drawn}]
"""


@pytest.fixture(scope="session")
def data_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the import package that ships the invented provider's data."""
    root = tmp_path_factory.mktemp("distribution")
    package = root / "sketch_data"
    for folder in ("schemas/sketch", "fixtures/sketch"):
        (package / folder).mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "fixtures/sketch/world.yaml").write_text(WORLD)
    sys.path.insert(0, str(root))
    yield package.name
    sys.path.remove(str(root))
    sys.modules.pop(package.name, None)


def _authenticate(call: Call) -> Grant:
    key = call.headers.get("X-Sketch-Key") or call.query.get("sketch_key", "")
    if not key:
        raise UnauthorizedError
    return call.open_key(key)


def _render_error(call: Call, error: ProviderError) -> Reply:
    statuses = {UnauthorizedError: 401, NotFoundError: 404}
    return Reply.json({"wrong": str(error)}, statuses.get(type(error), 500))


def _credential(chance: Chance) -> Credential:
    fields = {"key": chance.hex("key", 24), "secret": chance.hex("secret", 24)}
    return Credential(fields, key="key", secret="secret")


def _preview(services: Services, space: Space, job: Job) -> dict[str, str]:
    is_there = job.media_state(space.clock.now()) is MediaState.AVAILABLE
    return {"video": f"/files/{job.id}"} if is_there else {}


def _notices(switches: Switches, job: Job) -> Iterator[Notice]:
    url = job.data.get("hook")
    if url is not None:
        yield Notice(job.ends_at, "notify", {"url": url})


async def _notify(services: Services, space: Space, due: Due) -> None:
    job = space.jobs("sketch").about(due)
    assert job is not None
    services.outbox.plan(
        space,
        Delivery(
            slug="sketch",
            label="drawn",
            message=Message(
                "POST",
                due.data["url"],
                headers={"X-Sketch-Key": "the-key-of-the-hook"},
                body=b"{}",
            ),
            job_id=job.id,
        ),
        due.at,
    )


def _routes() -> Routes[Call]:
    table = Routes[Call]()

    @table.post("/drawings", "draw")
    async def draw(call: Call) -> Reply:
        """Draw something."""
        body = await call.body()
        job = call.submit({"bytes": len(body), **call.query})
        return call.reply({"id": job.id, "password": "told-to-the-client"})

    @table.get("/drawings/{job_id}", "look", subject="job_id", polls=True)
    async def look(call: Call) -> Reply:
        """Look at a drawing."""
        return call.reply({"state": call.moment(call.find_job()).step.state})

    @table.get("/files/{job_id:[a-f0-9-]{8,}}", "file", public="job_id")
    async def file(call: Call) -> Reply:
        """Serve a drawing, as bytes that are no text."""
        return Reply(body=b"\xff\xfe\x00drawing", content_type="image/x-sketch")

    @table.get("/broken", "break")
    async def broken(call: Call) -> Reply:
        """Be wrong."""
        raise UnavailableError

    return table


@pytest.fixture
def sketch(data_package: str) -> Provider:
    """Return the invented provider."""
    drawing = Step("drawing", Phase.RUNNING, 20.0, progress=(0.0, 100.0))
    return Provider(
        slug="sketch",
        title="Sketch & Sons",
        hosts=("api.sketch.example",),
        routes=_routes(),
        authenticate=_authenticate,
        render_error=_render_error,
        credential=_credential,
        secrets=Secrets(
            headers=("x-sketch-key",), query=("sketch_key",), body=("password",)
        ),
        timelines={
            "draw": Timeline(
                (
                    Step("waiting", Phase.WAITING, 10.0),
                    drawing,
                    Step("drawn", Phase.SUCCEEDED),
                )
            )
        },
        failure=Step("torn", Phase.FAILED, error="paper-jam"),
        failures={"paper-jam": "paper-jam", "no-ink": "E7"},
        reasons={"E7": "The ink has run out."},
        states={
            "waiting": Phase.WAITING,
            "drawing": Phase.RUNNING,
            "drawn": Phase.SUCCEEDED,
            "torn": Phase.FAILED,
        },
        settings=(
            Setting(
                "pencil", default="soft", about="Which one.", choices=("soft", "hard")
            ),
            Setting("is_tidy", default=False, about="Whether it tidies up."),
        ),
        notices=_notices,
        events={"notify": _notify},
        preview=_preview,
        problems={"paper-jam": UnavailableError},
        start=START,
        clients={"sketch-cli": "set SKETCH_URL={base} and SKETCH_SECRET={secret}"},
        anchor=data_package,
    )


@dataclass(slots=True)
class Running:
    """A server, a client for it, the instance behind it, and what it has sent."""

    instance: Instance
    client: TestClient[web.Request, web.Application]
    received: list[tuple[str, bytes]] = field(default_factory=list)
    hook: str = ""

    async def ask(
        self, method: str, path: str, body: Any = None, **query: Any
    ) -> ClientResponse:
        """Ask the control API; `path` is below its root."""
        params = {name: str(value) for name, value in query.items()}
        return await self.client.request(
            method, f"/_mock/api{path}", json=body, params=params
        )

    async def get(self, path: str, **query: Any) -> Any:
        """Return the document of a `GET` that succeeds."""
        response = await self.ask("GET", path, **query)
        assert response.status == 200, await response.text()
        return await response.json()

    async def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """Return the document of a `POST` that succeeds."""
        response = await self.ask("POST", path, body, **query)
        assert response.status < 300, await response.text()
        return await response.json()

    async def refused(
        self, method: str, path: str, body: Any = None, **query: Any
    ) -> tuple[int, str]:
        """Return status and text of a refusal."""
        response = await self.ask(method, path, body, **query)
        document = await response.json()
        assert [*document] == ["error"]
        return response.status, document["error"]

    async def draw(self, key: str = KEY, **query: str) -> str:
        """Submit a job to the provider; return its identifier."""
        response = await self.client.post(
            "/sketch/drawings",
            headers={"X-Sketch-Key": key},
            params=query,
            json={"password": "of-the-client", "what": "a house"},
        )
        return str((await response.json())["id"])

    async def look(self, job: str, key: str = KEY) -> str:
        """Read a job's state as a client does."""
        response = await self.client.get(
            f"/sketch/drawings/{job}", headers={"X-Sketch-Key": key}
        )
        return str((await response.json())["state"])


Serve = Callable[..., Awaitable[Running]]


@pytest.fixture
async def hook() -> AsyncIterator[tuple[str, list[tuple[str, bytes]]]]:
    """Return the address of somebody who is sent things, and what has come."""
    received: list[tuple[str, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        received.append((request.path_qs, await request.read()))
        return web.Response(text="thanks")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/hook")), received
    await server.close()


@pytest.fixture
async def serve(
    sketch: Provider, tmp_path: Path, hook: tuple[str, list[tuple[str, bytes]]]
) -> AsyncIterator[Serve]:
    """Return a function that starts a server; keywords are fields of `Config`.

    The control API's answers are held against their schemas, and a bug of ours
    fails the test.
    """
    started: list[Running] = []

    async def start(*, provider: Provider = sketch, **settings: Any) -> Running:
        defaults = {"pace": "manual", "auth": "strict", "media_dir": tmp_path}
        instance = build(
            checks_replies=True,
            served={"sketch": provider},
            **{**defaults, **settings},
        )
        client: TestClient[web.Request, web.Application]
        client = TestClient(TestServer(instance.app))
        await client.start_server()
        started.append(Running(instance, client, hook[1], hook[0]))
        return started[-1]

    yield start
    for running in started:
        await running.client.close()
        assert running.instance.bugs.latest == []


@pytest.fixture
async def server(serve: Serve) -> Running:
    """Return a server at pace `manual`."""
    return await serve()


@pytest.fixture
async def filled(server: Running) -> Running:
    """Return a server whose space `sketch.main` has a finished job and a delivery."""
    job = await server.draw(hook=server.hook)
    await server.look(job)
    await server.post(f"/jobs/{job}/finish")
    return server


@pytest.fixture
async def serve_real(
    tmp_path: Path, hook: tuple[str, list[tuple[str, bytes]]]
) -> AsyncIterator[Serve]:
    """Return a function that starts a server of the providers that ship."""
    started: list[Running] = []

    async def start(**settings: Any) -> Running:
        instance = build(**{"pace": "manual", "media_dir": tmp_path, **settings})
        client: TestClient[web.Request, web.Application]
        client = TestClient(TestServer(instance.app))
        await client.start_server()
        started.append(Running(instance, client, hook[1], hook[0]))
        return started[-1]

    yield start
    for running in started:
        await running.client.close()
        assert running.instance.bugs.latest == []
