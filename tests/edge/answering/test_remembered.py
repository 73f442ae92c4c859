"""An answer that is given again is the one that would be made anew."""

import asyncio
import json
import os
import random
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from mockserver import resources
from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.staging.renewal import Renewal
from mockserver.edge.staging.stage import HANDSHAKES, STAGE
from mockserver.edge.storing.stores import codec
from mockserver.engine.spaces import Space
from mockserver.engine.store.log import Ledger
from mockserver.engine.timeline import Phase, Step
from mockserver.server.sockets.connection import Runner
from tests.deep import some
from tests.engine.directories import Fleet, SlowDirectory

BASIC = "Authorization: Basic MTIzNDp0ZXN0LXNlY3JldA=="
SECRET = "exampleSecretKey000000000000000000000001"
PHOTO = {"files": [{"url": "https://example.com/a.jpg"}]}


@dataclass(frozen=True)
class Polled:
    """How jobs of a provider are made and read.

    Attributes:
        key: The header with the credential.
        create: Where a job is made; `example` is what of, from the fixtures.
        poll: Where it is read; `{}` stands for what `named` finds in the answer.
        switches: Settings that change what a read says.
    """

    key: str
    create: str
    example: str | dict[str, Any]
    named: str
    poll: str
    account: str = "main"
    switches: tuple[tuple[str, Any], ...] = ()


POLLED = {
    "digitalcarbon": Polled(
        "X-API-Key: digitalcarbon-test-key",
        "/v1-beta/generate-video",
        "generate-video.documented",
        r'"job_id":"([^"]+)"',
        "/v1-beta/generate-video/{}/status",
    ),
    "fal": Polled(
        "Authorization: Key driver-id:driver-secret",
        "/queue.fal.run/fal-ai/veo3.1",
        "submit.documented",
        r'"request_id":"([^"]+)"',
        "/queue.fal.run/fal-ai/veo3.1/requests/{}/status",
    ),
    "google": Polled(
        "x-goog-api-key: google-test-key",
        "/v1beta/models/veo-3.1-generate-preview:predictLongRunning",
        "predict.no-parameters",
        r'/operations/([^"]+)"',
        "/v1beta/models/veo-3.1-generate-preview/operations/{}",
    ),
    "heygen": Polled(
        "x-api-key: heygen-test-key",
        "/v3/videos",
        {
            "type": "avatar",
            "avatar_id": "Abigail_expressive_2024112501",
            "voice_id": "73c0b6a2e29d4d38aca41454bf58c955",
            "script": "Hello",
        },
        r'"video_id":"([^"]+)"',
        "/v3/videos/{}",
    ),
    "luma-agents": Polled(
        "Authorization: Bearer luma-agents-test-key",
        "/v1/generations",
        {"prompt": "A tiger in the snow", "type": "video", "model": "ray-3.2"},
        r'"id":"([^"]+)"',
        "/v1/generations/{}",
    ),
    "mux": Polled(
        "Authorization: Basic bXV4LXRlc3QtdG9rZW46bXV4LXRlc3Qtc2VjcmV0",
        "/video/v1/assets",
        {
            "inputs": [{"url": "https://storage.example/cat.mp4"}],
            "playback_policies": ["public"],
        },
        r'"id":"([^"]+)","created_at"',
        "/video/v1/assets/{}",
    ),
    "shotstack": Polled(
        "x-api-key: shotstack-test-key",
        "/edit/v1/render",
        {
            "timeline": {
                "tracks": [
                    {
                        "clips": [
                            {
                                "asset": {"type": "title", "text": "Hello"},
                                "start": 0,
                                "length": 3,
                            }
                        ]
                    }
                ]
            },
            "output": {"format": "mp4", "resolution": "sd"},
        },
        r'"id":"([^"]+)"',
        "/edit/v1/render/{}",
    ),
    "hourone": Polled(
        "api-key: hourone-test-key",
        "/api/v1/videos",
        "create-video.create",
        r'"id":"([^"]+)"',
        "/api/v1/videos/{}",
        switches=(("emit_nulls", True),),
    ),
    "idomoo": Polled(
        BASIC,
        "/api/v2/storyboards/generate",
        "generate-storyboard.mp4-and-jpg",
        r'/check_status/([^"]+)"',
        "/api/v2/check_status/{}",
    ),
    "impossible": Polled(
        "Authorization: Bearer impossible-test-key",
        "/v2/render/demo-project",
        "render.asynchronous",
        r'"token":"([^"]+)"',
        "/v2/progress/{}",
        switches=(("strict_progress", True),),
    ),
    "luma": Polled(
        "Authorization: Bearer luma-test-key",
        "/dream-machine/v1/generations/video",
        "create-video.documented",
        r'"id":"([^"]+)"',
        "/dream-machine/v1/generations/{}",
        switches=(("progress_video", True),),
    ),
    "runway": Polled(
        f"Authorization: Bearer key_{'0123456789abcdef' * 8}\r\n"
        "X-Runway-Version: 2024-11-06",
        "/v1/image_to_video",
        "image-to-video.documented",
        r'"id":"([^"]+)"',
        "/v1/tasks/{}",
    ),
    "openai": Polled(
        "Authorization: Bearer openai-test-key",
        "/v1/videos",
        "create-video.documented",
        r'"id":"([^"]+)"',
        "/v1/videos/{}",
        switches=(("dialect", "guide"), ("dialect", "vllm"), ("dialect", "new-api")),
    ),
    "replicate": Polled(
        "Authorization: Bearer r8_driver",
        "/v1/models/google/veo-3.1/predictions",
        "create-model-prediction.documented",
        r'"id":"([^"]+)"',
        "/v1/predictions/{}",
    ),
    "stupeflix": Polled(
        "X-Nobody: reads",
        "/v2/create",
        "tasks-create.video",
        r'"key":"([^"]+)"',
        f"/v2/status?secret={SECRET}&tasks={{}}",
    ),
}
DRAWN = re.compile(
    rb"(?i)(?:x-request-id|openai-processing-ms): [^\r]+"
    rb'|_jwt=[^"]+'
)


class Line(asyncio.Transport):
    """A connection without a socket."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 9), "sockname": ("127.0.0.1", 8)})
        self.said: list[bytes] = []

    def write(self, data: Any) -> None:
        """Keep what is sent."""
        self.said.append(bytes(data))

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        """Keep what is sent in parts."""
        self.write(b"".join(list_of_data))

    def is_closing(self) -> bool:
        """Stay open."""
        return False

    def get_write_buffer_size(self) -> int:
        """Be read at once."""
        return 0

    def close(self) -> None:
        """End."""

    abort = pause_reading = resume_reading = close


@dataclass
class Server:
    """A server that does not listen, on a clock of the test's own."""

    instance: Instance
    runner: Runner
    wall: list[float]
    lines: list[tuple[Any, Line]] = field(default_factory=list)

    async def ask(self, raw: bytes, line: int = 0) -> bytes:
        """Return the whole answer to a request on one of two connections."""
        protocol, transport = self.lines[line]
        transport.said.clear()
        protocol.data_received(raw)
        while not transport.said:  # noqa: ASYNC110 - a turn of the loop is what it takes
            await asyncio.sleep(0)
        # The connection is ready for the next one after a turn.
        for _ in range(3):
            await asyncio.sleep(0)
        return b"".join(transport.said)

    @property
    def remembers(self) -> int:
        """How many answers are remembered now."""
        return len(self.lines[0][0]._memory._known)

    @property
    def journal(self) -> list[Any]:
        """What was asked and answered."""
        return [*self.instance.services.journal.exchanges()]


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    started: list[Runner] = []

    async def start(**settings: Any) -> Server:
        wall = [1_900_000_000.0]
        instance = build(
            wall=lambda: wall[0],
            **{"pace": "real", "auth": "strict", "media_dir": tmp_path, **settings},
        )
        runner = Runner(instance, access_log=None, auto_decompress=False)
        await runner.setup()
        started.append(runner)
        server = Server(instance, runner, wall)
        for _ in range(2):
            protocol = cast("Any", runner.server).connection()
            protocol.connection_made(line := Line())
            server.lines.append((protocol, line))
        await asyncio.sleep(0)
        return server

    yield start
    for runner in started:
        await runner.cleanup()


def request(method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: h:1", *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def created(server: Server, slug: str) -> str:
    """Make a job; return the target of its read."""
    polled = POLLED[slug]
    document: Any = polled.example
    if isinstance(document, str):
        example = resources.fixtures(slug) / "examples" / f"{document}.json"
        document = json.loads(example.read_bytes())
    body = json.dumps(document).encode()
    raw = request("POST", f"/{slug}{polled.create}", polled.key, body=body)
    said = (await server.ask(raw)).decode()
    found = re.search(polled.named, said)
    assert found is not None, said
    return f"/{slug}{polled.poll.format(found[1])}"


def bare(answer: bytes) -> bytes:
    """Return an answer without what each one has of its own; of a refusal, which."""
    is_told = answer.startswith(b"HTTP/1.1 2")
    return DRAWN.sub(b"", answer) if is_told else answer.partition(b"\r\n")[0]


def space_of(server: Server, slug: str) -> Space:
    return next(s for s in server.instance.services.spaces if s.id.startswith(slug))


@dataclass
class Fate:
    """What may happen between two reads of a job."""

    server: Server
    slug: str
    dice: random.Random

    def __post_init__(self) -> None:
        self.space = space_of(self.server, self.slug)
        self.stage = self.server.instance.app[STAGE]
        self.jobs = self.space.jobs(self.slug)
        clock = self.space.clock
        self.moves: list[Callable[[], object]] = [
            *[self.pass_by] * 12,
            *(clock.freeze, clock.resume, lambda: clock.scale(7.0)),
            *(self.fail, self.turn, self.space.settings.clear, self.lose_another),
            *(self.disturb, lambda: self.stage.clear([self.space])),
            *((self.delete, self.revoke) if self.dice.random() < 0.2 else ()),
        ]

    def strike(self) -> None:
        """Let one of those things happen."""
        self.dice.choice(self.moves)()

    def pass_by(self) -> None:
        self.server.wall[0] += self.dice.choice([0.0, 0.3, 1, 5, 40, 700])

    def fail(self) -> None:
        provider = self.server.instance.services.providers[self.slug]
        for job in [*self.jobs.list_jobs(newest_first=True)][:1]:
            self.jobs.force(job, provider.failure)

    def delete(self) -> None:
        for job in [*self.jobs.list_jobs(newest_first=True)][:1]:
            self.jobs.delete(job)

    def lose_another(self) -> None:
        """Fail or forget a job that is not read, but may be before that one."""
        others = [*self.jobs.list_jobs(newest_first=True)][1:]
        provider = self.server.instance.services.providers[self.slug]
        for job in self.dice.sample(others, min(1, len(others))):
            if self.dice.random() < 0.5:
                self.jobs.force(job, provider.failure)
            else:
                self.jobs.delete(job)

    def turn(self) -> None:
        for name, value in POLLED[self.slug].switches:
            self.space.settings[self.slug, name] = value

    def disturb(self) -> None:
        rule = {"on": {"probability": 0.5}, "fault": {"kind": "error", "status": 503}}
        self.stage.use([self.space], {"scenario": "blips", "rules": [rule]})

    def revoke(self) -> None:
        keyring = self.server.instance.services.spaces.keyring
        for grant in keyring.grants(slug=self.slug, space=self.space.id):
            keyring.revoke(grant)


@pytest.mark.parametrize(
    ("slug", "is_kept"),
    some(
        [
            *((slug, False) for slug in POLLED),
            ("digitalcarbon", True),
            ("idomoo", True),
        ],
        of=4,
    ),
)
async def test_it_is_what_would_be_answered_anew(
    servers: Callable[..., Any], slug: str, is_kept: bool, tmp_path: Path
) -> None:
    """Whatever becomes of a job, its space and the clock; for many random lives."""
    dice, given_again = random.Random(slug), 0
    for life in range(4):
        kept = {"store": f"sqlite:{tmp_path}/{life}.db"} if is_kept else {}
        narrow = {"providers_settings": {"fal": {"concurrency": 1}}}
        server = await servers(**kept, **narrow)
        *_, target = [await created(server, slug) for _ in range(4)]
        key, fate = POLLED[slug].key, Fate(server, slug, dice)
        for turn in range(40):
            asked = request("GET", target, key)
            known = server.remembers
            for _ in range(2):
                told = await server.ask(asked)
                made = await server.ask(request("GET", target, key, f"X-N: {turn}"), 1)

                if b"503" not in told + made:  # by chance
                    assert bare(told) == bare(made), turn
            given_again += known and server.remembers
            fate.strike()

    assert given_again > 30


async def test_a_place_in_a_queue_is_remembered_until_the_queue_changes(
    servers: Callable[..., Any],
) -> None:
    """Although the job that is asked for stays what it was: there are slots enough."""
    server = await servers(pace="manual")
    targets = [await created(server, "fal") for _ in range(4)]
    space = space_of(server, "fal")
    jobs = space.jobs("fal")
    first, second = (jobs.get(one.split("/")[-2]) for one in targets[:2])
    asked = request("GET", targets[3], POLLED["fal"].key)

    async def place() -> int:
        told = [await server.ask(asked) for _ in range(3)]
        [place] = {
            json.loads(one.partition(b"\r\n\r\n")[2])["queue_position"] for one in told
        }
        return int(place)

    assert (await place(), server.remembers) == (5, 1)
    jobs.delete(second)
    assert (await place(), server.remembers) == (4, 1)
    jobs.force(first, Step("COMPLETED", Phase.SUCCEEDED))
    assert (await place(), server.remembers) == (3, 1)
    space.clock.advance(3600)
    told = await server.ask(asked)
    assert b'"status":"COMPLETED"' in told


@pytest.mark.parametrize("slug", ["google", "heygen", "luma-agents", "mux"])
async def test_polls_of_every_provider_are_remembered(
    servers: Callable[..., Any], slug: str
) -> None:
    server = await servers(pace="manual")
    asked = request("GET", await created(server, slug), POLLED[slug].key)

    for _ in range(3):
        await server.ask(asked)

    assert server.remembers == 1


FILMS = """
provider: films
title: Films
hosts: [api.films.example]
auth: [header x-films-key]
errors: {body: {error: "${error.text}"}}
jobs:
  film:
    life:
      - {waiting: waiting, for: 10s}
      - {running: shooting, for: 100s, progress: [0, 100]}
      - {succeeded: done}
      - {failed: torn, error: broken}
    keep: {title: "${call.body/title}"}
    files: {clip: {path: "/clips/{id}.mp4"}}
    view: {id: "${job.id}", TOLD}
operations:
  shoot: {post: /films, makes: film, body: "${view}"}
  film: {get: "/films/{film_id}", shows: film, body: "${view}"LIMIT}
"""


@pytest.mark.parametrize(
    ("told", "limit", "remembers"),
    [
        ('state: "${moment.state}", title: "${kept/title}"', "", 1),
        ('link: "${link.clip}", asked: "${call.query.as}"', "", 1),
        ('progress: "${moment.progress or 0}"', "", 1),
        ('drawn: "${new.hex-8}", owner: "${own.hex-8/owner}"', "", 1),
        ('now: "${space.now}"', "", 0),
        ('age: "${moment.age}"', "", 0),
        ('state: "${moment.state}"', ", limit: {calls: 9, per: 1m}", 0),
    ],
)
async def test_of_a_file_is_remembered_what_follows_from_the_job(
    servers: Callable[..., Any], tmp_path: Path, told: str, limit: str, remembers: int
) -> None:
    file = tmp_path / "films.yaml"
    file.write_text(FILMS.replace("TOLD", told).replace("LIMIT", limit), "utf-8")
    server = await servers(pace="manual", auth="open", providers=(str(file),))
    order = request("POST", "/films/films", "X-Films-Key: k", body=b'{"title":"T"}')
    made = json.loads((await server.ask(order)).partition(b"\r\n\r\n")[2])
    asked = request("GET", f"/films/films/{made['id']}", "X-Films-Key: k")

    answers = [await server.ask(asked) for _ in range(3)]

    assert {one.partition(b"\r\n")[0] for one in answers} == {b"HTTP/1.1 200 OK"}
    assert server.remembers == remembers


async def test_progress_of_a_file_is_told_as_it_is(
    servers: Callable[..., Any], tmp_path: Path
) -> None:
    """A number that grows all the time is never the one of before."""
    file = tmp_path / "films.yaml"
    told = 'progress: "${moment.progress or 0}"'
    file.write_text(FILMS.replace("TOLD", told).replace("LIMIT", ""), "utf-8")
    server = await servers(pace="real", auth="open", providers=(str(file),))
    order = request("POST", "/films/films", "X-Films-Key: k", body=b'{"title":"T"}')
    made = json.loads((await server.ask(order)).partition(b"\r\n\r\n")[2])
    asked = request("GET", f"/films/films/{made['id']}", "X-Films-Key: k")
    server.wall[0] += 60

    seen = []
    for _ in range(3):
        seen += [await server.ask(asked) for _ in range(3)]
        server.wall[0] += 1

    told_of = [json.loads(one.partition(b"\r\n\r\n")[2])["progress"] for one in seen]
    assert told_of == [50] * 3 + [51] * 3 + [52] * 3


async def test_a_provider_that_was_read_again_answers_anew(
    servers: Callable[..., Any], tmp_path: Path
) -> None:
    """Its file may say something else of the same job."""
    file = tmp_path / "mux.yaml"
    known = resources.fixtures("providers") / "mux.yaml"
    file.write_text(known.read_text("utf-8"), "utf-8")
    server = await servers(pace="manual", providers=(str(file),))
    instance = server.instance
    renewal = Renewal(instance.services, instance.destinations.forget)
    asked = request("GET", await created(server, "mux"), POLLED["mux"].key)
    for _ in range(3):
        assert b'"max_resolution_tier":"1080p"' in await server.ask(asked)
    assert server.remembers == 1

    said = file.read_text("utf-8").replace("max_resolution_tier: 1080p", "x: 1")
    file.write_text(said, "utf-8")
    later_ns = file.stat().st_mtime_ns + 1_000_000_000
    os.utime(file, ns=(later_ns, later_ns))
    assert renewal.follow() == []

    told = await server.ask(asked)
    assert b'"x":1' in told
    assert b"max_resolution_tier" not in told


async def test_the_journal_has_it_as_often_as_it_was_given(
    servers: Callable[..., Any],
) -> None:
    server = await servers(pace="manual")
    target = await created(server, "digitalcarbon")
    asked = request("GET", target, POLLED["digitalcarbon"].key)

    answers = [await server.ask(asked) for _ in range(5)]
    server.wall[0] += 3

    assert len(set(answers)) == 1
    assert server.remembers == 1
    told = server.journal[1:]
    assert [one.number for one in told] == [2, 3, 4, 5, 6]
    assert {(one.operation, one.state, one.is_poll) for one in told} == {
        ("status", "queued", True)
    }
    assert {one.response_body for one in told} == {b'{"status":"queued"}'}
    assert {dict(one.response_headers)["Content-Length"] for one in told} == {"19"}
    assert {dict(one.request_headers)["Host"] for one in told} == {"h:1"}


async def test_what_comes_in_pieces_is_put_together(
    servers: Callable[..., Any],
) -> None:
    """Bytes that look like a known request are not one in the middle of another."""
    server = await servers(pace="manual")
    target = await created(server, "digitalcarbon")
    asked = request("GET", target, POLLED["digitalcarbon"].key)
    for _ in range(3):
        await server.ask(asked)
    protocol, line = server.lines[0]
    line.said.clear()

    protocol.data_received(b"GET /digitalcarbon/other HTTP/1.1\r\nX-Said: ")
    told = await server.ask(asked)

    assert told.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert (await server.ask(asked)).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_body_that_looks_like_a_request_is_none(
    servers: Callable[..., Any],
) -> None:
    server = await servers(pace="manual")
    target = await created(server, "digitalcarbon")
    asked = request("GET", target, POLLED["digitalcarbon"].key)
    for _ in range(3):
        await server.ask(asked)
    head = request("POST", "/digitalcarbon/other", f"Content-Length: {len(asked)}")
    server.lines[0][0].data_received(head)

    told = await server.ask(asked)

    assert told.startswith(b"HTTP/1.1 404 Not Found\r\n")


@pytest.mark.parametrize(
    "settings",
    [{"pace": "step"}, {"limits": "real"}, {"explain": True}, {"dates": "wall"}],
    ids=str,
)
async def test_what_each_read_changes_is_never_remembered(
    servers: Callable[..., Any], settings: dict[str, Any]
) -> None:
    server = await servers(**settings)
    target = await created(server, "digitalcarbon")
    asked = request("GET", target, POLLED["digitalcarbon"].key)

    for _ in range(4):
        await server.ask(asked)

    assert server.remembers == 0


Shared = tuple[Server, SlowDirectory, bytes]


@pytest.fixture
async def shared(servers: Callable[..., Any]) -> AsyncIterator[Shared]:
    """A worker whose store can be slow, and a read that it remembers."""
    fleet = Fleet()
    directory = SlowDirectory(fleet, "one")
    ledger = Ledger(fleet.shelf, codec(), directory, local=(HANDSHAKES,))
    server = await servers(pace="manual", auth="open", ledger=ledger)
    target = await created(server, "digitalcarbon")
    asked = request("GET", target, POLLED["digitalcarbon"].key)
    for _ in range(3):
        await server.ask(asked)
    assert server.remembers == 1
    yield server, directory, asked
    directory.gate.set()


def begun(server: Server, key: str, line: int) -> Line:
    """Begin to make a job on one of two connections; return what comes on it."""
    example = resources.fixtures("digitalcarbon") / "examples"
    body = (example / "generate-video.documented.json").read_bytes()
    path = f"/digitalcarbon{POLLED['digitalcarbon'].create}"
    protocol, transport = server.lines[line]
    transport.said.clear()
    protocol.data_received(request("POST", path, key, body=body))
    return transport


async def turns() -> None:
    """Let everything happen that is on its way."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_read_waits_for_no_other_space(shared: Shared) -> None:
    """Not even for one that begins, and for its key."""
    server, directory, asked = shared
    directory.gate.clear()
    waiting = begun(server, "X-API-Key: somebody-else", 1)
    await turns()

    told = await asyncio.wait_for(server.ask(asked), 10)

    assert told.endswith(b'{"status":"queued"}')
    assert waiting.said == []
    assert server.remembers == 1
    directory.gate.set()
    await turns()
    assert b"job_id" in b"".join(waiting.said)


async def test_a_read_waits_for_what_has_changed_in_its_space(shared: Shared) -> None:
    """It tells of nothing that the end of the process would take back."""
    server, directory, asked = shared
    directory.gate.clear()
    begun(server, POLLED["digitalcarbon"].key, 1)
    await turns()
    protocol, line = server.lines[0]
    line.said.clear()

    protocol.data_received(asked)
    await turns()

    assert line.said == []
    directory.gate.set()
    await turns()
    assert b"".join(line.said).endswith(b'{"status":"queued"}')


async def test_who_may_have_lost_a_space_asks_first(shared: Shared) -> None:
    """It was suspended: somebody else has the space, and knows more."""
    server, directory, asked = shared
    directory.is_late = True
    directory.asked.clear()

    told = await server.ask(asked)

    assert directory.asked == ["digitalcarbon.main"]
    assert told.endswith(b'{"status":"queued"}')


async def test_who_is_leaving_says_so_with_each_answer(shared: Shared) -> None:
    server, _, asked = shared
    server.instance.is_leaving = True

    told = await server.ask(asked)

    assert b"\r\nConnection: close\r\n" in told


async def test_as_much_is_remembered_as_there_is_room_for(
    servers: Callable[..., Any],
) -> None:
    """Requests that all differ a little do not fill the memory."""
    server = await servers(pace="manual")
    target = await created(server, "digitalcarbon")
    key = POLLED["digitalcarbon"].key

    for number in range(900):
        asked = request("GET", target, key, f"X-N: {number}")
        assert b"queued" in await server.ask(asked)
        assert b"queued" in await server.ask(asked)

    assert 0 < server.remembers < 800
