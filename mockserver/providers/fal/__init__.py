"""fal: hundreds of video models behind one queue (queue, run and media hosts)."""

from mockserver.errors import (
    ForbiddenError,
    InvalidPayloadError,
    NotReadyError,
    RateLimitError,
    Violation,
)
from mockserver.providers.fal import access, clips, errors, hooks, routes, wire
from mockserver.providers.fal.failures import FAILURES, REASONS
from mockserver.providers.fal.world import PART
from mockserver.providers.provider import Provider

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="fal",
    hosts=wire.HOSTS,
    roots=wire.ROOTS,
    routes=routes.table,
    authenticate=access.authenticate,
    render_error=errors.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    ending=wire.CANCELLED,
    poll_s=0.1,
    states=wire.STATES,
    new_id=wire.new_id,
    settings=wire.SETTINGS,
    world=PART,
    notices=hooks.notices,
    events=hooks.EVENTS,
    labels=hooks.LABELS,
    signing=hooks.SIGNING,
    decorate=routes.decorate,
    clean_path=wire.clean_path,
    forwarding=wire.FORWARDING,
    preview=routes.preview,
    makes=clips.makes,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            (Violation(("prompt",), "type", "string", 7),)
        ),
        "not-ready": lambda: NotReadyError("going-on"),
        "out-of-credits": lambda: ForbiddenError("balance"),
        "too-many-at-once": lambda: RateLimitError(0.0, "concurrent_requests_limit"),
    },
    failures=FAILURES,
    reasons=REASONS,
    start=wire.START,
    clients={
        "fal-client (Python)": (
            "FAL_KEY={key}, FAL_QUEUE_RUN_HOST={base}/queue.fal.run and FAL_RUN_HOST="
            "{base}/fal.run, both without the scheme, which is always https"
        ),
        "@fal-ai/client": (
            "createFalClient({ credentials, requestMiddleware }), where the middleware"
            ' puts "{base}/" before the host'
        ),
        "LiteLLM": 'api_base="{base}/queue.fal.run"',
    },
)
