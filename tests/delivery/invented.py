"""An invented provider's deliveries, a client that only pretends to send, an office."""

import asyncio
from collections import defaultdict, deque

from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.delivery.delivery import DELIVERY, Delivery
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Answer, Message
from mockserver.delivery.outbox import Outbox
from mockserver.delivery.seal import Seal, unsealed
from mockserver.delivery.send import Client
from mockserver.delivery.tamper import Tamper, untouched
from mockserver.engine.agenda import Due
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import Pace
from mockserver.engine.jobs import Job, Rewrite
from mockserver.engine.notices import Conduct
from mockserver.engine.round import Happen
from mockserver.engine.scheduler import Scheduler
from mockserver.engine.spaces import Space, Spaces, SpaceSettings
from mockserver.engine.store.memory import MemoryStore
from mockserver.engine.store.shelf import State
from mockserver.engine.timeline import Phase, Step

__all__ = ["CONDUCT", "NoScript", "Office", "Pretender", "Wall", "make_spaces",
           "parcel"]  # fmt: skip

CONDUCT = Conduct(
    lambda chance, at_s: chance.uuid(), ending=Step("gone", Phase.CANCELLED)
)
HERE = "http://127.0.0.1/hook"


class Wall:
    """Real time, as a test wants it."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class NoScript:
    """Scenarios that change nothing."""

    def rewrite(self, slug: str) -> Rewrite | None:
        return None

    def next_read_at(
        self, slug: str, operation: str, job: Job, change_at: float | None
    ) -> float | None:
        return change_at

    def state(self) -> State:
        return {}

    def restore(self, state: State) -> None:
        assert not state


def make_spaces(pace: str, wall: Wall | None = None) -> Spaces:
    """Return spaces of the invented provider, whose clocks begin at 1000."""
    return Spaces(
        SpaceSettings(pace=Pace.parse(pace), wall=wall or Wall(), epoch_s=1000.0),
        store=MemoryStore(),
        conduct=lambda space, slug: CONDUCT,
        make_script=NoScript,
        populate=lambda space, slug: None,
    )


async def nobody(space: Space, due: Due, /) -> None:
    """Handle no event."""
    raise LookupError(f"nobody handles {due.kind!r} in {space.id}")


class Office(Outbox):
    """An outbox with a scheduler that it is the courier of, as a house has them.

    Attributes:
        faults: What went wrong in code of ours.
        scheduler: Carries out what is due.
    """

    def __init__(
        self,
        client: Client,
        happen: Happen = nobody,
        *,
        spaces: Spaces | None = None,
        tamper: Tamper = untouched,
        seal: Seal = unsealed,
        width: int = 32,
        log_max: int = 10_000,
    ) -> None:
        self.faults = Bugs()
        super().__init__(
            client, bugs=self.faults, tamper=tamper, seal=seal, log_max=log_max
        )
        self.scheduler = Scheduler(
            make_spaces("manual") if spaces is None else spaces,
            happen,
            {DELIVERY: self},
            bugs=self.faults,
            width=width,
        )

    async def settle(self, space: Space) -> None:
        await self.scheduler.settle(space)

    async def run(self) -> None:
        await self.scheduler.run()


class Pretender(Client):
    """Notes what it is to send, in the order of the starts.

    Attributes:
        sent: The bodies.
        outcomes: What happens to the messages with a body, in turn, then 200.
        yields: How often a message with a body lets others go first.
        gates: A message with a body waits for its event.
        most: How many messages were on their way at once.
    """

    def __init__(self) -> None:
        super().__init__(Guard())
        self.sent: list[str] = []
        self.outcomes: dict[str, deque[int | Exception]] = defaultdict(deque)
        self.yields: dict[str, int] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.most = 0
        self._flying = 0

    async def send(
        self,
        message: Message,
        *,
        connect_timeout_s: float = 10.0,
        timeout_s: float = 30.0,
        redirects: int = 0,
        follows_all: bool = False,
    ) -> Answer:
        assert isinstance(message.body, bytes)
        body = message.body.decode()
        self.sent.append(body)
        self._flying += 1
        self.most = max(self.most, self._flying)
        outcomes = self.outcomes[body]
        outcome = outcomes.popleft() if outcomes else 200
        try:
            for _ in range(self.yields.get(body, 0)):
                await asyncio.sleep(0)
            if body in self.gates:
                await self.gates[body].wait()
        finally:
            self._flying -= 1
        if isinstance(outcome, Exception):
            raise outcome
        return Answer(outcome, CIMultiDictProxy(CIMultiDict()), b"seen")


def parcel(body: str = "{}", url: str = HERE, **changes: object) -> Delivery:
    """Return a webhook of the invented provider."""
    message = Message("POST", url, {"Content-Type": "text/plain"}, body.encode())
    wanted: dict[str, object] = {"slug": "acme", "label": "served", "message": message}
    return Delivery(**{**wanted, **changes})  # type: ignore[arg-type]  # by name
