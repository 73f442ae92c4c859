"""Clients with habits, on servers whose clocks only they move."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
from yarl import URL

from mockserver.edge.judging import judged, story_of
from mockserver.verdict.assertions import Check
from mockserver.verdict.case import Story
from mockserver.verdict.finding import Seen
from tests.providers.hourone.conftest import TOKEN, Api, Listener
from tests.scenarios.conftest import Play, listener, naps, opened, player
from tests.scenarios.players import Player

__all__ = ["listener", "naps", "opened", "player"]


class Client:
    """A client that does what its test says, and lets time pass in between.

    Attributes:
        player: What speaks for it.
        job: The job that it has ordered last.
        link: The last link that it was told.
    """

    def __init__(self, player: Player) -> None:
        self.player = player
        self.job = ""
        self._known: Job | None = None  # a job that is deleted has a story, too

    async def order(self, title: str = "Spring") -> str:
        self.player.title = title
        self.job = await self.player.order() or self.job
        return self.job

    async def read(self, *waits_s: float) -> None:
        """Read the state once, and once more after each wait."""
        await self._read()
        for wait_s in waits_s:
            self.wait(wait_s)
            await self._read()

    async def _read(self) -> None:
        status, document = await self.player.ask(*self.player.reading(self.job))
        if status == 200 and document is not None:
            self.player.link = self.player.link_in(document) or self.player.link

    async def fetch(self) -> None:
        await self.player.fetch()

    def wait(self, seconds: float) -> None:
        self.player.space.clock.advance(seconds)

    def until(self, state: str) -> None:
        """Let the last job come into a state."""
        space = self.player.space
        job = space.jobs(self.player.slug).get(self.job)
        space.clock.set(next(at for at, step in job.entries() if step.state == state))

    def finish(self) -> None:
        """Let the last job come to its end without being asked for."""
        self.wait(86_400)

    async def call(self, method: str, path: str, **more: object) -> int:
        response = await self.player.running.client.session.request(
            method,
            URL(self.player.running.origin + f"/{self.player.slug}{path}"),
            **{"headers": self.player.headers(), **more},  # type: ignore[arg-type]
        )
        await response.read()
        return response.status

    def story(self) -> Story:
        """Return what is known of the last job."""
        space, slug = self.player.space, self.player.slug
        self._known = space.jobs(slug).find(self.job) or self._known
        assert self._known is not None
        services = self.player.running.instance.services
        return story_of(services, space, slug, self._known)

    def broken(self, check: Check) -> list[Seen]:
        """Return what breaks an assertion about the last job."""
        return [*check(self.story())]

    def findings(self) -> dict[str, str]:
        """Return what each rule has said last."""
        services = self.player.running.instance.services
        found = judged(services, [self.player.space], outside=True)
        return {one.rule.id: one.seen.said for one in found}


if TYPE_CHECKING:
    from mockserver.engine.jobs import Job

Meet = Callable[..., Awaitable[Client]]


@pytest.fixture
def meet(player: Play) -> Meet:
    """Return a function that makes a client of a provider under scenarios."""

    async def make(slug: str, *scenarios: object, **settings: object) -> Client:
        settings = {"pace": "manual", **settings}
        return Client(await player(slug, *scenarios, **settings))

    return make


@pytest.fixture
def hooked(meet: Meet, listener: Listener) -> Meet:
    """Return the same for one who listens to Hour One's webhooks."""

    async def make(*scenarios: object) -> Client:
        client = await meet("hourone", *scenarios)
        body = {
            "name": "ci",
            "events": ["video.ready", "video.failed"],
            "url": listener.url,
        }
        answer = await Api(client.player.running).post("/webhooks", body, TOKEN)
        assert answer.status == 201
        return client

    return make


async def told(client: Client) -> None:
    """Order a video, let it come to its end, and let everybody be told."""
    await client.order()
    client.finish()
    services = client.player.running.instance.services
    await services.scheduler.settle(client.player.space)
