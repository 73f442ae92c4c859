"""Render requests and tokens: submit, create, progress, delete."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mockserver.engine.timeline import Phase
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.impossible import requests, tokens, uploads
from mockserver.providers.impossible.accounts import project_space, token_space
from mockserver.providers.impossible.table import table
from mockserver.providers.impossible.uploads import Task
from mockserver.providers.reply import Reply
from mockserver.providers.wires.authorization import bearer

__all__ = ["create_token", "delete_token", "progress", "render"]


@table.post("/v2/render/{id}", "render", public=project_space)
async def render(call: Call) -> Reply:
    """Submit a render request; waits for it unless that is not wanted.

    Source: contract impossible, section 3.1.
    """
    payload = await requests.read_render(call)
    wish, tasks = (
        requests.wish(payload, call.parameters["id"]),
        uploads.tasks_of(payload),
    )
    is_async = bool(payload.get("async"))
    blocks = bool(tasks) or is_async or _blocks(call, payload)
    movie = _check(call, wish, tasks, renders=blocks)
    if not blocks:
        return await tokens.answer(call, tokens.create(call, wish, movie=movie), 200)
    uploads.check_quota(call, tasks)
    waiting = [task for task in tasks if not (is_async or task.is_async)]
    background = [task for task in tasks if is_async or task.is_async]
    job = tokens.make(
        call,
        wish,
        movie=movie,
        is_async=is_async or bool(background),
        tasks=map(asdict, background),
    )
    if waiting or not (background or is_async):
        await tokens.finished(call, job)
    responses = {task.index: await uploads.send(call, job, task) for task in waiting}
    has_async = any(task.is_async for task in tasks)
    status = 201 if has_async else 202 if is_async else 200
    return await tokens.answer(call, job, status, _uploads(payload, tasks, responses))


@table.post("/v2/token/{id}", "create-token", public=project_space)
async def create_token(call: Call) -> Reply:
    """Create a token; nothing is rendered until it is fetched.

    Source: contract impossible, section 3.3.
    """
    payload = await requests.read_render(call)
    wish = requests.wish(payload, call.parameters["id"])
    movie = _check(call, wish, (), renders=False)
    return await tokens.answer(call, tokens.create(call, wish, movie=movie), 200)


@table.get(
    "/v2/progress/{id}", "progress", public=token_space, subject="id", polls=True
)
async def progress(call: Call) -> Reply:
    """Tell how far a render is: `{"token", "done", "total"}`, in frames.

    Source: contract impossible, section 3.5.
    """
    job = tokens.found(call)
    if call.setting("strict_progress") and not job.data.get("async"):
        raise NotFoundError("progress")
    moment = call.moment(job)
    if moment.step.phase in {Phase.FAILED, Phase.CANCELLED}:
        raise tokens.failure(tokens.problem_of(job, call.now))
    done = tokens.done_of(call, job)
    total = job.data["frames"]
    told = call.reply({"token": job.id, "done": done, "total": total})
    return call.lasting(told, job, parts=total)


@table.delete("/v2/token/{id}", "delete-token", public=token_space, subject="id")
async def delete_token(call: Call) -> Reply:
    """Drop a token and its work.

    Source: contract impossible, section 3.6.
    """
    job = call.find_job("token")
    tokens.drop(call, job)
    return Reply.empty()


def _blocks(call: Call, payload: Mapping[str, Any]) -> bool:
    """Say whether a request without uploads waits for its render.

    Source: contract impossible, section 3.1.2.
    """
    mode = call.setting("post_mode")
    if mode != "auto":
        return bool(mode == "blocking")
    if payload.get("format") is not None or payload.get("routingKey") is not None:
        return True
    return bool(bearer(call)) or call.request.host.lower().startswith("render-")


def _check(
    call: Call, wish: requests.Wish, tasks: Sequence[Task], *, renders: bool
) -> str:
    """Check formats, movies and project in the contract's order; return the movie."""
    extensions = [task.extension for task in tasks]
    for extension in (wish.extension, *extensions):
        requests.check_format(extension)
    wanted = extensions or [wish.extension]
    if renders:
        movies = [requests.movie_for(wish.movie, wanted_) for wanted_ in wanted]
    else:
        movies = [wish.movie] if isinstance(wish.movie, str) else [*wish.movie.values()]
    requests.check_known(call, wish.project, movies, wish.params)
    return movies[0]


def _uploads(
    payload: Mapping[str, Any], tasks: Sequence[Task], responses: Mapping[int, str]
) -> object:
    if not tasks:
        return tokens.MISSING
    answers = [responses.get(task.index) for task in tasks]
    return answers if isinstance(payload["upload"], list) else answers[0]
