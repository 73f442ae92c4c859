"""Stupeflix: XML definitions in, rendered and uploaded videos out; the Tasks API."""

from collections.abc import Iterator

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job
from mockserver.engine.keyring import Grant
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.errors import (
    NotFoundError,
    PayloadTooLargeError,
    ProviderError,
    UnavailableError,
)
from mockserver.providers.call import Call
from mockserver.providers.provider import Provider, Switches
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import (
    auth,
    notices,
    orders,
    renderings,
    routes,
    rows,
    uploads,
    wire,
    world,
)
from mockserver.providers.stupeflix.tasks import access, statuses, work

__all__ = ["PROVIDER"]

access.CORS.cover(routes.table)

_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _authenticate(call: Call) -> Grant:
    if access.is_task_call(call):
        return access.authenticate(call)
    return auth.authenticate(call)


def _render_error(call: Call, error: ProviderError) -> Reply:
    if access.is_task_call(call):
        return access.render_error(call, error)
    return wire.render_error(call, error)


def _task_key(chance: Chance, at_s: float) -> str:  # noqa: ARG001 - a NewId
    """Return how the Tasks API names a task; profiles have names of their own."""
    return chance.word("key", 26, _KEY_LETTERS)


def _notices(switches: Switches, job: Job) -> Iterator[Notice]:
    if job.operation in rows.OPERATIONS:
        # What is uploaded at the moment of a change is there when it is told.
        yield from uploads.planned(job)
        yield from notices.planned(job)
    else:
        yield from work.planned(switches, job)


def _populate(services: Services, space: Space, slug: str) -> None:
    del slug
    world.furnish(services, space)


PROVIDER = Provider(
    slug=wire.STUPEFLIX,
    title="Stupeflix",
    hosts=("services.stupeflix.com", "dragon.stupeflix.com"),
    routes=routes.table,
    authenticate=_authenticate,
    render_error=_render_error,
    credential=auth.credential,
    secrets=wire.SECRETS,
    timelines={
        **dict.fromkeys(sorted(rows.OPERATIONS), renderings.STANDARD),
        **dict.fromkeys(sorted(statuses.OPERATIONS), statuses.STANDARD),
    },
    failure=wire.FAILURE,
    ending=renderings.CANCELED,
    notices=_notices,
    attached=(notices.TOLD,),
    poll_s=1.0,
    states=wire.STATES,
    new_id=_task_key,
    settings=wire.SETTINGS,
    world=world.PART,
    populate=_populate,
    events={
        notices.CHANGE: notices.tell,
        notices.LOOK: notices.tell,
        uploads.UPLOAD: uploads.upload,
        uploads.UPLOADED: uploads.uploaded,
        work.CALLBACK: work.called_back,
    },
    labels=(
        *(f"notify.{state}" for state in wire.STATES),
        *(f"upload.{kind}" for kind in orders.UPLOADS),
        *work.LABELS,
    ),
    named=("create-profiles", "send-batch"),
    links_end=("create-profiles", "send-batch"),
    decorate=access.CORS.decorate,
    clean_path=auth.clean_path,
    key_forms=("[a-zA-Z0-9]{20}", "[a-zA-Z0-9]{40}"),  # contract, section 2.1
    preview=routes.preview,
    makes=work.makes,
    texts=wire.texts,
    problems={
        "too-large": lambda: PayloadTooLargeError(limit=1_000_000, found=1_000_001),
        "internal": lambda: UnavailableError("internal"),
        "slow-down": lambda: UnavailableError("slow-down"),
        "not-stored-yet": lambda: NotFoundError("video", id="this profile"),
    },
    failures={
        "render-failed": "render_failed",
        "asset": "asset_missing",
        "upload-failed": "upload_failed",
    },
    reasons=wire.REASONS,
    start=wire.START,
    clients={
        "Python (stupeflix_api)": 'StupeflixClient(key, secret, host="{base}")',
        "PHP": 'new StupeflixClient($key, $secret, "{base}")',
        "Ruby (stupeflix-client)": 'StupeflixClient.new(key, secret, "{base}")',
        "Ruby (stupeflix-api)": 'base_uri "{base}"',
        "Java": "http.proxyHost and http.proxyPort, or a rewriting URL handler",
        "C#": "WebRequest.DefaultWebProxy = new WebProxy(...), to come as to a proxy",
        "Tasks API": 'replace "https://dragon.stupeflix.com" by "{base}"',
    },
)
