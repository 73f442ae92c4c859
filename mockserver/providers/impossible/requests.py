"""Reading what clients ask for: nulls are absent, and each mistake has its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mockserver.errors import (
    InvalidPayloadError,
    NotFoundError,
    PayloadTooLargeError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.impossible import studio
from mockserver.providers.impossible.clips import FORMATS
from mockserver.providers.impossible.destinations import kind_of

__all__ = [
    "Wish",
    "check_format",
    "check_known",
    "movie_for",
    "read",
    "read_render",
    "read_tasks",
    "url_format",
    "wish",
]

JSON_MAX: Final = 10 * 1024 * 1024
TASKS_MAX: Final = 10_000
UPLOADS_MAX: Final = 1000
_NEEDED: Final = {  # contract impossible, section 6.1
    "s3": ("bucket", "filename"),
    "azureblob": ("account", "container", "key"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A render that is asked for.

    Attributes:
        project: The project; empty for the task of a batch.
        movie: Name of the movie, or names by extension with `*` for the rest.
        params: The movie's variables.
        parallel: How many servers share the work.
        routing: The cluster that is to do it.
        extension: The format that its URL has.
        payload: The whole request.
    """

    project: str
    movie: str | Mapping[str, str]
    params: Mapping[str, Any]
    parallel: float
    routing: str
    extension: str
    payload: Mapping[str, Any]


async def read(call: Call) -> dict[str, Any]:
    """Return a JSON body without its nulls.

    Raises:
        UnreadableBodyError: It is not JSON, or no object.
        PayloadTooLargeError: It is longer than 10 MiB.

    Source: contract impossible, sections 3.1.1 and 3.1.4.
    """
    size = call.request.content_length or 0
    body = await call.body() if size <= JSON_MAX else b""
    found = max(size, len(body))
    if found > JSON_MAX:
        raise PayloadTooLargeError(limit=JSON_MAX, found=found)
    document = await call.document()
    if not isinstance(document, dict):
        raise UnreadableBodyError("object")
    payload: dict[str, Any] = await off_loop(len(body), _without_nulls, document)
    return payload


async def read_render(call: Call) -> dict[str, Any]:
    """Return the body of a render request.

    Raises:
        InvalidPayloadError: Code `movie` when it names none; else as `read`.
    """
    payload = await read(call)
    if not _has_movie(payload):
        raise InvalidPayloadError(code="movie")
    size_bytes = len(await call.body())
    await off_loop(size_bytes, _check, call, payload, "render.request")
    return payload


async def read_tasks(call: Call) -> list[dict[str, Any]]:
    """Return the tasks of a batch request; all of them are good.

    Raises:
        InvalidPayloadError: There are none or too many, or one is wrong.

    Source: contract impossible, section 3.7.
    """
    payload = await read(call)
    tasks = payload.get("tasks")
    if not tasks or not isinstance(tasks, list):
        raise InvalidPayloadError(code="tasks")
    if len(tasks) > TASKS_MAX:
        raise _invalid(f"tasks: more than {TASKS_MAX}")
    await off_loop(len(await call.body()), _check_tasks, call, tasks)
    return tasks


def _check_tasks(call: Call, tasks: list[Any]) -> None:
    for index, task in enumerate(tasks):
        place = f"tasks/{index}"
        if not isinstance(task, dict):
            raise _invalid(f"{place}: must be an object")
        if not _has_movie(task):
            raise _invalid(f"{place}/movie: movie is required")
        _check(call, task, "render.request", place)
        extension = url_format(task)
        if extension not in FORMATS:
            raise _invalid(f"{place}/format: Unsupported format: {extension}")
        movie_for(task["movie"], extension)


def wish(payload: Mapping[str, Any], project: str) -> Wish:
    """Return what a valid payload asks for; a batch has no project.

    Source: contract impossible, section 3.1.1.
    """
    routing = payload.get("routingKey") or payload.get("routingkey") or "default"
    return Wish(
        project=project,
        movie=payload["movie"],
        params=payload.get("params") or {},
        parallel=float(payload.get("parallel") or 1),
        routing=routing,
        extension=url_format(payload),
        payload=payload,
    )


def url_format(payload: Mapping[str, Any]) -> str:
    """Return the extension that a token's URL has.

    Source: contract impossible, section 3.1.3.
    """
    asked = payload.get("format")
    if asked:
        return str(asked).lower()
    movie = payload["movie"]
    if isinstance(movie, str) or "mp4" in movie or "*" in movie:
        return "mp4"
    return str(next(iter(movie))).lower()


def check_format(extension: str) -> None:
    """Refuse a format that nobody offers.

    Raises:
        InvalidPayloadError: Code `format`.

    Source: contract impossible, section 5.1.
    """
    if extension not in FORMATS:
        raise InvalidPayloadError(code="format", extension=extension)


def movie_for(movie: str | Mapping[str, str], extension: str) -> str:
    """Return the movie that an extension stands for.

    Raises:
        NotFoundError: Code `extension`; the map has neither it nor `*`.

    Source: contract impossible, section 3.4.
    """
    if isinstance(movie, str):
        return movie
    by_extension = {key.lower(): name for key, name in movie.items()}
    found = by_extension.get(extension) or by_extension.get("*")
    if found is None:
        raise NotFoundError("extension", extension=extension)
    return found


def check_known(
    call: Call, project: str, movies: Sequence[str], params: Iterable[str] = ()
) -> None:
    """Refuse a project or movies that there are not, and cannot come to be.

    Raises:
        NotFoundError: Code `project` or `movie`.

    Source: contract impossible, section 3.1.4.
    """
    studio.project(call, project)
    names = studio.learned(params)
    for name in dict.fromkeys(movies):
        studio.movie(call, project, name, names)


def _without_nulls(value: Any) -> Any:
    """Drop null members, as clients that fill in every option expect.

    Source: contract impossible, section 3.1.1.
    """
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _has_movie(payload: Mapping[str, Any]) -> bool:
    movie = payload.get("movie")
    return isinstance(movie, str | dict) and bool(movie)


def _check(call: Call, payload: Any, schema: str, place: str = "") -> None:
    try:
        call.check(payload, schema)
    except InvalidPayloadError as error:
        raise _invalid(_problem(error.violations[0], place)) from error
    if schema == "render.request":
        _check_destinations(payload.get("upload"), place)


def _check_destinations(upload: Any, place: str) -> None:
    tasks = upload if isinstance(upload, list) else [upload] if upload else []
    if len(tasks) > UPLOADS_MAX:
        where = f"{place}/upload" if place else "upload"
        raise _invalid(f"{where}: more than {UPLOADS_MAX}")
    for index, task in enumerate(tasks):
        number = f"/{index}" if isinstance(upload, list) else ""
        destination = task["destination"]
        for member in _NEEDED.get(kind_of(destination), ()):
            if not destination.get(member):
                where = f"upload{number}/destination/{member}"
                raise _invalid(f"{place}/{where}" if place else where)


def _invalid(problem: str) -> InvalidPayloadError:
    return InvalidPayloadError(problem=problem)


def _problem(violation: Violation, place: str) -> str:
    path = [place] if place else []
    path += [str(part) for part in violation.path]
    if violation.keyword == "required":
        return f"{'/'.join([*path, str(violation.expected)])}: is required"
    return f"{'/'.join(path)}: {_reason(violation)}"


def _reason(violation: Violation) -> str:
    expected, keyword = violation.expected, violation.keyword
    if keyword == "type":
        kinds = [expected] if isinstance(expected, str) else list(expected)  # type: ignore[call-overload]  # a list of names
        return f"must be of type {' or '.join(k for k in kinds if k != 'null')}"
    if keyword in {"minimum", "minLength", "minItems", "minProperties"}:
        return f"must be at least {expected}"
    if keyword == "maxProperties":
        return f"must have at most {expected} members"
    if keyword == "maxLength":
        return f"must have at most {expected} characters"
    return f"does not match {expected}"
