"""Inboxes: what has arrived for a space, and what is answered; for any thread."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Final
from urllib.parse import quote

from mockserver.server.receiver import Answer, Receiver, Webhook
from mockserver.server.sockets.loops import LoopThread

__all__ = ["Inbox", "PostRoom"]

KEPT_MAX: Final = 10_000

Test = Callable[[Webhook], bool]


class Inbox:
    """The webhooks of one space, oldest first.

    Args:
        url: Where they arrive.

    Attributes:
        count: How many have come.
        now: Tells the time of arrival; real time if None.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.now: Callable[[], float] | None = None
        self._arrived: deque[Webhook] = deque(maxlen=KEPT_MAX)
        self._untaken: list[Webhook] = []
        self._answers: deque[Answer] = deque()
        self._otherwise = Answer()
        self.count = 0
        self._lock = Lock()
        self._listeners: list[Callable[[], None]] = []

    def add(self, webhook: Webhook) -> Answer:
        """Keep what has arrived; return what is to be answered."""
        with self._lock:
            self.count += 1
            at = webhook.at if self.now is None else self.now()
            webhook = replace(webhook, number=self.count, at=at)
            self._arrived.append(webhook)
            self._untaken = [*self._untaken, webhook][-KEPT_MAX:]
            answer = self._answers.popleft() if self._answers else self._otherwise
            listeners = [*self._listeners]
        for listener in listeners:
            listener()
        return answer

    def all(self) -> list[Webhook]:
        """Return everything that has arrived."""
        with self._lock:
            return [*self._arrived]

    def take(self, test: Test) -> Webhook | None:
        """Return the oldest that fits and was not taken before, or None."""
        with self._lock:
            for webhook in self._untaken:
                if test(webhook):
                    self._untaken.remove(webhook)
                    return webhook
            return None

    def answer(self, answer: Answer, times: int | None) -> None:
        """Let something be answered: so many times, after what was asked for before.

        Without a number it is answered whenever nothing else is.
        """
        with self._lock:
            if times is None:
                self._otherwise = answer
            else:
                self._answers.extend([answer] * times)

    def clear(self) -> None:
        """Forget what has arrived, and what is to be answered."""
        with self._lock:
            self._arrived.clear()
            self._untaken = []
            self._answers.clear()
            self._otherwise = Answer()

    async def arrival(self, known: int, timeout_s: float) -> bool:
        """Wait on the running loop until more than `known` have come; False if none.

        Args:
            known: `count` when it was last looked at.
            timeout_s: Real seconds to wait at most.
        """
        loop, came = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(came.set)

        with self._lock:
            self._listeners.append(wake)
            if self.count > known:
                came.set()
        try:
            async with asyncio.timeout(timeout_s):
                await came.wait()
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._listeners.remove(wake)
        return True


class PostRoom:
    """The inboxes of one server, behind one receiver that starts when it is needed."""

    def __init__(self) -> None:
        self._running: tuple[LoopThread, Receiver] | None = None
        self._inboxes: dict[str, Inbox] = {}

    def inbox(self, name: str) -> Inbox:
        """Return the inbox of that name, made now if it is new."""
        if self._running is None:
            self._running = self._start()
        _, receiver = self._running
        if name not in self._inboxes:
            self._inboxes[name] = Inbox(f"{receiver.url}/{quote(name, safe='')}")
        return self._inboxes[name]

    def known(self, name: str) -> Inbox | None:
        """Return the inbox of that name, if there is one."""
        return self._inboxes.get(name)

    def empty(self, name: str) -> None:
        """Empty the inbox of that name, if there is one."""
        if name in self._inboxes:
            self._inboxes[name].clear()

    def forget(self, name: str) -> None:
        """Let an inbox be no more."""
        self._inboxes.pop(name, None)

    def clear(self) -> None:
        """Empty all inboxes."""
        for inbox in self._inboxes.values():
            inbox.clear()

    def close(self) -> None:
        """Stop to listen."""
        if self._running is not None:
            thread, receiver = self._running
            self._running = None
            self._inboxes.clear()
            thread.wait(receiver.close())
            thread.close()

    def _start(self) -> tuple[LoopThread, Receiver]:
        thread, receiver = LoopThread(), Receiver(self._take)
        thread.wait(receiver.start())
        return thread, receiver

    def _take(self, name: str, webhook: Webhook) -> Answer:
        inbox = self._inboxes.get(name)
        return Answer(404) if inbox is None else inbox.add(webhook)
