"""ImpossibleFX: a movie and parameters in, personalised video out (all generations)."""

import re
from collections.abc import Mapping
from typing import Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.providers.impossible import (
    accounts,
    batches,
    delivering,
    direct,
    files,
    projects,
    rendering,
    tokens,
    uploads,
    wire,
    xmlplane,
)
from mockserver.providers.impossible.table import table
from mockserver.providers.impossible.world import PART
from mockserver.providers.provider import Provider
from mockserver.providers.services import Services

__all__ = ["PROVIDER"]

BODY_MAX: Final = 512 * 1024 * 1024
_INJECTED: Final = re.compile(r"/[A-Za-z0-9-]{1,64}\.impossible\.io(?=/)")
_ROOMS: Final = (batches, delivering, direct, projects, rendering, xmlplane)

wire.CORS.cover(table)
wire.CORS.cover(table, [direct.DIRECT])


def clean_path(path: str) -> str:
    """Drop the label that a region with a slash puts before every path.

    Source: contract impossible, sections 8.2 and 8.10.
    """
    found = _INJECTED.match(path)
    return path[found.end() :] if found else path


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished token, below the provider's root."""
    del services
    is_there = job.media_state(space.clock.now()) is MediaState.AVAILABLE
    if not is_there or not job.id.startswith("v2:"):
        return {}
    return {
        "video": f"/v2/render/{job.id}.mp4",
        "thumbnail": f"/v2/render/{job.id}.jpg",
    }


PROVIDER = Provider(
    slug=wire.SLUG,
    title="ImpossibleFX",
    hosts=wire.HOSTS,
    routes=table,
    authenticate=accounts.authenticate,
    render_error=wire.render_error,
    credential=accounts.credential,
    secrets=wire.SECRETS,
    timelines=wire.TIMELINES,
    failure=wire.FAILURE,
    ending=wire.CANCELLED,
    states=wire.STATES,
    settings=wire.SETTINGS,
    world=PART,
    populate=accounts.populate,
    notices=uploads.notices,
    attached=(tokens.HELD,),
    events=uploads.EVENTS,
    labels=uploads.LABELS,
    undated=uploads.LABELS,
    named=(*wire.TIMELINES,),
    decorate=wire.CORS.decorate,
    clean_path=clean_path,
    preview=preview,
    makes=files.makes,
    texts=wire.texts,
    problems=wire.PROBLEMS,
    failures={"render-failed": "render-failed", "render-timed-out": wire.TIMED_OUT},
    reasons={
        "render-failed": "The render failed: its film is answered 500.",
        wire.TIMED_OUT: "The render took too long: its film is answered 504.",
    },
    server="ImpossibleFX",
    start=wire.START,
    clients={
        "impossible-fx-sdk (Python)": (
            'client.base_url = client._client.base_url = "{base}/v2"'
        ),
        "impossiblefx (TypeScript)": 'client.baseUrl = "{base}/v2"',
        "fx-python-sdk (Python 2.7)": (
            'RenderService(protocol="http"), then'
            ' service.config["endpoint_mask"] = "{base}" without its scheme'
        ),
    },
    body_max_bytes=BODY_MAX,
)
