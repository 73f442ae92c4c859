"""Occasions: what rules and faults may look at when a call comes in."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from mockserver.edge.answering.dates import today_s
from mockserver.edge.answering.lines import line
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.errors import PayloadTooLargeError, UnreadableBodyError
from mockserver.providers.bodies import off_loop, parse_json
from mockserver.providers.call import Call
from mockserver.providers.expiry import issued_at
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.book.rules import Deed, Wants
from mockserver.scenarios.faults.course import Memory, Occasion
from mockserver.scenarios.written.templates import Scene, Template, filled

__all__ = ["document_of", "facts_of", "headers_of", "occasion_of", "scene_of"]

ARRIVED = "mock-redirected"


async def facts_of(call: Call, wants: Wants) -> Facts:
    """Return what rules may look at; the body only if they want to.

    Raises:
        PayloadTooLargeError: The body is longer than the provider's bound.
    """
    now = call.now
    body = await call.body() if wants.needs_body else None
    job = call.job
    return Facts(
        slug=call.provider.slug,
        operation=call.operation,
        kinds=frozenset(),
        method=call.request.method,
        headers=call.headers,
        query=call.query,
        now=now,
        body=body,
        document=await off_loop(len(body or b""), document_of, body),
        job=job,
        moment=None if job is None else job.at(now),
        is_poll=call.route is not None and call.route.polls,
        issued_at=_issued_at(call, job),
        credential=None if call.grant is None else call.grant.key,
    )


def _issued_at(call: Call, job: Job | None) -> float | None:
    """Return when the link that a call follows was handed out; None for the job's."""
    tells = call.provider.link_issued
    if tells is not None:
        return tells(call)
    return issued_at(call.query, job) if call.provider.links_per_read else None


def document_of(body: bytes | None) -> Any:
    """Return a body as JSON, or None if it is none."""
    try:
        return parse_json(body or b"")
    except (UnreadableBodyError, PayloadTooLargeError):
        return None


def scene_of(call: Call, deed: Deed) -> Scene:
    """Return what templates of a rule that acts may show."""
    return Scene(
        facts=deed.facts,
        path=call.path,
        host=call.request.host,
        space=call.space.id,
        number=deed.number,
    )


def headers_of(headers: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    """Return headers with the values of a scene in them, each in one line."""
    return {
        name: line(one.fill(scene)) if isinstance(one, Template) else one
        for name, one in headers.items()
    }


def occasion_of(call: Call, deed: Deed) -> Occasion:
    """Return what the fault of a rule that has fired may look at."""
    space, now, scene = call.space, call.now, scene_of(call, deed)
    memories, scope = deed.counters.memories, deed.scope
    memories.setdefault(scope, Memory(now))
    return Occasion(
        rule=deed.rule,
        number=deed.number,
        chance=deed.chance,
        now=now,
        today=today_s(call),
        scope=scope,
        memory=memories[scope],
        remember=partial(_remember, memories, scope),
        quotas=deed.counters.quotas,
        running_jobs=partial(_running_jobs, space, call.provider.slug),
        elsewhere=_elsewhere(call, scene),
        fill=partial(filled, scene=scene),
        fill_headers=partial(headers_of, scene=scene),
    )


def _remember(
    memories: dict[str, Memory], scope: str, change: Callable[[Memory], Memory]
) -> Memory:
    memories[scope] = kept = change(memories[scope])
    return kept


def _running_jobs(space: Space, slug: str) -> list[float | None]:
    now = space.clock.now()
    jobs = space.jobs(slug).list_jobs()
    # Jobs of fixtures have negative ordinals: no client has made them.
    return [
        job.next_change_at(now)
        for job in jobs
        if job.ordinal >= 0 and not job.at(now).step.phase.is_terminal
    ]


def _elsewhere(call: Call, scene: Scene) -> Callable[[str | Template[Scene]], str]:
    """Return what makes the request's URL at another host, once."""

    def at(target: str | Template[Scene]) -> str:
        request = call.request
        if ARRIVED in request.query:
            return ""
        origin = target.fill_url(scene) if isinstance(target, Template) else target
        if urlsplit(origin).path.strip("/"):
            return origin
        query = "&".join(filter(None, (request.query_string, f"{ARRIVED}=1")))
        where = origin.rstrip("/") or _other_name(call)
        return f"{where}/{call.provider.slug}{call.path}?{query}"

    return at


def _other_name(call: Call) -> str:
    transport = call.request.transport
    bound = None if transport is None else transport.get_extra_info("sockname")
    is_local = call.request.host.partition(":")[0] == "localhost"
    name = "127.0.0.1" if is_local else "localhost"
    port = f":{bound[1]}" if bound else ""
    # A tunnel has ended in TLS on a port that by itself speaks none.
    is_same = bound is not None and call.request.url.port == bound[1]
    return f"{call.request.scheme if is_same else 'http'}://{name}{port}"
