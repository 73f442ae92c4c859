"""DigitalCarbon: property photos in, a branded listing video out (API v1-beta)."""

from mockserver.errors import InvalidPayloadError, UnavailableError, Violation
from mockserver.providers.digitalcarbon import clips, routes, uploads, wire
from mockserver.providers.digitalcarbon.world import PART
from mockserver.providers.provider import Provider
from mockserver.providers.wires.keys import header_key

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug="digitalcarbon",
    title="DigitalCarbon",
    hosts=("api.digitalcarbon.ai",),
    routes=routes.table,
    authenticate=header_key("X-API-Key"),
    render_error=wire.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    states=wire.STATES,
    settings=wire.SETTINGS,
    world=PART,
    preview=routes.preview,
    makes=clips.makes,
    links_per_read=True,
    labels=(uploads.LABEL,),
    texts=wire.texts,
    problems={
        "invalid": lambda: InvalidPayloadError(
            (Violation(("files",), "type", "array", ""),)
        ),
        "internal": lambda: UnavailableError("internal"),
        "no-results": lambda: UnavailableError("no-results"),
    },
    failures={"render-failed": "Rendering failed"},
    reasons={"Rendering failed": "The video could not be rendered."},
    start=wire.START,
    clients={
        "the documentation's snippets": (
            'replace "https://api.digitalcarbon.ai" by "{base}"'
        ),
    },
)
