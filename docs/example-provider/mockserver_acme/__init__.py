"""Acme: an invented film API with jobs, a cancel, a webhook and media."""

from collections.abc import Iterator, Mapping

from mockserver import errors
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.notices import Notice
from mockserver.engine.packing import pack
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.media.formats import mp4
from mockserver.media.spec import Card
from mockserver.providers.call import Call
from mockserver.providers.provider import (
    Credential,
    Provider,
    Secrets,
    Switches,
    Trial,
)
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.services import Services
from mockserver.providers.wires.errors import ErrorTable
from mockserver.providers.wires.keys import bearer_key
from mockserver.providers.wires.webhooks import Webhook

WAITING = Step("waiting", Phase.WAITING, (5.0, 20.0))
SHOOTING = Step("shooting", Phase.RUNNING, 60.0, progress=(0, 100))
SHOOT = Timeline((WAITING, SHOOTING, Step("done", Phase.SUCCEEDED)))
TORN, CUT = Step("torn", Phase.FAILED), Step("cut", Phase.CANCELLED)
ERRORS = ErrorTable(
    {
        errors.UnauthorizedError: (401, "This key opens nothing"),
        (errors.NotFoundError, "film"): (404, "There is no such film"),
        (errors.ConflictError, "over"): (409, "The film is {state} already"),
    }
)
table = Routes[Call]()


@table.post("/v1/films", "shoot")
async def shoot(call: Call) -> Reply:
    """Start a film; answers 201 with the film."""
    payload = await call.payload()
    job = call.submit(payload, payload=payload)
    return answer(call, job, 201)


@table.get("/v1/films/{film_id}", "film", subject="film_id", polls=True)
async def film(call: Call) -> Reply:
    """Tell a film's state, its progress, and at the end its link."""
    return answer(call, call.find_job("film"))


@table.post("/v1/films/{film_id}/cancel", "cancel", subject="film_id")
async def cancel(call: Call) -> Reply:
    """Stop a film that is not over; answers the film."""
    job = call.find_job("film")
    step = call.moment(job).step
    if step.phase.is_terminal:
        raise errors.ConflictError("over", state=step.state)
    return answer(call, call.jobs.force(job, CUT))


@table.get("/files/{film_id}.mp4", "file", public="film_id", answers_head=True)
async def file(call: Call) -> Reply:
    """Serve a film; no credentials are needed."""
    job = call.find_job("film")
    if job.media_state(call.now) is not MediaState.AVAILABLE:
        raise errors.NotFoundError("film")
    card = Card(title=job.data["title"], lines=(job.id,))
    return Reply.media(await call.render(mp4(640, 360, seconds=5, cards=(card,))))


def answer(call: Call, job: Job, status: int = 200) -> Reply:
    """Answer a film as it is now."""
    return call.reply(shown(call.services, job, call.now, call.base), status)


def shown(services: Services, job: Job, at: float, base: str) -> Mapping[str, object]:
    """Return a film as answers and webhooks show it; links begin with `base`."""
    moment = job.at(at)
    told = {"id": job.id, "state": moment.step.state, "progress": moment.progress}
    if moment.step.phase is Phase.SUCCEEDED:
        told["url"] = services.link("acme", base, "file", film_id=job.id)
    return told


def notices(_: Switches, job: Job) -> Iterator[Notice]:
    """Say when a film is over, if somebody wants to hear of it."""
    for at, step in job.entries():
        if step.phase.is_terminal and job.data.get("webhook"):
            yield Notice(at, "film-over")


async def film_over(services: Services, space: Space, due: Due) -> None:
    """Tell the webhook; try twice more if it does not answer 2xx."""
    if (job := space.jobs("acme").about(due)) is not None:
        url, body = job.data["webhook"], pack(shown(services, job, due.at, job.base))
        webhook = Webhook(label="film-over", url=url, body=body, ladder=(1.0, 10.0))
        webhook.send(services, space, due)


BEARER = {"Authorization": "Bearer {key}"}
START = (
    Trial(
        about="Order a film",
        method="POST",
        path="/v1/films",
        headers=BEARER,
        body={"title": "Hello"},
        keeps={"film": "/id"},
    ),
    Trial(
        about="Look at it until it is over",
        path="/v1/films/{film}",
        headers=BEARER,
        until=("/state", ("done", "torn", "cut")),
        keeps={"file": "/url"},
    ),
    Trial(about="Fetch it", path="{file}", saves="film.mp4"),
)
PROVIDER = Provider(
    slug="acme",
    title="Acme Films",
    hosts=("api.acme.example",),
    routes=table,
    authenticate=bearer_key(),
    render_error=ERRORS.as_json(lambda told: {"code": told.status, "error": told.text}),
    credential=lambda chance: Credential({"key": chance.hex("key", 24)}, key="key"),
    secrets=Secrets(headers=("authorization",)),
    timelines={"shoot": SHOOT},
    failure=TORN,
    ending=CUT,
    states={**SHOOT.states(), "torn": Phase.FAILED, "cut": Phase.CANCELLED},
    notices=notices,
    events={"film-over": film_over},
    labels=("film-over",),
    texts=lambda payload: [payload["title"]],
    start=START,
    anchor="mockserver_acme",
)
