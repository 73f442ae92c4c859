"""Webhooks as a test receives them: wait, look, verify, answer as told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol, overload

from mockserver.delivery.delivery import Record
from mockserver.edge.instance import Instance
from mockserver.edge.redactors import Redactors
from mockserver.engine.clock import monotonic_s
from mockserver.engine.spaces import Space
from mockserver.providers.signing import Signing
from mockserver.server.inboxes import Inbox
from mockserver.server.receiver import Answer, Webhook
from mockserver.server.signatures import trouble
from mockserver.server.sockets.loops import OnLoop
from mockserver.verdict.redact import Redactor

__all__ = ["Webhooks"]

__tracebackhide__ = True

TIMEOUT_S = 10.0
JUMPS_MAX = 1000


class _Named(Protocol):
    """Whatever has an identifier, such as a job."""

    id: str


class Webhooks(Sequence[Webhook]):
    """What has arrived at a URL of this space's own, oldest first.

    Args:
        instance: The server.
        loop: Its loop.
        inbox: Where they arrive.
        spaces: Finds the spaces whose time moves while one waits.
    """

    def __init__(
        self,
        instance: Instance,
        loop: OnLoop,
        inbox: Inbox,
        spaces: Callable[[], list[Space]],
    ) -> None:
        self._instance, self._loop = instance, loop
        self._inbox, self._spaces = inbox, spaces

    def __len__(self) -> int:
        return len(self._inbox.all())

    def __iter__(self) -> Iterator[Webhook]:
        return iter(self._inbox.all())

    @overload
    def __getitem__(self, index: int) -> Webhook: ...
    @overload
    def __getitem__(self, index: slice) -> list[Webhook]: ...
    def __getitem__(self, index: int | slice) -> Webhook | list[Webhook]:
        return self._inbox.all()[index]

    def __repr__(self) -> str:
        return f"<webhooks at {self.url}: {len(self)}>"

    @property
    def url(self) -> str:
        """Where providers reach it: the URL to configure as webhook or callback."""
        return self._inbox.url

    def url_for(self, path: str) -> str:
        """Return a URL below it, for webhooks that are to be told apart."""
        return f"{self.url}/{path.lstrip('/')}"

    def find(
        self, *, path: str | None = None, about: _Named | str = ""
    ) -> list[Webhook]:
        """Return those that came to a path, or that mention a job.

        Args:
            path: As given to `url_for`; any if None.
            about: A job, or any text that stands in body, path or query.
        """
        fits = _test(path, about)
        return [one for one in self if fits(one)]

    def wait(
        self,
        *,
        path: str | None = None,
        about: _Named | str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> Webhook:
        """Return the next one that was not returned before, once it has arrived.

        At pace `step`, waiting moves the clock from event to event, as reading a status
        does. At a running pace it waits in real time. Where time stands still it says
        at once what would have to move.

        Args:
            path: Only one that comes to this path.
            about: Only one that mentions this job, or this text.
            timeout_s: Real seconds to wait at most, at a running pace.

        Raises:
            AssertionError: None arrives; the message says why.
            RuntimeError: The server is on the running loop: use `wait_async`.
        """
        __tracebackhide__ = True
        work = self._arrival(_test(path, about), timeout_s)
        return _found(self._loop.wait(work))

    async def wait_async(
        self,
        *,
        path: str | None = None,
        about: _Named | str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> Webhook:
        """Do what `wait` does, while the running loop goes on.

        Raises:
            AssertionError: None arrives; the message says why.
        """
        __tracebackhide__ = True
        work = self._arrival(_test(path, about), timeout_s)
        return _found(await self._loop.join(work))

    def answer(
        self,
        status: int = 200,
        *,
        body: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
        after: float | timedelta = 0.0,
        times: int | None = None,
    ) -> None:
        """Let something else be answered than an empty 200.

        Args:
            status: HTTP status.
            body: The answer's body.
            headers: Its headers.
            after: Real seconds until it is given: a provider's patience is real.
            times: Only so many times, after what was asked for so before; else from
                now on.
        """
        delay_s = after.total_seconds() if isinstance(after, timedelta) else after
        raw = body.encode() if isinstance(body, str) else body
        self._inbox.answer(Answer(status, raw, dict(headers or {}), delay_s), times)

    def verify(self, webhook: Webhook, secret: str | None = None) -> None:
        """Check a webhook's signature, as its provider makes it.

        Args:
            webhook: What has arrived.
            secret: What it has to be signed with; one of those that the webhooks of
                this space have if None.

        Raises:
            AssertionError: It carries no signature that a provider makes, or a wrong
                one.
        """
        __tracebackhide__ = True
        known = (secret,) if secret is not None else None
        said = trouble(
            webhook,
            self._instance.services.providers,
            lambda signing: known or self._secrets(signing),
        )
        if said:
            raise AssertionError(f"webhook {webhook.number}: {said}")

    def assert_received(
        self,
        times: int | None = None,
        *,
        path: str | None = None,
        about: _Named | str = "",
    ) -> None:
        """Check what has arrived by now, waiting for nothing.

        Args:
            times: How many exactly; at least one if None.
            path: Count only those that came to this path.
            about: Count only those that mention this job, or this text.

        Raises:
            AssertionError: There are more or fewer.
        """
        __tracebackhide__ = True
        found = self.find(path=path, about=about)
        if len(found) != times if times is not None else not found:
            expected = "at least one" if times is None else str(times)
            sentence = f"received {len(found)} webhooks, expected {expected}"
            lines = [_line(one, self._redactor()) for one in self]
            raise AssertionError("\n".join([sentence, *lines]))

    def clear(self) -> None:
        """Forget what has arrived, and answer 200 again."""
        self._inbox.clear()

    async def _arrival(
        self, test: Callable[[Webhook], bool], timeout_s: float
    ) -> Webhook | str:
        """Return what arrives, or why nothing does; runs on the server's loop."""
        ends_at, jumps = monotonic_s() + timeout_s, 0
        while True:
            for space in self._spaces():
                await self._instance.services.scheduler.settle(space)
            known = self._inbox.count
            if (found := self._inbox.take(test)) is not None:
                return found
            if self._inbox.count > known:
                continue
            running = [one for one in self._spaces() if not one.clock.is_frozen]
            if running:
                left_s = ends_at - monotonic_s()
                if not await self._inbox.arrival(known, left_s):
                    return self._why(f"none within {timeout_s:g} s")
            elif jumps >= JUMPS_MAX or not self._step():
                return self._why(self._standstill())
            jumps += 1

    def _step(self) -> bool:
        """Move the clocks of spaces that step to their next event; False if none."""
        moving = [
            space
            for space in self._spaces()
            if space.clock.pace.is_stepping and space.next_event_at() is not None
        ]
        for space in moving:
            space.next()
        return bool(moving)

    def _standstill(self) -> str:
        ahead = [
            at - space.clock.now()
            for space in self._spaces()
            if (at := space.next_event_at()) is not None
        ]
        if not ahead:
            return "nothing more is planned"
        wait = f"{min(ahead):g} s"
        return (
            f"time stands still, and the next event is in {wait}: let it come with"
            f" mockserver.advance({wait.replace(' ', '')!r}) or mockserver.next()"
        )

    def _why(self, reason: str) -> str:
        """Say why nothing has arrived: what there is that might have sent it."""
        outbox, spaces = self._instance.services.outbox, self._spaces()
        jobs = [
            f"  job {job.id} of {slug}: {job.at(space.clock.now()).step.state}"
            for space in spaces
            for slug, job in space.all_jobs()
            if job.ordinal >= 0
        ]
        redactor = self._redactor()
        records = [one for space in spaces for one in outbox.deliveries(space)]
        sent = [_sent(one, redactor) for one in records[-10:]]
        return "\n".join(
            [
                f"no such webhook at {self.url}: {reason}",
                *(jobs[-10:] or ["  there is no job"]),
                *(sent or ["  nothing has been sent, or is planned"]),
                *(_line(one, redactor) for one in self._inbox.all()[-10:]),
            ]
        )

    def _redactor(self) -> Redactor:
        # Whose webhook it is, nobody says: what is known of any provider is hidden.
        return Redactors(self._instance.services).get("", "")

    def _secrets(self, signing: Signing) -> list[str]:
        return self._loop.do(
            lambda: [one for space in self._spaces() for one in signing.secrets(space)]
        )


def _test(path: str | None, about: _Named | str) -> Callable[[Webhook], bool]:
    text = about if isinstance(about, str) else about.id
    wanted = None if path is None else f"/{path.lstrip('/')}"
    return lambda one: wanted in {None, one.path} and one.mentions(text)


def _found(arrived: Webhook | str) -> Webhook:
    __tracebackhide__ = True
    if isinstance(arrived, str):
        raise AssertionError(arrived)  # noqa: TRY004 - a sentence, not a wrong type
    return arrived


def _line(webhook: Webhook, redactor: Redactor) -> str:
    text, path = redactor.text(webhook.text), redactor.target(webhook.path)
    said = text if len(text) <= 200 else f"{text[:200]}..."
    return f"  received {webhook.number}: {webhook.method} {path}  {said}"


def _sent(record: Record, redactor: Redactor) -> str:
    tries = ", ".join(_try(one) for one in record.attempts) or "not tried yet"
    message: Any = record.delivery.message
    url = redactor.text(redactor.target(getattr(message, "url", "")))
    return f"  delivery {record.id} {record.state.value} to {url}: {tries}"


def _try(attempt: Any) -> str:
    return str(attempt.status or attempt.reason or attempt.error)
