"""Endpoints of the control API: one table serves, checks and describes them."""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from aiohttp import web

from mockserver.edge.api.parts import MISSING, Part, Reach
from mockserver.edge.api.shapes import SHAPES, Schema, array, record, text
from mockserver.edge.events import Hub
from mockserver.edge.instance import Instance
from mockserver.edge.judgements import Judgements
from mockserver.edge.tally import Tally
from mockserver.engine.spaces import Space
from mockserver.names import nearest
from mockserver.providers.door import origin_of
from mockserver.providers.provider import Provider
from mockserver.providers.services import Services
from mockserver.validation import SchemaSet

__all__ = [
    "JSON",
    "PREFIX",
    "ApiError",
    "Ask",
    "Control",
    "Endpoint",
    "Endpoints",
    "mistaken",
]

PREFIX: Final = "/_mock/api"
JSON: Final = "application/json"
_NOTHING: Final = record({})
_MISSING: Final = array(
    text(), "Workers that did not answer, and why: what they have is not here."
)


class ApiError(Exception):
    """A request to the control API that is refused.

    Args:
        status: HTTP status.
        error: Place, what was found, what would be right.
        headers: Sent along.
    """

    def __init__(
        self, status: int, error: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status, self.headers = status, headers or {}


@dataclass(slots=True)
class Control:
    """What the control API of one server needs beside the instance.

    Attributes:
        instance: The server.
        endpoints: Everything that is offered.
        hub: Tells listeners what happens.
        tally: Counts for the metrics.
        judgements: What clients were found to do.
        stop: Set once somebody has asked the server to end.
        started_s: When it was put together, on the monotonic clock.
    """

    instance: Instance
    endpoints: tuple["Endpoint", ...]
    hub: Hub
    tally: Tally
    judgements: Judgements
    stop: asyncio.Event
    started_s: float
    _schemas: SchemaSet | None = field(default=None, init=False)

    @property
    def schemas(self) -> SchemaSet:
        """All schemas, compiled at first use: most servers are never asked."""
        if self._schemas is None:
            self._schemas = _compiled(self.endpoints)
        return self._schemas


@dataclass(slots=True)
class Ask:
    """One request to the control API.

    Attributes:
        control: The server.
        request: As aiohttp has it.
        path: Percent-decoded path parameters.
        query: Parsed query parameters, without those that are missing.
        body: The JSON body, valid; empty if there was none.
        opened: The spaces that it has been about so far.
        sent: The body as it was sent, if there is one.
        part: Which part of an answer is wanted; None for the whole.
    """

    control: Control
    request: web.Request
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    opened: list[Space] = field(default_factory=list)
    sent: bytes | None = None
    part: Part | None = None

    @property
    def instance(self) -> Instance:
        """The server's parts."""
        return self.control.instance

    @property
    def services(self) -> Services:
        """The server's rooms."""
        return self.control.instance.services

    @property
    def origin(self) -> str:
        """Where clients reach this server, such as `http://127.0.0.1:7357`."""
        external = self.services.options.external_url
        if external is not None:
            return external.rstrip("/")
        trusts = self.services.options.trusts_forwarded
        return origin_of(self.request, trusts=trusts)

    @property
    def space(self) -> Space:
        """The space that the path names.

        Raises:
            ApiError: There is none.
        """
        return self.open_space(self.path["space"], "space", 404)

    def open_space(self, space_id: str, place: str, status: int = 400) -> Space:
        """Return a space; one that a known credential opens is opened now.

        Raises:
            ApiError: There is none of that name.
        """
        spaces = self.services.spaces
        space = spaces.find(space_id)
        if space is not None:
            self.opened.append(space)
            return space
        slug = space_id.partition(".")[0]
        if slug in self.services.providers:
            self.services.learn_keys(slug)
        if any(not one.is_revoked for one in spaces.keyring.grants(space=space_id)):
            self.opened.append(spaces.open(space_id))
            return self.opened[-1]
        raise ApiError(
            status, f"{place}: {mistaken(space_id, [one.id for one in spaces])}"
        )

    @property
    def is_begun(self) -> bool:
        """Whether all but what is about some single spaces has been done already."""
        return self.part is not None and self.part.only is not None

    def spaces(self) -> list[Space]:
        """Return the space that the query names, or all open ones."""
        named = self.query.get("space")
        return (
            self.every() if named is None else [self.open_space(named, "query/space")]
        )

    def every(self) -> list[Space]:
        """Return all open spaces, or those of them that this part is about."""
        only = None if self.part is None else self.part.only
        every = self.services.spaces
        return [space for space in every if only is None or space.id in only]

    def provider(self, slug: str, place: str) -> Provider:
        """Return a provider.

        Raises:
            ApiError: There is none of that slug.
        """
        known = self.services.providers
        if slug not in known:
            raise ApiError(400, f"{place}: {mistaken(slug, known)}")
        return known[slug]


Handler = Callable[[Ask], Awaitable[Any]]
Merge = Callable[[Sequence[tuple[str, Any]]], Any]
Seek = Callable[[Ask], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """One method of one path.

    Attributes:
        method: HTTP method.
        path: Template below `/_mock/api`, such as `/jobs/{job}`.
        name: Its name: also the `operationId` and that of its schemas.
        about: One sentence.
        handler: Returns the JSON document of the answer, or a whole response.
        answer: Schema of that document.
        body: Schema of the request.
        query: Schemas of the query parameters; none is required.
        status: Status of a good answer.
        errors: Statuses of refusals, beside those that any endpoint may answer.
        media_type: Of a good answer.
        is_public: No token is asked for.
        is_at_once: It is about the server itself, whichever spaces of a store are still
            to be opened.
        reach: Whose business it is, where there are several workers.
        has_trial: Each worker is asked first whether it can do it.
        merge: Makes one document of those of several workers, each with its name.
        seek: Returns the spaces here that have what the path names, with what query
            would name each; where nothing else says whose it is.
        is_single: What the path names has to be the only one.
        send: Makes the whole response of the document, if it is no JSON.
    """

    method: str
    path: str
    name: str
    about: str
    handler: Handler
    answer: Schema
    body: Schema = field(default_factory=lambda: _NOTHING)
    query: Mapping[str, Schema] = field(default_factory=dict)
    status: int = 200
    errors: tuple[int, ...] = ()
    media_type: str = JSON
    is_public: bool = False
    is_at_once: bool = False
    reach: Reach = Reach.ANYONE
    has_trial: bool = False
    merge: Merge | None = None
    seek: Seek | None = None
    is_single: bool = False
    send: Callable[[Any], web.StreamResponse] | None = None

    @property
    def takes_body(self) -> bool:
        """Whether a request has any members."""
        return bool(self.body.get("properties")) or "additionalProperties" in (
            {k: v for k, v in self.body.items() if v is not False}
        )


class Endpoints:
    """The endpoints of one module, in the order of their registration."""

    def __init__(self) -> None:
        self._endpoints: list[Endpoint] = []

    def __iter__(self) -> Iterator[Endpoint]:
        """Return the endpoints."""
        return iter(self._endpoints)

    def get(self, path: str, name: str, **more: Any) -> Callable[[Handler], Handler]:
        """Register a `GET` endpoint; keywords are fields of `Endpoint`."""
        return self.add("GET", path, name, **more)

    def post(self, path: str, name: str, **more: Any) -> Callable[[Handler], Handler]:
        """Register a `POST` endpoint."""
        return self.add("POST", path, name, **more)

    def add(
        self, method: str, path: str, name: str, **more: Any
    ) -> Callable[[Handler], Handler]:
        """Register an endpoint."""

        def register(handler: Handler) -> Handler:
            if more.get("reach", Reach.ANYONE) is not Reach.ANYONE:
                more["answer"] = _with_missing(more["answer"])
            made = Endpoint(
                method=method, path=path, name=name, handler=handler, **more
            )
            self._endpoints.append(made)
            return handler

        return register


def _with_missing(answer: Schema) -> Schema:
    """Return the schema of an answer that says which workers had no part in it."""
    if "properties" not in answer:
        return answer
    return {**answer, "properties": {**answer["properties"], MISSING: _MISSING}}


def mistaken(found: str, known: Iterable[str]) -> str:
    """Say what was found, and which name would be right."""
    return f"found {found!r}, expected {nearest(found, known)}"


@lru_cache(maxsize=4)
def _compiled(endpoints: tuple[Endpoint, ...]) -> SchemaSet:
    """Return the schemas of bodies and answers; they are the same for each server."""
    named = {f"{one.name}.request": one.body for one in endpoints}
    answers = {f"{one.name}.response": one.answer for one in endpoints}
    return SchemaSet({**SHAPES, **named, **answers}, origin="control API")
