"""Acme: an invented film API, as small as a provider can be."""

from mockserver.engine.jobs import MediaState
from mockserver.engine.keyring import Grant
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import (
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    ProviderError,
    UnauthorizedError,
)
from mockserver.media.formats import mp4
from mockserver.media.spec import Card
from mockserver.providers.call import Call
from mockserver.providers.provider import Credential, Provider, Secrets
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes

table = Routes()

SHOOT = Timeline(
    (
        Step("waiting", Phase.WAITING, (5.0, 20.0)),
        Step("shooting", Phase.RUNNING, 60.0, progress=(0, 100)),
        Step("done", Phase.SUCCEEDED),
    )
)
STATUSES = {
    UnauthorizedError: 401,
    NotFoundError: 404,
    MethodNotAllowedError: 405,
    InvalidPayloadError: 400,
}


@table.post("/v1/films", "shoot")
async def shoot(call: Call) -> Reply:
    """Start a film; answers 201 with the film."""
    payload = await call.payload()
    job = call.submit({"title": payload["title"]}, payload=payload)
    return call.reply({"id": job.id, "state": call.moment(job).step.state}, 201)


@table.get("/v1/films/{job_id}", "film", subject="job_id", polls=True)
async def film(call: Call) -> Reply:
    """Tell a film's state, its progress, and at the end its link."""
    job = call.find_job()
    moment = call.moment(job)
    answer = {"id": job.id, "state": moment.step.state}
    if moment.progress is not None:
        answer["progress"] = int(moment.progress)
    if moment.step.phase is Phase.SUCCEEDED:
        answer["url"] = await call.link("file", job_id=job.id)
    return call.reply(answer)


@table.get("/files/{job_id}.mp4", "file", public="job_id", answers_head=True)
async def file(call: Call) -> Reply:
    """Serve a film; no credentials are needed."""
    job = call.find_job("route")
    if job.media_state(call.now) is not MediaState.AVAILABLE:
        raise NotFoundError("route")
    card = Card(title=job.data["title"], lines=(job.id,))
    return Reply.media(await call.render(mp4(640, 360, seconds=5, cards=(card,))))


def authenticate(call: Call) -> Grant:
    """Read `Authorization: Bearer KEY`."""
    scheme, _, key = call.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise UnauthorizedError("missing")
    return call.open_key(key)


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word every error as `{"error": {"code": ..., "at": [...]}}`."""
    status = STATUSES.get(type(error), 500)
    places = ["/".join(map(str, v.path)) for v in getattr(error, "violations", ())]
    document = {"error": {"code": error.code or "invalid", "at": places}}
    headers = {"Allow": str(error.detail["allow"])} if status == 405 else {}
    return call.reply(document, status, headers)


PROVIDER = Provider(
    slug="acme",
    title="Acme Films",
    hosts=("api.acme.example",),
    routes=table,
    authenticate=authenticate,
    render_error=render_error,
    credential=lambda chance: Credential({"key": chance.hex("key", 24)}, key="key"),
    secrets=Secrets(headers=("authorization",)),
    timelines={"shoot": SHOOT},
    failure=Step("torn", Phase.FAILED, error="the film tore"),
    states={**SHOOT.states(), "torn": Phase.FAILED},
    texts=lambda payload: [payload["title"]],
    start="curl -s {base}/v1/films -H 'Authorization: Bearer {key}' "
    '-d \'{"title":"Hello"}\'',
    anchor="mockserver_acme",
)
