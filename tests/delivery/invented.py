"""An invented provider's deliveries, and a client that only pretends to send."""

import asyncio
from collections import defaultdict, deque

from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Answer, Message
from mockserver.delivery.send import Client
from mockserver.engine.jobs import Plan
from mockserver.engine.notices import Conduct
from mockserver.engine.timeline import Phase, Step

__all__ = ["CONDUCT", "NoScript", "Pretender", "Wall", "parcel"]

CONDUCT = Conduct(
    lambda chance, ordinal: chance.uuid(), ending=Step("gone", Phase.CANCELLED)
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

    def plan(self, slug: str) -> Plan | None:
        return None


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
