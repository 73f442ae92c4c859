"""Layer: every exchange goes into the journal, as the client really saw it."""

from collections.abc import Mapping

from aiohttp import web

from mockserver.engine.clock import monotonic_s, wall_s
from mockserver.providers.call import Call
from mockserver.providers.door import origin_of
from mockserver.providers.hints import Hint
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Route
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange

__all__ = ["Recorder"]


def _size(response: web.StreamResponse) -> int:
    """Return the length of a body; what aiohttp tells of a whole one is with its head.

    Files that are not sent have such an answer.
    """
    return 0 if isinstance(response, web.Response) else response.body_length


def _role(route: Route[Call] | None) -> str:
    # Files are what a `HEAD` may be asked about.
    return "download" if route is not None and route.answers_head else ""


class Recorder:
    """Writes exchanges; keeps references and formats nothing."""

    def __init__(self, services: Services) -> None:
        self._journal = services.journal
        self._trusts = services.options.trusts_forwarded

    def start(self) -> float:
        """Return what `record` needs to know how long it took."""
        return monotonic_s()

    def record(
        self, call: Call, reply: Reply, response: web.StreamResponse, started: float
    ) -> Exchange:
        """Keep one exchange, and return it."""
        request, space, route = call.request, call.known_space, call.route
        is_whole = reply.file is None and reply.stream is None
        body = reply.body if is_whole else None
        # By place: with their names, making it would cost twice as much.
        exchange = Exchange(
            request.method,
            request.raw_path,
            request.headers,
            response.status,
            response.headers,
            body,
            _size(response) if body is None else len(body),
            wall_s(),
            monotonic_s() - started,
            call.read_body,
            call.provider.slug,
            "" if route is None else route.operation,
            "" if space is None else space.id,
            0.0 if space is None else space.clock.now(),
            call.known_lead,
            call.several or (),
            route is not None and route.polls,
            call.fault or "",
            call.notes or (),
            "; ".join(map(str, call.hints)) if call.hints else "",
            "submit" if call.makes else _role(route),
            call.asked_at,
            self._origin(request),
            request.version,
        )
        self._journal.add(exchange)
        for firing in call.firings:
            firing.complete(exchange.job, exchange.number)
        return exchange

    def again(
        self, exchange: Exchange, headers: Mapping[str, str], at: float, started: float
    ) -> None:
        """Keep that something was asked and answered once more.

        Args:
            exchange: What was kept of it before.
            headers: Those of the answer, now.
            at: The space's time.
            started: What `start` has returned.
        """
        now = monotonic_s() - started
        self._journal.add_again(exchange, headers, at, wall_s(), now)

    def record_unmatched(
        self,
        request: web.Request,
        reply: Reply,
        response: web.StreamResponse,
        started: float,
        hint: Hint,
        *,
        note: str = "no provider is at this path or host",
    ) -> None:
        """Keep a request that was for no provider."""
        self._journal.add(
            Exchange(
                request.method,
                request.raw_path,
                request.headers,
                status=response.status,
                response_headers=response.headers,
                response_body=reply.body,
                size_bytes=len(reply.body),
                wall_at=wall_s(),
                elapsed_s=monotonic_s() - started,
                notes=(note,),
                hint=str(hint),
                origin=self._origin(request),
                version=request.version,
            )
        )

    def _origin(self, request: web.Request) -> str:
        """Return where a client has found us, as a trusted proxy tells if there is."""
        return origin_of(request, trusts=True) if self._trusts else request.scheme
