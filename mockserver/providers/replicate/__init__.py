"""Replicate: models by name or version, run as predictions (API v1)."""

from mockserver.errors import InvalidPayloadError, Violation
from mockserver.providers.provider import Provider
from mockserver.providers.replicate import (
    clips,
    errors,
    hooks,
    limits,
    predictions,
    routes,
    wire,
)
from mockserver.providers.replicate.world import PART

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="Replicate",
    hosts=wire.HOSTS,
    roots=wire.ROOTS,
    routes=routes.table,
    authenticate=wire.authenticate,
    render_error=errors.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    ending=wire.CANCELED,
    states=wire.STATES,
    new_id=wire.new_id,
    settings=wire.SETTINGS,
    world=PART,
    populate=hooks.populate,
    notices=hooks.notices,
    events=hooks.EVENTS,
    labels=hooks.LABELS,
    signing=hooks.SIGNING,
    clean_path=wire.clean_path,
    preview=predictions.preview,
    makes=clips.makes,
    quote=limits.quote,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            (Violation(("input",), "required", "prompt", {}),)
        ),
    },
    failures={"flagged": wire.FLAGGED, "render-failed": str(wire.FAILURE.error)},
    reasons={
        wire.FLAGGED: "The model's own filter has refused what it got, or has made.",
        str(wire.FAILURE.error): "The model has ended without a reason of its own.",
    },
    start=wire.START,
    clients={
        "replicate (Python, 1.x)": (
            "REPLICATE_API_TOKEN={key} REPLICATE_BASE_URL={base}"
        ),
        "replicate (Node)": ('new Replicate({ auth: "{key}", baseUrl: "{base}/v1" })'),
    },
)
