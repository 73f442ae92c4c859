"""Hour One: drafts, templates and workflows in, videos with a presenter out (v1)."""

from mockserver.errors import (
    InvalidPayloadError,
    NotReadyError,
    RateLimitError,
    UnavailableError,
    Violation,
)
from mockserver.providers.hourone import clips, errors, events, files, routes, wire
from mockserver.providers.hourone.world import PART
from mockserver.providers.provider import Provider
from mockserver.providers.wires.pydantic import entries

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="Hour One",
    hosts=wire.HOSTS,
    roots=wire.ROOTS,
    routes=routes.table,
    authenticate=wire.authenticate,
    render_error=errors.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    states=wire.STATES,
    new_id=wire.new_id,
    settings=wire.SETTINGS,
    world=PART,
    notices=events.notices,
    events=events.EVENTS,
    labels=events.LABELS,
    undated=events.LABELS,
    signing=events.SIGNING,
    preview=files.preview,
    makes=clips.makes,
    links_per_read=True,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            entries=entries([Violation(("name",), "type", "string", 1)])
        ),
        "internal": lambda: UnavailableError("internal"),
        "not-ready": NotReadyError,
        "rate-limited": lambda: RateLimitError(60.0),
    },
    failures={"render-failed": "render_error"},
    reasons={"render_error": "The video could not be rendered."},
    start=wire.START,
    clients={
        "any HTTP client": 'replace "https://api.makereals.com" by "{base}"',
    },
)
