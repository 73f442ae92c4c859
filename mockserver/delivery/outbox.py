"""Outbox: what providers send to customers, on the spaces' own clocks."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from msgspec.structs import replace

from mockserver.delivery.carrier import Carrier
from mockserver.delivery.delivery import (
    DELIVERY,
    Attempt,
    Delivery,
    DeliveryState,
    Record,
)
from mockserver.delivery.lanes import lane_of
from mockserver.delivery.post import Post, Ready, Sent
from mockserver.delivery.seal import Seal, unsealed
from mockserver.delivery.send import Client
from mockserver.delivery.tamper import Tamper, untouched
from mockserver.engine.agenda import Due
from mockserver.engine.bugs import Bugs
from mockserver.engine.round import Flight
from mockserver.engine.spaces import Space
from mockserver.engine.waiting import stir
from mockserver.errors import MediaError, NotFoundError, StoreError

__all__ = ["Listener", "Outbox"]

Listener = Callable[[Space, Record], None]


class Outbox:
    """Takes deliveries, and carries them out when the scheduler says that they are due.

    Args:
        client: The one outgoing client.
        bugs: Counts errors of ours.
        tamper: Delivery faults.
        seal: Dates and signs each attempt.
        slots: How many attempts may be on their way at once, in all spaces.
        log_max: How many deliveries of a space are kept after their end.

    Attributes:
        client: The one outgoing client; providers may use it, too.
    """

    def __init__(
        self,
        client: Client,
        *,
        bugs: Bugs,
        tamper: Tamper = untouched,
        seal: Seal = unsealed,
        slots: int = 128,
        log_max: int = 10_000,
    ) -> None:
        self.client = client
        self._carrier = Carrier(client)
        self._bugs = bugs
        self._tamper, self._seal = tamper, seal
        self._slots = asyncio.Semaphore(slots)
        self._log_max = log_max
        self._listeners: list[Listener] = []
        self._landing: set[asyncio.Task[None]] = set()

    # What providers, tests and people ask for

    def plan(self, space: Space, delivery: Delivery, at: float) -> Delivery:
        """Let a delivery fall due at a virtual time; return it with its id."""
        post = self._post(space)
        record = post.add(delivery, at)
        post.plan(record, at)
        return record.delivery

    async def deliver(self, space: Space, delivery: Delivery) -> Record:
        """Deliver now, and return what has become of it: for who waits for that.

        It goes the same way as what is planned, past the same faults, but waits for
        nothing else that is due in the space. What a fault or a ladder lets come later
        is waited for, on the space's clock. If nobody waits any more, it goes on.

        An event must not wait so for what only comes after it: it plans a delivery,
        and has the end reported.

        Returns:
            The record at its end; one that is dropped if the space is gone.
        """
        post, now = self._post(space), space.clock.now()
        record = post.add(delivery, now)
        post.awaited.add(record.id)
        try:
            data = {"id": record.id, "rung": 0}
            due = space.agenda.begin(now, DELIVERY, delivery.slug, data)
            flight = self.begin(space, due)
            if flight is None:
                space.agenda.done(due)
            else:
                task = asyncio.create_task(_landed(space, flight))
                self._landing.add(task)
                task.add_done_callback(self._landing.discard)
                await asyncio.shield(task)
            return await self._ended(space, record)
        finally:
            post.awaited.discard(record.id)

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
            for record in self._post(space).records()
            if slug in {None, record.delivery.slug}
            and job_id in {None, record.delivery.job_id}
            and label in {None, record.delivery.label}
            and state in {None, record.state}
        ]

    def records(self, space: Space, *, newest_first: bool = False) -> Iterator[Record]:
        """Return the same of all, one by one; nothing may be planned meanwhile."""
        return self._post(space).records(newest_first=newest_first)

    def find(self, space: Space, delivery_id: str) -> Record | None:
        """Return a delivery with what has become of it, or None."""
        return self._post(space).find(delivery_id)

    def next_times(self, space: Space) -> Mapping[str, float]:
        """Return when something of each delivery next falls due, by identifier."""
        return self._post(space).next_times()

    def resend(self, space: Space, delivery_id: str) -> Record:
        """Send a delivery again now, with its whole ladder; a pending one stays.

        Raises:
            NotFoundError: Code `delivery`; the space has no such delivery.
        """
        return self._post(space).resend(self._found(space, delivery_id))

    def drop(self, space: Space, delivery_id: str) -> Record:
        """Send no more of a delivery that is pending.

        Raises:
            NotFoundError: Code `delivery`; the space has no such delivery.
        """
        return self._post(space).drop(self._found(space, delivery_id))

    def clear(self, space: Space) -> None:
        """Send nothing more in a space, and forget what was sent."""
        self._post(space).clear()

    def on_attempt(self, listener: Listener) -> None:
        """Call `listener` with space and record after each attempt and each end."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Break off what somebody waits for, and close the client's connections."""
        for task in tuple(self._landing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.client.close()

    # What the scheduler asks for: it is the courier of the dues of kind `delivery`

    def kin(self, space: Space, due: Due) -> frozenset[object]:
        """Return what must have landed first: the delivery itself, and its lane."""
        record = self.find(space, due.data["id"])
        if record is None:
            return frozenset()
        lane = lane_of(record.delivery)
        return frozenset((record.id,) if lane is None else (record.id, lane))

    def begin(self, space: Space, due: Due) -> Flight[Attempt] | None:
        """Start an attempt; None if there is nothing to send, or only later."""
        post = self._post(space)
        ready = post.ready(due)
        if ready is None:
            return None
        return Flight(
            due=due,
            horizon=post.horizon(ready.record, due),
            task=asyncio.create_task(self._carried(space, ready)),
            land=lambda attempt: post.land(due, attempt),
        )

    async def _carried(self, space: Space, ready: Ready) -> Attempt:
        """Send, and return the attempt with its outcome."""
        delivery, attempt, error, reason = ready.delivery, ready.attempt, "bug", ""
        try:
            await space.settle()
        except StoreError as trouble:
            # The space is over: what is due is found again in the store.
            return replace(attempt, error="lost", reason=str(trouble))
        async with self._slots:
            with self._bugs.survived(
                delivery.label, "of", delivery.slug, "in", space.id
            ):
                try:
                    return await self._carrier.carry(delivery, attempt)
                except MediaError as lost:
                    error, reason = "lost", str(lost)
                    raise
        return replace(attempt, error=error, reason=reason)

    async def _ended(self, space: Space, record: Record) -> Record:
        """Wait for a delivery's end; a clock that steps is moved to what comes next."""
        post, clock = self._post(space), space.clock
        while space.is_open:
            found = post.find(record.id)
            if found is None:
                break
            if not found.is_pending:
                return found
            record = found
            at = post.due_at(record)
            is_ahead = at is not None and at > clock.now()
            if at is not None and is_ahead and clock.pace.is_stepping:
                clock.reach(at)
            else:
                await stir(clock, at if is_ahead else None)
        return record.become(DeliveryState.DROPPED)

    def _post(self, space: Space) -> Post:
        post: Post | None = space.annexes.get(self)
        if post is None:
            post = space.annexes[self] = Post(
                space,
                log_max=self._log_max,
                ask=self._ask,
                seal=self._sealed,
                tell=self._tell,
            )
        return post

    def _found(self, space: Space, delivery_id: str) -> Record:
        record = self._post(space).find(delivery_id)
        if record is None:
            raise NotFoundError("delivery")
        return record

    def _ask(self, space: Space, record: Record) -> Sent:
        sent = [(record.delivery, 0.0)]
        with self._bugs.survived("a delivery fault in", space.id):
            sent[:] = self._tamper(space, record)
        return sent

    def _sealed(self, space: Space, delivery: Delivery, at: float) -> Delivery:
        with self._bugs.survived("a signature in", space.id):
            return self._seal(space, delivery, at)
        return delivery

    def _tell(self, space: Space, record: Record) -> None:
        for listener in self._listeners:
            with self._bugs.survived("a listener in", space.id):
                listener(space, record)


async def _landed(space: Space, flight: Flight[Attempt]) -> None:
    attempt = await flight.task
    if space.is_open:
        flight.land(attempt)
        space.agenda.done(flight.due)
