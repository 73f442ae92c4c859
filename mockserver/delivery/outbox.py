"""Outbox: what providers send to customers, on the spaces' own clocks."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from mockserver.delivery.alarms import Alarms
from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState, Record
from mockserver.delivery.desk import DELIVERY, Desk
from mockserver.delivery.round import Round
from mockserver.delivery.send import Client
from mockserver.delivery.tamper import Tamper, untouched
from mockserver.engine.agenda import Due
from mockserver.engine.clock import monotonic_s
from mockserver.engine.spaces import Space, Spaces
from mockserver.errors import DeliveryError, NotFoundError

__all__ = ["Bug", "EventFunction", "Listener", "Outbox"]

EventFunction = Callable[[Space, Due], Awaitable[None]]
Listener = Callable[[Space, Record], None]

_log = logging.getLogger(__name__)
_CONNECT_S = 10.0
_ANSWER_CHARS = 2048


@dataclass(frozen=True, slots=True)
class Bug:
    """An error of ours, or of a provider's code, that the outbox has survived.

    Attributes:
        space: Name of the space.
        where: What went wrong, such as `event video-ready`.
        error: What was raised.
    """

    space: str
    where: str
    error: Exception


class _Postman:
    """Does a round's work, and survives whatever goes wrong in others' code."""

    def __init__(self, outbox: "Outbox", *, slots: int) -> None:
        self._outbox = outbox
        self._slots = asyncio.Semaphore(slots)

    def is_current(self, desk: Desk) -> bool:
        """Say whether a desk's space is still there, and not begun anew."""
        return self._outbox.is_current(desk)

    async def attempt(
        self, space: Space, delivery: Delivery, attempt: Attempt
    ) -> Attempt:
        """Send, and return the attempt with its outcome."""
        async with self._slots:
            started_s = monotonic_s()
            outcome: dict[str, Any] = {"error": "bug"}
            with self._survive(space, f"delivery {delivery.label}"):
                outcome = await self._send(delivery)
            return replace(attempt, elapsed_s=monotonic_s() - started_s, **outcome)

    async def happen(self, space: Space, due: Due) -> None:
        """Hand something that is no delivery to the handler."""
        with self._survive(space, f"event {due.kind} of {due.slug}"):
            await self._outbox.handler(space, due)

    def ask(self, space: Space, record: Record) -> Sequence[tuple[Delivery, float]]:
        """Ask the faults what becomes of the next attempt."""
        sent = [(record.delivery, 0.0)]
        with self._survive(space, "a delivery fault"):
            sent[:] = self._outbox.tamper(space, record.delivery, record.number)
        return sent

    def tell(self, space: Space, record: Record) -> None:
        """Tell those who listen that a record has changed."""
        for listener in self._outbox.listeners:
            with self._survive(space, "a listener"):
                listener(space, record)

    async def _send(self, delivery: Delivery) -> dict[str, Any]:
        try:
            answer = await self._outbox.client.send(
                delivery.message,
                connect_timeout_s=min(_CONNECT_S, delivery.timeout_s),
                timeout_s=delivery.timeout_s,
                redirects=delivery.redirects,
            )
        except DeliveryError as error:
            return {"error": error.kind, "reason": str(error)}
        return {"status": answer.status, "answer": answer.text[:_ANSWER_CHARS]}

    @contextmanager
    def _survive(self, space: Space, where: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  (one bug must not stop the rest)
            self._outbox.report(Bug(space.id, where, error))


def _named(desk: Desk, delivery: Delivery) -> Delivery:
    if delivery.id:
        return delivery
    chance = desk.space.chance(delivery.slug).fork(DELIVERY, desk.number())
    return replace(delivery, id=chance.uuid())


async def _nobody(space: Space, due: Due) -> None:
    raise LookupError(f"nobody handles {due.kind!r} in {space.id}")


class Outbox:
    """Sends deliveries when they fall due, and lets providers' events happen.

    Args:
        client: Sends the messages; providers may use it, too.
        handler: Does what is due and is no delivery.
        tamper: Delivery faults.
        width: How many attempts may be on their way in one space.
        log_max: How many deliveries of a space are kept after their end.

    Attributes:
        client: The one outgoing client.
        handler: Does what is due and is no delivery.
        tamper: Delivery faults; may be set later.
        listeners: Called after each attempt and each end.
        bugs: How many errors of ours were caught; tests want 0.
        recent_bugs: The latest of them.
    """

    def __init__(
        self,
        client: Client,
        handler: EventFunction | None = None,
        *,
        tamper: Tamper = untouched,
        width: int = 32,
        log_max: int = 10_000,
    ) -> None:
        self.client = client
        self.tamper = tamper
        self.bugs = 0
        self.recent_bugs: deque[Bug] = deque(maxlen=100)
        self.handler = handler or _nobody
        self._width = width
        self._log_max = log_max
        self.listeners: list[Listener] = []
        self._postman = _Postman(self, slots=4 * width)
        self._spaces: Spaces | None = None
        self._desks: dict[str, Desk] = {}
        self._alarms = Alarms(self._ring, self._is_open)
        self._group: asyncio.TaskGroup | None = None

    def attach(self, spaces: Spaces, handler: EventFunction | None = None) -> None:
        """Follow all spaces, those that are open and those to come."""
        self._spaces = spaces
        self.handler = handler or self.handler
        for space in spaces:
            self._alarms.watch(space)
        spaces.on_open(self._alarms.watch)

    def on_attempt(self, listener: Listener) -> None:
        """Call `listener` with space and record after each attempt and each end."""
        self.listeners.append(listener)

    def plan(self, space: Space, delivery: Delivery, at: float) -> Delivery:
        """Let a delivery fall due at a virtual time; return it with its id."""
        desk = self._desk(space)
        delivery = _named(desk, delivery)
        record = Record(delivery, DeliveryState.PENDING, at)
        desk.put(record)
        self._add(space, record, at)
        return delivery

    def keep(self, space: Space, delivery: Delivery, attempt: Attempt) -> Record:
        """Keep a delivery that was made elsewhere, or may not leave, with its outcome.

        It counts as delivered unless the attempt has an error; nothing is sent.
        """
        desk = self._desk(space)
        delivery = _named(desk, delivery)
        failed = attempt.error is not None
        state = DeliveryState.FAILED if failed else DeliveryState.DELIVERED
        record = Record(delivery, state, attempt.at, (attempt,))
        desk.put(record)
        self._postman.tell(space, record)
        return record

    def deliveries(
        self,
        space: Space,
        *,
        slug: str | None = None,
        job_id: str | None = None,
        label: str | None = None,
        state: DeliveryState | str | None = None,
    ) -> list[Record]:
        """Return a space's deliveries, the first planned first."""
        return [
            record
            for record in self._desk(space).records()
            if slug in {None, record.delivery.slug}
            and job_id in {None, record.delivery.job_id}
            and label in {None, record.delivery.label}
            and state in {None, record.state}
        ]

    def find(self, space: Space, delivery_id: str) -> Record | None:
        """Return a delivery with what has become of it, or None."""
        return self._desk(space).find(delivery_id)

    def resend(self, space: Space, delivery_id: str) -> Record:
        """Send a delivery again now, with its whole ladder; a pending one stays.

        Raises:
            NotFoundError: Code `delivery`; the space has no such delivery.
        """
        record = self._found(space, delivery_id)
        if not record.is_pending:
            record = record.become(DeliveryState.PENDING)
            self._desk(space).put(record)
            self._add(space, record, space.clock.now())
        return record

    def drop(self, space: Space, delivery_id: str) -> Record:
        """Send no more of a delivery that is pending.

        Raises:
            NotFoundError: Code `delivery`; the space has no such delivery.
        """
        record = self._found(space, delivery_id)
        if record.is_pending:
            record = record.become(DeliveryState.DROPPED)
            desk = self._desk(space)
            desk.put(record)
            desk.release(record.delivery, space.clock.now())
            self._postman.tell(space, record)
        return record

    async def settle(self, space: Space) -> None:
        """Carry out what is due by now, in order, and wait for the outcomes.

        One at a time works on a space; others wait for it, so that everything that
        was due is done when this returns. From inside the handler it does nothing:
        the work that called the handler goes on afterwards.
        """
        desk = self._desk(space)
        worker = asyncio.current_task()
        if desk.worker is worker:
            return
        async with desk.lock:
            desk.worker = worker
            try:
                await Round(desk, self._postman, width=self._width).run()
            finally:
                desk.worker = None

    async def run(self) -> None:
        """Settle each space whenever something falls due in it, until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self._alarms.start(self._spaces or ())
            try:
                await asyncio.Event().wait()
            finally:
                self._alarms.stop()
                self._group = None

    async def close(self) -> None:
        """Close the client's connections."""
        await self.client.close()

    def is_current(self, desk: Desk) -> bool:
        """Say whether a desk's space is still there, and not begun anew."""
        if self._desks.get(desk.space.id) is not desk:
            return False
        return self._spaces is None or self._is_open(desk.space)

    def report(self, bug: Bug) -> None:
        """Count and log an error of ours."""
        self.bugs += 1
        self.recent_bugs.append(bug)
        _log.error("bug in %s, space %s", bug.where, bug.space, exc_info=bug.error)

    def _add(self, space: Space, record: Record, at: float) -> None:
        data = {"id": record.id, "rung": 0}
        space.agenda.add(at, DELIVERY, record.delivery.slug, data)

    def _desk(self, space: Space) -> Desk:
        desk = self._desks.get(space.id)
        if desk is None or desk.space is not space:
            desk = Desk(space, log_max=self._log_max)
            if self._spaces is None or self._is_open(space):
                self._desks[space.id] = desk
                self._clear()
        return desk

    def _clear(self) -> None:
        """Forget the desks of closed spaces, once there are many."""
        if self._spaces is None or len(self._desks) <= 2 * len(self._spaces) + 64:
            return
        for desk in tuple(self._desks.values()):
            if not self._is_open(desk.space):
                del self._desks[desk.space.id]

    def _found(self, space: Space, delivery_id: str) -> Record:
        record = self._desk(space).find(delivery_id)
        if record is None:
            raise NotFoundError("delivery")
        return record

    def _is_open(self, space: Space) -> bool:
        return self._spaces is not None and self._spaces.find(space.id) is space

    def _ring(self, space: Space) -> None:
        desk = self._desk(space)
        if self._group is not None and self._is_open(space) and not desk.is_ringing:
            desk.is_ringing = True
            self._group.create_task(self._answer(desk))

    async def _answer(self, desk: Desk) -> None:
        try:
            await self.settle(desk.space)
        finally:
            desk.is_ringing = False
            self._alarms.set(desk.space)
