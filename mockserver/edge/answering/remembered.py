"""Remembered: answers that are given again while nothing that they tell has changed."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from aiohttp import hdrs, web
from multidict import CIMultiDict

from mockserver.edge.answering.respond import headers_of
from mockserver.edge.layers.faults import is_ruled, rules_of
from mockserver.edge.layers.keeping import entered, is_owed
from mockserver.edge.layers.recorder import Recorder
from mockserver.engine.spaces import Space
from mockserver.engine.store.log import Ledger
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.verdict.journal import Exchange

__all__ = ["Memory", "Remembered"]

HELD_MAX: Final = 4 << 20
SEEN_MAX: Final = 8192
REQUEST_MAX: Final = 4096
BODY_MAX: Final = 16 * 1024
# What one takes beside its texts.
_OVERHEAD: Final = 4096

Dress = Callable[[Call, Reply], Reply]


class Remembered:
    """A request and its answer.

    Each time it is asked for, who asks is found out anew, and about which jobs, at what
    time and under which rules; the answer is decorated and dated anew. Only what the
    route has said is remembered, and how that is written down. What would have to wait
    for a store, or for whoever has the space by now, is asked for in the usual way.

    Args:
        call: The request, served.
        exchange: What the journal has kept of that.
        dress: Gives an answer what each one of its provider has.
        recorder: Writes into the journal.
        ledger: What changes is noted there for a store, if there is one.
    """

    __slots__ = ("_at", "_dress", "_dressed", "_exchange", "_head", "_headers",
                 "_jobs", "_ledger", "_made_of", "_pace", "_recorder", "_settings",
                 "_told", "_until", "size_bytes")  # fmt: skip

    def __init__(
        self,
        call: Call,
        exchange: Exchange,
        dress: Dress,
        recorder: Recorder,
        ledger: Ledger | None = None,
    ) -> None:
        told, space = call.told or Reply(), call.space
        self._made_of = (
            _detached(call.request),
            call.services,
            call.provider,
            call.door,
            call.path,
            call.route,
            call.parameters,
        )
        self._jobs = tuple(call.subject)
        self._settings, self._pace = dict(space.settings), space.clock.pace
        self._at = exchange.at
        self._until = 0.0 if told.until_s is None else told.until_s()
        self._told, self._exchange = told, exchange
        self._dress, self._recorder, self._ledger = dress, recorder, ledger
        self._dressed: Mapping[str, str] = {}
        self._head, self._headers = b"", CIMultiDict[str]()
        self.size_bytes = len(told.body) + exchange.kept_bytes

    def again(self) -> bytes | None:
        """Return the answer and keep it in the journal; None if it would be another."""
        started, ledger = self._recorder.start(), self._ledger
        if ledger is not None and not ledger.is_current():
            return None
        call = Call(*self._made_of)
        told = self._told
        now = self._entered(call)
        if now is None or (ledger is not None and is_owed(call, ledger)):
            return None
        reply = Reply(told.status, told.body, told.headers, told.content_type)
        if call.provider.decorate is not None:
            reply = call.provider.decorate(call, reply)
        reply = self._dress(call, reply)
        if reply.headers != self._dressed:
            self._write_down(reply)
        self._recorder.again(self._exchange, self._headers, now, started)
        return self._head + told.body

    def _entered(self, call: Call) -> float | None:
        """Let a call enter; return the time if it is answered as the first one was."""
        try:
            if self._ledger is None:
                call.enter()
            else:
                call.told = self._told
                entered(call, self._ledger)
            space = call.known_space
            if space is None or space.clock.pace is not self._pace:
                return None
            _at_once(call.find_subject())
            book = rules_of(call)
        except Exception:  # noqa: BLE001 - whoever asks in the usual way is told of it
            return None
        now = space.clock.now()
        if book is None or is_ruled(call, book) or not self._lasts(call, space, now):
            return None
        return None if call.notes or call.hints else now

    def _lasts(self, call: Call, space: Space, now: float) -> bool:
        """Say whether all that was told is as it was."""
        if now != self._at and not self._at < now < self._until:
            return False
        jobs, is_same = call.subject, self._told.is_same
        if len(jobs) != len(self._jobs) or not all(map(_is, jobs, self._jobs)):
            return False
        if space.settings != self._settings or (is_same is not None and not is_same()):
            return False
        # One that is a file may have been read again.
        return call.services.providers[call.provider.slug] is call.provider

    def _write_down(self, reply: Reply) -> None:
        """Keep the head of the answer as it goes out, until it is another."""
        headers = headers_of(reply)
        headers[hdrs.CONTENT_LENGTH] = str(len(reply.body))
        reason = web.Response(status=reply.status).reason
        lines = [f"HTTP/1.1 {reply.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._head = "\r\n".join([*lines, "\r\n"]).encode()
        self._headers, self._dressed = headers, reply.headers


class Memory:
    """The answers that clients of one kind of connections are given again.

    They are known by the bytes of the whole request, so that nothing that a client
    says can be overlooked. What is asked only once is not kept.
    """

    __slots__ = ("_held", "_known", "_seen")

    def __init__(self) -> None:
        self._known: dict[bytes, Remembered] = {}
        self._seen: set[int] = set()
        self._held = 0

    def answer(self, asked: bytes) -> bytes | None:
        """Return the answer to a request that has been answered before, or None."""
        known = self._known.get(asked)
        if known is None:
            return None
        told = known.again()
        if told is None:
            del self._known[asked]
            self._held -= len(asked) + known.size_bytes + _OVERHEAD
        return told

    def wants(self, asked: bytes) -> bool:
        """Say whether an answer is worth to be kept: it is asked for again."""
        if len(asked) > REQUEST_MAX:
            return False
        number = hash(asked)
        if number in self._seen:
            return True
        if len(self._seen) >= SEEN_MAX:
            self._seen.clear()
        self._seen.add(number)
        return False

    def keep(self, asked: bytes, remembered: Remembered) -> None:
        """Keep an answer."""
        size = len(asked) + remembered.size_bytes + _OVERHEAD
        if asked in self._known or remembered.size_bytes > BODY_MAX:
            return
        if self._held + size > HELD_MAX:
            self._known.clear()
            self._held = 0
        self._known[asked] = remembered
        self._held += size


def _is(one: object, other: object) -> bool:
    return one is other


def _at_once(work: Coroutine[Any, Any, None]) -> None:
    """Do what has nothing to wait for.

    Raises:
        RuntimeError: It has.
    """
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("it has to be waited for")


def _detached(request: web.Request) -> web.Request:
    """Return a request without its connection, which would be kept with it."""
    kept = request.clone(scheme=request.scheme)
    kept._protocol = kept._payload_writer = kept._task = None  # type: ignore[assignment]  # noqa: SLF001 - see above
    return kept
