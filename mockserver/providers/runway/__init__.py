"""Runway: video, image and audio models behind one task interface (API 2024-11-06)."""

from mockserver.errors import (
    ForbiddenError,
    InvalidPayloadError,
    RateLimitError,
    Violation,
)
from mockserver.providers.provider import Provider
from mockserver.providers.runway import (
    clips,
    errors,
    files,
    limits,
    routes,
    tasks,
    wire,
)
from mockserver.providers.runway.failures import FAILURES, REASONS
from mockserver.providers.runway.world import PART

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="Runway",
    hosts=wire.HOSTS,
    roots=wire.ROOTS,
    routes=routes.table,
    authenticate=wire.authenticate,
    render_error=errors.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    key_forms=("key_.+", ""),
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    ending=wire.CANCELLED,
    poll_s=5.0,
    states=wire.STATES,
    settings=wire.SETTINGS,
    world=PART,
    decorate=routes.decorate,
    preview=tasks.preview,
    makes=clips.makes,
    quote=limits.quote,
    link_issued=files.issued_at,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            (Violation(("promptText",), "type", "string", 0),)
        ),
        "out-of-credits": lambda: ForbiddenError("credits"),
        "rate-limited": lambda: RateLimitError(0.0),
    },
    failures=FAILURES,
    reasons=REASONS,
    start=wire.START,
    clients={
        "runwayml (Python)": "RUNWAYML_API_SECRET={key} RUNWAYML_BASE_URL={base}",
        "@runwayml/sdk (Node)": "RUNWAYML_API_SECRET={key} RUNWAYML_BASE_URL={base}",
        "LiteLLM": 'api_base="{base}/v1"',
    },
)
