"""Layer: an error becomes the provider's own answer; a bug of ours is told apart."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientConnectionResetError, hdrs, web

from mockserver.edge.answering.lines import line
from mockserver.edge.answering.respond import SERVER
from mockserver.edge.routing.hinting import told
from mockserver.engine.bugs import Bugs
from mockserver.errors import (
    MediaError,
    ProviderError,
    SpaceElsewhereError,
    StoreError,
    UnavailableError,
)
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["BUG_HEADER", "TROUBLE_HEADER", "Layer", "envelope", "honest", "unsafe"]

BUG_HEADER = "X-Mock-Bug"
TROUBLE_HEADER = "X-Mock-Trouble"

Layer = Callable[[Call], Awaitable[Reply]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def envelope(inner: Layer, bugs: Bugs) -> Layer:
    """Wrap a layer so that whatever it raises is answered on the provider's wire."""

    async def enveloped(call: Call) -> Reply:
        try:
            reply = await inner(call)
            call.hints = ()
        except ProviderError as error:
            call.hints = told(call, error)
            reply = call.provider.render_error(call, error)
        except (ClientConnectionResetError, ConnectionResetError, SpaceElsewhereError):
            raise
        except StoreError as error:
            reply = unsafe(call, error)
        except MediaError as error:
            bugs.add_trouble(error, f"{call.request.method} {call.request.path}")
            call.note(str(error))
            reply = call.provider.render_error(call, UnavailableError("media"))
            reply = reply.with_headers(
                {BUG_HEADER: "1", TROUBLE_HEADER: line(error, 200)}
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            bugs.add(error, f"{call.request.method} {call.request.path}")
            reply = call.provider.render_error(call, UnavailableError("bug"))
            reply = reply.with_headers({BUG_HEADER: "1"})
        if call.provider.decorate is not None:
            reply = call.provider.decorate(call, reply)
        return reply

    return enveloped


def unsafe(call: Call, error: StoreError) -> Reply:
    """Return the provider's own answer to what the store could not keep."""
    call.note(f"the store: {error}")
    reply = call.provider.render_error(call, UnavailableError("store"))
    return reply.with_headers({TROUBLE_HEADER: line(error, 200)})


def honest(inner: Handler, bugs: Bugs) -> Handler:
    """Wrap a handler so that a bug of ours is kept, and told as one."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await inner(request)
        except (ClientConnectionResetError, ConnectionResetError):
            raise
        except Exception as error:
            bugs.add(error, f"{request.method} {request.path}")
            if request.writer.output_size:
                raise  # half an answer is out; another one must not follow it
            kind = type(error).__name__
            said = {"error": f"a bug in video-mockserver, please report it: {kind}"}
            headers = {hdrs.SERVER: SERVER, BUG_HEADER: "1"}
            return web.json_response(said, status=500, headers=headers)

    return answered
