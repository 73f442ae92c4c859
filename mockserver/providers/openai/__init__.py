"""OpenAI videos: the dialect of `/v1/videos`, which gateways go on speaking."""

from mockserver.errors import InvalidPayloadError, RateLimitError, UnavailableError
from mockserver.providers.openai import clips, errors, hooks, routes, videos, wire
from mockserver.providers.openai.world import PART, populate
from mockserver.providers.provider import Provider

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug=wire.SLUG,
    title="OpenAI videos",
    hosts=wire.HOSTS,
    routes=routes.table,
    authenticate=wire.authenticate,
    render_error=errors.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    poll_s=1.0,
    poll_header="openai-poll-after-ms",
    states=wire.STATES,
    new_id=wire.new_id,
    settings=wire.SETTINGS,
    world=PART,
    populate=populate,
    notices=hooks.notices,
    events=hooks.EVENTS,
    labels=hooks.LABELS,
    signing=hooks.SIGNING,
    decorate=routes.decorate,
    preview=videos.preview,
    makes=clips.makes,
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(code="missing", param="prompt"),
        "blocked": lambda: InvalidPayloadError(code="blocked"),
        "out-of-credits": lambda: RateLimitError(0.0, "quota"),
        "overloaded": lambda: UnavailableError("overloaded"),
    },
    failures={"blocked": "moderation_blocked", "render-failed": "internal_error"},
    reasons=errors.FAILURES,
    start=wire.START,
    clients={
        "openai (Python)": 'OPENAI_API_KEY={key} OPENAI_BASE_URL="{base}/v1"',
        "openai (Node)": 'OPENAI_API_KEY={key} OPENAI_BASE_URL="{base}/v1"',
        "LiteLLM": 'api_base="{base}/v1"',
    },
)
