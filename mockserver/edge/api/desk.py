"""Desk: a request to the control API finds its endpoint, or is refused in JSON."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

import orjson
from aiohttp import hdrs, web

from mockserver.edge.answering.respond import SERVER
from mockserver.edge.api.access import Access
from mockserver.edge.api.endpoints import (
    JSON,
    PREFIX,
    ApiError,
    Ask,
    Control,
    Endpoint,
    mistaken,
)
from mockserver.edge.api.fleet import Fleet, part_of
from mockserver.edge.api.parts import Rows
from mockserver.edge.api.shapes import Schema
from mockserver.edge.routing.turns import Serve, Turns
from mockserver.errors import (
    ClockError,
    ConfigError,
    ConflictError,
    NotFoundError,
    PayloadTooLargeError,
    SpaceElsewhereError,
    StoreError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.bodies import off_loop, parse_json
from mockserver.providers.incoming import decoded, receive

__all__ = ["HEADERS", "Desk", "dumped"]

BODY_MAX: Final = 4 * 1024 * 1024
HEADERS: Final[Mapping[str, str]] = {
    hdrs.SERVER: SERVER,
    hdrs.CACHE_CONTROL: "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_TRUE: Final = {"true": True, "1": True, "yes": True, "on": True,
                "false": False, "0": False, "no": False, "off": False}  # fmt: skip

Methods = dict[str, Endpoint]
Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Desk:
    """Where all requests to the control API arrive.

    Args:
        control: What is served.
        access: Who may ask.
        turns: Has requests answered where their space is, if that may be elsewhere.
    """

    def __init__(
        self, control: Control, access: Access, turns: Turns | None = None
    ) -> None:
        self._control = control
        self._access = access
        self._turns = turns
        self._fleet = Fleet.of(control.instance)
        self._plain: dict[str, Methods] = {}
        self._patterns: list[tuple[re.Pattern[str], Methods]] = []
        by_path: dict[str, Methods] = {}
        for endpoint in control.endpoints:
            by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        for path, methods in by_path.items():
            if "{" in path:
                self._patterns.append((_pattern(path), methods))
            else:
                self._plain[path] = methods

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request below `/_mock/api`."""
        try:
            return await self._in_turn(request, partial(self._serve, request))
        except ApiError as error:
            return _refusal(error)
        except ClockError as error:
            return _refusal(ApiError(409, str(error)))
        except ConfigError as error:
            return _refusal(ApiError(400, str(error)))
        except StoreError as error:
            return _refusal(ApiError(503, f"store: {error}"))

    def own(self, page: Page) -> Page:
        """Wrap a page so that it is only shown by names that are ours."""

        async def shown(request: web.Request) -> web.StreamResponse:
            try:
                self._access.check_site(request)
            except ApiError as error:
                return _refusal(error)
            try:
                return await self._in_turn(request, lambda _: page(request))
            except StoreError as error:
                return _refusal(ApiError(503, f"store: {error}"))

        return shown

    async def _in_turn(self, request: web.Request, serve: Serve) -> web.StreamResponse:
        if self._turns is None:
            return await serve(None)
        return await self._turns.answer(request, serve)

    async def _serve(
        self, request: web.Request, sent: bytes | None
    ) -> web.StreamResponse:
        self._access.check_site(request)
        methods, parameters = self._match(request.rel_url.raw_path)
        is_head = request.method == hdrs.METH_HEAD
        endpoint = methods.get(hdrs.METH_GET if is_head else request.method)
        if endpoint is None or not endpoint.is_public:
            self._access.check_token(request)
        if not methods:
            raise ApiError(404, f"path: {self._unknown(request.rel_url.raw_path)}")
        if endpoint is None:
            allow = ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])
            error = f"method: found {request.method}, expected {allow}"
            raise ApiError(405, error, {hdrs.ALLOW: allow})
        query = _query(request, endpoint)
        if sent is None and endpoint.method != hdrs.METH_GET:
            sent = await _received(request)
        body = {} if sent is None else await self._body(request, endpoint, sent)
        ask = Ask(self._control, request, parameters, query, body, sent=sent)
        ask.part = part_of(request)
        try:
            return await self._answered(endpoint, ask)
        except SpaceElsewhereError as error:
            error.sent = sent
            raise

    async def _answered(self, endpoint: Endpoint, ask: Ask) -> web.StreamResponse:
        run = partial(_carried_out, endpoint)
        # Of what is opened meanwhile, nothing may have been told or done.
        spaces = [one.id for one in ask.services.spaces]
        if self._fleet is not None and self._fleet.is_asked(endpoint, ask):
            answer = await self._fleet.answer(endpoint, ask, run)
        elif ask.part is not None and ask.part.seeks:
            answer = [] if endpoint.seek is None else [*endpoint.seek(ask)]
        else:
            answer = await run(ask)
        if isinstance(answer, web.StreamResponse):
            return answer
        if ask.part is not None:
            answer = answer.dump() if isinstance(answer, Rows) else answer
            return _json({"spaces": spaces, "answer": answer}, 200)
        if isinstance(answer, Rows):
            answer = answer.document()
        if endpoint.send is not None:
            return endpoint.send(answer)
        if ask.services.options.checks_replies:
            self._check(endpoint, answer)
        return _json(answer, endpoint.status)

    def _check(self, endpoint: Endpoint, answer: Any) -> None:
        name = f"{endpoint.name}.response"
        said = self._control.schemas.check(name, answer)
        if said:
            raise AssertionError(f"{name}: {'; '.join(v.describe() for v in said)}")

    async def _body(
        self, request: web.Request, endpoint: Endpoint, sent: bytes
    ) -> dict[str, Any]:
        body = await _read(request, sent)
        document = await off_loop(len(body), _parsed, body)
        name = f"{endpoint.name}.request"
        violations = await off_loop(
            len(body), self._control.schemas.check, name, document
        )
        if violations:
            # A name that is not known says more than the one that is missing for it.
            worst = min(violations, key=lambda one: one.keyword == "required")
            raise ApiError(400, _broken(worst, endpoint.body))
        return dict(document)

    def _match(self, raw_path: str) -> tuple[Methods, dict[str, str]]:
        path = raw_path.removeprefix(PREFIX)
        if path in self._plain:
            return self._plain[path], {}
        for pattern, methods in self._patterns:
            found = pattern.fullmatch(path)
            if found is not None:
                parts = found.groupdict()
                return methods, {name: unquote(parts[name]) for name in parts}
        return {}, {}

    def _unknown(self, raw_path: str) -> str:
        paths = dict.fromkeys(one.path for one in self._control.endpoints)
        said = mistaken(raw_path.removeprefix(PREFIX), paths)
        found, _, every = said.partition(", expected one of:")
        return f"{found}; {PREFIX}/openapi.json lists all" if every else said


async def _carried_out(endpoint: Endpoint, ask: Ask) -> Any:
    """Return what a handler returns; what it has done is safe."""
    archivist, spaces = ask.instance.archivist, ask.services.spaces
    named = ask.query.get("space") or ask.path.get("space")
    try:
        if named:
            await spaces.prepare(named)
        elif not endpoint.is_at_once:
            await spaces.waking.done()
        if archivist is not None:
            if named:
                # With a space that only the store has, its exchanges come, too.
                spaces.find(named)
            await archivist.loaded()
        answer = await endpoint.handler(ask)
        await _settled(endpoint, ask)
    except ConflictError as error:
        raise ApiError(409, _worded(error)) from error
    except NotFoundError as error:
        raise ApiError(404, _worded(error)) from error
    return answer


async def _settled(endpoint: Endpoint, ask: Ask) -> None:
    """Return once what the answer tells of is safe in the store, if there is one.

    Raises:
        SpaceElsewhereError: A space is another worker's by now; nothing was done there.
    """
    spaces = ask.services.spaces
    if spaces.ledger is None:
        return
    if endpoint.method != hdrs.METH_GET:
        for space in spaces:
            space.touch()
    if spaces.ledger.is_behind:
        await spaces.ledger.settle()
    if spaces.directory is None:
        return
    for space in ask.opened:
        if space.log is not None and space.log.is_lost:
            raise SpaceElsewhereError(space.id)


async def _received(request: web.Request) -> bytes:
    with _refused():
        return await receive(request, BODY_MAX)


async def _read(request: web.Request, sent: bytes) -> bytes:
    with _refused():
        return await decoded(request, sent, BODY_MAX)


@contextmanager
def _refused() -> Iterator[None]:
    """Refuse a body that is too long, or is not encoded as it says."""
    try:
        yield
    except PayloadTooLargeError as error:
        found = error.detail["found"]
        raise ApiError(
            413, f"body: found {found} bytes, expected at most {BODY_MAX}"
        ) from error
    except UnreadableBodyError as error:
        raise ApiError(400, f"body: {error.detail['message']}") from error


def _parsed(body: bytes) -> Any:
    """Return the document of a body; no members for an empty one."""
    try:
        document = parse_json(body)
    except UnreadableBodyError as error:
        reason = error.detail.get("message", error.code)
        raise ApiError(400, f"body: found no JSON: {reason}") from error
    except PayloadTooLargeError as error:
        told = "body: found {found} values, expected at most {limit}"
        raise ApiError(413, told.format_map(error.detail)) from error
    return {} if document is None else document


def _query(request: web.Request, endpoint: Endpoint) -> dict[str, Any]:
    parsed = {}
    for name, raw in request.query.items():
        if name not in endpoint.query:
            raise ApiError(400, f"query: {mistaken(name, endpoint.query)}")
        parsed[name] = _parameter(name, raw, endpoint.query[name])
    return parsed


def _parameter(name: str, raw: str, schema: Schema) -> Any:
    kind, choices = schema["type"], schema.get("enum")
    if choices and raw not in choices:
        raise ApiError(400, f"query/{name}: {mistaken(raw, choices)}")
    if kind == "boolean":
        if raw.lower() not in _TRUE:
            raise ApiError(400, f"query/{name}: found {raw!r}, expected true or false")
        return _TRUE[raw.lower()]
    if kind == "integer":
        low, high = schema.get("minimum", 0), schema.get("maximum", 10**9)
        if not re.fullmatch(r"\d{1,15}", raw) or not low <= int(raw) <= high:
            expected = f"expected a whole number from {low} to {high}"
            raise ApiError(400, f"query/{name}: found {raw!r}, {expected}")
        return int(raw)
    return raw


def _broken(violation: Violation, schema: Schema) -> str:
    """Say what is wrong with a body: place, found, expected."""
    place = "/".join(["body", *map(str, violation.path)])
    if violation.keyword == "additionalProperties":
        known = schema.get("properties", {})
        surplus = violation.found
        first = next(iter(surplus)) if isinstance(surplus, Iterable) else surplus
        return f"{place}: {mistaken(str(first), known)}"
    if violation.keyword == "enum" and isinstance(violation.found, str):
        expected = violation.expected
        known = expected if isinstance(expected, list) else []
        return f"{place}: {mistaken(violation.found, map(str, known))}"
    said = violation.describe().partition(": ")[2]
    return f"{place}: {said}"


def _worded(error: ConflictError | NotFoundError) -> str:
    about = error.detail.get("id", "")
    worded = {
        "endless": f"job: found {about!r}, which never ends by itself; expected one"
        " whose timeline has an end, or force its state",
        "job": f"job: found {about!r}, expected one that there is",
    }
    return worded.get(error.code, f"{error.code}: there is none of that name")


def _refusal(error: ApiError) -> web.Response:
    response = _json({"error": str(error)}, error.status)
    response.headers.update(error.headers)
    return response


def _json(document: Any, status: int) -> web.Response:
    body = dumped(document)
    return web.Response(body=body, status=status, headers=HEADERS, content_type=JSON)


def dumped(document: Any) -> bytes:
    """Return a document as JSON, whatever bytes the texts of clients hold."""
    try:
        return orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return orjson.dumps(_readable(document), option=orjson.OPT_NON_STR_KEYS)


def _readable(value: Any) -> Any:
    """Return a document with escapes in place of bytes that are no text."""
    if isinstance(value, Mapping):
        return {_readable(name): _readable(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(held) for held in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", path.replace(".", r"\.")))
