"""A provider's table of operations, and how a raw path finds its route."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypedDict, TypeVar, Unpack
from urllib.parse import quote, unquote

from msgspec import Struct

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers.reply import Reply

__all__ = ["Found", "Handler", "Match", "Route", "Routes", "Subject", "Traits",
           "expression"]  # fmt: skip

C = TypeVar("C")  # what a call is

Handler = Callable[[C], Awaitable[Reply]]
Locate = Callable[[C], Space | None]
Found = Job | Iterable[Job] | None
Subject = Callable[[C], Found | Awaitable[Found]]

_PARAMETER = re.compile(r"\{(\w+)(?::((?:[^{}]|\{\d+(?:,\d*)?\})+))?\}")

_NEEDS_QUOTES = re.compile(r"[^\w.~/:@-]", re.ASCII)

# Pollers ask for the same few paths again and again.
_KNOWN_MAX = 4096


class Route(Struct, Generic[C], frozen=True):
    """One operation.

    Attributes:
        method: HTTP method.
        path: Template below the provider's root, such as `/jobs/{job_id}`; a
            parameter may carry a regular expression: `{name:.+}`. Matching is
            done on the raw path, parameters are percent-decoded afterwards.
        operation: Its name: also that of its schemas, fixtures and journal entries.
        handler: What answers it.
        public: None when credentials are needed. Otherwise the name of the path
            parameter that holds a public job identifier, or a function that
            finds the space; no credentials are read.
        subject: What it is about: the name of the path parameter that holds a
            job's identifier, or a function that finds the job or the jobs; that
            of `public` if only this is named. It is looked for once, before rules
            match and the handler runs.
        polls: It tells the state of what it is about: reading it is a poll.
        answers_head: It is a file: `HEAD` is answered like `GET`, without a body.
        is_page: So it is, but what it shows is no file, and shares no fate with one.
        body_first: The body is read before the credentials, which are in it.
    """

    method: str
    path: str
    operation: str
    handler: Handler[C]
    public: str | Locate[C] | None = None
    subject: str | Subject[C] | None = None
    polls: bool = False
    answers_head: bool = False
    is_page: bool = False
    body_first: bool = False

    def fill(self, **parameters: str) -> str:
        """Return the path with its parameters put in, as they are."""
        return _template(self.path).format_map(parameters)


class Traits(TypedDict, Generic[C], total=False):
    """What may be said about a route beside path and name; see `Route`."""

    public: str | Locate[C] | None
    subject: str | Subject[C] | None
    polls: bool
    answers_head: bool
    is_page: bool
    body_first: bool


class Match(Struct, Generic[C], frozen=True):
    """What a path leads to.

    Attributes:
        route: The route, or None when there is none for this path and method.
        parameters: Percent-decoded path parameters.
        allowed: The methods that the path has.
    """

    route: Route[C] | None
    parameters: dict[str, str]
    allowed: tuple[str, ...] = ()


class Routes(Generic[C]):
    """The operations of one provider; the first fitting path wins."""

    def __init__(self) -> None:
        self._routes: list[Route[C]] = []
        self._by_name: dict[str, Route[C]] = {}
        self._by_path: dict[str, dict[str, Route[C]]] = {}
        self._shapes: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._dynamic: dict[str, tuple[dict[str, Route[C]], tuple[str, ...]]] = {}
        self._plain: dict[str, dict[str, Route[C]]] = {}
        self._known: dict[tuple[str, str], Match[C]] = {}

    def __iter__(self) -> Iterator[Route[C]]:
        """Return the routes in the order of their registration."""
        return iter(self._routes)

    def add(
        self, method: str, path: str, name: str, **traits: Unpack[Traits[C]]
    ) -> Callable[[Handler[C]], Handler[C]]:
        """Register the decorated function as an operation.

        Args:
            method: HTTP method.
            path: Template below the provider's root.
            name: The operation.
            traits: What else there is to say about the `Route`.

        Raises:
            ValueError: The path and method, or the path below `/_mock/`, is taken,
                or another template matches the same paths.
        """

        def register(handler: Handler[C]) -> Handler[C]:
            self._register(_route(method, path, name, handler, traits))
            return handler

        return register

    def get(
        self, path: str, name: str, **traits: Unpack[Traits[C]]
    ) -> Callable[[Handler[C]], Handler[C]]:
        """Register a `GET` operation."""
        return self.add("GET", path, name, **traits)

    def post(
        self, path: str, name: str, **traits: Unpack[Traits[C]]
    ) -> Callable[[Handler[C]], Handler[C]]:
        """Register a `POST` operation."""
        return self.add("POST", path, name, **traits)

    def put(
        self, path: str, name: str, **traits: Unpack[Traits[C]]
    ) -> Callable[[Handler[C]], Handler[C]]:
        """Register a `PUT` operation."""
        return self.add("PUT", path, name, **traits)

    def delete(
        self, path: str, name: str, **traits: Unpack[Traits[C]]
    ) -> Callable[[Handler[C]], Handler[C]]:
        """Register a `DELETE` operation."""
        return self.add("DELETE", path, name, **traits)

    def operation(self, name: str) -> Route[C]:
        """Return the first route of an operation.

        Raises:
            KeyError: There is none.
        """
        return self._by_name[name]

    def url_for(self, base: str, operation: str, **parameters: str) -> str:
        """Return the absolute URL of an operation.

        Args:
            base: What stands before the provider's own paths: of a call, or of the
                job that an event is about.
            operation: The operation.
            parameters: Path parameters, not yet encoded.
        """
        for name, value in parameters.items():
            if _NEEDS_QUOTES.search(value):
                parameters[name] = quote(value, safe="/:@")
        return base + self._by_name[operation].fill(**parameters)

    def match(self, method: str, path: str) -> Match[C]:
        """Find the route for a raw path below the provider's root."""
        known = self._known.get((method, path))
        if known is None:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            known = self._known[method, path] = self._match(method, path)
        return known

    def _match(self, method: str, path: str) -> Match[C]:
        methods = self._plain.get(path)
        if methods is not None:
            return Match(_pick(methods, method), {}, tuple(methods))
        if self._pattern is None:
            self._compile()
        found = self._pattern.fullmatch(path) if self._pattern else None
        if found is None or found.lastgroup is None:
            return Match(None, {})
        methods, names = self._dynamic[found.lastgroup]
        start = found.re.groupindex[found.lastgroup]
        values = found.groups()[start : start + len(names)]
        parameters = {
            name: unquote(value) if "%" in value else value
            for name, value in zip(names, values, strict=True)
        }
        return Match(_pick(methods, method), parameters, tuple(methods))

    def _register(self, route: Route[C]) -> None:
        if route.path.startswith("/_mock/"):
            raise ValueError(f"{route.path}: /_mock/ belongs to the control API")
        twin = self._shapes.setdefault(expression(route.path), route.path)
        if twin != route.path:
            # The first would win always, and deny the second's methods.
            raise ValueError(f"{route.path}: matches the same paths as {twin}")
        methods = self._by_path.setdefault(route.path, {})
        if route.method in methods:
            raise ValueError(f"{route.method} {route.path}: registered twice")
        methods[route.method] = route
        self._routes.append(route)
        self._by_name.setdefault(route.operation, route)
        self._known.clear()
        if _PARAMETER.search(route.path) is None:
            self._plain[route.path] = methods
        self._pattern = None

    def _compile(self) -> None:
        # One alternation: the first template that fits wins, in one pass.
        alternatives = []
        for number, (path, methods) in enumerate(self._by_path.items()):
            if path in self._plain:
                continue
            group = f"r{number}"
            names = tuple(found[1] for found in _PARAMETER.finditer(path))
            self._dynamic[group] = (methods, names)
            alternatives.append(f"(?P<{group}>{expression(path)})")
        self._pattern = re.compile("|".join(alternatives) or r"(?!)")


@lru_cache(maxsize=1024)
def _template(path: str) -> str:
    """Return a path as `str.format` takes it; URLs are made of the same few."""
    parts, at = [], 0
    for found in _PARAMETER.finditer(path):
        parts += [_doubled(path[at : found.start()]), f"{{{found[1]}}}"]
        at = found.end()
    return "".join([*parts, _doubled(path[at:])])


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _route(
    method: str, path: str, name: str, handler: Handler[C], traits: Traits[C]
) -> Route[C]:
    public = traits.get("public")
    if isinstance(public, str) and "subject" not in traits:
        traits = Traits(**traits, subject=public)
    return Route(method, path, name, handler, **traits)


def _pick(methods: dict[str, Route[C]], method: str) -> Route[C] | None:
    route = methods.get(method)
    if route is None and method == "HEAD":
        get = methods.get("GET")
        is_answered = get is not None and (get.answers_head or get.is_page)
        return get if is_answered else None
    return route


def expression(path: str) -> str:
    """Return the regular expression of a template, or of a part of one."""
    parts, at = [], 0
    for found in _PARAMETER.finditer(path):
        inner = re.sub(r"\((?!\?)", "(?:", found[2] or "[^/]+")
        parts += [re.escape(path[at : found.start()]), f"({inner})"]
        at = found.end()
    return "".join([*parts, re.escape(path[at:])])
