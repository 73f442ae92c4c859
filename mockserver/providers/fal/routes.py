"""fal's operations, one thin function each."""

from asyncio import CancelledError
from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.clock import END_S
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import outcome
from mockserver.errors import (
    ConflictError,
    NotFoundError,
    NotReadyError,
    RateLimitError,
)
from mockserver.providers import assets
from mockserver.providers.call import Call
from mockserver.providers.fal import (
    clips,
    descriptions,
    hooks,
    inputs,
    shapes,
    storage,
    streams,
    wire,
)
from mockserver.providers.fal.failures import failure_of
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.services import Services
from mockserver.providers.wires.cors import Cors
from mockserver.providers.wires.requests import request_chance
from mockserver.providers.wires.sse import streamed

__all__ = ["decorate", "preview", "table"]

table: Final = Routes[Call]()

_PART: Final = r"(?!requests(?:/|$))[^/]+"
_APP: Final = (  # contract fal, section 3: no app has a part called `requests`
    rf"{{app:(?:\d+-{_PART}|{_PART}/{_PART})(?:/{_PART})*?}}"
)
_ONE: Final = f"/queue.fal.run/{_APP}/requests/{{request_id}}"
_FILE: Final = "/v3b.fal.media/files/b/{shard:[0-9a-f]{8}}/{name}_output.mp4"
_DESCRIBED: Final = "/fal.ai/api/openapi/queue/openapi.json"
_TRUE: Final = frozenset({"1", "true", "True"})
_LIMIT: Final = "concurrent_requests_limit"


def _asked(call: Call) -> Job | None:
    """Return the request that a path names, if it is one of the path's app."""
    job = call.jobs.find(call.parameters["request_id"])
    app = wire.app_of(call.parameters["app"])
    return job if job is not None and shapes.app_of(job) == app else None


def _keeper(call: Call) -> Space | None:
    return call.services.owner(wire.SLUG, "job", wire.job_of(call.parameters["name"]))


def _filed(call: Call) -> Job | None:
    return call.jobs.find(wire.job_of(call.parameters["name"]))


@table.get(f"{_ONE}/status/stream", "status-stream", subject=_asked)
async def status_stream(call: Call) -> Reply:
    """Stream where a request stands until it is over."""
    job = call.find_job()
    logs = call.query.get("logs") in _TRUE
    return streamed(streams.standings(call, job.id, logs=logs))


@table.get(f"{_ONE}/status", "status", subject=_asked, polls=True)
async def status(call: Call) -> Reply:
    """Tell where a request stands: 202 until it is over, then 200."""
    job = call.find_job()
    logs = call.query.get("logs") in _TRUE
    told = shapes.status(call, job, logs=logs)
    reply = call.reply(told, 200 if told["status"] == "COMPLETED" else 202)
    if logs:
        return reply  # they go on by themselves
    return call.lasting(reply, job, standing=call.jobs.queues.standing(job, call.now))


@table.put(f"{_ONE}/cancel", "cancel", subject=_asked)
async def cancel(call: Call) -> Reply:
    """Stop a request that is not over; it is COMPLETED then, with an error."""
    job = call.find_job()
    if call.moment(job).step.phase.is_terminal:
        raise ConflictError("over")
    call.jobs.force(job, wire.CANCELLED)
    return call.reply({"status": "CANCELLATION_REQUESTED"}, 202)


@table.get(f"{_ONE}/response", "result", subject=_asked, polls=True)
@table.get(_ONE, "result", subject=_asked, polls=True)
async def result(call: Call) -> Reply:
    """Answer what a request has made, or its error with the status of that.

    It is a poll, too: some clients read nothing else (contract fal, section 3.4).
    """
    job = call.find_job()
    is_kept = call.now < job.ends_at + call.setting("retention_s")
    if call.moment(job).step.phase.is_terminal and not (is_kept or job.ordinal < 0):
        raise NotFoundError("job")
    return await _made(call, job)


@table.get(f"/fal.run/{_APP}/realtime", "realtime", public=lambda _: None)
async def realtime(call: Call) -> Reply:
    """Deny that there is such a thing: no video model has it.

    Source: contract fal, section 10, point 10.
    """
    del call
    raise NotFoundError("route")


@table.post(f"/fal.run/{_APP}/stream", "run-stream")
async def run_stream(call: Call) -> Reply:
    """Run a model and stream how far it is; the last event is its output."""
    _check_slots(call)
    job = await inputs.accepted(call)
    return streamed(streams.outputs(call, job.id))


@table.post(f"/fal.run/{_APP}", "run")
async def run(call: Call) -> Reply:
    """Run a model and answer its output once it is there; who leaves ends it.

    Source: contract fal, section 3.6.
    """
    _check_slots(call)
    job = await inputs.accepted(call)
    try:
        done = await outcome(call.jobs, call.space.clock, job.id, until_s=END_S)
    except CancelledError:
        call.jobs.force(job, wire.LEFT)
        raise
    if done is None:
        raise NotFoundError("job")
    return await _made(call, done)


@table.post(f"/queue.fal.run/{_APP}", "submit")
async def submit(call: Call) -> Reply:
    """Queue a request; answers 200 with where it is read and stopped."""
    job = await inputs.accepted(call)
    told = {
        "status": "IN_QUEUE",
        "request_id": job.id,
        **shapes.links(call, job),
        "logs": None,
        "metrics": {},
        "queue_position": shapes.standing(call, job).get("queue_position", 0),
    }
    return call.reply(told)


@table.get("/rest.fal.ai/.well-known/jwks.json", "jwks", public=lambda _: None)
async def jwks(call: Call) -> Reply:
    """Show the public key with which webhooks are verified; needs no credentials."""
    return call.reply(hooks.key_set())


_UPLOADED: Final = (
    "/v3b.fal.media/files/b/{shard:[0-9a-f]{8}}/"
    r"{asset:[A-Za-z0-9]{21}_(?!output\.mp4(?:/|$))[A-Za-z0-9._-]+}"
)
_PARTS: Final = f"{_UPLOADED}/multipart/{{upload_id}}"
_NUMBER: Final = "{part:[0-9]{1,5}}"
_OWNER: Final = assets.located("asset")

table.post("/rest.fal.ai/storage/auth/token", "upload-token")(storage.upload_token)
table.post("/rest.fal.ai/tokens/", "app-token")(storage.app_token)
table.post("/rest.fal.ai/storage/upload/initiate", "initiate-upload")(storage.initiate)
table.post("/rest.fal.ai/storage/upload/initiate-multipart", "initiate-upload")(
    storage.initiate
)
table.post("/v3b.fal.media/files/upload", "upload")(storage.upload)
table.post("/v3b.fal.media/files/upload/multipart", "begin-upload")(
    storage.begin_direct
)
table.get(_UPLOADED, "uploaded", public=_OWNER, answers_head=True)(storage.serve)
table.put(_UPLOADED, "put-upload", public=_OWNER)(storage.put)
table.put(f"{_UPLOADED}/{_NUMBER}", "put-part", public=_OWNER)(storage.put_part)
table.post(f"{_UPLOADED}/complete", "complete-upload", public=_OWNER)(storage.complete)
table.put(f"{_PARTS}/{_NUMBER}", "put-part", public=_OWNER)(storage.put_part)
table.post(f"{_PARTS}/complete", "complete-upload", public=_OWNER)(storage.complete)


@table.get(_DESCRIBED, "model-openapi", public=lambda _: None)
async def model_openapi(call: Call) -> Reply:
    """Describe a model's queue in OpenAPI; needs no credentials."""
    return call.reply(descriptions.described(call, call.query.get("endpoint_id", "")))


@table.get(_FILE, "file", public=_keeper, subject=_filed, answers_head=True)
async def file(call: Call) -> Reply:
    """Serve a request's video; no credentials are needed."""
    job = call.find_job("file")
    is_there = (
        job.media_state(call.now) is MediaState.AVAILABLE
        and call.parameters["shard"] == clips.names(call.space, job)["shard"]
        and job.data.get("file") != "missing"
    )
    if not is_there:
        raise NotFoundError("file")
    return Reply.media(await call.render(clips.video(job)), modified_s=job.ends_at)


@table.get(wire.FORWARDING[0], "proxy", public=lambda _: None)
@table.post(wire.FORWARDING[0], "proxy", public=lambda _: None)
@table.put(wire.FORWARDING[0], "proxy", public=lambda _: None)
@table.delete(wire.FORWARDING[0], "proxy", public=lambda _: None)
async def proxy(call: Call) -> Reply:
    """Refuse what names none of our hosts in `x-fal-target-url`."""
    return call.reply("Invalid request", 400)


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a request's video, below our root."""
    is_there = job.media_state(space.clock.now()) is MediaState.AVAILABLE
    if not is_there or job.data.get("file") == "missing":
        return {}
    routes = services.providers[wire.SLUG].routes
    return {"video": routes.url_for("", "file", **clips.names(space, job))}


def decorate(call: Call, reply: Reply) -> Reply:
    """Name the request that an answer is about, and let pages read it.

    What a gateway answers has not come so far: clients tell it by that.

    Source: contract fal, sections 3.1 and 8.
    """
    reply = _CORS.decorate(call, reply)
    is_of_models = call.path.startswith(("/queue.", "/fal.run/"))
    if not is_of_models or reply.content_type.startswith("text/html"):
        return reply
    job = call.known_lead
    name = job.id if job else wire.new_id(request_chance(call), 0)
    return reply.with_headers({"x-fal-request-id": name, **_READABLE})


def _check_slots(call: Call) -> None:
    """Raise `RateLimitError` if no slot is free for a call that cannot wait."""
    slots = int(call.setting("concurrency"))
    if call.jobs.queues.held(inputs.QUEUE, call.now) >= slots:
        raise RateLimitError(0.0, _LIMIT)


async def _made(call: Call, job: Job) -> Reply:
    """Answer what a request has made, or how it has failed.

    Source: contract fal, section 3.4.
    """
    step = call.moment(job).step
    failure = failure_of(job, step)
    if failure is not None:
        return call.reply(failure.body, failure.status, failure.headers)
    if step.phase is not Phase.SUCCEEDED:
        raise NotReadyError("going-on")
    told: Any = await shapes.output(call.services, call.space, job, call.base)
    runner = call.jobs.chance(job.ordinal).hex("runner", 8)
    headers = {"X-Fal-Billable-Units": "1", "X-Fal-Served-From": runner}
    return call.reply(told, headers=headers)


_EXPOSED: Final = "x-fal-request-id, X-Fal-Error-Type, X-Fal-Retryable"
_READABLE: Final = {"Access-Control-Expose-Headers": _EXPOSED}
_CORS: Final = Cors(
    methods="GET, HEAD, POST, PUT, OPTIONS",
    headers=(
        "Authorization, Content-Type, Accept, Range, X-Fal-Request-Timeout,"
        " X-Fal-Request-Timeout-Type, X-Fal-Queue-Priority, X-Fal-Runner-Hint,"
        " X-Fal-No-Retry, X-Fal-Store-IO, X-Fal-Tags, X-Fal-Retry-Config,"
        " X-Fal-Object-Lifecycle, X-Fal-Object-Lifecycle-Preference, X-Fal-File-Name,"
        " X-Fal-Target-Url, X-Fal-Client-Proxy, X-App-Fal-Disable-Fallback"
    ),
    exposes=_EXPOSED,
)
_CORS.cover(table)
