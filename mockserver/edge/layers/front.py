"""Front: through recorder, envelope and faults to the route that a request is for."""

import asyncio
from functools import partial

from aiohttp import hdrs, web

from mockserver.edge.answering.answers import check_answer
from mockserver.edge.answering.dates import dated
from mockserver.edge.answering.explain import explained
from mockserver.edge.answering.patience import Patience
from mockserver.edge.answering.preflight import of_file
from mockserver.edge.answering.remembered import Remembered
from mockserver.edge.answering.respond import Whole, respond
from mockserver.edge.answering.sandbox import sandboxed
from mockserver.edge.answering.sending import send
from mockserver.edge.layers.envelope import Layer, envelope, unsafe
from mockserver.edge.layers.faults import faults, is_ruled, mourn, rules_of
from mockserver.edge.layers.keeping import entered, is_owed, kept
from mockserver.edge.layers.recorder import Recorder
from mockserver.edge.routing.doors import Doors, Entry
from mockserver.edge.routing.hinting import told, unmatched
from mockserver.edge.routing.turns import Turns
from mockserver.engine.bugs import Bugs
from mockserver.errors import (
    MethodNotAllowedError,
    NotFoundError,
    SpaceElsewhereError,
    StoreError,
    UnauthorizedError,
)
from mockserver.providers.call import Call
from mockserver.providers.reply import JSON, Reply
from mockserver.providers.services import Services
from mockserver.scenarios.book.vanishing import Lost

__all__ = ["Front"]

_GONE = 499


class Front:
    """What stands between the listener and the providers.

    Args:
        services: The server's rooms.
        bugs: Where our own mistakes are kept.
        patience: Waits on behalf of faults.
        lost: The jobs that rules have let vanish.
        doors: Knows which provider a request is for.
        turns: Has requests answered where their space is, if that may be elsewhere.
    """

    def __init__(
        self,
        services: Services,
        bugs: Bugs,
        patience: Patience | None = None,
        lost: Lost | None = None,
        doors: Doors | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._lost = lost or Lost()
        self._services = services
        self._doors = doors or Doors(services.providers)
        self._recorder = Recorder(services)
        self._patience = patience or Patience()
        self._ledger = services.spaces.ledger
        self._turns = turns
        # What is counted or explained is asked for anew.
        options = services.options
        self._remembers = options.limits == "off" and not options.explain
        self._faulty: Layer = faults(self._handle, self._patience)
        self._serve: Layer = envelope(self._enter, bugs)

    def entry(self, request: web.Request) -> Entry:
        """Return where a request enters."""
        return self._doors.enter(request)

    async def answer(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        """Serve a request that is for a provider, and keep it in the journal."""
        if self._turns is None:
            return await self._answer(request, entry)
        serve = partial(self._answer, request, entry)
        try:
            return await self._turns.answer(request, serve)
        except StoreError as error:
            return await self._answer(request, entry, serve=_refusing(error))

    async def _answer(
        self,
        request: web.Request,
        entry: Entry,
        sent: bytes | None = None,
        *,
        serve: Layer | None = None,
    ) -> web.StreamResponse:
        provider = entry.provider
        if provider is None:
            raise NotFoundError("provider")
        started = self._recorder.start()
        match = provider.routes.match(request.method, entry.path)
        call = Call(
            request,
            self._services,
            provider,
            entry.door,
            entry.path,
            match.route,
            match.parameters,
        )
        call.sent = sent
        try:
            if match.route is None:
                reply = self._refuse(call, match.allowed)
            else:
                reply = await (serve or self._serve)(call)
            if self._ledger is not None and is_owed(call, self._ledger):
                reply = await kept(call, reply, self._ledger)
            reply = self._dressed(call, reply)
            if reply.sending is None:
                response = await respond(request, reply)
            else:
                response = given = await send(request, reply, self._patience)
                if reply.file is None:
                    reply = Reply(given.status, given.said)
        except SpaceElsewhereError as error:
            error.sent = call.sent
            raise
        except (asyncio.CancelledError, ConnectionResetError):
            call.note("the client hung up, or we stopped, before all was answered")
            gone = web.Response(status=_GONE)
            self._recorder.record(call, Reply.empty(_GONE), gone, started)
            raise
        exchange = self._recorder.record(call, reply, response, started)
        if call.told is not None and type(response) is Whole:
            response.keepsake = partial(
                Remembered,
                call,
                exchange,
                self._dressed,
                self._recorder,
                self._ledger,
            )
        return response

    async def unmatched(self, request: web.Request) -> web.StreamResponse:
        """Answer a request that is for no provider and none of our own pages."""
        started = self._recorder.start()
        slugs = ", ".join(f"/{slug}/" for slug in self._services.providers)
        reply = Reply.json(
            {
                "error": f"{request.method} {request.path}: no provider is here",
                "expected": f"a path below {slugs} or /_mock/, or a provider's Host",
            },
            404,
        )
        response = await respond(request, reply)
        hint = unmatched(request, self._services)
        self._recorder.record_unmatched(request, reply, response, started, hint)
        return response

    def _dressed(self, call: Call, reply: Reply) -> Reply:
        """Return an answer with what each one of its provider has."""
        if self._services.options.explain:
            reply = explained(call, reply)
        reply = dated(call, reply)
        if call.provider.server:
            reply.headers.setdefault(hdrs.SERVER, call.provider.server)
        if reply.content_type is not JSON:
            reply = sandboxed(call, reply)
        return reply

    async def _enter(self, call: Call) -> Reply:
        route = call.route
        if route is None:
            raise NotFoundError("route")
        if route.body_first:
            await call.body()
        try:
            entered(call, self._ledger)
        except UnauthorizedError:
            if not await self._is_news():
                raise
            entered(call, self._ledger)
        book = rules_of(call)
        await call.find_subject()
        if not call.subject:
            mourn(call, self._lost)
        # Asked here, not by the layer: a layer that does nothing costs a poll, too.
        if book is not None and is_ruled(call, book):
            return await self._faulty(call)
        reply = self._checked(call, await route.handler(call))
        is_steady = reply.until_s is not None and not call.notes
        if self._remembers and is_steady and not call.space.clock.pace.is_stepping:
            # What makes the answer wear more is yet to come; `replace` would cost a
            # poll a third of all that it takes.
            told = Reply(
                reply.status, reply.body, {**reply.headers}, reply.content_type
            )
            told.until_s, told.is_same = reply.until_s, reply.is_same
            call.told = told
        return reply

    async def _is_news(self) -> bool:
        """Know the keys that other workers have made; say whether there were any."""
        directory = self._services.spaces.directory
        return directory is not None and await directory.refresh()

    async def _handle(self, call: Call) -> Reply:
        route = call.route
        if route is None:
            raise NotFoundError("route")
        return self._checked(call, await route.handler(call))

    def _checked(self, call: Call, reply: Reply) -> Reply:
        if self._services.options.checks_replies:
            check_answer(call, reply)
        return reply

    def _refuse(self, call: Call, allowed: tuple[str, ...]) -> Reply:
        error = (
            MethodNotAllowedError("route", allow=", ".join(allowed))
            if allowed
            else NotFoundError("route")
        )
        asked = of_file(call)
        if asked is None:
            call.hints = told(call, error)
        reply = asked or call.provider.render_error(call, error)
        if call.provider.decorate is not None:
            reply = call.provider.decorate(call, reply)
        return reply


def _refusing(trouble: StoreError) -> Layer:
    """Return what answers a call of which the store does not say whose it is."""

    async def refuse(call: Call) -> Reply:
        return unsafe(call, trouble)

    return refuse
