"""Idomoo: personalised videos from storyboards and scenes (API v2, v1 and v3)."""

from mockserver.providers.idomoo import (
    access,
    clips,
    media_routes,
    refusals,
    renders,
    wire,
)
from mockserver.providers.idomoo.routes import table
from mockserver.providers.idomoo.world import PART
from mockserver.providers.provider import Provider

__all__ = ["PROVIDER"]

PROVIDER = Provider(
    slug="idomoo",
    title="Idomoo",
    hosts=wire.HOSTS,
    roots=wire.ROOTS,
    routes=table,
    authenticate=access.authenticate,
    render_error=refusals.render_error,
    credential=wire.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    named=(*wire.TIMELINES,),
    links_end=("v3-generate-scenes", "v3-generate-storyboard"),
    failure=wire.FAILURE,
    states=wire.STATES,
    settings=wire.SETTINGS,
    world=PART,
    decorate=wire.CORS.decorate,
    clean_path=wire.clean_path,
    preview=media_routes.people_preview,
    makes=clips.makes,
    quote=renders.quoted,
    texts=wire.texts,
    problems=refusals.PROBLEMS,
    failures={"render-failed": "render_failed", "asset": "asset"},
    reasons={
        "render_failed": "The render failed; nothing is said of why.",
        "asset": "A picture, sound or video of the storyboard could not be loaded.",
    },
    start=wire.START,
    clients={
        "idomoo-python-sdk": "IdomooClient(host='{base}/api/v2',"
        " configuration=idomoo.Configuration())",
        "idomoo-php-api-client": "new client('{base}/ext/cg', ...)",
        "vasco / strata-cli": 'replace "https://usa-api.idomoo.com" by "{base}"',
        "plain HTTP": 'replace "https://usa-api.idomoo.com" by "{base}"',
    },
    body_max_bytes=wire.BODY_MAX_BYTES,
)
