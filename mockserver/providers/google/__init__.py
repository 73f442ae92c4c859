"""Google: Veo by the Gemini API and by Vertex, Gemini Omni by Interactions."""

from mockserver.errors import InvalidPayloadError, RateLimitError, UnavailableError
from mockserver.providers.google import (
    access,
    clips,
    errors,
    failures,
    hooks,
    operations,
    routes,
    tokens,
    wire,
)
from mockserver.providers.google.world import PART
from mockserver.providers.provider import Provider

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="Google",
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
    poll_s=5.0,
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
    herald=tokens.FLAVOR,
    named=(wire.VERTEX, wire.INTERACTION),
    preview=operations.preview,
    makes=clips.makes,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            code="said", message="The request must have a prompt, an image or a video."
        ),
        "rate-limited": lambda: RateLimitError(60.0),
        "out-of-credits": lambda: RateLimitError(0.0, "credits"),
        "overloaded": lambda: UnavailableError("overloaded"),
    },
    failures=failures.FAILURES,
    reasons=failures.REASONS,
    start=wire.START,
    clients={
        "google-genai (Python)": 'GOOGLE_API_KEY={key} GOOGLE_GEMINI_BASE_URL="{base}"',
        "@google/genai (Node)": 'GOOGLE_API_KEY={key} GOOGLE_GEMINI_BASE_URL="{base}"',
        "LiteLLM": 'api_base="{base}"',
    },
)
