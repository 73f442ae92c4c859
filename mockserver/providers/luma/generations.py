"""Generations: create, read, list, delete, and the files that they make."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import outcome
from mockserver.errors import InvalidPayloadError, NotFoundError, Violation
from mockserver.providers.call import Call
from mockserver.providers.luma import clips, limits, shapes, wire
from mockserver.providers.luma.orders import Order, order_of
from mockserver.providers.luma.requests import echo
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services

__all__ = ["create", "create_image", "delete", "file", "list_generations", "preview",
           "read"]  # fmt: skip

_PAGE, _PAGE_MAX, _OFFSET_MAX = 10, 100, 2**31 - 1
_WHOLE: Final = re.compile(r"-?[0-9]{1,1000}")
_QUICK: Final = 5.0
_TIMES: Final = {144: 0.5, 540: 0.75, 720: 1.0, 1080: 2.5}
_LARGE: Final = 4.0


async def create(call: Call) -> Reply:
    """Start a generation; answers 201 with it."""
    job = _submit(call, await order_of(call))
    return call.reply(await shapes.shown(call, job), 201)


async def create_image(call: Call) -> Reply:
    """Start a picture; with `sync` the answer waits for it.

    Source: contract luma, section 3.3.
    """
    order = await order_of(call)
    job = _submit(call, order)
    request = echo(call.operation, order.said)
    if request["sync"]:
        until_s = call.now + float(request["sync_timeout"])
        found = await outcome(call.jobs, call.space.clock, job.id, until_s=until_s)
        if found is None:
            raise NotFoundError("generation")
        job = found
    return call.reply(await shapes.shown(call, job), 201)


async def read(call: Call) -> Reply:
    """Show a generation as it is now."""
    job = call.find_job("generation")
    return call.lasting(call.reply(await shapes.shown(call, job)), job)


async def list_generations(call: Call) -> Reply:
    """List the generations, the newest first.

    Source: contract luma, section 3.4.
    """
    limit = _number(call, "limit", _PAGE, (1, _PAGE_MAX))
    offset = _number(call, "offset", 0, (0, _OFFSET_MAX))
    jobs = call.jobs.list_jobs(newest_first=True)
    page = [*islice(jobs, offset, offset + limit + 1)]
    told = [await shapes.shown(call, job) for job in page[:limit]]
    return call.reply(
        {
            "generations": told,
            "count": len(told),
            "limit": limit,
            "offset": offset,
            "has_more": len(page) > limit,
        }
    )


async def delete(call: Call) -> Reply:
    """Forget a generation, whatever has become of it; nobody is told.

    Source: contract luma, section 4.
    """
    call.jobs.delete(call.find_job("generation"), quietly=True)
    return Reply.empty()


async def file(call: Call) -> Reply:
    """Serve one of a generation's files; no key is needed."""
    job, asked = call.find_job("file"), call.parameters
    is_known = (asked["name"], asked["ending"]) in _files(call, job).values()
    if not is_known or asked["file_id"] != clips.file_id(call.space, job):
        raise NotFoundError("file")
    made = await call.render(clips.spec(job, asked["name"]))
    return Reply.media(made, modified_s=job.ends_at)


def _files(call: Call, job: Job) -> Mapping[str, tuple[str, str]]:
    """Return the files of a generation that are there."""
    if job.media_state(call.now) is MediaState.AVAILABLE:
        return clips.files_of(job)
    is_dreaming = call.moment(job).step.phase is Phase.RUNNING
    has_some = shapes.has_progress(call.services, call.space, job)
    return clips.PROGRESS if is_dreaming and has_some else {}


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at what a generation has made, below our root."""
    if job.media_state(space.clock.now()) is not MediaState.AVAILABLE:
        return {}
    routes = services.providers[wire.SLUG].routes
    shown = {"video": "video", "image": "thumbnail"}
    return {
        shown[asset]: routes.url_for(
            "", "file", **shapes.link_parts(space, job, name, ending)
        )
        for asset, (name, ending) in clips.files_of(job).items()
    }


def _submit(call: Call, order: Order) -> Job:
    """Accept what an account may have generated."""
    price = limits.price_of(call, order)
    limits.check(call, price)
    is_picture = call.operation in wire.PICTURES
    job = call.submit(
        {**order.kept, "price": price},
        payload=order.said,
        timeline=wire.life_of(
            picture=is_picture, factor=_factor(order), error=order.error
        ),
    )
    limits.purse_of(call).hold(job, price)
    return job


def _factor(order: Order) -> float:
    """Return how much longer a generation takes than what is usual.

    Source: contract luma, section 4.
    """
    time = float(order.model["time"])
    if not order.seconds:
        return time
    lines = min(order.asked)
    larger = next((_TIMES[one] for one in _TIMES if lines <= one), _LARGE)
    return round(time * larger * order.seconds / _QUICK, 3)


def _number(call: Call, name: str, usual: int, bounds: tuple[int, int]) -> int:
    """Return a number of the query; of several the last.

    Raises:
        InvalidPayloadError: It is none, or out of bounds.
    """
    said = [str(usual), *call.query.getall(name, [])][-1]
    least, most = bounds
    violation = Violation((name,), "type", "integer", said)
    if _WHOLE.fullmatch(said) is not None:
        number = int(said)
        if least <= number <= most:
            return number
        bound = ("minimum", least) if number < least else ("maximum", most)
        violation = Violation((name,), *bound, said)
    raise InvalidPayloadError((violation,), part="query")
