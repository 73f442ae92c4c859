"""Luma Dream Machine: videos of Ray and pictures of Photon (API v1)."""

from mockserver.errors import InvalidPayloadError, NotReadyError, Violation
from mockserver.providers.luma import (
    clips,
    errors,
    generations,
    hooks,
    limits,
    routes,
    wire,
)
from mockserver.providers.luma.world import PART
from mockserver.providers.provider import Provider
from mockserver.providers.wires.keys import bearer_key

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="Luma Dream Machine",
    hosts=wire.HOSTS,
    roots=wire.ROOTS,
    routes=routes.table,
    authenticate=bearer_key(),
    render_error=errors.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    states=wire.STATES,
    settings=wire.SETTINGS,
    world=PART,
    notices=hooks.notices,
    events=hooks.EVENTS,
    labels=hooks.LABELS,
    preview=generations.preview,
    makes=clips.makes,
    quote=limits.quote,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            (Violation(("model",), "enum", ["ray-2", "ray-flash-2"], "ray-9"),)
        ),
        "blocked": lambda: InvalidPayloadError(code="blocked"),
        "not-ready": lambda: NotReadyError("going-on"),
    },
    failures=wire.FAILURES,
    reasons=wire.REASONS,
    start=wire.START,
    clients={
        "lumaai (Python)": (
            'LUMAAI_API_KEY={key} LUMAAI_BASE_URL="{base}/dream-machine/v1"'
        ),
        "lumaai (Node)": (
            'LUMAAI_API_KEY={key} LUMAAI_BASE_URL="{base}/dream-machine/v1"'
        ),
    },
)
