"""Layer: every exchange goes into the journal, as the client really saw it."""

from aiohttp import web

from mockserver.engine.clock import monotonic_s, wall_s
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange

__all__ = ["Recorder"]


class Recorder:
    """Writes exchanges; keeps references and formats nothing."""

    def __init__(self, services: Services) -> None:
        self._journal = services.journal

    def start(self) -> float:
        """Return what `record` needs to know how long it took."""
        return monotonic_s()

    def record(
        self, call: Call, reply: Reply, response: web.StreamResponse, started: float
    ) -> None:
        """Keep one exchange."""
        kept = self._exchange(call.request, reply, response, started)
        space, job = call.known_space, call.job
        kept.slug = call.provider.slug
        kept.operation = call.operation
        kept.request_body = call.read_body
        kept.fault = call.fault or ""
        if space is not None:
            kept.space = space.id
            kept.at = space.clock.now()
            if job is not None:
                kept.job = job.id
                kept.state = job.at(kept.at).step.state
        if call.notes is not None:
            kept.notes = call.notes
        self._journal.add(kept)

    def record_unmatched(
        self,
        request: web.Request,
        reply: Reply,
        response: web.StreamResponse,
        started: float,
    ) -> None:
        """Keep a request that was for no provider."""
        kept = self._exchange(request, reply, response, started)
        kept.notes = ("no provider is at this path or host",)
        self._journal.add(kept)

    def _exchange(
        self,
        request: web.Request,
        reply: Reply,
        response: web.StreamResponse,
        started: float,
    ) -> Exchange:
        kept = Exchange()
        kept.method = request.method
        kept.target = request.raw_path
        kept.wall_at = wall_s()
        kept.elapsed_s = monotonic_s() - started
        kept.request_headers = request.headers.items()
        kept.status = response.status
        kept.response_headers = response.headers.items()
        is_whole = reply.file is None and reply.stream is None
        kept.response_body = reply.body if is_whole else None
        kept.size_bytes = len(reply.body) if is_whole else response.body_length
        return kept
